from __future__ import annotations

from datetime import timedelta

import pytest

from labeling.errors import (
    BatchNotFound,
    NotPublished,
    ServiceUnavailable,
    StaleRun,
    WrongState,
)
from labeling.model import BatchStatus, JobStatus
from labeling.ports import LabelingJobStatus
from labeling.use_cases.fail_batch import fail_batch
from labeling.use_cases.listen import listen
from labeling.use_cases.reconcile import reconcile
from labeling.use_cases.retry_batch import retry_batch
from labeling.use_cases.settle import settle
from labeling.use_cases.stop_batch import stop_batch
from labeling.use_cases.transform_batch import transform_batch
from labeling.use_cases.trigger_level import trigger_level
from labeling.use_cases.wait_for_level import wait_for_level
from tests.fakes.workflow import Answer
from tests.unit.builders import (
    BATCH_ID,
    MANIFEST,
    ended_event,
    found,
    manifest,
    request,
    running,
    stored,
    work_off,
)
from tests.unit.request_bodies import SETTINGS

FAILED, STOPPED = LabelingJobStatus.FAILED, LabelingJobStatus.STOPPED
CHECK = "CheckForFirstLevelComplete"
LABELED = {"source-ref": "s3://in/0", "vehicle-ref": "s3://out/0.json"}
UNLABELED = {"source-ref": "s3://in/1"}


def retry(world):
    return retry_batch(BATCH_ID, ports=world)


def first_states(world, batch):
    """The states of a run up to its first wait."""
    transform_batch(BATCH_ID, batch.execution, ports=world, settings=SETTINGS)
    trigger_level(BATCH_ID, batch.execution, 1, ports=world, seconds=45)
    wait(world, batch, token=f"token-{batch.run}")


def wait(world, batch, *, token, attempt=0):
    wait_for_level(
        BATCH_ID,
        batch.execution,
        CHECK,
        token=token,
        attempt=attempt,
        batches=world.batches,
        queue=world.queue,
    )


def ends(world, name, status=LabelingJobStatus.COMPLETED, **counts):
    world.labeling.finish(name, status, **counts)
    listen([ended_event(name)], ports=world, seconds=45)


def fail(world, batch):
    """BatchError, and the end of the execution."""
    fail_batch(
        BATCH_ID,
        batch.execution,
        error_type="LabelingJobFailed",
        reason=level(world).failure,
        ports=world,
    )
    world.workflow.finish(batch, "FAILED")


def level(world):
    return world.batches.view(BATCH_ID).level(1)


def stopped(world, batch):
    """The batch is stopped, and so are its jobs."""
    stop_batch(BATCH_ID, ports=world)
    for _ in range(len(world.labeling.running_names())):
        work_off(world)
    for name in world.labeling.running_names():
        ends(world, name, STOPPED, labeled=1, unlabeled=1)
    world.queue.take()


def test_a_failed_batch_is_complete_after_its_retry(world):
    batch = running(world, request("vehicle"), request("lane"))
    ends(world, "lane")
    ends(world, "vehicle", FAILED, reason="bad manifest")
    fail(world, batch)
    assert (level(world).complete, level(world).failed) == (1, 1)

    again = retry(world)
    first_states(world, again)
    assert (level(world).complete, level(world).failed) == (1, 0)
    ends(world, "vehicle-r1")

    assert (level(world).complete, level(world).failed) == (2, 0)
    assert world.workflow.answers == [Answer(token="token-1")]
    assert world.labeling.running_names() == []


def test_a_retry_is_another_run_with_an_execution_of_its_own(world):
    batch = running(world, request("vehicle"))
    ends(world, "vehicle", FAILED)
    fail(world, batch)

    again = retry(world)

    assert (again.run, again.status, again.message) == (1, BatchStatus.IN_PROGRESS, "")
    assert again.execution == f"{batch.execution}-1"
    assert world.workflow.status(again).status == "RUNNING"


def test_the_execution_of_the_run_before_is_stopped_whatever_it_does(world):
    batch = running(world, request("vehicle"))
    world.batches.end(batch, BatchStatus.INTERNAL_ERROR, message="", now=world.now())
    assert world.workflow.status(batch).status == "RUNNING"

    retry(world)

    assert world.workflow.status(batch).status == "ABORTED"


