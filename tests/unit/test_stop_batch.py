from __future__ import annotations

from datetime import timedelta

import pytest

from labeling.errors import BatchNotFound, ServiceUnavailable, WrongState
from labeling.model import BatchStatus, JobStatus
from labeling.ports import LabelingJobStatus
from labeling.use_cases.listen import listen
from labeling.use_cases.look_after import look_after
from labeling.use_cases.reconcile import reconcile
from labeling.use_cases.start_jobs import start_jobs
from labeling.use_cases.stop_batch import stop_batch
from tests.unit.builders import BATCH_ID, ended_event, found, request, running, stored, work_off

STOPPING, STOPPED = LabelingJobStatus.STOPPING, LabelingJobStatus.STOPPED


def stop(world):
    return stop_batch(BATCH_ID, ports=world)


def labeling_statuses(world, *names):
    return [world.labeling.describe(name).status for name in names]


def messages(world):
    return [published.attributes["status"] for published in world.notifier.published]


def level(world):
    return world.batches.view(BATCH_ID).level(1)


def test_a_stopped_batch_ends_its_execution_and_says_so(world):
    batch = running(world, request("vehicle"))

    stopped = stop(world)
    work_off(world)

    assert stopped.status is BatchStatus.STOPPED
    assert world.batches.batch(BATCH_ID).message == "stopped on request"
    assert world.workflow.status(batch).status == "ABORTED"
    assert messages(world) == ["STOPPED"]


def test_running_jobs_are_stopped_one_a_wake_of_a_second(world):
    running(world, request("a"), request("b"), request("c"))
    stop(world)
    stopping = []

    for _ in range(3):
        work_off(world)
        stopping.append(labeling_statuses(world, "a", "b", "c").count(STOPPING))
        assert world.queue.delays == [1]

    assert stopping == [1, 2, 3]


def test_the_listener_wakes_itself_until_no_job_runs(world):
    running(world, request("a"), request("b"))
    stop(world)
    for _ in range(3):
        work_off(world)
    assert world.queue.delays == [60]

    world.labeling.finish("a", STOPPED)
    work_off(world)
    assert world.queue.delays == [60]

    world.labeling.finish("b", STOPPED)
    work_off(world)
    assert world.queue.messages == []
    assert [found(world, name).status for name in "ab"] == [JobStatus.STOPPED] * 2


def test_jobs_that_were_stopped_with_their_batch_are_no_failures_of_their_level(world):
    running(world, request("vehicle"), request("lane"))
    stop(world)
    for _ in range(2):
        work_off(world)
    for name in ("vehicle", "lane"):
        world.labeling.finish(name, STOPPED, labeled=1, unlabeled=2)

    listen([ended_event("vehicle"), ended_event("lane")], ports=world, seconds=45)

    assert found(world, "lane").reason == "stopped with its batch"
    assert found(world, "lane").labeled == 1
    assert (level(world).complete, level(world).failed, level(world).skipped) == (0, 0, 0)


def test_a_job_that_completes_while_it_is_being_stopped_is_complete(world):
    running(world, request("vehicle"))
    stop(world)
    work_off(world)
    world.labeling.finish("vehicle", labeled=3)

    listen([ended_event("vehicle")], ports=world, seconds=45)

    assert found(world, "vehicle").status is JobStatus.COMPLETE
    assert level(world).complete == 1


def test_a_job_that_somebody_else_stopped_is_a_failure_in_a_stopped_batch_too(world):
    running(world, request("vehicle"), request("lane"))
    stop(world)
    world.labeling.finish("vehicle", STOPPED)

    listen([ended_event("vehicle")], ports=world, seconds=45)

    assert found(world, "vehicle").reason == "the labeling job was stopped"
    assert level(world).failed == 1


def test_queued_jobs_stay_unstarted(world):
    world.labeling.quota = 1
    running(world, request("vehicle"), request("lane"))
    stop(world)
    work_off(world)
    world.labeling.finish("vehicle", STOPPED)

    listen([ended_event("vehicle")], ports=world, seconds=45)

    assert found(world, "lane").status is JobStatus.QUEUED
    assert world.labeling.running_names() == []
    assert world.batches.queue(limit=10) == []


def test_a_job_that_is_made_while_its_batch_is_stopped_is_stopped_too(world):
    stored(world, request("vehicle"))
    batch = world.batches.batch(BATCH_ID)
    world.batches.enqueue(batch, world.batches.jobs(BATCH_ID, 1), now=world.now())

    def stopped_meanwhile(spec):
        stop(world)

    world.labeling.refuse = stopped_meanwhile
    start_jobs(ports=world, seconds=45)
    assert labeling_statuses(world, "vehicle") == [STOPPING]

    world.labeling.finish("vehicle", STOPPED)
    listen([ended_event("vehicle")], ports=world, seconds=45)
    assert found(world, "vehicle").status is JobStatus.STOPPED
    assert level(world).failed == 0


def test_stopping_twice_is_stopping_once(world):
    running(world, request("vehicle"))

    assert stop(world) == stop(world)
    work_off(world)

    assert messages(world) == ["STOPPED"]
    assert labeling_statuses(world, "vehicle") == [STOPPING]


def test_a_throttled_stop_is_asked_for_again(world):
    running(world, request("vehicle"))
    stop(world)
    world.labeling.down = ServiceUnavailable("Rate exceeded")
    work_off(world)
    assert world.queue.delays == [2]
    assert found(world, "vehicle").stopping

    world.labeling.down = None
    work_off(world)

    assert labeling_statuses(world, "vehicle") == [STOPPING]
    assert world.queue.delays == [60]


def test_a_lost_wake_is_made_up_for_by_the_reconciler(world):
    running(world, request("vehicle"))
    stop(world)
    world.queue.take()

    reconcile(ports=world, ends_at=world.now() + timedelta(seconds=45))

    assert labeling_statuses(world, "vehicle") == [STOPPING]
    assert messages(world) == ["STOPPED"]


def test_a_wake_after_the_batch_ended_otherwise_stops_nothing(world):
    batch = running(world, request("vehicle"))
    world.batches.end(batch, BatchStatus.INTERNAL_ERROR, message="", now=world.now())

    look_after(BATCH_ID, ports=world)

    assert world.labeling.running_names() == ["vehicle"]
    assert not found(world, "vehicle").stopping


@pytest.mark.parametrize("status", [BatchStatus.COMPLETE, BatchStatus.INTERNAL_ERROR])
def test_what_ended_otherwise_cannot_be_stopped(world, status):
    batch = running(world, request("vehicle"))
    world.batches.end(batch, status, message="", now=world.now())

    with pytest.raises(WrongState, match=status):
        stop(world)


def test_a_batch_that_nobody_knows_cannot_be_stopped(world):
    with pytest.raises(BatchNotFound):
        stop(world)
