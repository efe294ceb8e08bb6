"""Somebody lets the level start that waits for an approval."""

from __future__ import annotations

from datetime import datetime

from labeling.errors import BatchNotFound, WrongState
from labeling.model import BatchStatus
from labeling.naming import LEVEL_WORDS, approval_state
from labeling.ports import Batches, Queue, SettleView


def approve_level(
    batch_id: str,
    *,
    rate: int | None,
    batches: Batches,
    queue: Queue,
    now: datetime,
) -> int:
    """Approves the waiting level and returns its number; `rate` replaces those of its jobs.

    The same approval again is fine as long as no later level waits. Raises BatchNotFound, and
    WrongState when no level waits or it was approved with another rate.
    """
    states = [approval_state(number) for number in range(2, len(LEVEL_WORDS) + 1)]
    view = batches.settle_view(batch_id, states)
    if view is None:
        raise BatchNotFound(f"There is no batch with the id {batch_id}.")
    if view.batch.status is not BatchStatus.IN_PROGRESS:
        raise WrongState(f"Batch {batch_id} is {view.batch.status}: nothing of it waits.")
    number = _last_waiting(view)
    if number is None:
        raise WrongState(f"No level of batch {batch_id} waits for an approval now.")

    level = view.levels[number]
    if not level.approved:
        batches.approve(batch_id, number, rate=rate, now=now)
    elif level.approved_rate != rate:
        given = f"downSamplingRate {level.approved_rate}" if level.approved_rate else "no rate"
        word = LEVEL_WORDS[number - 1]
        raise WrongState(
            f"The {word} level of batch {batch_id} was approved already, with {given}."
        )
    queue.wake(batch_id)
    return number


def _last_waiting(view: SettleView) -> int | None:
    """The highest level that waits for an approval, or did and was approved, in this run."""
    waits = [
        number
        for number in view.batch.approve_before_levels
        if (wait := view.waits.get(approval_state(number))) and wait.run == view.batch.run
    ]
    return max(waits, default=None)
