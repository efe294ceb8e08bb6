"""What deployed roles allow. The local cloud enforces no IAM, so a missing permission would show
only on AWS."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fnmatch import fnmatchcase
from typing import Any

from emulator.aws_calls import Call
from emulator.cloud import LocalCloud
from tests.stacks.template import as_list

# where IAM's word differs from boto3's
PREFIXES = {"stepfunctions": "states", "service-quotas": "servicequotas"}
ACTIONS = {  # where IAM's action differs from the operation, or there are several
    "GetBucketCors": ["GetBucketCORS"],
    "GetBucketEncryption": ["GetEncryptionConfiguration"],
    "HeadObject": ["GetObject"],
    "ListObjectsV2": ["ListBucket"],
    "SendMessageBatch": ["SendMessage"],
    "TransactWriteItems": ["ConditionCheckItem", "DeleteItem", "PutItem", "UpdateItem"],
    "CreateLabelingJob": ["CreateLabelingJob", "AddTags"],
}

Statements = Sequence[dict[str, Any]]


def statements_of(iam: Any, role: str) -> Statements:
    """The statements of all policies that are written into a role."""
    policies = [
        iam.get_role_policy(RoleName=role, PolicyName=name)["PolicyDocument"]
        for name in iam.list_role_policies(RoleName=role)["PolicyNames"]
    ]
    return [statement for policy in policies for statement in as_list(policy["Statement"])]


def allows(statements: Statements, action: str, resource: str | None) -> bool:
    """Whether one of them allows it; on anything at all, where the resource is not known."""
    return any(
        fnmatchcase(action, allowed) and (resource is None or fnmatchcase(resource, str(on)))
        for statement in statements
        for allowed in as_list(statement["Action"])
        for on in as_list(statement["Resource"])
    )


class Roles:
    """The deployed functions' policies."""

    def __init__(self, cloud: LocalCloud) -> None:
        self._cloud = cloud
        iam = cloud.client("iam")
        self._statements: dict[str, Statements] = {}
        for function in cloud.client("lambda").list_functions()["Functions"]:
            module = function["Handler"].split(".")[2]
            role = function["Role"].rsplit("/", 1)[1]
            self._statements[module.title().replace("_", "")] = statements_of(iam, role)

    @property
    def functions(self) -> frozenset[str]:
        """Whose roles these are, as calls name them."""
        return frozenset(self._statements)

    def allow(self, call: Call) -> bool:
        prefix = PREFIXES.get(call.service, call.service)
        return all(
            allows(self._statements[call.function], f"{prefix}:{action}", resource)
            for action in ACTIONS.get(call.operation, [call.operation])
            for resource in self._arns(call)
        )

    def _arns(self, call: Call) -> Iterator[str | None]:
        """What the call is about, as IAM names it; None where the call does not say it."""
        endpoints = self._cloud.endpoints
        place = f"{endpoints.region}:{endpoints.account_id}"
        for name in call.resources or (None,):
            match call.service:
                case _ if name is None or name.startswith("arn:"):
                    yield name
                case "s3":
                    yield f"arn:aws:s3:::{name}"
                case "dynamodb":
                    yield f"arn:aws:dynamodb:{place}:table/{name.replace('/', '/index/')}"
                case "sqs":
                    yield f"arn:aws:sqs:{place}:{name.rsplit('/', 1)[1]}"
                case "iam":
                    yield f"arn:aws:iam::{endpoints.account_id}:role/{name}"
                case "kms":
                    yield f"arn:aws:kms:{place}:key/{name}"
                case "lambda":
                    yield f"arn:aws:lambda:{place}:function:{name}"
                case "sagemaker":
                    kind = "workteam" if call.operation == "DescribeWorkteam" else "labeling-job"
                    group = "private-crowd/" if kind == "workteam" else ""
                    yield f"arn:aws:sagemaker:{place}:{kind}/{group}{name}"
                case "cognito-idp":
                    yield f"arn:aws:cognito-idp:{place}:userpool/{name}"
