"""`make destroy`, on the local cloud."""

from __future__ import annotations

import sys
from collections.abc import Iterator

import pytest

from emulator.clock import VirtualClock
from emulator.cloud import LocalCloud
from stacks import synthesized, teardown
from stacks.app import STACK_NAME


@pytest.fixture
def cloud() -> Iterator[LocalCloud]:
    with LocalCloud(workers="none", clock=VirtualClock()) as cloud:
        cloud.deploy_app(synthesized.assembly())
        yield cloud


def test_nothing_is_left_of_a_stack_that_was_in_use(cloud: LocalCloud) -> None:
    names = teardown.outputs(STACK_NAME)
    s3 = cloud.client("s3")
    for body in (b"old", b"new"):
        s3.put_object(Bucket=names["InputBucketName"], Key="a/manifest", Body=body)
    s3.delete_object(Bucket=names["InputBucketName"], Key="a/manifest")
    states = cloud.client("stepfunctions")
    states.start_execution(
        stateMachineArn=names["StateMachineArn"], name="b-1", input='{"batchId": "b"}'
    )

    teardown.teardown(STACK_NAME)

    buckets = {bucket["Name"] for bucket in s3.list_buckets()["Buckets"]}
    assert buckets.isdisjoint({names["InputBucketName"], names["ProcessingBucketName"]})
    assert names["TableName"] not in cloud.client("dynamodb").list_tables()["TableNames"]
    assert states.list_state_machines()["stateMachines"] == []
    with pytest.raises(teardown.NoSuchStack):
        teardown.outputs(STACK_NAME)


def test_nothing_is_deleted_when_the_name_is_not_typed(monkeypatch: pytest.MonkeyPatch) -> None:
    names = {"InputBucketName": "input", "ProcessingBucketName": "processing"}
    deleted: list[str] = []
    monkeypatch.setattr(teardown, "outputs", lambda _: names)
    monkeypatch.setattr(teardown, "teardown", deleted.append)
    monkeypatch.setattr(sys, "argv", ["destroy"])
    monkeypatch.setattr("builtins.input", lambda _: "yes")

    with pytest.raises(SystemExit, match="Nothing was deleted"):
        teardown.main()

    assert deleted == []
