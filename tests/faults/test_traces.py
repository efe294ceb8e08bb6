"""The traces that the model finds where a guard is missing, played on the real use cases."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from labeling.errors import StaleRun
from labeling.model import Batch, BatchStatus, Job, JobStatus, Level
from labeling.ports import LabelingJobStatus
from labeling.use_cases.approve_level import approve_level
from labeling.use_cases.fail_batch import fail_batch
from labeling.use_cases.listen import listen
from labeling.use_cases.reconcile import reconcile
from labeling.use_cases.record_job import record_end
from labeling.use_cases.retry_batch import retry_batch
from labeling.use_cases.start_jobs import start_jobs
from labeling.use_cases.stop_batch import stop_batch
from labeling.use_cases.transform_batch import transform_batch
from labeling.use_cases.trigger_level import trigger_level
from labeling.use_cases.wait_for_level import wait_for_level
from tests.fakes import World
from tests.fakes import world as new_world
from tests.fakes.workflow import Answer
from tests.unit.builders import (
    BATCH_ID,
    ended_event,
    found,
    manifest,
    request,
    running,
    stored,
    work_off,
)
from tests.unit.request_bodies import SETTINGS

CHECK, APPROVAL = "CheckForFirstLevelComplete", "WaitForSecondLevelApproval"
FAILED, STOPPED = LabelingJobStatus.FAILED, LabelingJobStatus.STOPPED
TEN_MINUTES = timedelta(minutes=10, seconds=1)


@pytest.fixture
def world() -> World:
    return new_world()


def after_next(port: Any, method: str, happens: Callable[[], object]) -> None:
    """`happens` between the next call of this method and the caller's next step."""
    original = getattr(port, method)

    def once(*arguments: Any, **options: Any) -> Any:
        setattr(port, method, original)
        answer = original(*arguments, **options)
        happens()
        return answer

    setattr(port, method, once)


def wait(world: World, batch: Batch, token: str, *, state: str = CHECK, attempt: int = 0) -> None:
    wait_for_level(
        BATCH_ID,
        batch.execution,
        state,
        token=token,
        attempt=attempt,
        batches=world.batches,
        queue=world.queue,
    )


def ends(world: World, name: str, status=LabelingJobStatus.COMPLETED, **counts: Any) -> None:
    world.labeling.finish(name, status, **counts)
    listen([ended_event(name)], ports=world, seconds=45)


def batch_error(world: World, batch: Batch) -> None:
    fail_batch(BATCH_ID, batch.execution, error_type="Any", reason="any", ports=world)


def retried(world: World) -> Batch:
    """Another run, up to its first wait."""
    batch = retry_batch(BATCH_ID, ports=world)
    transform_batch(BATCH_ID, batch.execution, ports=world, settings=SETTINGS)
    trigger_level(BATCH_ID, batch.execution, 1, ports=world, seconds=45)
    return batch


def level(world: World) -> Level:
    view = world.batches.view(BATCH_ID)
    assert view is not None
    return view.level(1)


def batch_of(world: World) -> Batch:
    batch = world.batches.batch(BATCH_ID)
    assert batch is not None
    return batch


def test_what_a_listener_saw_of_an_old_attempt_is_not_recorded_for_the_new_one(world):
    batch = running(world, request("vehicle"))
    as_seen: Job = found(world, "vehicle")
    ends(world, "vehicle", FAILED, reason="bad frames")
    state = world.labeling.describe("vehicle")
    batch_error(world, batch)
    retried(world)

    record_end(as_seen, state, ports=world)

    vehicle = found(world, "vehicle")
    assert (vehicle.attempt, vehicle.status) == (1, JobStatus.WAIT_FOR_SMGT_RESPONSE)
    assert (level(world).complete, level(world).failed) == (0, 0)


def test_an_end_that_two_listeners_saw_is_counted_once(world):
    running(world, request("vehicle"), request("lane"))
    as_seen = found(world, "vehicle")
    world.labeling.finish("vehicle")
    state = world.labeling.describe("vehicle")

    record_end(as_seen, state, ports=world)
    record_end(as_seen, state, ports=world)

    assert level(world).complete == 1


