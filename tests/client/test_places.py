"""Finding the API: by stack, by file of the local cloud, by address."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import boto3
import pytest

import smgt
from tests.client.fake_api import URL, FakeApi

LOCAL = {
    "apiUrl": "http://127.0.0.1:4000/prod",
    "awsEndpointUrl": "http://127.0.0.1:4001",
    "region": "us-east-1",
    "accountId": "123456789012",
    "accessKeyId": "local",
    "secretAccessKey": "local",
}


@pytest.mark.usefixtures("account")
def test_a_stack_leads_to_its_api_and_its_buckets(api: FakeApi) -> None:
    client = smgt.Client.from_stack("smgt-workflow", transport=api)

    assert client.api_url == URL
    assert client.input_bucket == "the-input"
    assert client.list() == {"COMPLETE": []}


@pytest.mark.usefixtures("account")
def test_a_stack_that_does_not_exist_is_named_with_its_region() -> None:
    with pytest.raises(smgt.NotConfigured, match="'other' cannot be read in region us-east-1"):
        smgt.Client.from_stack("other")


@pytest.mark.usefixtures("account")
def test_a_stack_of_another_kind_is_told_apart() -> None:
    boto3.client("cloudformation").create_stack(
        StackName="another",
        TemplateBody='{"Resources": {"Topic": {"Type": "AWS::SNS::Topic"}}}',
    )
    with pytest.raises(smgt.NotConfigured, match="no output ApiUrl"):
        smgt.Client.from_stack("another")


@pytest.mark.usefixtures("account")
def test_the_environment_names_the_api_unless_a_stack_is_named(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("SMGT_API_URL", LOCAL["apiUrl"])

    assert smgt.Client.from_stack().api_url == LOCAL["apiUrl"]
    assert smgt.Client.from_stack().input_bucket == "the-input"
    assert smgt.Client.from_stack("smgt-workflow").api_url == URL


class _CloudFormation(BaseHTTPRequestHandler):
    """Knows one stack, as AWS would."""

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        answer = DESCRIBED.format(url=URL).encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/xml")
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, format: str, *args: Any) -> None:
        """Says nothing."""


DESCRIBED = """<DescribeStacksResponse xmlns="http://cloudformation.amazonaws.com/doc/2010-05-15/">
  <DescribeStacksResult><Stacks><member>
    <StackName>smgt-workflow</StackName>
    <CreationTime>2026-03-01T12:00:00Z</CreationTime>
    <StackStatus>CREATE_COMPLETE</StackStatus>
    <Outputs><member><OutputKey>ApiUrl</OutputKey><OutputValue>{url}</OutputValue></member></Outputs>
  </member></Stacks></DescribeStacksResult>
</DescribeStacksResponse>"""


@pytest.fixture
def local_services(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[str]:
    """A CloudFormation at another address than AWS's; the folder is empty."""
    monkeypatch.chdir(tmp_path)
    with ThreadingHTTPServer(("127.0.0.1", 0), _CloudFormation) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        address = f"http://127.0.0.1:{server.server_address[1]}"
        monkeypatch.setenv("AWS_ENDPOINT_URL", address)
        yield address
        server.shutdown()


def test_a_stack_of_a_local_cloud_leads_to_the_api_of_that_cloud(
    local_services: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "out/local/endpoints.json"
    path.parent.mkdir(parents=True)
    path.write_text(json.dumps({**LOCAL, "awsEndpointUrl": local_services}))

    assert smgt.Client.from_stack("smgt-workflow").api_url == LOCAL["apiUrl"]

    path.write_text(json.dumps(LOCAL))
    assert smgt.Client.from_stack("smgt-workflow").api_url == URL

    monkeypatch.setenv("SMGT_API_URL", "http://127.0.0.1:4010/prod")
    assert smgt.Client.from_stack("smgt-workflow").api_url == "http://127.0.0.1:4010/prod"


def test_the_local_cloud_is_found_by_the_file_it_writes(tmp_path: Path, api: FakeApi) -> None:
    path = tmp_path / "endpoints.json"
    path.write_text(json.dumps(LOCAL))

    client = smgt.Client.local(path, transport=api)
    client.request("GET", "/workforce/show")

    assert client.api_url == LOCAL["apiUrl"]
    assert "Credential=local/" in api.requests[0].headers["authorization"]


def test_a_local_cloud_that_was_not_started_says_how_to_start_it(tmp_path: Path) -> None:
    with pytest.raises(smgt.NotConfigured, match="smgt local up"):
        smgt.Client.local(tmp_path / "endpoints.json")


def test_a_local_cloud_that_is_still_starting_is_not_used(tmp_path: Path) -> None:
    path = tmp_path / "endpoints.json"
    path.write_text(json.dumps({**LOCAL, "apiUrl": ""}))

    with pytest.raises(smgt.NotConfigured, match="lacks apiUrl"):
        smgt.Client.local(path)


def test_a_broken_file_of_endpoints_is_named(tmp_path: Path) -> None:
    path = tmp_path / "endpoints.json"
    path.write_text("{")

    with pytest.raises(smgt.NotConfigured, match="is not JSON"):
        smgt.Client.local(path)


def test_the_environment_may_name_the_api(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SMGT_API_URL", URL)

    assert smgt.Client().api_url == URL


def test_no_address_at_all_says_the_three_ways_to_give_one() -> None:
    with pytest.raises(smgt.NotConfigured, match=r"from_stack.*local.*SMGT_API_URL"):
        smgt.Client()


def test_an_address_that_is_no_url_is_refused() -> None:
    with pytest.raises(smgt.NotConfigured, match="is not a URL"):
        smgt.Client(api_url="abc123")


def test_calls_are_signed_for_the_region_of_the_address(
    monkeypatch: pytest.MonkeyPatch, api: FakeApi
) -> None:
    monkeypatch.setenv("AWS_REGION", "eu-west-1")

    assert smgt.Client(api_url=URL, transport=api).list() == {"COMPLETE": []}


def test_an_address_without_a_region_takes_the_configured_one(
    monkeypatch: pytest.MonkeyPatch, api: FakeApi
) -> None:
    monkeypatch.setenv("AWS_REGION", "eu-west-1")

    client = smgt.Client(api_url="http://127.0.0.1:9/prod", transport=api)

    with pytest.raises(smgt.Forbidden, match="valid region"):
        client.list()


def test_without_a_region_nothing_is_signed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_DEFAULT_REGION")

    with pytest.raises(smgt.NotConfigured, match="Set AWS_REGION"):
        smgt.Client(api_url="http://127.0.0.1:9/prod")
    with pytest.raises(smgt.NotConfigured, match="Set AWS_REGION"):
        smgt.Client.from_stack()


def test_without_credentials_nothing_is_signed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")

    with pytest.raises(smgt.NotConfigured, match="no AWS credentials"):
        smgt.Client(api_url=URL)
    with pytest.raises(smgt.NotConfigured, match="no AWS credentials"):
        smgt.Client.from_stack()


def test_a_cloudformation_that_does_not_answer_is_unavailable(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")

    with pytest.raises(smgt.Unavailable, match="CloudFormation cannot be asked"):
        smgt.Client.from_stack()
