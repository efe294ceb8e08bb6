"""labeling.ports.Batches: taking an id and names."""

from __future__ import annotations

from dataclasses import replace

import pytest

from labeling.errors import StaleRun
from labeling.model import BatchStatus, Level, OnJobFailure, Pointer
from labeling.ports import Batches
from tests.adapters.samples import NOW, a_batch, a_job, only_job, running, stored, the_levels


def test_a_batch_comes_back_as_it_was_put(batches: Batches) -> None:
    batch = a_batch(
        approve_before_levels=frozenset({2, 3}),
        on_job_failure=OnJobFailure.CONTINUE,
        destination_topic_arn="arn:aws:sns:us-east-1:123456789012:mine",
    )

    assert batches.add(batch) == batch
    assert batches.batch("clip") == batch
    assert batches.batch("other") is None


def test_a_batch_id_is_used_once(batches: Batches) -> None:
    first = batches.add(a_batch(nonce="first"))

    assert batches.add(a_batch(nonce="second")) == first
    assert batches.batch("clip") == first


def test_adding_the_same_batch_again_changes_nothing(batches: Batches) -> None:
    batch = batches.add(a_batch())

    assert batches.add(batch) == batch


def test_levels_jobs_and_names_are_stored_whole(batches: Batches) -> None:
    batch = a_batch()
    jobs = [a_job(batch, "vehicle", 0, objects=38), a_job(batch, "vehicle-audit", 1, level=2)]

    stored(batches, batch, *jobs)

    view = batches.view("clip")
    assert view is not None
    assert view.batch == batch
    assert view.levels == (
        Level(batch_id="clip", number=1, children=1),
        Level(batch_id="clip", number=2, children=1),
    )
    assert view.jobs == tuple(jobs)
    assert batches.jobs("clip", 2) == [jobs[1]]
    assert batches.owners(["VEHICLE", "lane"]) == {
        "vehicle": Pointer(
            labeling_job="vehicle",
            batch_id="clip",
            nonce="n0",
            level=1,
            index=0,
            attempt=0,
            name="vehicle",
        )
    }


def test_an_id_is_looked_up_together_with_names(batches: Batches) -> None:
    batch = a_batch()
    stored(batches, batch, a_job(batch, "vehicle"))

    assert batches.look_up("clip", ["lane"]) == (batch, {})
    assert batches.look_up("other", ["Vehicle"]) == (None, batches.owners(["vehicle"]))


def test_jobs_come_by_level_then_in_the_order_of_the_request(batches: Batches) -> None:
    batch = a_batch()
    jobs = [
        a_job(batch, "audit", 0, level=2),
        *(a_job(batch, f"job-{index}", index) for index in range(1, 12)),
    ]

    stored(batches, batch, *jobs)

    view = batches.view("clip")
    assert view is not None
    assert [job.index for job in view.jobs] == [*range(1, 12), 0]


def test_an_unknown_batch_has_no_view(batches: Batches) -> None:
    assert batches.view("clip") is None
    assert batches.settle_view("clip", ["CheckForFirstLevelComplete"]) is None
    assert batches.jobs("clip", 1) == []


def test_adding_jobs_can_be_repeated_and_leaves_those_that_moved_on(batches: Batches) -> None:
    batch = a_batch()
    jobs = [a_job(batch, "vehicle"), a_job(batch, "lane", 1)]
    running(batches, batch, jobs[0])

    taken = batches.add_jobs(batch, the_levels(batch, jobs), jobs)

    assert taken == []
    assert [job.status for job in batches.jobs("clip", 1)] == ["WAIT_FOR_SMGT_RESPONSE", "QUEUED"]


def test_many_jobs_are_added_and_can_be_added_again(batches: Batches) -> None:
    batch = a_batch()
    jobs = [a_job(batch, f"job-{index}", index) for index in range(120)]
    stored(batches, batch, *jobs)

    assert batches.add_jobs(batch, the_levels(batch, jobs), jobs) == []
    assert batches.jobs("clip", 1) == jobs


@pytest.mark.parametrize(
    "changes", [{"run": 1}, {"nonce": "other"}, {"batch_id": "unknown"}], ids=str
)
def test_only_the_current_run_adds_jobs(batches: Batches, changes: dict[str, object]) -> None:
    batch = replace(batches.add(a_batch()), **changes)  # type: ignore[arg-type]
    jobs = [a_job(batch, "vehicle")]

    with pytest.raises(StaleRun):
        batches.add_jobs(batch, the_levels(batch, jobs), jobs)

    assert batches.jobs(batch.batch_id, 1) == []
    assert batches.owners(["vehicle"]) == {}


def test_names_of_another_batch_are_told_and_left_alone(batches: Batches) -> None:
    first = stored(batches, a_batch("first"), a_job(a_batch("first"), "Vehicle"))
    batch = batches.add(a_batch())
    jobs = [a_job(batch, "lane"), a_job(batch, "vehicle", 1)]

    taken = batches.add_jobs(batch, the_levels(batch, jobs), jobs)

    assert taken == ["vehicle"]
    assert batches.owners(["vehicle"])["vehicle"].batch_id == first.batch_id
    assert batches.jobs("clip", 1) == jobs  # so that the batch can be shown


def test_two_jobs_of_a_batch_cannot_have_one_name(batches: Batches) -> None:
    batch = batches.add(a_batch())
    jobs = [a_job(batch, "vehicle"), a_job(batch, "VEHICLE", 1)]

    assert batches.add_jobs(batch, the_levels(batch, jobs), jobs) == ["VEHICLE"]


def test_names_that_were_never_used_are_released(batches: Batches) -> None:
    batch = a_batch()
    used, unused = a_job(batch, "used"), a_job(batch, "unused", 1)
    other = a_batch("other")
    stored(batches, other, a_job(other, "theirs"))
    running(batches, batch, used)
    batches.add_jobs(batch, [], [used, unused, a_job(batch, "theirs", 2)])

    batches.release_names(batch)

    assert batches.owners(["used", "unused", "theirs"]).keys() == {"used", "theirs"}


def test_the_id_of_a_batch_that_failed_validation_can_be_used_again(batches: Batches) -> None:
    old = a_batch(nonce="old")
    stored(batches, old, a_job(old, "vehicle"), a_job(old, "lane", 1))
    batches.end(old, BatchStatus.VALIDATION_FAIL, message="no manifest", now=NOW)
    new = a_batch(nonce="new", request_hash="fedcba9876543210")

    assert batches.add(new) == new

    assert batches.view("clip") is not None
    assert batches.jobs("clip", 1) == []
    assert batches.owners(["vehicle", "lane"]) == {}
    job = a_job(new, "lane")
    assert batches.add_jobs(new, the_levels(new, [job]), [job]) == []
    assert only_job(batches) == job


@pytest.mark.parametrize(
    "status", [BatchStatus.COMPLETE, BatchStatus.INTERNAL_ERROR, BatchStatus.STOPPED]
)
def test_the_id_of_any_other_ended_batch_stays_taken(batches: Batches, status: BatchStatus) -> None:
    old = batches.add(a_batch(nonce="old"))
    batches.end(old, status, message="", now=NOW)

    assert batches.add(a_batch(nonce="new")).nonce == "old"
