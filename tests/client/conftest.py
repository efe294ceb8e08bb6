"""A client on the fake API, with an S3 and a CloudFormation of its own in this process."""

from __future__ import annotations

from collections.abc import Iterator

import boto3
import pytest
from moto import mock_aws

import smgt
from tests.client.fake_api import URL, FakeApi


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Credentials of nobody, and nothing else that could lead to a real account."""
    for name in ("AWS_PROFILE", "AWS_ENDPOINT_URL", "AWS_REGION", "SMGT_API_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIAEXAMPLE")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    monkeypatch.setenv("AWS_CONFIG_FILE", "/nowhere")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", "/nowhere")
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")


@pytest.fixture
def api() -> FakeApi:
    return FakeApi()


@pytest.fixture
def slept() -> list[float]:
    """The pauses, in seconds, that the client would have made."""
    return []


@pytest.fixture
def client(api: FakeApi, slept: list[float]) -> smgt.Client:
    return smgt.Client(api_url=URL, transport=api, sleep=slept.append)


@pytest.fixture
def account() -> Iterator[None]:
    """An account with the workflow's stack and its buckets."""
    with mock_aws():
        boto3.client("s3").create_bucket(Bucket="the-input")
        boto3.client("s3").create_bucket(Bucket="processing")
        boto3.client("cloudformation").create_stack(
            StackName="smgt-workflow",
            TemplateBody=f"""
Resources: {{Topic: {{Type: "AWS::SNS::Topic"}}}}
Outputs: {{ApiUrl: {{Value: "{URL}"}}, InputBucketName: {{Value: the-input}}}}
""",
        )
        yield
