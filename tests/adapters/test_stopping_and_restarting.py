"""labeling.ports.Batches: batches that are stopped or retried, and what becomes of their jobs."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from labeling.model import Batch, BatchStatus, Job, JobStatus, Level, Outcome
from labeling.ports import Batches
from tests.adapters.samples import NOW, a_batch, a_job, only_job, queued, running, stored

LATER = NOW + timedelta(minutes=5)
FAILED = Outcome(status=JobStatus.FAILED, reason="no object was labeled", objects=3, labeled=0)
STOPPED = Outcome(status=JobStatus.STOPPED, reason="stopped with its batch", counts=False)
STOPPED_BY_OTHERS = Outcome(status=JobStatus.STOPPED, reason="the labeling job was stopped")


def level(batches: Batches, number: int = 1) -> Level:
    view = batches.view("clip")
    assert view is not None
    return view.level(number)


def counts(batches: Batches) -> tuple[int, int, int]:
    found = level(batches)
    return found.complete, found.failed, found.skipped


def open_names(batches: Batches, status: JobStatus = JobStatus.QUEUED) -> list[str]:
    return [job.name for job in batches.open_jobs(status, limit=10)]


def ended(batches: Batches, batch: Batch, status: BatchStatus = BatchStatus.STOPPED) -> Batch:
    over = batches.end(batch, status, message="over", error_type="Error", now=NOW)
    assert over is not None
    return over


def retried(batches: Batches, batch: Batch, status: BatchStatus = BatchStatus.STOPPED) -> Batch:
    again = batches.begin_run(ended(batches, batch, status), now=LATER)
    assert again is not None
    return again


def next_of(job: Job, batch: Batch, **changes: object) -> Job:
    """The job as its next attempt."""
    attempt = job.attempt + 1
    following = replace(
        job,
        status=JobStatus.QUEUED,
        run=batch.run,
        attempt=attempt,
        labeling_job=f"{job.name}-r{attempt}",
        input_uri=job.output_uri,
        output_uri=f"s3://processing/{job.name}-r{attempt}/manifests/output/output.manifest",
        since=None,
        reason="",
        labeled=None,
        stopping=False,
        counted=False,
    )
    return replace(following, **changes)  # type: ignore[arg-type]


# --- another run


@pytest.mark.parametrize("status", [BatchStatus.STOPPED, BatchStatus.INTERNAL_ERROR])
def test_a_batch_that_was_stopped_or_failed_runs_again_as_if_it_never_ended(
    batches: Batches, status: BatchStatus
) -> None:
    batch = batches.add(a_batch())

    again = batches.begin_run(ended(batches, batch, status), now=LATER)

    assert again == replace(batch, run=1)
    assert batches.batch("clip") == again
    assert batches.unpublished() == []
    assert batches.batch_ids(BatchStatus.IN_PROGRESS, limit=10)[0] == ["clip"]
    assert batches.batch_ids(status, limit=10)[0] == []


def test_a_run_begins_once(batches: Batches) -> None:
    over = ended(batches, batches.add(a_batch()))
    batches.begin_run(over, now=LATER)

    assert batches.begin_run(over, now=LATER) is None
    there = batches.batch("clip")
    assert there is not None
    assert there.run == 1


@pytest.mark.parametrize("status", [BatchStatus.COMPLETE, BatchStatus.VALIDATION_FAIL])
def test_a_batch_that_is_complete_or_was_refused_has_no_other_run(
    batches: Batches, status: BatchStatus
) -> None:
    over = ended(batches, batches.add(a_batch()), status)

    assert batches.begin_run(over, now=LATER) is None
    assert batches.batch("clip") == over


def test_a_batch_in_progress_has_no_other_run(batches: Batches) -> None:
    batch = batches.add(a_batch())

    assert batches.begin_run(batch, now=LATER) is None
    assert batches.batch("clip") == batch


def test_the_end_of_a_second_run_is_told_like_the_first(batches: Batches) -> None:
    batch = batches.add(a_batch())
    first = ended(batches, batch)
    batches.mark_published(first)
    again = batches.begin_run(first, now=LATER)
    assert again is not None

    second = ended(batches, again, BatchStatus.INTERNAL_ERROR)

    assert batches.unpublished() == [second]
    batches.mark_published(first)
    assert batches.unpublished() == [second]


def test_a_run_that_was_left_behind_starts_nothing_and_ends_nothing(batches: Batches) -> None:
    batch = a_batch()
    job = a_job(batch, "vehicle")
    queued(batches, batch, job)
    retried(batches, batch)

    assert not batches.claim(batch, job, now=LATER)
    assert batches.end(batch, BatchStatus.COMPLETE, message="", now=LATER) is None


def test_a_claimed_job_is_of_the_run_that_claims_it(batches: Batches) -> None:
    batch = a_batch()
    job = a_job(batch, "vehicle")
    queued(batches, batch, job)
    again = retried(batches, batch)

    assert batches.claim(again, job, now=LATER)

    assert only_job(batches).run == 1


# --- stopping


def test_a_job_that_we_stop_is_marked(batches: Batches) -> None:
    batch = a_batch()
    job = a_job(batch, "vehicle")
    running(batches, batch, job)
    before = only_job(batches)

    assert batches.mark_stopping(job)
    assert batches.mark_stopping(job)

    assert only_job(batches) == replace(before, stopping=True)


def test_a_job_that_is_over_or_at_another_attempt_is_not_marked(batches: Batches) -> None:
    batch = a_batch()
    job = a_job(batch, "vehicle")
    running(batches, batch, job)

    assert not batches.mark_stopping(replace(job, attempt=1))
    batches.record(job, FAILED, now=LATER)
    assert not batches.mark_stopping(job)

    assert not only_job(batches).stopping


@pytest.mark.parametrize("status", [BatchStatus.STOPPED, BatchStatus.INTERNAL_ERROR])
def test_a_job_that_was_stopped_with_its_batch_is_not_counted(
    batches: Batches, status: BatchStatus
) -> None:
    batch = a_batch()
    job = a_job(batch, "vehicle")
    running(batches, batch, job)
    batches.mark_stopping(job)
    ended(batches, batch, status)

    assert batches.record(job, STOPPED, now=LATER)

    there = only_job(batches)
    assert (there.status, there.reason, there.counted) == (
        JobStatus.STOPPED,
        "stopped with its batch",
        False,
    )
    assert counts(batches) == (0, 0, 0)
    assert open_names(batches, JobStatus.WAIT_FOR_SMGT_RESPONSE) == []


def test_no_end_goes_uncounted_while_the_batch_runs(batches: Batches) -> None:
    batch = a_batch()
    job = a_job(batch, "vehicle")
    running(batches, batch, job)

    assert not batches.record(job, STOPPED, now=LATER)
    retried(batches, batch)
    assert not batches.record(job, STOPPED, now=LATER)

    assert only_job(batches).status is JobStatus.WAIT_FOR_SMGT_RESPONSE


def test_a_stop_that_we_asked_for_meanwhile_is_no_failure(batches: Batches) -> None:
    batch = a_batch()
    job = a_job(batch, "vehicle")
    running(batches, batch, job)
    batches.mark_stopping(job)

    assert not batches.record(job, STOPPED_BY_OTHERS, now=LATER)

    assert counts(batches) == (0, 0, 0)


def test_a_counted_end_says_so(batches: Batches) -> None:
    batch = a_batch()
    job = a_job(batch, "vehicle")
    running(batches, batch, job)

    batches.record(job, STOPPED_BY_OTHERS, now=LATER)

    assert only_job(batches).counted
    assert counts(batches) == (0, 1, 0)


# --- restarting


def failed_and_retried(batches: Batches, outcome: Outcome = FAILED) -> tuple[Batch, Job]:
    """A retried batch with one job, which ended so in the run before."""
    batch = a_batch()
    job = a_job(batch, "vehicle")
    running(batches, batch, job)
    batches.record(job, outcome, now=NOW)
    return retried(batches, batch, BatchStatus.INTERNAL_ERROR), only_job(batches)


@pytest.mark.parametrize("status", [JobStatus.FAILED, JobStatus.STOPPED, JobStatus.SKIPPED])
def test_a_restarted_job_is_counted_no_more(batches: Batches, status: JobStatus) -> None:
    again, job = failed_and_retried(batches, Outcome(status=status, reason="why"))
    following = next_of(job, again)

    assert batches.restart(again, job, following, now=LATER)

    assert only_job(batches) == following
    assert counts(batches) == (0, 0, 0)
    assert level(batches).failure == ""
    assert open_names(batches) == []


def test_a_job_that_was_not_counted_is_restarted_without_a_count(batches: Batches) -> None:
    batch = a_batch()
    jobs = [a_job(batch, "vehicle"), a_job(batch, "lane", 1)]
    running(batches, batch, *jobs)
    batches.record(jobs[1], FAILED, now=NOW)
    over = ended(batches, batch)
    batches.record(jobs[0], STOPPED, now=NOW)
    again = batches.begin_run(over, now=LATER)
    assert again is not None
    job = batches.jobs("clip", 1)[0]

    assert batches.restart(again, job, next_of(job, again), now=LATER)

    assert counts(batches) == (0, 1, 0)
    assert level(batches).failure == "lane: no object was labeled"


def test_a_restarted_job_waits_for_its_level_and_can_be_started(batches: Batches) -> None:
    again, job = failed_and_retried(batches)
    following = next_of(job, again)
    batches.restart(again, job, following, now=LATER)

    batches.enqueue(again, [following], now=LATER)

    assert open_names(batches) == ["vehicle"]
    assert batches.queue(limit=10) == [("clip", 0)]
    assert batches.claim(again, following, now=LATER)
    assert batches.confirm(again, following, now=LATER)
    assert batches.owners(["vehicle-r1"])["vehicle-r1"].attempt == 1
    assert batches.owners(["vehicle"])["vehicle"].attempt == 0


def test_a_job_that_is_restarted_in_the_queue_keeps_its_place_there(batches: Batches) -> None:
    again, job = failed_and_retried(batches)
    following = next_of(job, again, since=LATER)

    batches.restart(again, job, following, now=LATER)

    assert batches.open_jobs(JobStatus.QUEUED, limit=10) == [following]
    batches.claim(again, following, now=LATER + timedelta(minutes=1))
    batches.requeue(following)
    assert batches.open_jobs(JobStatus.QUEUED, limit=10) == [following]


def test_a_job_that_is_still_stopping_waits_for_its_end_again(batches: Batches) -> None:
    again, job = failed_and_retried(batches)
    waiting = replace(
        job,
        status=JobStatus.WAIT_FOR_SMGT_RESPONSE,
        run=1,
        since=LATER,
        reason="",
        stopping=True,
        counted=False,
    )

    assert batches.restart(again, job, waiting, now=LATER)

    assert only_job(batches) == waiting
    assert counts(batches) == (0, 0, 0)
    assert open_names(batches, JobStatus.WAIT_FOR_SMGT_RESPONSE) == ["vehicle"]


def test_a_job_of_which_nothing_is_left_is_counted_complete_at_once(batches: Batches) -> None:
    again, job = failed_and_retried(batches)
    done = replace(
        job, status=JobStatus.COMPLETE, run=1, since=LATER, reason="", labeled=3, counted=True
    )

    assert batches.restart(again, job, done, now=LATER)

    assert only_job(batches) == done
    assert counts(batches) == (1, 0, 0)
    assert level(batches).failure == ""


def test_a_job_is_restarted_once(batches: Batches) -> None:
    again, job = failed_and_retried(batches)
    batches.restart(again, job, next_of(job, again), now=LATER)

    assert not batches.restart(again, job, next_of(job, again), now=LATER)

    assert only_job(batches).attempt == 1
    assert counts(batches) == (0, 0, 0)


@pytest.mark.parametrize(
    "changes", [{"run": 1}, {"attempt": 1}, {"status": JobStatus.STOPPED}, {"nonce": "o"}], ids=str
)
def test_a_job_that_is_not_as_it_was_read_is_not_restarted(
    batches: Batches, changes: dict[str, object]
) -> None:
    again, job = failed_and_retried(batches)
    other = replace(job, **changes)  # type: ignore[arg-type]

    assert not batches.restart(again, other, next_of(job, again), now=LATER)

    assert only_job(batches) == job
    assert counts(batches) == (0, 1, 0)


def test_a_batch_that_left_this_run_or_ended_restarts_nothing(batches: Batches) -> None:
    again, job = failed_and_retried(batches)

    assert not batches.restart(replace(again, run=0), job, next_of(job, again), now=LATER)
    ended(batches, again)
    assert not batches.restart(again, job, next_of(job, again), now=LATER)

    assert only_job(batches) == job


def test_the_end_of_the_attempt_before_is_not_recorded_and_not_claimed(batches: Batches) -> None:
    again, job = failed_and_retried(batches)
    batches.restart(again, job, next_of(job, again, since=LATER), now=LATER)

    assert not batches.record(job, FAILED, now=LATER)
    assert not batches.claim(again, job, now=LATER)
    assert not batches.mark_stopping(job)

    assert only_job(batches).status is JobStatus.QUEUED
    assert counts(batches) == (0, 0, 0)


def test_a_second_failure_is_counted_and_named_like_the_first(batches: Batches) -> None:
    again, job = failed_and_retried(batches)
    following = next_of(job, again, since=LATER)
    batches.restart(again, job, following, now=LATER)
    batches.claim(again, following, now=LATER)

    assert batches.record(following, replace(FAILED, reason="refused"), now=LATER)

    assert counts(batches) == (0, 1, 0)
    assert level(batches).failure == "vehicle: refused"


def test_approvals_survive_another_run(batches: Batches) -> None:
    batch = a_batch()
    job = a_job(batch, "vehicle")
    running(batches, batch, job)
    batches.approve("clip", 1, rate=25, now=NOW)
    batches.record(job, FAILED, now=NOW)
    again = retried(batches, batch)
    job = only_job(batches)

    batches.restart(again, job, next_of(job, again), now=LATER)

    assert (level(batches).approved, level(batches).approved_rate) == (True, 25)


# --- the line


def test_the_line_of_jobs_is_told_oldest_first(batches: Batches) -> None:
    late, early = a_batch("late"), a_batch("early")
    stored(batches, late, a_job(late, "late"))
    batches.enqueue(late, [a_job(late, "late")], now=LATER)
    jobs = [a_job(early, name, index) for index, name in enumerate("cab")]
    queued(batches, early, *jobs)
    batches.claim(early, jobs[0], now=NOW)

    assert batches.queue(limit=10) == [("early", 1), ("early", 2), ("late", 0)]
    assert batches.queue(limit=2) == [("early", 1), ("early", 2)]
