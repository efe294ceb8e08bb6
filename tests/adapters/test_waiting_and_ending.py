"""labeling.ports.Batches: tokens, approvals, ends, and lists of batches."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from labeling.errors import StaleRun
from labeling.model import BatchStatus, Level, Wait
from labeling.ports import Batches
from tests.adapters.samples import NOW, a_batch, a_job, stored

STATE = "CheckForFirstLevelComplete"
LATER = NOW + timedelta(minutes=5)


def a_wait(run: int, attempt: int, token: str = "token") -> Wait:
    return Wait(batch_id="clip", state=STATE, run=run, attempt=attempt, token=token)


def test_settling_sees_the_batch_its_levels_and_the_states_it_asks_for(batches: Batches) -> None:
    batch = a_batch()
    stored(batches, batch, a_job(batch, "vehicle"), a_job(batch, "audit", 1, level=2))
    batches.put_wait(a_wait(0, 0))
    other = replace(a_wait(0, 0), state="WaitForSecondLevelApproval")
    batches.put_wait(other)

    view = batches.settle_view("clip", [STATE, "CheckForSecondLevelComplete"])

    assert view is not None
    assert view.batch == batch
    assert view.levels == {
        1: Level(batch_id="clip", number=1, children=1),
        2: Level(batch_id="clip", number=2, children=1),
    }
    assert view.waits == {STATE: a_wait(0, 0)}


@pytest.mark.parametrize(
    ("first", "second", "stays"),
    [
        pytest.param((0, 0), (0, 1), "second", id="a later try"),
        pytest.param((0, 1), (0, 0), "first", id="a try that Step Functions gave up on"),
        pytest.param((0, 10), (0, 9), "first", id="numbers, not text"),
        pytest.param((0, 0), (0, 0), "first", id="the same try with another token"),
    ],
)
def test_the_newest_token_of_a_state_stays(
    batches: Batches, first: tuple[int, int], second: tuple[int, int], stays: str
) -> None:
    batches.add(a_batch())
    assert batches.put_wait(a_wait(*first, token="first"))

    assert batches.put_wait(a_wait(*second, token="second")) is (stays == "second")

    view = batches.settle_view("clip", [STATE])
    assert view is not None
    assert view.waits[STATE].token == stays


def test_a_later_runs_token_stays_whatever_its_try(batches: Batches) -> None:
    batch = batches.add(a_batch())
    batches.put_wait(a_wait(0, 5, token="first"))
    over = batches.end(batch, BatchStatus.STOPPED, message="", now=NOW)
    assert over is not None
    batches.begin_run(over, now=LATER)

    assert batches.put_wait(a_wait(1, 0, token="second"))

    view = batches.settle_view("clip", [STATE])
    assert view is not None
    assert view.waits[STATE].token == "second"


def test_a_run_that_was_left_behind_or_is_over_waits_for_nothing(batches: Batches) -> None:
    batch = batches.add(a_batch(run=1))
    with pytest.raises(StaleRun):
        batches.put_wait(a_wait(0, 7))
    batches.end(batch, BatchStatus.STOPPED, message="", now=NOW)
    with pytest.raises(StaleRun):
        batches.put_wait(a_wait(1, 0))
    with pytest.raises(StaleRun):
        batches.put_wait(replace(a_wait(1, 0), batch_id="unknown"))

    view = batches.settle_view("clip", [STATE])
    assert view is not None
    assert view.waits == {}


def test_storing_the_same_token_again_is_fine(batches: Batches) -> None:
    batches.add(a_batch())
    batches.put_wait(a_wait(0, 0))

    assert batches.put_wait(a_wait(0, 0))


def test_a_level_is_approved_once(batches: Batches) -> None:
    batch = a_batch()
    stored(batches, batch, a_job(batch, "vehicle"), a_job(batch, "audit", 1, level=2))

    batches.approve("clip", 2, rate=25, now=NOW)
    batches.approve("clip", 2, rate=75, now=LATER)

    view = batches.view("clip")
    assert view is not None
    assert (view.level(2).approved, view.level(2).approved_rate) == (True, 25)
    assert not view.level(1).approved


def test_an_approval_without_a_rate_has_none(batches: Batches) -> None:
    batch = a_batch()
    stored(batches, batch, a_job(batch, "vehicle"))

    batches.approve("clip", 1, rate=None, now=NOW)

    view = batches.view("clip")
    assert view is not None
    assert (view.level(1).approved, view.level(1).approved_rate) == (True, None)


def test_a_batch_ends_with_its_reason(batches: Batches) -> None:
    batch = batches.add(a_batch())

    ended = batches.end(
        batch,
        BatchStatus.INTERNAL_ERROR,
        message="vehicle: no object was labeled",
        error_type="LabelingJobFailed",
        now=LATER,
    )

    assert ended == replace(
        batch,
        status=BatchStatus.INTERNAL_ERROR,
        message="vehicle: no object was labeled",
        error_type="LabelingJobFailed",
        ended_at=LATER,
    )
    assert batches.batch("clip") == ended


def test_a_batch_ends_once(batches: Batches) -> None:
    batch = batches.add(a_batch())
    batches.end(batch, BatchStatus.COMPLETE, message="", now=NOW)

    assert batches.end(batch, BatchStatus.INTERNAL_ERROR, message="late", now=LATER) is None
    there = batches.batch("clip")
    assert there is not None
    assert there.status is BatchStatus.COMPLETE


@pytest.mark.parametrize("changes", [{"run": 1}, {"nonce": "other"}], ids=str)
def test_only_the_current_run_ends_its_batch(batches: Batches, changes: dict[str, object]) -> None:
    batch = batches.add(a_batch())
    other = replace(batch, **changes)  # type: ignore[arg-type]

    assert batches.end(other, BatchStatus.STOPPED, message="", now=NOW) is None
    assert batches.batch("clip") == batch


def test_ends_are_unpublished_until_people_were_told(batches: Batches) -> None:
    batch = batches.add(a_batch())
    batches.add(a_batch("other"))
    assert batches.unpublished() == []
    ended = batches.end(batch, BatchStatus.COMPLETE, message="", now=NOW)
    assert ended is not None
    assert batches.unpublished() == [ended]

    batches.mark_published(ended)

    assert batches.unpublished() == []
    assert batches.batch("clip") == replace(ended, published=True)


def test_who_ended_an_earlier_run_does_not_mark_this_one(batches: Batches) -> None:
    batch = batches.add(a_batch(run=1))
    ended = batches.end(batch, BatchStatus.COMPLETE, message="", now=NOW)
    assert ended is not None

    batches.mark_published(replace(ended, run=0))

    assert batches.unpublished() == [ended]


def test_batches_are_listed_by_status_newest_first(batches: Batches) -> None:
    for minute, name in enumerate(["first", "second", "third", "ended"]):
        batches.add(a_batch(name, created_at=NOW + timedelta(minutes=minute)))
    batches.end(a_batch("ended"), BatchStatus.COMPLETE, message="", now=NOW + timedelta(hours=1))

    in_progress, onward = batches.batch_ids(BatchStatus.IN_PROGRESS, limit=10)

    assert in_progress == ["third", "second", "first"]
    assert onward is None
    assert batches.batch_ids(BatchStatus.COMPLETE, limit=10) == (["ended"], None)
    assert batches.batch_ids(BatchStatus.STOPPED, limit=10) == ([], None)


def test_a_long_list_is_walked_page_by_page(batches: Batches) -> None:
    names = [f"batch-{number}" for number in range(5)]
    for minute, name in enumerate(names):
        batches.add(a_batch(name, created_at=NOW + timedelta(minutes=minute)))

    pages = []
    page, onward = batches.batch_ids(BatchStatus.IN_PROGRESS, limit=2)
    pages.append(page)
    while onward is not None:
        page, onward = batches.batch_ids(BatchStatus.IN_PROGRESS, limit=2, before=onward)
        pages.append(page)

    assert pages == [["batch-4", "batch-3"], ["batch-2", "batch-1"], ["batch-0"]]


def test_a_list_goes_on_only_from_where_a_page_ended(batches: Batches) -> None:
    with pytest.raises(ValueError, match="no place in a list of batches"):
        batches.batch_ids(BatchStatus.COMPLETE, limit=2, before="nonsense")
