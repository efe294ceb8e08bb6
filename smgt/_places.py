"""Where the API and its account are: a stack's outputs, the local cloud's file, or said by hand."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from smgt._errors import NotConfigured, Unavailable

DEFAULT_STACK = "smgt-workflow"
LOCAL_ENDPOINTS = Path("out/local/endpoints.json")

NO_REGION = "No region is known. Set AWS_REGION, or give it (`--region`)."

# One service that does not answer should not keep a person waiting for minutes.
SETTINGS = Config(connect_timeout=5, retries={"max_attempts": 4, "mode": "standard"})


def session(region: str | None = None) -> boto3.Session:
    """boto3's session, with AWS_REGION honoured as other SDKs do."""
    return boto3.Session(region_name=region or os.environ.get("AWS_REGION"))


class Account:
    """The AWS account (or the local cloud that plays it) that the stack lives in."""

    def __init__(self, session: boto3.Session, aws_endpoint_url: str | None = None) -> None:
        self.session = session
        self.aws_endpoint_url = aws_endpoint_url

    def client(self, service: Any) -> Any:
        """A boto3 client; `Any`, since which one it is depends on the service's name."""
        config = SETTINGS
        if self.aws_endpoint_url and service == "s3":
            # buckets have no host names of their own on a local endpoint
            config = SETTINGS.merge(Config(s3={"addressing_style": "path"}))
        if not self.session.region_name:
            raise NotConfigured(NO_REGION)
        try:
            return self.session.client(service, endpoint_url=self.aws_endpoint_url, config=config)
        except BotoCoreError as error:
            raise NotConfigured(f"No client for {service}: {error}") from error

    def elsewhere(self) -> str | None:
        """Where AWS's services are, when boto3 is told (by AWS_ENDPOINT_URL, say) that they are
        not on AWS."""
        address = str(self.client("cloudformation").meta.endpoint_url)
        host = urlsplit(address).hostname or ""
        return None if re.search(r"\.(amazonaws\.com(\.cn)?|aws)$", host) else address

    def credentials(self) -> Any:
        credentials = self.session.get_credentials()
        if credentials is None:
            raise NotConfigured(
                "There are no AWS credentials to sign with. Log in (`aws sso login`), set "
                "AWS_PROFILE, or set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY."
            )
        return credentials

    def region_of(self, api_url: str) -> str:
        """The region to sign for: the API's own, where its address tells."""
        match = re.match(r"https://[^./]+\.execute-api\.([a-z0-9-]+)\.", api_url)
        region = match[1] if match else self.session.region_name
        if not region:
            raise NotConfigured(NO_REGION)
        return region

    def outputs(self, stack: str) -> dict[str, str]:
        """The outputs of a deployed stack, by key."""
        try:
            answer = self.client("cloudformation").describe_stacks(StackName=stack)
        except ClientError as error:
            where = f"in region {self.session.region_name}"
            reason = error.response.get("Error", {}).get("Message", str(error))
            raise NotConfigured(
                f"The outputs of stack {stack!r} cannot be read {where}: {reason}. Name the stack "
                "with --stack and its region with --region, or the API with --endpoint-url."
            ) from error
        except BotoCoreError as error:
            if "credentials" in str(error).lower():
                self.credentials()
            raise Unavailable(f"CloudFormation cannot be asked for {stack!r}: {error}") from error
        outputs = answer["Stacks"][0].get("Outputs", [])
        return {output["OutputKey"]: output["OutputValue"] for output in outputs}


def local_api(aws_endpoint_url: str, path: Path = LOCAL_ENDPOINTS) -> str | None:
    """The API of the local cloud whose services are at this address, if it was started here."""
    try:
        endpoints = local_endpoints(path)
    except NotConfigured:
        return None
    ours = endpoints["awsEndpointUrl"].rstrip("/") == aws_endpoint_url.rstrip("/")
    return endpoints["apiUrl"] if ours else None


def local_endpoints(path: Path) -> Mapping[str, str]:
    """What a running local cloud wrote about itself."""
    try:
        endpoints = json.loads(path.read_text())
    except FileNotFoundError:
        raise NotConfigured(
            f"No local cloud has been started here: there is no {path}. Start one with "
            "`smgt local up`, and leave it running."
        ) from None
    except ValueError as error:
        raise NotConfigured(f"{path} is not JSON ({error}). Start `smgt local up` anew.") from error
    missing = {"apiUrl", "awsEndpointUrl", "region", "accessKeyId", "secretAccessKey"} - {
        key for key, value in endpoints.items() if value
    }
    if missing:
        raise NotConfigured(
            f"{path} lacks {', '.join(sorted(missing))}: the local cloud has not finished starting."
        )
    return dict(endpoints)
