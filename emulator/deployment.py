"""Deploys what the CDK synthesized, as `cdk deploy` does: assets to S3, then CloudFormation.

Functions run from this project's own code, so their archives need not hold it: what is uploaded
for a folder is a tiny archive that names it. The template is the real one, hashes included.
"""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from graphlib import TopologicalSorter
from pathlib import Path
from typing import Any

from botocore.exceptions import ClientError

QUALIFIER = "hnb659fds"
"""Of the CDK's default bootstrap stack."""

BOOTSTRAP_VERSION = "30"
_SAME = "No updates are to be performed."
_GONE_ONLY = ("CREATE_FAILED", "ROLLBACK_COMPLETE", "ROLLBACK_FAILED")


class DeploymentFailed(Exception):
    """CloudFormation did not get there; the text has every resource's reason."""


@dataclass(frozen=True, kw_only=True)
class DeployedStack:
    """A stack as it is now."""

    name: str
    stack_id: str
    outputs: Mapping[str, str]
    parameters: Mapping[str, str]
    resources: Mapping[str, str]
    """Physical ids by logical ids."""


class Deployments:
    """Deploys stacks to one account and region."""

    def __init__(self, client: Callable[[str], Any], *, account_id: str, region: str) -> None:
        """`client("s3")` is a boto3 client."""
        self._client = client
        self._account_id = account_id
        self._region = region

    @property
    def asset_bucket(self) -> str:
        """Where the CDK's templates expect the functions' archives."""
        return f"cdk-{QUALIFIER}-assets-{self._account_id}-{self._region}"

    def bootstrap(self) -> None:
        """The bucket that `cdk bootstrap` leaves in an account; does nothing the second time."""
        s3 = self._client("s3")
        where: dict[str, Any] = {}
        if self._region != "us-east-1":
            where = {"CreateBucketConfiguration": {"LocationConstraint": self._region}}
        if self.asset_bucket not in {bucket["Name"] for bucket in s3.list_buckets()["Buckets"]}:
            s3.create_bucket(Bucket=self.asset_bucket, **where)

    def deploy_app(
        self,
        cdk_out: Path,
        parameters: Mapping[str, str],
        *,
        offered: Mapping[str, str] | None = None,
    ) -> list[DeployedStack]:
        """Deploy every stack of a synthesized app. Each stack takes those of the parameters that
        it declares; one that no stack declares is refused by the first.

        Args:
            offered: more parameters, for stacks that declare them.

        Raises:
            DeploymentFailed: with the reasons; the stacks before it stay.
        """
        self.bootstrap()
        assembly = Assembly(cdk_out)
        for key, body in assembly.assets(self._account_id, self._region):
            self._client("s3").put_object(Bucket=self.asset_bucket, Key=key, Body=body)
        templates = assembly.templates()
        declared = {name for template in templates.values() for name in _declared(template)}
        unknown = {name: value for name, value in parameters.items() if name not in declared}
        deployed = []
        for name, template in templates.items():
            own = {key: parameters[key] for key in _declared(template) if key in parameters}
            deployed.append(self.deploy(name, template, {**own, **unknown}, offered=offered))
        return deployed

    def deploy(
        self,
        name: str,
        template: Mapping[str, Any],
        parameters: Mapping[str, str],
        *,
        offered: Mapping[str, str] | None = None,
    ) -> DeployedStack:
        """Create or update one stack. Parameters left out of an update keep their values.

        Args:
            offered: more parameters, if the template declares them.

        Raises:
            DeploymentFailed: with the reasons.
        """
        declared = _declared(template)
        taken = {key: value for key, value in (offered or {}).items() if key in declared}
        parameters = {**taken, **parameters}
        self.bootstrap()
        if "/cdk-bootstrap/" in json.dumps(template.get("Parameters", {})):
            self._tell_version()
        existing = self._described(name)
        if existing and existing["StackStatus"] in _GONE_ONLY:
            self.destroy(name)
            existing = None
        request = {"StackName": name, "TemplateURL": self._uploaded(name, template)}
        given = [
            {"ParameterKey": key, "ParameterValue": value} for key, value in parameters.items()
        ]
        cloudformation = self._client("cloudformation")
        seen = len(self._events(name)) if existing else 0
        try:
            if existing is None:
                cloudformation.create_stack(**request, Parameters=given)
            else:
                kept = [
                    {"ParameterKey": item["ParameterKey"], "UsePreviousValue": True}
                    for item in existing["Parameters"]
                    if item["ParameterKey"] in _declared(template)
                    and item["ParameterKey"] not in parameters
                ]
                cloudformation.update_stack(**request, Parameters=[*given, *kept])
        except ClientError as error:
            if error.response["Error"]["Message"] != _SAME:
                raise DeploymentFailed(f"{name}: {error.response['Error']['Message']}") from error
        stack = self.stack(name)
        status = (self._described(name) or {})["StackStatus"]
        if status not in ("CREATE_COMPLETE", "UPDATE_COMPLETE"):
            raise DeploymentFailed(self._reasons(name, status, seen))
        return stack

    def destroy(self, name: str) -> None:
        """Delete a stack, as `cdk destroy`; one that does not exist is no error.

        Raises:
            DeploymentFailed: something in it cannot be deleted.
        """
        existing = self._described(name)
        if existing is None:
            return
        seen = len(self._events(existing["StackId"]))
        self._client("cloudformation").delete_stack(StackName=name)
        left = self._described(name)
        if left is not None:
            raise DeploymentFailed(self._reasons(name, left["StackStatus"], seen))

    def stack(self, name: str) -> DeployedStack:
        """A stack that exists. Raises `DeploymentFailed` when there is none."""
        described = self._described(name)
        if described is None:
            raise DeploymentFailed(f"There is no stack {name}.")
        pages = self._client("cloudformation").list_stack_resources(StackName=name)
        return DeployedStack(
            name=name,
            stack_id=described["StackId"],
            outputs={
                item["OutputKey"]: item["OutputValue"] for item in described.get("Outputs", [])
            },
            parameters={
                item["ParameterKey"]: item["ParameterValue"] for item in described["Parameters"]
            },
            resources={
                item["LogicalResourceId"]: item["PhysicalResourceId"]
                for item in pages["StackResourceSummaries"]
            },
        )

    def _tell_version(self) -> None:
        """The other thing that `cdk bootstrap` leaves, for templates that ask for it."""
        self._client("ssm").put_parameter(
            Name=f"/cdk-bootstrap/{QUALIFIER}/version",
            Value=BOOTSTRAP_VERSION,
            Type="String",
            Overwrite=True,
        )

    def _uploaded(self, name: str, template: Mapping[str, Any]) -> str:
        key = f"{name}.template.json"
        body = json.dumps(template).encode()
        self._client("s3").put_object(Bucket=self.asset_bucket, Key=key, Body=body)
        return f"https://s3.{self._region}.amazonaws.com/{self.asset_bucket}/{key}"

    def _described(self, name: str) -> dict[str, Any] | None:
        try:
            stacks = self._client("cloudformation").describe_stacks(StackName=name)["Stacks"]
        except ClientError:
            return None
        return next((dict(item) for item in stacks), None)

    def _events(self, name: str) -> list[dict[str, Any]]:
        answer = self._client("cloudformation").describe_stack_events(StackName=name)
        events: list[dict[str, Any]] = answer["StackEvents"][::-1]
        return events

    def _reasons(self, name: str, status: str, seen: int) -> str:
        reasons = [
            f"  {event['LogicalResourceId']} ({event['ResourceType']}): "
            f"{event.get('ResourceStatusReason', event['ResourceStatus'])}"
            for event in self._events(name)[seen:]
            if event["ResourceStatus"].endswith("_FAILED")
            and event["ResourceType"] != "AWS::CloudFormation::Stack"
        ]
        return "\n".join([f"{name} is {status}:", *reasons])


