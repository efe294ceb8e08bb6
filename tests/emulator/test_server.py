from __future__ import annotations

import gc
import json
import os
import socket
import subprocess
import sys
import threading
from datetime import UTC, datetime
from pathlib import Path

import boto3
import pytest
from botocore.exceptions import EndpointConnectionError
from moto.dynamodb.models.dynamo_type import Item
from moto.s3.models import FakeKey

from emulator.aws_services import AwsServices
from emulator.endpoints import Endpoints
from tests.emulator.conftest import ClientFactory


def test_both_ways_lead_to_the_same_data(services: AwsServices) -> None:
    services.client("s3").create_bucket(Bucket="clips")
    services.client("s3", over_http=True).put_object(Bucket="clips", Key="a", Body=b"frame")

    assert services.client("s3").get_object(Bucket="clips", Key="a")["Body"].read() == b"frame"


def test_a_plain_client_needs_no_arguments(services: AwsServices) -> None:
    boto3.client("sqs").create_queue(QueueName="events")

    [url] = services.client("sqs", over_http=True).list_queues()["QueueUrls"]

    assert url.endswith("/123456789012/events")


def test_a_client_with_the_endpoint_of_another_process_works(services: AwsServices) -> None:
    url = services.endpoints.aws_endpoint_url

    identity = boto3.client("sts", endpoint_url=url).get_caller_identity()
    boto3.client("s3", endpoint_url=url).create_bucket(Bucket="clips")

    assert identity["Account"] == "123456789012"
    assert services.client("s3").head_bucket(Bucket="clips")


def test_the_environment_is_enough_for_another_process(services: AwsServices) -> None:
    services.client("sns").create_topic(Name="status")

    listed = subprocess.run(
        [sys.executable, "-c", "import boto3; print(boto3.client('sns').list_topics()['Topics'])"],
        env={**os.environ, **services.endpoints.environment()},
        capture_output=True,
        text=True,
        check=True,
    )

    assert "arn:aws:sns:us-east-1:123456789012:status" in listed.stdout


def test_services_start_empty_each_time_with_the_region_they_are_given(
    clean_process: None,
) -> None:
    ports = set()
    for region in ("us-east-1", "eu-central-1"):
        with AwsServices(region=region) as services:
            ports.add(services.endpoints.aws_endpoint_url)
            sns = services.client("sns", over_http=True)
            assert sns.list_topics()["Topics"] == []
            assert region in sns.create_topic(Name="status")["TopicArn"]
    assert len(ports) == 2


def test_another_account_may_be_chosen(clean_process: None) -> None:
    with AwsServices(account_id="210987654321") as services:
        for over_http in (False, True):
            identity = services.client("sts", over_http=over_http).get_caller_identity()
            assert identity["Account"] == "210987654321"


def test_nothing_is_left_after_a_stop(clean_process: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_PROFILE", "the-user-s-own")
    before = dict(os.environ)
    threads = threading.active_count()

    with AwsServices() as services:
        assert "AWS_PROFILE" not in os.environ
        client = services.client("sts", over_http=True)
        client.get_caller_identity()

    assert os.environ == before
    assert threading.active_count() == threads
    with pytest.raises(EndpointConnectionError):
        client.get_caller_identity()


def test_two_cannot_run_at_once(services: AwsServices) -> None:
    with pytest.raises(RuntimeError, match="runs a local cloud already"):
        AwsServices().start()

    assert services.client("sts").get_caller_identity()


def test_a_taken_port_is_an_error_and_can_be_tried_again(clean_process: None) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        with pytest.raises(OSError, match="in use"):
            AwsServices(port=port).start()

    with AwsServices(port=port) as services:
        assert services.endpoints.aws_endpoint_url == f"http://127.0.0.1:{port}"


def test_endpoints_are_written_for_other_programs(tmp_path: Path) -> None:
    endpoints = Endpoints(
        aws_endpoint_url="http://127.0.0.1:5000", api_url="http://127.0.0.1:5001/prod"
    )

    endpoints.write(tmp_path / "out" / "local" / "endpoints.json")

    assert json.loads((tmp_path / "out" / "local" / "endpoints.json").read_text()) == {
        "apiUrl": "http://127.0.0.1:5001/prod",
        "awsEndpointUrl": "http://127.0.0.1:5000",
        "region": "us-east-1",
        "accountId": "123456789012",
        "accessKeyId": "local",
        "secretAccessKey": "local",
    }


def test_what_was_overwritten_does_not_stay_in_memory(client: ClientFactory) -> None:
    s3, dynamodb = client("s3"), client("dynamodb")
    s3.create_bucket(Bucket="clips")
    dynamodb.create_table(
        TableName="batches",
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
    )

    for number in range(20):
        s3.put_object(Bucket="clips", Key="a", Body=b"frame")
        dynamodb.put_item(TableName="batches", Item={"pk": {"S": "b"}, "n": {"N": str(number)}})

    gc.collect()
    alive = [kind for thing in gc.get_objects() if (kind := type(thing)) in (Item, FakeKey)]
    assert alive.count(Item) == 1
    assert alive.count(FakeKey) == 1


def test_requests_are_not_logged(
    client: ClientFactory, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    client("sts").get_caller_identity()

    assert caplog.text == ""
    assert capfd.readouterr() == ("", "")


def test_the_process_keeps_its_own_time(services: AwsServices) -> None:
    started = services.clock.now()

    assert abs(datetime.now(UTC) - started).total_seconds() < 300