def test_the_end_of_the_run_before_is_told_before_it_is_forgotten(world):
    batch = running(world, request("vehicle"))
    world.batches.end(batch, BatchStatus.INTERNAL_ERROR, message="", now=world.now())

    retry(world)

    assert [message.attributes["status"] for message in world.notifier.published] == ["FAILED"]


def test_the_next_run_waits_until_people_are_told_how_the_last_one_ended(world):
    batch = running(world, request("vehicle"))
    world.batches.end(batch, BatchStatus.STOPPED, message="", now=world.now())
    world.notifier.down = NotPublished("down")

    with pytest.raises(ServiceUnavailable, match="in a minute"):
        retry(world)
    world.notifier.down = None

    assert retry(world).run == 1
    assert [message.attributes["status"] for message in world.notifier.published] == ["STOPPED"]


def test_a_topic_that_stays_down_keeps_nobody_from_retrying(world):
    batch = running(world, request("vehicle"))
    world.batches.end(batch, BatchStatus.STOPPED, message="", now=world.now())
    world.notifier.down = NotPublished("down")

    world.advance(timedelta(minutes=10))

    assert retry(world).run == 1


def test_retrying_twice_begins_one_run(world):
    batch = running(world, request("vehicle"))
    ends(world, "vehicle", FAILED)
    fail(world, batch)

    first = retry(world)
    second = retry(world)
    first_states(world, first)
    first_states(world, first)

    assert first == second
    assert found(world, "vehicle").labeling_job == "vehicle-r1"
    assert world.labeling.running_names() == ["vehicle-r1"]
    assert len(world.workflow.executions) == 2


def test_a_retry_whose_execution_was_never_started_starts_it(world):
    batch = running(world, request("vehicle"))
    over = world.batches.end(batch, BatchStatus.STOPPED, message="", now=world.now())
    begun = world.batches.begin_run(over, now=world.now())

    retry(world)

    assert world.workflow.status(begun).status == "RUNNING"


def test_a_retry_whose_execution_is_over_already_is_left_to_the_listener(world):
    batch = running(world, request("vehicle"))
    world.batches.end(batch, BatchStatus.STOPPED, message="", now=world.now())
    again = retry(world)
    world.workflow.finish(again, "FAILED")

    assert retry(world) == again


def test_complete_and_running_jobs_keep_their_attempt(world):
    batch = running(world, request("a"), request("b"), request("c"))
    ends(world, "a")
    ends(world, "b", FAILED)
    fail(world, batch)

    first_states(world, retry(world))

    assert [found(world, name).labeling_job for name in "abc"] == ["a", "b-r1", "c"]
    assert world.labeling.running_names() == ["c", "b-r1"]


def test_a_stopped_batch_goes_on_from_what_was_labeled(world):
    batch = running(world, request("vehicle"))
    before = found(world, "vehicle")
    world.objects.write(before.output_uri, manifest(LABELED, UNLABELED))
    stopped(world, batch)

    first_states(world, retry(world))

    assert world.labeling.spec("vehicle-r1").input_manifest_uri == before.output_uri
    assert world.labeling.spec("vehicle-r1").label_attribute == "vehicle-ref"


def test_jobs_that_were_queued_when_their_batch_was_stopped_are_started(world):
    world.labeling.quota = 1
    batch = running(world, request("vehicle"), request("lane"))
    stopped(world, batch)
    world.labeling.quota = 2

    first_states(world, retry(world))

    assert sorted(world.labeling.running_names()) == ["lane", "vehicle-r1"]


def test_a_job_that_is_still_stopping_is_queued_again_when_it_has_stopped(world):
    running(world, request("vehicle"))
    before = found(world, "vehicle")
    stop_batch(BATCH_ID, ports=world)
    work_off(world)
    world.queue.take()

    first_states(world, retry(world))
    world.objects.write(before.output_uri, manifest(LABELED, UNLABELED))
    assert found(world, "vehicle").labeling_job == "vehicle"

    ends(world, "vehicle", STOPPED, labeled=1, unlabeled=1)

    assert world.labeling.running_names() == ["vehicle-r1"]
    assert world.labeling.spec("vehicle-r1").input_manifest_uri == before.output_uri
    assert (level(world).complete, level(world).failed) == (0, 0)


