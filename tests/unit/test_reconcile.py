from __future__ import annotations

from datetime import timedelta

import pytest

from labeling.model import BatchStatus, JobStatus, Wait
from labeling.ports import LabelingJobStatus
from labeling.use_cases.labeling_job_spec import labeling_job_spec
from labeling.use_cases.reconcile import reconcile
from labeling.use_cases.start_jobs import attempt_tag, start_jobs
from tests.fakes.workflow import Answer
from tests.unit.builders import BATCH_ID, request, stored


def tick(world):
    reconcile(ports=world, ends_at=world.now() + timedelta(seconds=45))


@pytest.fixture
def running(world):
    """A batch whose labeling job runs, and whose execution waits for it."""
    batch, jobs = stored(world, request("vehicle"))
    world.workflow.start(batch)
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


def job(world):
    return world.batches.jobs(BATCH_ID, 1)[0]


@pytest.mark.usefixtures("running")
def test_a_job_whose_event_was_lost_is_found_and_its_level_goes_on(world):
    world.labeling.finish("vehicle")

    tick(world)

    assert job(world).status is JobStatus.COMPLETE
    assert world.workflow.answers == [Answer(token="token")]


@pytest.mark.usefixtures("running")
def test_the_counts_of_a_running_job_are_brought_up_to_date(world):
    world.labeling.finish("vehicle", LabelingJobStatus.IN_PROGRESS, labeled=12, unlabeled=28)

    tick(world)

    assert (job(world).labeled, job(world).objects) == (12, 40)
    assert job(world).status is JobStatus.WAIT_FOR_SMGT_RESPONSE


@pytest.mark.usefixtures("running")
def test_a_job_over_its_time_fails_and_is_stopped(world):
    world.advance(world.job_completion_timeout + timedelta(seconds=1))

    tick(world)

    assert job(world).status is JobStatus.FAILED
    assert "1209600 s" in job(world).reason
    assert world.labeling.describe("vehicle").status is LabelingJobStatus.STOPPING
    assert world.workflow.answers[0].error == "LabelingJobFailed"


def test_a_batch_whose_execution_was_never_started_gets_one_after_a_minute(world):
    batch, _ = stored(world, request("vehicle"))

    tick(world)
    assert world.workflow.status(batch) is None

    world.advance(timedelta(minutes=2))
    tick(world)
    assert world.workflow.status(batch).status == "RUNNING"


def test_a_batch_whose_execution_ended_unnoticed_ends_too(world, running):
    world.workflow.finish(running, "TIMED_OUT", error="States.Timeout")
    world.advance(timedelta(minutes=5))

    tick(world)

    ended = world.batches.batch(BATCH_ID)
    assert ended.status is BatchStatus.INTERNAL_ERROR
    assert "TIMED_OUT" in ended.message
    assert len(world.notifier.published) == 1


def test_an_end_that_nobody_was_told_is_told(world, running):
    world.batches.end(running, BatchStatus.INTERNAL_ERROR, message="broken", now=world.now())

    tick(world)
    tick(world)

    assert len(world.notifier.published) == 1


def test_a_job_whose_starter_died_is_created_after_ten_minutes(world):
    batch, [vehicle] = stored(world, request("vehicle"))
    world.workflow.start(batch)
    world.batches.enqueue(batch, [vehicle], now=world.now())
    world.batches.claim(batch, vehicle, now=world.now())

    world.advance(timedelta(minutes=9))
    tick(world)
    assert world.labeling.running_names() == []

    world.advance(timedelta(minutes=2))
    tick(world)
    assert world.labeling.running_names() == ["vehicle"]
    assert job(world).status is JobStatus.WAIT_FOR_SMGT_RESPONSE


def test_more_batches_than_fit_into_the_time_are_handed_on(world):
    stored(world, request("vehicle"))

    reconcile(ports=world, ends_at=world.now())

    assert world.queue.take() == [{"type": "check", "batchId": BATCH_ID}]


def test_a_job_that_was_adopted_long_after_its_creation_is_found_too(world):
    batch, (planned,) = stored(world, request("vehicle"))
    world.batches.enqueue(batch, [planned], now=world.now())
    world.batches.claim(batch, planned, now=world.now())
    tag = attempt_tag(planned, table=world.table_name)
    world.labeling.create(labeling_job_spec(planned, tag=tag, places=world.places))
    world.labeling.finish("vehicle")

    world.advance(timedelta(minutes=14))
    tick(world)
    tick(world)

    assert job(world).status is JobStatus.COMPLETE


@pytest.mark.usefixtures("running")
def test_one_thing_that_breaks_holds_up_nothing_else(world, monkeypatch):
    world.labeling.finish("vehicle")

    def breaks(batch_id, states):
        raise RuntimeError("access denied")

    monkeypatch.setattr(world.batches, "settle_view", breaks)
    world.advance(timedelta(minutes=2))
    tick(world)

    assert job(world).status is JobStatus.COMPLETE
    assert world.queue.take() == [{"type": "check", "batchId": BATCH_ID}]


@pytest.mark.usefixtures("running")
def test_a_job_whose_giving_up_was_cut_short_fails_when_it_has_stopped(world, monkeypatch):
    def dies(*args, **keywords):
        raise ConnectionError("the process died")

    world.advance(world.job_completion_timeout + timedelta(seconds=1))
    with monkeypatch.context() as patched:
        patched.setattr(world.batches, "record", dies)
        tick(world)
    assert job(world).status is JobStatus.WAIT_FOR_SMGT_RESPONSE
    world.labeling.finish("vehicle", LabelingJobStatus.STOPPED)

    tick(world)

    assert job(world).status is JobStatus.FAILED
    assert "JobCompletionTimeout" in job(world).reason
    assert world.workflow.answers[0].error == "LabelingJobFailed"
