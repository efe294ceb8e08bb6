"""The whole system on the local cloud, time moved by hand."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

import smgt
from emulator.clock import VirtualClock
from emulator.cloud import LocalCloud
from examples.driving.answers import script
from examples.driving.batch import request, upload
from stacks.synthesized import assembly

SUBSCRIBER = "team@example.com"
A_MOMENT = timedelta(seconds=1)
RECONCILED = timedelta(minutes=5)


class Pipeline:
    """A deployed workflow, and what tests do with it."""

    def __init__(self, cloud: LocalCloud) -> None:
        self.cloud = cloud
        endpoints = cloud.endpoints
        self.client = smgt.Client(
            api_url=endpoints.api_url,
            session=cloud_session(cloud),
            aws_endpoint_url=endpoints.aws_endpoint_url,
        )
        self.inputs = upload(self.client)

    def create(self, batch_id: str, **changes: Any) -> dict[str, Any]:
        """Send the driving clip's batch, its request changed so; returns the request."""
        body = request(batch_id, self.inputs) | changes
        self.client.create(body)
        return body

    def run(self, *, moments: int = 12) -> None:
        """Let everything happen that happens without a further word, and some seconds pass."""
        for _ in range(moments):
            self.cloud.settle()
            self.cloud.clock.advance(A_MOMENT)
        self.cloud.settle()

    def wait(self, time: timedelta) -> None:
        self.cloud.clock.advance(time)
        self.run()

    def show(self, batch_id: str) -> dict[str, Any]:
        return dict(self.client.show(batch_id).raw)

    def mails(self) -> list[dict[str, Any]]:
        return [mail.json() for mail in self.cloud.inbox.mails(SUBSCRIBER)]

    def execution(self, batch_id: str) -> dict[str, Any]:
        """DescribeExecution of the batch's latest execution."""
        states = self.cloud.client("stepfunctions")
        machine = states.list_state_machines()["stateMachines"][0]["stateMachineArn"]
        executions = states.list_executions(stateMachineArn=machine)["executions"]
        arn = next(
            execution["executionArn"]
            for execution in executions
            if execution["name"].startswith(f"{batch_id}-")
        )
        described: dict[str, Any] = states.describe_execution(executionArn=arn)
        return described

    def states(self, batch_id: str) -> list[str]:
        """The names of the states that the batch's execution entered, choices left out."""
        history = self.cloud.client("stepfunctions").get_paginator("get_execution_history")
        return [
            event["stateEnteredEventDetails"]["name"]
            for page in history.paginate(executionArn=self.execution(batch_id)["executionArn"])
            for event in page["events"]
            if event["type"].endswith("StateEntered") and event["type"] != "ChoiceStateEntered"
        ]

    def lines(self, uri: str) -> list[dict[str, Any]]:
        """An S3 object of JSON lines."""
        bucket, _, key = uri.removeprefix("s3://").partition("/")
        body = self.cloud.client("s3").get_object(Bucket=bucket, Key=key)["Body"].read()
        return [json.loads(line) for line in body.decode().splitlines()]

    def statuses(self, batch_id: str) -> dict[str, str]:
        return {job.name: job.status for job in self.client.show(batch_id).jobs}


def cloud_session(cloud: LocalCloud) -> Any:
    import boto3

    endpoints = cloud.endpoints
    return boto3.Session(
        aws_access_key_id=endpoints.access_key_id,
        aws_secret_access_key=endpoints.secret_access_key,
        region_name=endpoints.region,
    )


@pytest.fixture(scope="module")
def deployed() -> Iterator[LocalCloud]:
    with LocalCloud(clock=VirtualClock(), script=script()) as cloud:
        cloud.deploy_app(assembly(), {"NotificationEmail": SUBSCRIBER})
        yield cloud


@pytest.fixture
def pipeline(deployed: LocalCloud) -> Pipeline:
    deployed.reset()
    return Pipeline(deployed)
