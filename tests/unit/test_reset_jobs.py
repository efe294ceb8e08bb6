from __future__ import annotations

import pytest

from labeling.model import BatchStatus, JobStatus, Outcome
from labeling.ports import LabelingJobStatus
from labeling.use_cases.post_process_level import post_process_level
from labeling.use_cases.reset_jobs import reset_jobs
from labeling.use_cases.settle import settle
from labeling.use_cases.start_jobs import start_jobs
from labeling.use_cases.wait_for_level import wait_for_level
from tests.fakes.workflow import Answer
from tests.unit.builders import BATCH_ID, found, manifest, request, running

FAILED = Outcome(status=JobStatus.FAILED, reason="broken")
COMPLETE = Outcome(status=JobStatus.COMPLETE, objects=1, labeled=1)


def retried(world, batch):
    over = world.batches.end(batch, BatchStatus.INTERNAL_ERROR, message="", now=world.now())
    return world.batches.begin_run(over, now=world.now())


def record(world, name, outcome):
    assert world.batches.record(found(world, name), outcome, now=world.now())


def counts(world, number=1):
    level = world.batches.view(BATCH_ID).level(number)
    return level.complete, level.failed, level.skipped


@pytest.mark.parametrize("status", [JobStatus.FAILED, JobStatus.STOPPED, JobStatus.SKIPPED])
def test_what_did_not_end_well_is_queued_as_its_next_attempt(world, status):
    batch = running(world, request("vehicle"))
    record(world, "vehicle", Outcome(status=status, reason="why"))

    reset_jobs(retried(world, batch), ports=world)

    vehicle = found(world, "vehicle")
    assert (vehicle.status, vehicle.attempt, vehicle.run) == (JobStatus.QUEUED, 1, 1)
    assert counts(world) == (0, 0, 0)


def test_complete_queued_and_running_jobs_stay_as_they_are(world):
    world.labeling.quota = 2
    batch = running(world, request("a"), request("b"), request("c"))
    record(world, "a", COMPLETE)
    before = world.batches.jobs(BATCH_ID, 1)

    reset_jobs(retried(world, batch), ports=world)

    assert world.batches.jobs(BATCH_ID, 1) == before
    assert [job.status for job in before] == ["COMPLETE", "WAIT_FOR_SMGT_RESPONSE", "QUEUED"]
    assert counts(world) == (1, 0, 0)


def test_resetting_again_changes_nothing(world):
    batch = running(world, request("vehicle"), request("lane"))
    record(world, "vehicle", FAILED)
    again = retried(world, batch)
    reset_jobs(again, ports=world)
    before = world.batches.view(BATCH_ID)

    reset_jobs(again, ports=world)

    assert world.batches.view(BATCH_ID) == before


def test_a_reset_that_was_interrupted_is_finished_by_the_next(world, monkeypatch):
    batch = running(world, request("a"), request("b"), request("c"))
    for name in "abc":
        record(world, name, FAILED)
    again = retried(world, batch)
    restart = world.batches.restart
    seen = []

    def dies_after_the_first(batch, job, restarted, *, now):
        if job.name == "b":
            raise RuntimeError("the process dies")
        done = restart(batch, job, restarted, now=now)
        seen.append(counts(world))
        return done

    monkeypatch.setattr(world.batches, "restart", dies_after_the_first)
    with pytest.raises(RuntimeError):
        reset_jobs(again, ports=world)
    monkeypatch.undo()
    reset_jobs(again, ports=world)

    assert seen == [(0, 2, 0)]
    assert counts(world) == (0, 0, 0)
    assert {found(world, name).attempt for name in "abc"} == {1}


