from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from labeling.model import BatchStatus, JobStatus, OnJobFailure, Outcome
from labeling.queries import ShowBatch
from labeling.reasons import FARTHEST, NO_PLACE, Line, reason
from labeling.use_cases.show_batch import show_batch
from tests.unit.builders import BATCH_ID, request, stored

A_MINUTE = timedelta(minutes=1)


def reasons(world):
    """What the API says of each job, and since when."""
    shown = show_batch(
        ShowBatch(batch_id=BATCH_ID),
        batches=world.batches,
        objects=world.objects,
        places=world.places,
        levels=world.levels,
    )
    return {
        job["jobName"]: (job["statusReason"], job.get("statusSince"))
        for key in ("firstLevel", "secondLevel")
        for job in shown[key]["jobLevels"]
    }


def started(world, batch, job):
    world.batches.enqueue(batch, [job], now=world.now())
    assert world.batches.claim(batch, job, now=world.now())
    assert world.batches.confirm(batch, job, now=world.now())


def test_a_queued_job_says_how_many_stand_before_it_and_since_when(world):
    batch, [first, second] = stored(world, request("first"), request("second"), levels=1)
    world.batches.enqueue(batch, [first], now=world.now())
    world.advance(A_MINUTE)
    world.batches.enqueue(batch, [second], now=world.now())

    assert reasons(world) == {
        "first": ("0 ahead", "2026-03-01T12:00:00.000Z"),
        "second": ("1 ahead", "2026-03-01T12:01:00.000Z"),
    }


def test_the_jobs_of_other_batches_stand_in_the_same_line(world, monkeypatch):
    batch, [job] = stored(world, request("late"), levels=1)
    world.batches.enqueue(batch, [job], now=world.now())
    line = [("other", 0), ("other", 1), (BATCH_ID, 0), ("other", 2)]
    monkeypatch.setattr(world.batches, "queue", lambda limit: line[:limit])

    assert reasons(world)["late"][0] == "2 ahead"


@pytest.mark.parametrize(
    ("length", "said"),
    [
        (7, "7 ahead"),  # the index has not heard of the job yet
        (FARTHEST, "1000 ahead"),
        (FARTHEST + 1, "more than 1000 ahead"),
        (5 * FARTHEST, "more than 1000 ahead"),
    ],
)
def test_a_job_that_is_not_found_in_the_line_came_last(world, monkeypatch, length, said):
    batch, [job] = stored(world, request("late"), levels=1)
    world.batches.enqueue(batch, [job], now=world.now())
    line = [("other", number) for number in range(length)]
    monkeypatch.setattr(world.batches, "queue", lambda limit: line[:limit])

    assert reasons(world)["late"][0] == said


def test_the_line_is_looked_at_only_for_who_stands_in_it(world, monkeypatch):
    batch, [job, _] = stored(world, request("vehicle"), request("audit", 2, chain_from="vehicle"))
    started(world, batch, job)

    def queue(limit):
        raise AssertionError("nobody asked")

    monkeypatch.setattr(world.batches, "queue", queue)

    assert set(reasons(world)) == {"vehicle", "audit"}


def test_a_job_says_how_much_of_it_is_labeled(world):
    batch, [job] = stored(world, request("vehicle"), levels=1)
    world.batches.set_inputs(batch, [replace(job, objects=40)])
    started(world, batch, job)

    assert reasons(world)["vehicle"] == ("0 of 40 objects labeled", "2026-03-01T12:00:00.000Z")
    counts = Outcome(status=JobStatus.WAIT_FOR_SMGT_RESPONSE, labeled=12, failed_objects=0)
    world.batches.progress(job, counts)
    assert reasons(world)["vehicle"][0] == "12 of 40 objects labeled"
    world.batches.progress(job, replace(counts, labeled=13, failed_objects=2))
    assert reasons(world)["vehicle"][0] == "13 of 40 objects labeled, 2 failed"


def test_a_job_that_we_stop_says_so(world):
    batch, [job] = stored(world, request("vehicle"), levels=1)
    started(world, batch, job)
    [running] = world.batches.jobs(BATCH_ID, 1)

    stopping = replace(running, stopping=True, objects=4, labeled=1)

    view = world.batches.view(BATCH_ID)
    assert reason(stopping, view, Line()) == "is being stopped: 1 of 4 objects labeled"


def test_a_job_of_a_later_level_waits_for_those_before_then_for_the_approval(world):
    batch, [vehicle, _] = stored(
        world,
        request("vehicle"),
        request("audit", 2, chain_from="vehicle"),
        approve_before_levels=frozenset({2}),
    )

    assert reasons(world)["audit"] == ("waits for the levels before", None)
    started(world, batch, vehicle)
    world.batches.record(
        vehicle, Outcome(status=JobStatus.COMPLETE, objects=1, labeled=1), now=world.now()
    )
    assert reasons(world)["audit"] == ("waits for the approval of its level", None)
    world.batches.approve(BATCH_ID, 2, rate=None, now=world.now())
    assert reasons(world)["audit"] == ("is about to be queued", None)


def test_failed_skipped_and_stopped_jobs_say_why(world):
    _, jobs = stored(
        world,
        *(request(name) for name in ("failed", "skipped", "stopped")),
        on_job_failure=OnJobFailure.CONTINUE,
        levels=1,
    )
    for job in jobs:
        outcome = Outcome(status=JobStatus(job.name.upper()), reason=f"why it is {job.name}")
        world.batches.record(job, outcome, now=world.now())

    assert reasons(world) == {
        name: (f"why it is {name}", "2026-03-01T12:00:00.000Z")
        for name in ("failed", "skipped", "stopped")
    }


def test_a_job_that_was_never_started_says_so_when_its_batch_has_ended(world):
    batch, [job] = stored(world, request("vehicle"), levels=1)
    world.batches.enqueue(batch, [job], now=world.now())
    world.batches.end(batch, BatchStatus.STOPPED, message="stopped", now=world.now())

    assert reasons(world)["vehicle"][0] == "was not started before the batch ended"


def test_where_nobody_looks_at_the_line_a_job_waits_for_a_free_place(world):
    batch, [job] = stored(world, request("vehicle"), levels=1)
    world.batches.enqueue(batch, [job], now=world.now())
    [queued] = world.batches.jobs(BATCH_ID, 1)

    assert reason(queued, world.batches.view(BATCH_ID), Line()) == NO_PLACE