class Assembly:
    """A folder that the CDK wrote (`cdk.out`)."""

    def __init__(self, folder: Path) -> None:
        """Raises `FileNotFoundError` when it is none."""
        self._folder = folder
        self._manifest: dict[str, Any] = json.loads((folder / "manifest.json").read_text())

    def templates(self) -> dict[str, dict[str, Any]]:
        """The templates by stack name, a stack after those that it depends on."""
        return {
            artifact["properties"].get("stackName", name): self._json(
                artifact["properties"]["templateFile"]
            )
            for name, artifact in self._in_order("aws:cloudformation:stack")
        }

    def assets(self, account_id: str, region: str) -> Iterator[tuple[str, bytes]]:
        """Key and content of what functions are made from; templates are uploaded by themselves."""
        for _, artifact in self._in_order("cdk:asset-manifest"):
            files = self._json(artifact["properties"]["file"])["files"]
            for name, asset in files.items():
                source = self._folder / asset["source"]["path"]
                if source.name.endswith(".template.json"):
                    continue
                folder = asset["source"]["packaging"] == "zip"
                body = _tiny_archive(name) if folder else source.read_bytes()
                for destination in asset["destinations"].values():
                    yield destination["objectKey"], body

    def _in_order(self, kind: str) -> list[tuple[str, dict[str, Any]]]:
        return [(name, self._artifacts[name]) for name in self._names if self._is(name, kind)]

    def _is(self, name: str, kind: str) -> bool:
        return bool(self._artifacts[name]["type"] == kind)

    @property
    def _artifacts(self) -> dict[str, dict[str, Any]]:
        artifacts: dict[str, dict[str, Any]] = self._manifest["artifacts"]
        return artifacts

    @cached_property
    def _names(self) -> list[str]:
        graph = {
            name: set(artifact.get("dependencies", [])) & set(self._artifacts)
            for name, artifact in self._artifacts.items()
        }
        return list(TopologicalSorter(graph).static_order())

    def _json(self, name: str) -> dict[str, Any]:
        document: dict[str, Any] = json.loads((self._folder / name).read_text())
        return document


def _declared(template: Mapping[str, Any]) -> set[str]:
    return set(template.get("Parameters", {}))


def _tiny_archive(name: str) -> bytes:
    """An archive for a folder that nobody reads; its content differs as the folder's does."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(zipfile.ZipInfo("asset.txt"), name)
    return buffer.getvalue()
