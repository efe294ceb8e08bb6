from __future__ import annotations

import pytest

from labeling.errors import StaleRun
from labeling.model import BatchStatus, execution_name, run_of
from labeling.use_cases.wait_for_level import wait_for_level
from tests.unit.builders import BATCH_ID, another_run, request, stored

STATE = "CheckForFirstLevelComplete"


def wait(world, execution, token="token", attempt=0):
    wait_for_level(
        BATCH_ID,
        execution,
        STATE,
        token=token,
        attempt=attempt,
        batches=world.batches,
        queue=world.queue,
    )


def kept(world):
    return world.batches.settle_view(BATCH_ID, [STATE]).waits[STATE]


def test_the_token_is_kept_and_the_listener_woken(world):
    batch, _ = stored(world, request("vehicle"))

    wait(world, batch.execution)

    assert (kept(world).token, kept(world).run) == ("token", 0)
    assert world.queue.take() == [{"type": "wake", "batchId": BATCH_ID}]


def test_a_retried_run_waits_with_its_own_number(world):
    batch, _ = stored(world, request("vehicle"))

    wait(world, another_run(world, batch).execution)

    assert kept(world).run == 1


def test_a_try_that_was_given_up_and_wakes_late_changes_nothing(world):
    batch, _ = stored(world, request("vehicle"))
    wait(world, batch.execution, token="second", attempt=1)

    wait(world, batch.execution, token="first", attempt=0)

    assert kept(world).token == "second"


def test_the_run_before_waits_for_nothing_any_more(world):
    batch, _ = stored(world, request("vehicle"))
    another_run(world, batch)

    with pytest.raises(StaleRun):
        wait(world, batch.execution)
    assert world.queue.messages == []


def test_nobody_waits_for_a_batch_that_ended(world):
    batch, _ = stored(world, request("vehicle"))
    world.batches.end(batch, BatchStatus.STOPPED, message="", now=world.now())

    with pytest.raises(StaleRun):
        wait(world, batch.execution)


@pytest.mark.parametrize("execution", ["by-hand", f"{BATCH_ID}-", f"{BATCH_ID}-01234567-0", ""])
def test_an_execution_that_was_named_by_hand_waits_for_nothing(world, execution):
    stored(world, request("vehicle"))

    with pytest.raises(StaleRun):
        wait(world, execution)


@pytest.mark.parametrize("batch_id", ["clip", "clip-01234567", "a.b"])
@pytest.mark.parametrize("run", [0, 1, 12])
def test_an_execution_tells_its_run(batch_id, run):
    assert run_of(execution_name(batch_id, "89abcdef0123", run), batch_id) == run