def test_a_wake_of_the_run_before_stops_nothing_of_this_one(world):
    batch = running(world, request("a"), request("b"))
    stop_batch(BATCH_ID, ports=world)
    work_off(world)
    over = world.batches.batch(BATCH_ID)

    retry(world)
    work_off(world)

    assert over.run == batch.run
    assert not found(world, "b").stopping


def test_a_job_of_which_nothing_is_left_to_label_is_complete_at_once(world):
    batch = running(world, request("vehicle"))
    world.objects.write(found(world, "vehicle").output_uri, manifest(LABELED, LABELED))
    stopped(world, batch)

    again = retry(world)
    first_states(world, again)
    work_off(world)

    vehicle = found(world, "vehicle")
    assert (vehicle.status, vehicle.labeled, vehicle.labeling_job) == ("COMPLETE", 2, "vehicle")
    assert level(world).complete == 1
    assert world.workflow.answers == [Answer(token="token-1")]
    assert world.labeling.running_names() == []


def test_a_level_that_is_done_passes_without_waiting(world):
    batch = running(world, request("vehicle"))
    ends(world, "vehicle")
    stopped(world, batch)

    first_states(world, retry(world))
    work_off(world)

    assert world.workflow.answers == [Answer(token="token-1")]


def test_a_batch_is_retried_as_often_as_it_fails(world):
    batch = running(world, request("vehicle"))
    for attempt in ("vehicle", "vehicle-r1", "vehicle-r2"):
        ends(world, attempt, FAILED, reason=attempt)
        assert level(world).failure == f"vehicle: {attempt}"
        fail(world, batch)
        batch = retry(world)
        first_states(world, batch)

    assert world.labeling.running_names() == ["vehicle-r3"]
    assert (level(world).complete, level(world).failed) == (0, 0)


def test_inputs_that_are_gone_by_now_keep_nobody_from_retrying(world):
    batch = running(world, request("vehicle"), request("lane"))
    ends(world, "lane")
    ends(world, "vehicle", FAILED)
    fail(world, batch)
    del world.objects.texts[MANIFEST]

    first_states(world, retry(world))

    assert world.labeling.running_names() == ["vehicle-r1"]


def test_an_approval_stays(world):
    batch, _ = stored(
        world,
        request("vehicle"),
        request("audit", 2, chain_from="vehicle"),
        approve_before_levels=frozenset({2}),
    )
    world.batches.approve(BATCH_ID, 2, rate=25, now=world.now())
    stopped(world, batch)

    first_states(world, retry(world))

    second = world.batches.view(BATCH_ID).level(2)
    assert (second.approved, second.approved_rate) == (True, 25)


def test_an_approved_rate_draws_no_second_sample_for_an_audit_that_had_begun(world):
    batch = running(
        world,
        request("vehicle"),
        request("audit", 2, chain_from="vehicle"),
        approve_before_levels=frozenset({2}),
    )
    ends(world, "vehicle")
    lines = [{"source-ref": f"s3://in/{n}", "vehicle-ref": f"s3://out/{n}"} for n in range(4)]
    world.objects.write(found(world, "vehicle").output_uri, manifest(*lines))
    world.batches.approve(BATCH_ID, 2, rate=50, now=world.now())
    trigger_level(BATCH_ID, batch.execution, 2, ports=world, seconds=45)
    first = found(world, "audit").output_uri
    world.objects.write(first, manifest(lines[0] | {"audit-ref": "s3://out/a"}, lines[1]))
    stopped(world, batch)

    again = retry(world)
    first_states(world, again)
    trigger_level(BATCH_ID, again.execution, 2, ports=world, seconds=45)

    assert found(world, "audit").labeling_job == "audit-r1"
    assert found(world, "audit").input_uri == first


# --- over the time


def over_time(world):
    """A batch whose job took too long, and was asked to stop."""
    batch = running(world, request("vehicle"))
    world.advance(world.job_completion_timeout + timedelta(minutes=1))
    reconcile(ports=world, ends_at=world.now() + timedelta(seconds=45))
    assert found(world, "vehicle").status is JobStatus.FAILED
    fail(world, batch)
    return batch