def test_the_error_of_an_old_execution_does_not_end_the_new_run(world):
    batch = running(world, request("vehicle"))
    stop_batch(BATCH_ID, ports=world)
    retried(world)

    batch_error(world, batch)

    assert (batch_of(world).run, batch_of(world).status) == (1, BatchStatus.IN_PROGRESS)
    assert [m.attributes["status"] for m in world.notifier.published] == ["STOPPED"]


def test_an_old_execution_neither_waits_nor_starts_anything_any_more(world):
    batch = running(world, request("vehicle"))
    stop_batch(BATCH_ID, ports=world)
    again = retried(world)
    wait(world, again, "new")

    with pytest.raises(StaleRun):
        wait(world, batch, "old", attempt=7)
    with pytest.raises(StaleRun):
        trigger_level(BATCH_ID, batch.execution, 1, ports=world, seconds=45)

    view = world.batches.settle_view(BATCH_ID, [CHECK])
    assert view is not None
    assert view.waits[CHECK].token == "new"


def test_a_try_that_wakes_late_does_not_hide_the_token_of_the_next_one(world):
    batch = running(world, request("vehicle"))
    wait(world, batch, "second", attempt=1)
    wait(world, batch, "first, of which nobody knows any more", attempt=0)

    ends(world, "vehicle")

    assert world.workflow.answers == [Answer(token="second")]


def test_a_job_is_not_started_for_a_batch_that_was_stopped_a_moment_ago(world):
    batch, jobs = stored(world, request("vehicle"))
    world.workflow.start(batch)
    world.batches.enqueue(batch, jobs, now=world.now())
    after_next(world.batches, "open_jobs", lambda: stop_batch(BATCH_ID, ports=world))

    start_jobs(jobs, batch=batch, ports=world, seconds=45)

    assert world.labeling.running_names() == []
    assert found(world, "vehicle").status is JobStatus.QUEUED


def test_a_job_whose_batch_is_stopped_while_it_is_created_is_stopped_too(world):
    batch, jobs = stored(world, request("vehicle"))
    world.workflow.start(batch)
    world.batches.enqueue(batch, jobs, now=world.now())
    after_next(world.labeling, "create", lambda: stop_batch(BATCH_ID, ports=world))

    start_jobs(jobs, batch=batch, ports=world, seconds=45)
    work_off(world)

    state = world.labeling.describe("vehicle")
    assert state is not None
    assert state.status is LabelingJobStatus.STOPPING


def test_a_level_that_is_done_does_not_answer_for_an_approval(world):
    vehicle, audit = request("vehicle"), request("audit", 2, chain_from="vehicle")
    batch = running(world, vehicle, audit, approve_before_levels=frozenset({2}))
    wait(world, batch, "check")
    ends(world, "vehicle")
    wait(world, batch, "approval", state=APPROVAL)

    work_off(world)
    listen([ended_event("vehicle")], ports=world, seconds=45)
    assert world.workflow.answers == [Answer(token="check")]

    approve_level(BATCH_ID, rate=None, batches=world.batches, queue=world.queue, now=world.now())
    work_off(world)
    assert world.workflow.answers == [Answer(token="check"), Answer(token="approval")]


def test_a_token_that_is_stored_after_the_last_job_has_ended_is_answered(world):
    batch = running(world, request("vehicle"))
    ends(world, "vehicle")
    wait(world, batch, "token")

    work_off(world)

    assert world.workflow.answers == [Answer(token="token")]


def test_a_token_that_is_stored_between_record_and_settle_is_answered_once(world):
    batch = running(world, request("vehicle"))
    after_next(world.batches, "record", lambda: wait(world, batch, "token"))

    ends(world, "vehicle")
    work_off(world)

    assert world.workflow.answers == [Answer(token="token")]


def test_a_listener_that_dies_before_its_answer_is_made_good_by_a_duplicate(world):
    batch = running(world, request("vehicle"))
    wait(world, batch, "token")
    world.labeling.finish("vehicle")
    state = world.labeling.describe("vehicle")
    record_end(found(world, "vehicle"), state, ports=world)
    world.queue.take()

    listen([ended_event("vehicle")], ports=world, seconds=45)

    assert world.workflow.answers == [Answer(token="token")]


