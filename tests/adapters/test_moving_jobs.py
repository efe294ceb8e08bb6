"""labeling.ports.Batches: a labeling job's way from QUEUED to its end."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from labeling.errors import StaleRun
from labeling.model import BatchStatus, JobStatus, Level, Outcome
from labeling.ports import Batches
from tests.adapters.samples import (
    NOW,
    a_batch,
    a_job,
    only_job,
    queued,
    running,
    stored,
)

LATER = NOW + timedelta(minutes=5)
COMPLETE = Outcome(status=JobStatus.COMPLETE, objects=40, labeled=38, failed_objects=2)
FAILED = Outcome(status=JobStatus.FAILED, reason="no object was labeled")


def level(batches: Batches, number: int = 1) -> Level:
    view = batches.view("clip")
    assert view is not None
    return view.level(number)


def open_names(batches: Batches, status: JobStatus = JobStatus.QUEUED) -> list[str]:
    return [job.name for job in batches.open_jobs(status, limit=10)]


# --- the queue


def test_a_job_may_start_once_it_is_enqueued(batches: Batches) -> None:
    batch = a_batch()
    job = a_job(batch, "vehicle")
    stored(batches, batch, job)
    assert open_names(batches) == []

    batches.enqueue(batch, [job], now=NOW)

    assert open_names(batches) == ["vehicle"]
    assert only_job(batches).since == NOW


def test_enqueueing_again_keeps_the_place_in_the_queue(batches: Batches) -> None:
    batch = a_batch()
    jobs = [a_job(batch, "vehicle"), a_job(batch, "lane", 1)]
    stored(batches, batch, *jobs)
    batches.enqueue(batch, jobs[:1], now=NOW)

    batches.enqueue(batch, jobs, now=LATER)

    assert [job.since for job in batches.jobs("clip", 1)] == [NOW, LATER]


def test_jobs_that_run_already_are_not_enqueued_again(batches: Batches) -> None:
    batch = a_batch()
    job = a_job(batch, "vehicle")
    running(batches, batch, job)

    batches.enqueue(batch, [job], now=LATER)

    assert only_job(batches).status is JobStatus.WAIT_FOR_SMGT_RESPONSE
    assert open_names(batches) == []


def test_open_jobs_come_oldest_first_then_in_the_order_of_the_request(batches: Batches) -> None:
    late, early = a_batch("late"), a_batch("early")
    stored(batches, late, a_job(late, "late"))
    batches.enqueue(late, [a_job(late, "late")], now=LATER)
    queued(batches, early, *(a_job(early, name, index) for index, name in enumerate("cab")))

    assert open_names(batches) == ["c", "a", "b", "late"]
    assert [job.name for job in batches.open_jobs(JobStatus.QUEUED, limit=2)] == ["c", "a"]


def test_open_jobs_that_are_in_hand_are_taken_as_they_are(batches: Batches) -> None:
    batch = a_batch()
    jobs = [a_job(batch, name, index) for index, name in enumerate("cab")]
    queued(batches, batch, *jobs)
    in_hand = replace(jobs[1], since=NOW, reason="as it was read")
    elsewhere = a_job(a_batch("other"), "elsewhere")

    found = batches.open_jobs(JobStatus.QUEUED, limit=10, known=[in_hand, elsewhere])

    assert [job.name for job in found] == ["c", "a", "b"]
    assert found[1] == in_hand


def test_a_batch_that_ended_enqueues_nothing(batches: Batches) -> None:
    batch = a_batch()
    job = a_job(batch, "vehicle")
    stored(batches, batch, job)
    batches.end(batch, BatchStatus.STOPPED, message="", now=NOW)

    with pytest.raises(StaleRun):
        batches.enqueue(batch, [job], now=NOW)

    assert open_names(batches) == []


def test_queued_jobs_of_a_batch_that_ended_are_withdrawn(batches: Batches) -> None:
    batch = a_batch()
    jobs = [a_job(batch, "vehicle"), a_job(batch, "lane", 1)]
    queued(batches, batch, *jobs)
    batches.claim(batch, jobs[1], now=NOW)
    batches.end(batch, BatchStatus.INTERNAL_ERROR, message="", now=NOW)

    batches.withdraw(jobs)

    assert open_names(batches) == []
    assert open_names(batches, JobStatus.STARTING) == ["lane"]
    assert [job.status for job in batches.jobs("clip", 1)] == ["QUEUED", "STARTING"]


def test_jobs_of_a_batch_in_progress_are_not_withdrawn(batches: Batches) -> None:
    batch = a_batch()
    job = a_job(batch, "vehicle")
    queued(batches, batch, job)

    batches.withdraw([job])

    assert open_names(batches) == ["vehicle"]


def test_the_inputs_of_a_queued_job_are_set(batches: Batches) -> None:
    batch = a_batch()
    job = a_job(batch, "audit", level=2)
    stored(batches, batch, job)
    ready = replace(job, input_uri="s3://in/new", label_category_uri="s3://in/file", objects=19)

    batches.set_inputs(batch, [ready])

    assert only_job(batches, level=2) == ready


def test_the_inputs_of_a_job_that_started_stay(batches: Batches) -> None:
    batch = a_batch()
    job = a_job(batch, "vehicle")
    running(batches, batch, job)

    batches.set_inputs(batch, [replace(job, input_uri="s3://in/new")])

    assert only_job(batches).input_uri == job.input_uri


def test_a_run_that_is_over_sets_no_inputs(batches: Batches) -> None:
    batch = a_batch()
    job = a_job(batch, "vehicle")
    stored(batches, batch, job)

    with pytest.raises(StaleRun):
        batches.set_inputs(replace(batch, run=1), [replace(job, input_uri="s3://in/new")])


# --- starting


def test_a_claimed_job_is_starting(batches: Batches) -> None:
    batch = a_batch()
    job = a_job(batch, "vehicle")
    queued(batches, batch, job)

    assert batches.claim(batch, job, now=LATER)

    assert only_job(batches) == replace(job, status=JobStatus.STARTING, since=LATER)
    assert open_names(batches) == []
    assert open_names(batches, JobStatus.STARTING) == ["vehicle"]


def test_a_job_is_claimed_once(batches: Batches) -> None:
    batch = a_batch()
    job = a_job(batch, "vehicle")
    queued(batches, batch, job)
    batches.claim(batch, job, now=NOW)

    assert not batches.claim(batch, job, now=LATER)
    assert only_job(batches).since == NOW


def test_an_older_attempt_claims_nothing(batches: Batches) -> None:
    batch = a_batch()
    job = a_job(batch, "vehicle", attempt=1, labeling_job="vehicle-r1")
    queued(batches, batch, job)

    assert not batches.claim(batch, replace(job, attempt=0), now=NOW)


@pytest.mark.parametrize("changes", [{"run": 1}, {"nonce": "other"}], ids=str)
def test_another_run_claims_nothing(batches: Batches, changes: dict[str, object]) -> None:
    batch = a_batch()
    job = a_job(batch, "vehicle")
    queued(batches, batch, job)

    assert not batches.claim(replace(batch, **changes), job, now=NOW)  # type: ignore[arg-type]
    assert open_names(batches) == ["vehicle"]


def test_a_batch_that_ended_claims_nothing(batches: Batches) -> None:
    batch = a_batch()
    job = a_job(batch, "vehicle")
    queued(batches, batch, job)
    batches.end(batch, BatchStatus.STOPPED, message="", now=NOW)

    assert not batches.claim(batch, job, now=NOW)


def test_a_name_of_another_job_is_not_claimed(batches: Batches) -> None:
    other = a_batch("other")
    stored(batches, other, a_job(other, "vehicle-r1"))
    batch = a_batch()
    job = a_job(batch, "vehicle", attempt=1, labeling_job="Vehicle-R1")
    batches.add(batch)
    batches.add_jobs(batch, [Level(batch_id="clip", number=1, children=1)], [job])
    batches.enqueue(batch, [job], now=NOW)

    assert not batches.claim(batch, job, now=NOW)
    assert only_job(batches).status is JobStatus.QUEUED


def test_a_confirmed_job_waits_for_its_end(batches: Batches) -> None:
    batch = a_batch()
    job = a_job(batch, "vehicle")
    queued(batches, batch, job)
    batches.claim(batch, job, now=NOW)

    assert batches.confirm(batch, job, now=LATER)

    assert only_job(batches) == replace(
        job, status=JobStatus.WAIT_FOR_SMGT_RESPONSE, since=LATER, started_at=LATER
    )
    assert open_names(batches, JobStatus.WAIT_FOR_SMGT_RESPONSE) == ["vehicle"]


def test_confirming_a_job_of_a_batch_that_ended_says_so_and_is_stored(batches: Batches) -> None:
    batch = a_batch()
    job = a_job(batch, "vehicle")
    queued(batches, batch, job)
    batches.claim(batch, job, now=NOW)
    batches.end(batch, BatchStatus.STOPPED, message="", now=NOW)

    assert not batches.confirm(batch, job, now=LATER)
    assert only_job(batches).status is JobStatus.WAIT_FOR_SMGT_RESPONSE


@pytest.mark.parametrize("ended", [False, True])
def test_a_job_whose_end_was_faster_is_not_confirmed(batches: Batches, ended: bool) -> None:
    batch = a_batch()
    job = a_job(batch, "vehicle")
    queued(batches, batch, job)
    batches.claim(batch, job, now=NOW)
    batches.record(job, COMPLETE, now=NOW)
    if ended:
        batches.end(batch, BatchStatus.COMPLETE, message="", now=NOW)

    assert batches.confirm(batch, job, now=LATER) is not ended
    assert only_job(batches).status is JobStatus.COMPLETE


def test_a_requeued_job_keeps_its_place(batches: Batches) -> None:
    batch = a_batch()
    job = a_job(batch, "vehicle")
    queued(batches, batch, job, a_job(batch, "lane", 1))
    batches.claim(batch, job, now=LATER)

    batches.requeue(job)

    assert open_names(batches) == ["vehicle", "lane"]
    assert batches.jobs("clip", 1)[0] == replace(job, since=NOW)


def test_a_job_that_moved_on_is_not_requeued(batches: Batches) -> None:
    batch = a_batch()
    job = a_job(batch, "vehicle")
    running(batches, batch, job)

    batches.requeue(job)

    assert only_job(batches).status is JobStatus.WAIT_FOR_SMGT_RESPONSE


def test_a_renamed_job_is_queued_under_its_next_name(batches: Batches) -> None:
    batch = a_batch()
    job = a_job(batch, "vehicle", attempt=1, labeling_job="vehicle-r1")
    queued(batches, batch, job)
    batches.claim(batch, job, now=LATER)

    renamed = batches.rename(job, labeling_job="vehicle-r2", output_uri="s3://new", attempt=2)

    assert renamed is not None
    assert renamed.status is JobStatus.QUEUED
    assert only_job(batches) == replace(
        job, labeling_job="vehicle-r2", output_uri="s3://new", attempt=2, since=NOW
    )
    assert batches.claim(batch, renamed, now=LATER)
    assert batches.owners(["vehicle-r2"])["vehicle-r2"].attempt == 2


def test_a_job_that_moved_on_is_not_renamed(batches: Batches) -> None:
    batch = a_batch()
    job = a_job(batch, "vehicle")
    running(batches, batch, job)

    assert batches.rename(job, labeling_job="other", output_uri="s3://new", attempt=1) is None
    assert only_job(batches).labeling_job == "vehicle"


# --- ending


def test_a_recorded_end_is_counted_in_its_level(batches: Batches) -> None:
    batch = a_batch()
    jobs = [a_job(batch, name, index) for index, name in enumerate("abcd")]
    running(batches, batch, *jobs)
    endings = [
        COMPLETE,
        FAILED,
        Outcome(status=JobStatus.STOPPED, reason="the labeling job was stopped"),
        Outcome(status=JobStatus.SKIPPED, reason="nothing to do"),
    ]

    for job, outcome in zip(jobs, endings, strict=True):
        assert batches.record(job, outcome, now=LATER)

    counted = level(batches)
    assert (counted.complete, counted.failed, counted.skipped) == (1, 2, 1)
    assert counted.failure == "b: no object was labeled"
    assert open_names(batches, JobStatus.WAIT_FOR_SMGT_RESPONSE) == []


def test_a_recorded_job_has_its_counts_and_its_reason(batches: Batches) -> None:
    batch = a_batch()
    job = a_job(batch, "vehicle", objects=40)
    running(batches, batch, job)

    batches.record(job, replace(COMPLETE, objects=None, reason="some failed"), now=LATER)

    ended = only_job(batches)
    assert (ended.status, ended.since, ended.started_at) == (JobStatus.COMPLETE, LATER, NOW)
    assert (ended.objects, ended.labeled, ended.failed_objects) == (40, 38, 2)
    assert ended.reason == "some failed"


def test_an_end_that_is_recorded_twice_counts_once(batches: Batches) -> None:
    batch = a_batch()
    job = a_job(batch, "vehicle")
    running(batches, batch, job)
    batches.record(job, COMPLETE, now=NOW)

    assert not batches.record(job, FAILED, now=LATER)

    assert only_job(batches).status is JobStatus.COMPLETE
    assert (level(batches).complete, level(batches).failed) == (1, 0)


def test_the_end_of_an_older_attempt_is_not_recorded(batches: Batches) -> None:
    batch = a_batch()
    job = a_job(batch, "vehicle", attempt=1, labeling_job="vehicle-r1")
    running(batches, batch, job)

    assert not batches.record(replace(job, attempt=0), FAILED, now=LATER)
    assert level(batches).failed == 0


def test_the_end_of_a_job_of_a_batch_that_ended_is_recorded(batches: Batches) -> None:
    batch = a_batch()
    job = a_job(batch, "vehicle")
    running(batches, batch, job)
    batches.end(batch, BatchStatus.INTERNAL_ERROR, message="", now=NOW)

    assert batches.record(job, COMPLETE, now=LATER)
    assert level(batches).complete == 1


def test_a_queued_job_can_be_skipped(batches: Batches) -> None:
    batch = a_batch()
    job = a_job(batch, "vehicle")
    queued(batches, batch, job)

    assert batches.record(job, Outcome(status=JobStatus.SKIPPED, reason="empty"), now=LATER)

    assert open_names(batches) == []
    assert not batches.claim(batch, job, now=LATER)


def test_the_end_of_an_attempt_is_recorded_by_its_pointer(batches: Batches) -> None:
    batch = a_batch()
    job = a_job(batch, "vehicle", attempt=1, labeling_job="vehicle-r1")
    running(batches, batch, job)
    pointer = batches.owners(["vehicle-r1"])["vehicle-r1"]

    assert not batches.record(replace(pointer, attempt=0), FAILED, now=LATER)
    assert not batches.record(replace(pointer, nonce="other"), FAILED, now=LATER)
    assert batches.record(pointer, FAILED, now=LATER)
    assert not batches.record(pointer, FAILED, now=LATER)

    assert only_job(batches).status is JobStatus.FAILED
    assert level(batches).failure == "vehicle: no object was labeled"
    assert level(batches).failed == 1


def test_progress_is_shown_until_the_job_ends(batches: Batches) -> None:
    batch = a_batch()
    job = a_job(batch, "vehicle")
    running(batches, batch, job)
    half_done = Outcome(status=JobStatus.COMPLETE, objects=40, labeled=20, failed_objects=0)

    batches.progress(job, half_done)
    assert only_job(batches).labeled == 20
    assert only_job(batches).status is JobStatus.WAIT_FOR_SMGT_RESPONSE

    batches.record(job, COMPLETE, now=LATER)
    batches.progress(job, half_done)
    assert only_job(batches).labeled == 38


def test_pointers_lead_to_their_jobs(batches: Batches) -> None:
    batch = a_batch()
    jobs = [a_job(batch, "vehicle"), a_job(batch, "lane", 1)]
    stored(batches, batch, *jobs)
    owners = batches.owners(["lane", "vehicle"])
    nowhere = replace(owners["lane"], batch_id="x")
    older = replace(owners["lane"], nonce="of an earlier owner of the id")

    found = batches.pointed_at([owners["lane"], owners["vehicle"], nowhere])

    assert sorted(job.name for job in found) == ["lane", "vehicle"]
    assert batches.pointed_at([older]) == []
    assert batches.pointed_at([]) == []
