from __future__ import annotations

import json

import pytest

from labeling.errors import ServiceUnavailable
from labeling.listener_batch import handle_batch
from labeling.model import BatchStatus, JobStatus, Wait
from labeling.ports import LabelingJobStatus
from labeling.use_cases.start_jobs import start_jobs
from tests.fakes.workflow import Answer
from tests.unit.builders import BATCH_ID, foreign_job, request, stored

ARN = "arn:aws:sagemaker:us-east-1:123456789012:labeling-job/"


def event(name):
    return {
        "detail-type": "SageMaker Ground Truth Labeling Job State Change",
        "source": "aws.sagemaker",
        "resources": [ARN + name],
        "detail": {"LabelingJobStatus": "Completed"},
    }


def handle(world, *bodies):
    """The ids ("m0", "m1", …) of the messages that failed."""
    records = [
        {"messageId": f"m{number}", "body": body if isinstance(body, str) else json.dumps(body)}
        for number, body in enumerate(bodies)
    ]
    return handle_batch(records, ports=world, seconds=45)


@pytest.fixture
def running(world):
    """A batch whose two labeling jobs run, and whose execution waits for them."""
    batch, jobs = stored(world, request("vehicle"), request("lane"))
    world.batches.enqueue(batch, jobs, now=world.now())
    start_jobs(ports=world, seconds=45)
    world.batches.put_wait(
        Wait(
            batch_id=BATCH_ID,
            state="CheckForFirstLevelComplete",
            run=0,
            attempt=0,
            token="token",
        )
    )
    return batch


def statuses(world):
    return [job.status for job in world.batches.jobs(BATCH_ID, 1)]


@pytest.mark.usefixtures("running")
def test_the_last_job_to_end_lets_the_execution_go_on(world):
    world.labeling.finish("vehicle")
    world.labeling.finish("lane")

    assert handle(world, event("vehicle")) == []
    assert world.workflow.answers == []
    assert handle(world, event("lane")) == []
    assert world.workflow.answers == [Answer(token="token")]


@pytest.mark.usefixtures("running")
def test_an_event_that_comes_twice_counts_once(world):
    world.labeling.finish("vehicle")

    handle(world, event("vehicle"), event("vehicle"))
    handle(world, event("vehicle"))

    view = world.batches.view(BATCH_ID)
    assert view.level(1).complete == 1


@pytest.mark.usefixtures("running")
def test_an_event_before_the_job_has_ended_changes_nothing(world):
    handle(world, event("vehicle"))

    assert statuses(world) == [JobStatus.WAIT_FOR_SMGT_RESPONSE] * 2


@pytest.mark.usefixtures("running")
def test_the_service_is_believed_not_the_event(world):
    world.labeling.finish("vehicle", LabelingJobStatus.FAILED, reason="bad manifest")

    handle(world, event("vehicle"))

    [answer] = world.workflow.answers
    assert "bad manifest" in answer.cause


@pytest.mark.usefixtures("running")
def test_a_job_that_completed_without_a_label_has_failed(world):
    world.labeling.finish("vehicle", labeled=0, failed_objects=3)

    handle(world, event("vehicle"))

    failed = world.batches.jobs(BATCH_ID, 1)[0]
    assert (failed.status, failed.reason) == (JobStatus.FAILED, "no object was labeled")
    assert failed.failed_objects == 3


@pytest.mark.usefixtures("running")
def test_a_job_that_somebody_else_stopped_fails_the_level(world):
    world.labeling.finish("vehicle", LabelingJobStatus.STOPPED)

    handle(world, event("vehicle"))

    assert statuses(world)[0] is JobStatus.STOPPED
    assert world.workflow.answers[0].error == "LabelingJobFailed"


def test_the_end_of_a_foreign_job_under_a_name_that_waits_for_its_turn_is_not_ours(world):
    stored(world, request("vehicle"))
    world.labeling.create(foreign_job("vehicle"))
    world.labeling.finish("vehicle")

    handle(world, event("vehicle"))

    assert statuses(world) == [JobStatus.QUEUED]
    assert world.batches.view(BATCH_ID).level(1).complete == 0


def test_the_end_of_a_foreign_job_makes_room_for_a_queued_one(world):
    world.labeling.quota = 0
    batch, jobs = stored(world, request("vehicle"))
    world.batches.enqueue(batch, jobs, now=world.now())
    world.labeling.quota = 1

    assert handle(world, event("somebody-elses-job")) == []

    assert world.labeling.running_names() == ["vehicle"]


@pytest.mark.usefixtures("running")
def test_a_wake_settles_a_level_that_was_done_before_its_token_came(world):
    for name in ("vehicle", "lane"):
        world.labeling.finish(name)
    handle(world, event("vehicle"), event("lane"))
    world.batches.put_wait(
        Wait(
            batch_id=BATCH_ID,
            state="CheckForFirstLevelComplete",
            run=0,
            attempt=1,
            token="second try",
        )
    )

    handle(world, {"type": "wake", "batchId": BATCH_ID})

    assert world.workflow.answers[-1] == Answer(token="second try")


@pytest.mark.usefixtures("running")
def test_a_message_that_nobody_can_read_spoils_nothing_for_the_others(world):
    world.labeling.finish("vehicle")

    assert handle(world, "nonsense", event("vehicle")) == ["m0"]

    assert statuses(world)[0] is JobStatus.COMPLETE


@pytest.mark.usefixtures("running")
def test_a_busy_service_sends_the_messages_round_again_instead_of_failing_them(world):
    world.labeling.finish("vehicle")
    world.labeling.down = ServiceUnavailable("throttled")

    assert handle(world, event("vehicle")) == []
    [again] = world.queue.take()
    world.labeling.down = None
    handle(world, dict(again))

    assert statuses(world)[0] is JobStatus.COMPLETE


@pytest.mark.usefixtures("running")
def test_only_the_message_that_breaks_the_listener_fails(world, monkeypatch):
    world.labeling.finish("vehicle")
    describe = world.labeling.describe

    def breaks_on_lane(name):
        if name == "lane":
            raise RuntimeError("broken")
        return describe(name)

    monkeypatch.setattr(world.labeling, "describe", breaks_on_lane)

    assert handle(world, event("lane"), event("vehicle")) == ["m0"]
    assert statuses(world)[0] is JobStatus.COMPLETE


def execution_event(batch, status="ABORTED"):
    return {
        "detail-type": "Step Functions Execution Status Change",
        "source": "aws.states",
        "resources": [],
        "detail": {
            "name": batch.execution,
            "status": status,
            "input": json.dumps({"batchId": batch.batch_id}),
            "error": "ByHand",
            "cause": "somebody pressed stop",
        },
    }


def test_an_execution_that_was_stopped_by_hand_ends_its_batch_and_people_are_told(world, running):
    handle(world, execution_event(running))

    ended = world.batches.batch(BATCH_ID)
    assert ended.status is BatchStatus.INTERNAL_ERROR
    assert "ABORTED" in ended.message
    assert "somebody pressed stop" in ended.message
    [told] = world.notifier.published
    assert json.loads(told.body)["status"] == "FAILED"


def test_the_end_of_an_execution_that_the_batch_left_behind_means_nothing(world):
    batch, _ = stored(world, request("vehicle"), run=1)
    left_behind = execution_event(batch)
    left_behind["detail"]["name"] = batch.execution.removesuffix("-1")

    handle(world, left_behind)

    assert world.batches.batch(BATCH_ID).status is BatchStatus.IN_PROGRESS