def test_a_job_that_took_too_long_goes_on_when_it_has_stopped(world):
    over_time(world)
    before = found(world, "vehicle")

    first_states(world, retry(world))
    waiting = found(world, "vehicle")
    assert (waiting.status, waiting.attempt) == (JobStatus.WAIT_FOR_SMGT_RESPONSE, 0)
    assert level(world).failed == 0

    world.objects.write(before.output_uri, manifest(LABELED, UNLABELED))
    ends(world, "vehicle", STOPPED, labeled=1, unlabeled=1)
    assert world.labeling.running_names() == ["vehicle-r1"]
    assert world.labeling.spec("vehicle-r1").input_manifest_uri == before.output_uri


def test_a_job_that_is_slow_to_stop_does_not_fail_the_next_run_again(world):
    over_time(world)
    first_states(world, retry(world))

    reconcile(ports=world, ends_at=world.now() + timedelta(seconds=45))

    assert found(world, "vehicle").status is JobStatus.WAIT_FOR_SMGT_RESPONSE
    assert level(world).failed == 0


def test_a_stop_that_nobody_heard_is_asked_for_again(world):
    over_time(world)
    world.labeling.finish("vehicle", LabelingJobStatus.IN_PROGRESS, labeled=0)
    first_states(world, retry(world))

    reconcile(ports=world, ends_at=world.now() + timedelta(seconds=45))

    assert world.labeling.describe("vehicle").status is LabelingJobStatus.STOPPING


def test_a_job_that_took_too_long_and_has_stopped_is_queued_at_once(world):
    over_time(world)
    ends(world, "vehicle", STOPPED, labeled=0)

    first_states(world, retry(world))

    assert world.labeling.running_names() == ["vehicle-r1"]


# --- late


def test_what_the_run_before_does_late_changes_nothing(world):
    batch = running(world, request("vehicle"), request("lane"))
    ends(world, "vehicle", FAILED)
    old = found(world, "vehicle")
    fail(world, batch)
    again = retry(world)
    first_states(world, again)
    before = world.batches.view(BATCH_ID)

    with pytest.raises(StaleRun):
        first_states(world, batch)
    with pytest.raises(StaleRun):
        trigger_level(BATCH_ID, batch.execution, 1, ports=world, seconds=45)
    fail_batch(BATCH_ID, batch.execution, error_type="E", reason="late", ports=world)
    listen([ended_event("vehicle")], ports=world, seconds=45)
    assert not world.batches.claim(again, old, now=world.now())
    with pytest.raises(StaleRun):
        wait(world, batch, token="late", attempt=5)

    assert world.batches.view(BATCH_ID) == before


def test_the_token_of_the_run_before_is_not_answered(world):
    batch = running(world, request("vehicle"))
    wait(world, batch, token="token-0")
    stopped(world, batch)
    world.objects.write(found(world, "vehicle").output_uri, manifest(LABELED))
    again = retry(world)

    transform_batch(BATCH_ID, again.execution, ports=world, settings=SETTINGS)
    settle(BATCH_ID, batches=world.batches, workflow=world.workflow)

    assert level(world).is_done
    assert world.workflow.answers == []


# --- what cannot be retried


def test_a_batch_that_runs_cannot_be_retried(world):
    running(world, request("vehicle"))

    with pytest.raises(WrongState, match="IN_PROGRESS"):
        retry(world)


def test_a_complete_batch_cannot_be_retried(world):
    batch = running(world, request("vehicle"))
    world.batches.end(batch, BatchStatus.COMPLETE, message="", now=world.now())

    with pytest.raises(WrongState, match="COMPLETE"):
        retry(world)


def test_a_refused_batch_is_sent_again_instead(world):
    batch = running(world, request("vehicle"))
    world.batches.end(batch, BatchStatus.VALIDATION_FAIL, message="", now=world.now())

    with pytest.raises(WrongState, match="send the request again"):
        retry(world)


def test_a_batch_that_nobody_knows_cannot_be_retried(world):
    with pytest.raises(BatchNotFound):
        retry(world)