def test_an_object_that_was_labeled_while_its_job_was_stopping_is_asked_for_no_more(world):
    batch = running(world, request("vehicle"))
    output = found(world, "vehicle").output_uri
    world.advance(world.job_completion_timeout + TEN_MINUTES)
    reconcile(ports=world, ends_at=world.now() + timedelta(seconds=45))
    assert found(world, "vehicle").status is JobStatus.FAILED
    batch_error(world, batch)

    retried(world)
    assert found(world, "vehicle").labeling_job == "vehicle"
    labeled = {"source-ref": "s3://in/0", "vehicle-ref": "s3://out/0"}
    world.objects.write(output, manifest(labeled, {"source-ref": "s3://in/1"}))
    ends(world, "vehicle", STOPPED, labeled=1, unlabeled=1)

    again = world.labeling.spec("vehicle-r1")
    assert again.input_manifest_uri == output
    assert world.labeling.running_names() == ["vehicle-r1"]


def test_an_attempt_that_labeled_everything_before_it_stopped_is_complete(world):
    running(world, request("vehicle"))
    output = found(world, "vehicle").output_uri
    stop_batch(BATCH_ID, ports=world)
    work_off(world)
    retried(world)
    labeled = {"source-ref": "s3://in/0", "vehicle-ref": "s3://out/0"}
    world.objects.write(output, manifest(labeled))

    ends(world, "vehicle", STOPPED, labeled=1)

    assert found(world, "vehicle").status is JobStatus.COMPLETE
    assert level(world).complete == 1
    assert world.labeling.running_names() == []


def test_two_starters_of_one_job_make_one_labeling_job(world):
    batch, jobs = stored(world, request("vehicle"))
    world.workflow.start(batch)
    world.batches.enqueue(batch, jobs, now=world.now())

    def somebody_takes_over() -> None:
        world.advance(TEN_MINUTES)
        reconcile(ports=world, ends_at=world.now() + timedelta(seconds=45))
        assert found(world, "vehicle").status is JobStatus.WAIT_FOR_SMGT_RESPONSE

    after_next(world.batches, "claim", somebody_takes_over)
    start_jobs(jobs, batch=batch, ports=world, seconds=45)

    assert world.labeling.running_names() == ["vehicle"]
    vehicle = found(world, "vehicle")
    assert (vehicle.attempt, vehicle.status) == (0, JobStatus.WAIT_FOR_SMGT_RESPONSE)


def test_a_slow_starter_finds_its_job_ended_and_leaves_it(world):
    batch, jobs = stored(world, request("vehicle"))
    world.workflow.start(batch)
    world.batches.enqueue(batch, jobs, now=world.now())
    after_next(world.labeling, "create", lambda: ends(world, "vehicle"))

    start_jobs(jobs, batch=batch, ports=world, seconds=45)

    assert found(world, "vehicle").status is JobStatus.COMPLETE
    assert level(world).complete == 1


def test_what_an_attempt_labeled_whose_starter_died_is_asked_for_no_more(world):
    batch, jobs = stored(world, request("vehicle"))
    world.workflow.start(batch)
    world.batches.enqueue(batch, jobs, now=world.now())
    after_next(world.labeling, "create", die)
    with pytest.raises(Died):
        start_jobs(jobs, batch=batch, ports=world, seconds=45)
    output = found(world, "vehicle").output_uri
    labeled = {"source-ref": "s3://in/0", "vehicle-ref": "s3://out/0"}
    world.objects.write(output, manifest(labeled, {"source-ref": "s3://in/1"}))

    ends(world, "vehicle", FAILED, labeled=1, unlabeled=1, reason="an internal error")
    batch_error(world, batch)
    retried(world)

    assert world.labeling.spec("vehicle-r1").input_manifest_uri == output


class Died(BaseException):
    """The process of a function ends here."""


def die() -> None:
    raise Died