def test_a_job_that_fails_in_the_new_run_is_not_reset_by_a_late_try(world):
    batch = running(world, request("vehicle"))
    record(world, "vehicle", FAILED)
    again = retried(world, batch)
    reset_jobs(again, ports=world)
    world.batches.enqueue(again, world.batches.jobs(BATCH_ID, 1), now=world.now())
    start_jobs(ports=world, seconds=45)
    record(world, "vehicle", FAILED)

    reset_jobs(again, ports=world)

    vehicle = found(world, "vehicle")
    assert (vehicle.status, vehicle.attempt) == (JobStatus.FAILED, 1)
    assert counts(world) == (0, 1, 0)


def test_a_run_that_was_left_behind_resets_nothing(world):
    batch = running(world, request("vehicle"))
    record(world, "vehicle", FAILED)
    first = retried(world, batch)
    second = retried(world, first)

    reset_jobs(first, ports=world)

    assert found(world, "vehicle").status is JobStatus.FAILED
    assert second.run == 2


def test_a_job_that_we_stopped_is_asked_about_only_while_it_may_still_be_stopping(world):
    batch = running(world, request("vehicle"))
    job = found(world, "vehicle")
    world.batches.mark_stopping(job)
    world.labeling.stop("vehicle")
    record(world, "vehicle", FAILED)
    again = retried(world, batch)

    reset_jobs(again, ports=world)
    assert found(world, "vehicle").status is JobStatus.WAIT_FOR_SMGT_RESPONSE
    assert counts(world) == (0, 0, 0)

    world.labeling.finish("vehicle", LabelingJobStatus.STOPPED)
    reset_jobs(again, ports=world)
    assert found(world, "vehicle").status is JobStatus.WAIT_FOR_SMGT_RESPONSE


def test_a_sibling_that_failed_after_the_batch_did_is_reset_too(world):
    batch = running(world, request("vehicle"), request("lane"))
    record(world, "vehicle", FAILED)
    again = retried(world, batch)
    record(world, "lane", FAILED)

    reset_jobs(again, ports=world)

    assert found(world, "lane").labeling_job == "lane-r1"
    assert counts(world) == (0, 0, 0)


def test_a_level_whose_reason_was_forgotten_still_fails_with_words(world):
    batch = running(world, request("vehicle"), request("lane"))
    record(world, "vehicle", FAILED)
    again = retried(world, batch)
    wait_for_level(
        BATCH_ID,
        again.execution,
        "CheckForFirstLevelComplete",
        token="token",
        attempt=0,
        batches=world.batches,
        queue=world.queue,
    )
    view = world.batches.view(BATCH_ID)
    record(world, "lane", FAILED)
    # Only the one that was seen to have failed is reset: the other one failed a moment later.
    world.batches.view = lambda batch_id: view
    reset_jobs(again, ports=world)
    settle(BATCH_ID, batches=world.batches, workflow=world.workflow)

    assert world.workflow.answers == [
        Answer(token="token", error="LabelingJobFailed", cause="a labeling job of the level failed")
    ]


def test_a_skipped_job_is_prepared_again_from_what_its_source_has_by_then(world):
    audit = request("audit", 2, chain_from="vehicle")
    batch = running(world, request("vehicle"), audit)
    record(world, "vehicle", FAILED)
    record(world, "audit", Outcome(status=JobStatus.SKIPPED, reason="nothing"))
    again = retried(world, batch)
    reset_jobs(again, ports=world)
    assert counts(world, 2) == (0, 0, 0)
    world.batches.enqueue(again, world.batches.jobs(BATCH_ID, 1), now=world.now())
    start_jobs(ports=world, seconds=45)
    record(world, "vehicle", COMPLETE)
    source = found(world, "vehicle")
    world.objects.write(source.output_uri, manifest({"source-ref": "s3://in", "vehicle-ref": 1}))

    post_process_level(
        BATCH_ID,
        again.execution,
        2,
        attempt=0,
        batches=world.batches,
        objects=world.objects,
        notifier=world.notifier,
        places=world.places,
        now=world.now(),
    )

    prepared = found(world, "audit")
    assert (prepared.status, prepared.input_uri) == (JobStatus.QUEUED, source.output_uri)
    assert prepared.labeling_job == "audit-r1"
