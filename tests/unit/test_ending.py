"""How a batch ends, and what people are told."""

from __future__ import annotations

import json

import pytest

from labeling.errors import NoJobCompleted, NotPublished, StaleRun
from labeling.model import BatchStatus, JobStatus, OnJobFailure, Outcome
from labeling.use_cases.complete_batch import complete_batch
from labeling.use_cases.fail_batch import fail_batch
from tests.unit.builders import BATCH_ID, request, stored


@pytest.fixture
def done(world):
    """A batch whose only job is complete."""
    batch, [job] = stored(world, request("vehicle"), levels=1)
    world.batches.record(job, Outcome(status=JobStatus.COMPLETE, labeled=1), now=world.now())
    return batch


def complete(world, batch):
    complete_batch(batch.batch_id, batch.execution, attempt=0, ports=world)


def fail(world, batch, execution=None, reason="vehicle: expired"):
    fail_batch(
        batch.batch_id,
        execution or batch.execution,
        error_type="LabelingJobFailed",
        reason=reason,
        ports=world,
    )


def told(world):
    return [json.loads(message.body) for message in world.notifier.published]


def test_a_completed_batch_tells_the_whole_of_it(world, done):
    complete(world, done)

    assert world.batches.batch(BATCH_ID).status is BatchStatus.COMPLETE
    [body] = told(world)
    assert {**body, "batchInfo": None} == {
        "batchId": BATCH_ID,
        "message": "Batch processing has completed successfully.",
        "batchInfo": None,
        "token": (
            "arn:aws:states:us-east-1:123456789012:execution:"
            "smgt-workflow-batch-process:clip-0001-01234567"
        ),
        "status": "SUCCESS",
    }
    assert body["batchInfo"]["firstLevel"]["numChildBatchesComplete"] == "1"


def test_a_message_can_be_filtered_and_recognised_when_it_comes_twice(world, done):
    complete(world, done)

    [message] = world.notifier.published
    assert message.attributes == {
        "batchId": BATCH_ID,
        "status": "SUCCESS",
        "deduplicationId": "clip-0001-0-COMPLETE",
    }
    assert message.subject == "Labeling batch clip-0001: SUCCESS"


def test_completing_again_tells_nobody_twice(world, done):
    complete(world, done)
    complete(world, done)

    assert len(told(world)) == 1


def test_a_crash_after_publishing_repeats_the_very_same_message(world, done, monkeypatch):
    def crash(batch):
        raise ConnectionError("the process died")

    with monkeypatch.context() as patched:
        patched.setattr(world.batches, "mark_published", crash)
        with pytest.raises(ConnectionError):
            complete(world, done)
    monkeypatch.setattr(world.objects, "signed_url", lambda uri: f"{uri}?signed-later")
    complete(world, done)

    first, second = world.notifier.published
    assert first == second


def test_a_topic_that_takes_no_message_does_not_hide_the_status(world, done, monkeypatch):
    def refuse(*args, **keywords):
        raise NotPublished("no such topic")

    with monkeypatch.context() as patched:
        patched.setattr(world.notifier, "publish", refuse)
        complete(world, done)

    assert world.batches.batch(BATCH_ID).status is BatchStatus.COMPLETE
    assert [batch.batch_id for batch in world.batches.unpublished()] == [BATCH_ID]


def test_a_message_over_what_sns_takes_leads_to_the_whole_in_s3(world, monkeypatch):
    names = [f"job-{number:03}" for number in range(200)]
    batch, jobs = stored(world, *(request(name) for name in names), levels=1)
    for job in jobs:
        world.batches.record(job, Outcome(status=JobStatus.COMPLETE), now=world.now())

    complete(world, batch)

    [message] = world.notifier.published
    body = json.loads(message.body)
    assert len(message.body) < 256 * 1024
    assert "batchInfo" not in body
    whole = json.loads(world.objects.read(body["batchInfoS3Uri"]))
    assert len(whole["firstLevel"]["jobLevels"]) == 200
    assert body["batchInfoS3Url"].startswith("https://")


def test_a_batch_that_continues_without_a_single_label_at_its_end_fails(world):
    batch, [job] = stored(world, request("vehicle"), levels=1, on_job_failure=OnJobFailure.CONTINUE)
    world.batches.record(job, Outcome(status=JobStatus.FAILED, reason="no"), now=world.now())

    with pytest.raises(NoJobCompleted):
        complete(world, batch)

    assert world.batches.batch(BATCH_ID).status is BatchStatus.IN_PROGRESS


def test_a_failed_batch_tells_the_reason(world):
    batch, _ = stored(world, request("vehicle"))

    fail(world, batch)

    assert world.batches.batch(BATCH_ID).status is BatchStatus.INTERNAL_ERROR
    assert told(world) == [
        {
            "batchId": BATCH_ID,
            "message": "Batch processing failed",
            "errorType": "LabelingJobFailed",
            "errorString": "vehicle: expired",
            "token": (
                "arn:aws:states:us-east-1:123456789012:execution:"
                "smgt-workflow-batch-process:clip-0001-01234567"
            ),
            "status": "FAILED",
        }
    ]


def test_an_execution_that_the_batch_left_behind_fails_nothing_and_tells_nobody(world):
    batch, _ = stored(world, request("vehicle"), run=1)

    fail(world, batch, execution="clip-0001-01234567")

    assert world.batches.batch(BATCH_ID).status is BatchStatus.IN_PROGRESS
    assert told(world) == []


def test_a_complete_batch_does_not_fail_any_more(world, done):
    complete(world, done)

    fail(world, done)

    assert world.batches.batch(BATCH_ID).status is BatchStatus.COMPLETE
    assert len(told(world)) == 1


def test_a_stopped_batch_does_not_become_complete(world, done):
    world.batches.end(done, BatchStatus.STOPPED, message="", now=world.now())

    with pytest.raises(StaleRun):
        complete(world, done)

    assert world.batches.batch(BATCH_ID).status is BatchStatus.STOPPED


def test_people_are_told_on_the_topic_that_the_request_names(world):
    topic = "arn:aws:sns:us-east-1:123456789012:mine"
    batch, _ = stored(world, request("vehicle"), destination_topic_arn=topic)

    fail(world, batch)

    assert world.notifier.published[0].topic_arn == topic
