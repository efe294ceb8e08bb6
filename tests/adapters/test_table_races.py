"""labeling.ports.Batches: what several do at the same time is done once."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import TypeVar

import pytest

from labeling.model import BatchStatus, JobStatus, Outcome, Wait
from labeling.ports import Batches
from tests.adapters.samples import NOW, a_batch, a_job, only_job, queued, running

pytestmark = pytest.mark.usefixtures("eager_threads")

THREADS = 6
Result = TypeVar("Result")


def at_once(work: Callable[[int], Result]) -> list[Result]:
    """What each thread's call returned; all calls begin together."""
    gate = threading.Barrier(THREADS, timeout=10)

    def call(number: int) -> Result:
        gate.wait()
        return work(number)

    with ThreadPoolExecutor(THREADS) as pool:
        return list(pool.map(call, range(THREADS)))


def test_of_several_batches_one_gets_the_id(batches: Batches) -> None:
    winners = at_once(lambda number: batches.add(a_batch(nonce=f"n{number}")))

    assert len({winner.nonce for winner in winners}) == 1
    assert batches.batch("clip") == winners[0]


def test_of_several_claims_one_wins(batches: Batches) -> None:
    batch = a_batch()
    job = a_job(batch, "vehicle")
    queued(batches, batch, job)

    assert sorted(at_once(lambda _: batches.claim(batch, job, now=NOW)))[-2:] == [False, True]


def test_an_end_that_several_record_counts_once(batches: Batches) -> None:
    batch = a_batch()
    job = a_job(batch, "vehicle")
    running(batches, batch, job)
    outcome = Outcome(status=JobStatus.COMPLETE)

    recorded = at_once(lambda _: batches.record(job, outcome, now=NOW))

    assert recorded.count(True) == 1
    view = batches.view("clip")
    assert view is not None
    assert view.level(1).complete == 1


def test_ends_of_several_jobs_are_all_counted(batches: Batches) -> None:
    batch = a_batch()
    jobs = [a_job(batch, f"job-{index}", index) for index in range(THREADS)]
    running(batches, batch, *jobs)
    outcome = Outcome(status=JobStatus.COMPLETE)

    assert all(at_once(lambda number: batches.record(jobs[number], outcome, now=NOW)))

    view = batches.view("clip")
    assert view is not None
    assert view.level(1).complete == THREADS


def test_a_batch_that_several_end_ends_once(batches: Batches) -> None:
    batch = batches.add(a_batch())
    endings = [BatchStatus.COMPLETE, BatchStatus.INTERNAL_ERROR, BatchStatus.STOPPED]

    ended = at_once(
        lambda number: batches.end(batch, endings[number % 3], message=f"{number}", now=NOW)
    )

    [winner] = [end for end in ended if end is not None]
    assert batches.batch("clip") == winner


def test_a_run_that_several_begin_begins_once(batches: Batches) -> None:
    batch = batches.add(a_batch())
    over = batches.end(batch, BatchStatus.STOPPED, message="", now=NOW)
    assert over is not None

    begun = at_once(lambda _: batches.begin_run(over, now=NOW))

    [winner] = [run for run in begun if run is not None]
    assert batches.batch("clip") == winner
    assert winner.run == 1


def test_a_job_that_several_restart_is_restarted_once(batches: Batches) -> None:
    batch = a_batch()
    job = a_job(batch, "vehicle")
    running(batches, batch, job)
    batches.record(job, Outcome(status=JobStatus.FAILED, reason="why"), now=NOW)
    over = batches.end(batch, BatchStatus.INTERNAL_ERROR, message="", now=NOW)
    assert over is not None
    again = batches.begin_run(over, now=NOW)
    assert again is not None
    failed = only_job(batches)

    def restart(number: int) -> bool:
        following = replace(
            failed,
            status=JobStatus.QUEUED,
            run=1,
            attempt=1,
            labeling_job="vehicle-r1",
            input_uri=f"s3://by/{number}",
            counted=False,
        )
        return batches.restart(again, failed, following, now=NOW)

    restarted = at_once(restart)

    assert restarted.count(True) == 1
    assert only_job(batches).input_uri == f"s3://by/{restarted.index(True)}"
    view = batches.view("clip")
    assert view is not None
    assert view.level(1).failed == 0


def test_a_stopped_job_is_either_recorded_before_the_next_run_or_left_to_it(
    batches: Batches,
) -> None:
    batch = a_batch()
    job = a_job(batch, "vehicle")
    running(batches, batch, job)
    over = batches.end(batch, BatchStatus.STOPPED, message="", now=NOW)
    assert over is not None
    stopped = Outcome(status=JobStatus.STOPPED, counts=False)

    def record_or_begin(number: int) -> bool:
        if number % 2:
            return batches.begin_run(over, now=NOW) is not None
        return batches.record(job, stopped, now=NOW)

    done = at_once(record_or_begin)

    assert done[1::2].count(True) == 1
    recorded = done[0::2].count(True)
    assert recorded <= 1
    assert (only_job(batches).status is JobStatus.STOPPED) is bool(recorded)


def test_of_several_tokens_the_newest_stays(batches: Batches) -> None:
    batches.add(a_batch())
    state = "CheckForFirstLevelComplete"

    at_once(
        lambda number: batches.put_wait(
            Wait(batch_id="clip", state=state, run=0, attempt=number, token=f"token-{number}")
        )
    )

    view = batches.settle_view("clip", [state])
    assert view is not None
    assert view.waits[state].token == f"token-{THREADS - 1}"
