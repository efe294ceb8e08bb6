from __future__ import annotations

import pytest

from labeling.errors import BatchNotFound, WrongState
from labeling.model import BatchStatus, Wait
from labeling.naming import approval_state
from labeling.use_cases.approve_level import approve_level
from tests.unit.builders import BATCH_ID, another_run, request, stored

WAKE = {"type": "wake", "batchId": BATCH_ID}


@pytest.fixture
def batch(world):
    batch, _ = stored(
        world,
        request("a"),
        request("b", 2, chain_from="a"),
        request("c", 3, chain_from="b"),
        levels=3,
        approve_before_levels=frozenset({2, 3}),
    )
    return batch


def wait(world, level, run=0):
    state = approval_state(level)
    world.batches.put_wait(
        Wait(batch_id=BATCH_ID, state=state, run=run, attempt=0, token=f"token-{level}")
    )


def approve(world, rate=None):
    return approve_level(
        BATCH_ID,
        rate=rate,
        batches=world.batches,
        queue=world.queue,
        now=world.now(),
    )


@pytest.mark.usefixtures("batch")
def test_the_level_that_waits_is_approved_and_the_listener_woken(world):
    wait(world, 2)

    assert approve(world, rate=25) == 2

    level = world.batches.view(BATCH_ID).level(2)
    assert (level.approved, level.approved_rate) == (True, 25)
    assert world.queue.take() == [WAKE]


@pytest.mark.usefixtures("batch")
def test_the_same_approval_twice_is_fine_and_wakes_again(world):
    wait(world, 2)
    approve(world, rate=25)
    world.queue.take()

    assert approve(world, rate=25) == 2
    assert world.queue.take() == [WAKE]


@pytest.mark.usefixtures("batch")
@pytest.mark.parametrize(
    ("first", "second", "said"),
    [(25, 50, "with downSamplingRate 25"), (25, None, "25"), (None, 50, "with no rate")],
)
def test_an_approval_cannot_be_changed(world, first, second, said):
    wait(world, 2)
    approve(world, rate=first)

    with pytest.raises(WrongState, match=said):
        approve(world, rate=second)

    assert world.batches.view(BATCH_ID).level(2).approved_rate == first


@pytest.mark.usefixtures("batch")
def test_the_next_level_is_approved_when_it_waits(world):
    wait(world, 2)
    approve(world)
    wait(world, 3)

    assert approve(world) == 3
    assert world.batches.view(BATCH_ID).level(3).approved


@pytest.mark.usefixtures("batch")
def test_nothing_is_approved_before_it_waits(world):
    with pytest.raises(WrongState, match="No level of batch clip-0001 waits"):
        approve(world)

    assert not world.batches.view(BATCH_ID).level(2).approved


def test_the_wait_of_an_earlier_run_counts_no_more(world):
    batch, _ = stored(
        world,
        request("a"),
        request("b", 2, chain_from="a"),
        approve_before_levels=frozenset({2}),
    )
    wait(world, 2, run=0)
    another_run(world, batch)

    with pytest.raises(WrongState):
        approve(world)


def test_a_batch_that_ended_waits_for_nothing(world, batch):
    wait(world, 2)
    world.batches.end(batch, BatchStatus.INTERNAL_ERROR, message="", now=world.now())

    with pytest.raises(WrongState, match="is INTERNAL_ERROR"):
        approve(world)


def test_an_unknown_batch_is_not_found(world):
    with pytest.raises(BatchNotFound, match="no batch with the id clip-0001"):
        approve(world)
