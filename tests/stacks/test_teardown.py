"""`make destroy`, on the local cloud."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

import smgt
from emulator.clock import VirtualClock
from emulator.cloud import LocalCloud
from emulator.deployment import DeploymentFailed
from emulator.ground_truth.life import Pace
from emulator.ground_truth.limits import Limits
from examples.driving.batch import request, upload
from stacks import synthesized, teardown
from stacks.app import STACK_NAME
from tests.workflow.conftest import cloud_session


@pytest.fixture
def cloud() -> Iterator[LocalCloud]:
    """An account that runs one labeling job at a time, and stops it within minutes."""
    with LocalCloud(
        workers="none",
        clock=VirtualClock(),
        limits=Limits(running_jobs=1),
        pace=Pace(stopping=timedelta(minutes=2)),
    ) as cloud:
        yield cloud


def destroy(cloud: LocalCloud) -> None:
    """What `make destroy` does, time passing instead of being waited for."""

    def pass_time(seconds: float) -> None:
        cloud.clock.advance(timedelta(seconds=seconds))
        cloud.settle()

    found = teardown.belongings(STACK_NAME, teardown.PREFIX)
    teardown.teardown(found, pause=pass_time)


def left(cloud: LocalCloud) -> list[str]:
    """What the stack's name is still on."""
    buckets = [bucket["Name"] for bucket in cloud.client("s3").list_buckets()["Buckets"]]
    tables = cloud.client("dynamodb").list_tables()["TableNames"]
    listed = cloud.client("stepfunctions").list_state_machines()["stateMachines"]
    names = [*buckets, *tables, *(machine["name"] for machine in listed)]
    return [name for name in names if name.startswith(STACK_NAME)]


def test_nothing_is_left_of_a_stack_in_use_and_it_starts_nothing_more(
    cloud: LocalCloud,
) -> None:
    cloud.deploy_app(synthesized.assembly())
    client = smgt.Client(
        api_url=cloud.endpoints.api_url,
        session=cloud_session(cloud),
        aws_endpoint_url=cloud.endpoints.aws_endpoint_url,
    )
    client.create(request("clip", upload(client)))
    cloud.settle()  # one of its jobs runs, the others are queued
    s3 = cloud.client("s3")
    s3.put_object(Bucket=client.input_bucket, Key="driving/driving.json", Body=b"overwritten")
    s3.delete_object(Bucket=client.input_bucket, Key="driving/driving.json")
    made_before = list(cloud.faults.calls)

    destroy(cloud)

    assert left(cloud) == []
    assert list(cloud.faults.calls) == made_before  # no function has run
    jobs = cloud.client("sagemaker").list_labeling_jobs()["LabelingJobSummaryList"]
    assert [job["LabelingJobStatus"] for job in jobs] == ["Stopped"]
    with pytest.raises(teardown.NothingLeft):
        teardown.belongings(STACK_NAME, teardown.PREFIX)


def test_what_a_deleted_stack_left_behind_is_deleted(cloud: LocalCloud) -> None:
    cloud.deploy_app(synthesized.assembly())
    cloud.deployments.destroy(STACK_NAME)
    assert len(left(cloud)) == 3

    destroy(cloud)

    assert left(cloud) == []


def test_a_first_deployment_that_failed_stops_neither_its_deletion_nor_the_next_one(
    cloud: LocalCloud,
) -> None:
    team = "smgt-workflow-second-level"
    sagemaker: Any = cloud.client("sagemaker")
    cloud.deploy_app(synthesized.assembly())
    taken = sagemaker.describe_workteam(WorkteamName=team)["Workteam"]["MemberDefinitions"]
    destroy(cloud)
    sagemaker.create_workteam(WorkteamName=team, Description="-", MemberDefinitions=taken)
    with pytest.raises(DeploymentFailed, match="ROLLBACK_COMPLETE"):
        cloud.deploy_app(synthesized.assembly())
    assert left(cloud) == []

    destroy(cloud)
    sagemaker.delete_workteam(WorkteamName=team)
    cloud.deploy_app(synthesized.assembly())

    assert len(left(cloud)) == 4


@pytest.mark.parametrize(
    ("source", "ours"),
    [
        ({"S3DataSource": {"ManifestS3Uri": "s3://ours/clip/input.manifest"}}, True),
        ({"S3DataSource": {"ManifestS3Uri": "s3://theirs/ours/input.manifest"}}, False),
        ({"SnsDataSource": {"SnsTopicArn": "arn:aws:sns:us-east-1:123456789012:t"}}, False),
        ({}, False),
    ],
)
def test_only_jobs_that_read_from_our_buckets_are_ours(source: dict[str, Any], ours: bool) -> None:
    assert teardown.works_on({"InputConfig": {"DataSource": source}}, ["ours"]) is ours


def test_a_job_without_an_input_is_not_ours() -> None:
    assert not teardown.works_on({"LabelingJobName": "failed-early"}, ["ours"])


def test_jobs_that_do_not_stop_are_named(
    cloud: LocalCloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(teardown, "_labeling_jobs", lambda _: {"clip-vehicle": "Stopping"})
    cloud.deploy_app(synthesized.assembly())
    found = teardown.belongings(STACK_NAME, teardown.PREFIX)

    with pytest.raises(teardown.StillRunning, match="clip-vehicle"):
        teardown.teardown(found, pause=lambda _: None)

    assert len(left(cloud)) == 4  # nothing was deleted yet


def test_nothing_is_deleted_when_the_name_is_not_typed(monkeypatch: pytest.MonkeyPatch) -> None:
    found = teardown.Belongings(
        stack_id="id",
        buckets=("input", "processing"),
        tables=("batches",),
        state_machine_arn="arn",
        event_sources=(),
    )
    deleted: list[teardown.Belongings] = []
    monkeypatch.setattr(teardown, "belongings", lambda *_: found)
    monkeypatch.setattr(teardown, "teardown", deleted.append)
    monkeypatch.setattr(sys, "argv", ["destroy"])
    monkeypatch.setattr("builtins.input", lambda _: "yes")

    with pytest.raises(SystemExit, match="Nothing was deleted"):
        teardown.main()

    assert deleted == []
