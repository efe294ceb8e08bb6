"""Settling: find out whether a waiting state may go on and, if so, answer its token."""

from __future__ import annotations

from labeling.errors import LabelingJobFailed, TokenOver
from labeling.model import Batch, BatchStatus, Level, Wait
from labeling.naming import LEVEL_WORDS, approval_state, completion_state
from labeling.ports import Batches, SettleView, Workflow

# A job that was running when the batch was retried may fail while others are reset.
SOME_JOB_FAILED = "a labeling job of the level failed"


def settle(batch_id: str, *, batches: Batches, workflow: Workflow) -> Batch | None:
    """Answers the newest waiting state of the current run, if its own condition holds.

    Nothing is recorded: a token that is over says nothing of its level, and whoever settles next
    looks again. Returns the batch as it was found.
    """
    order = waiting_states()
    view = batches.settle_view(batch_id, [state for state, _ in order])
    if view is None:
        return None
    if view.batch.status is not BatchStatus.IN_PROGRESS:
        return view.batch
    for state, number in reversed(order):
        wait = view.waits.get(state)
        if wait is not None and wait.run == view.batch.run:
            _answer(wait, view, number, workflow)
            break
    return view.batch


def waiting_states() -> list[tuple[str, int]]:
    """Every waiting state with its level, in the order in which an execution comes to them.

    Those of all levels that there can be: an execution keeps the definition that it was started
    with, also when the state machine is deployed again with fewer levels.
    """
    states = [(completion_state(1), 1)]
    for number in range(2, len(LEVEL_WORDS) + 1):
        states += [(approval_state(number), number), (completion_state(number), number)]
    return states


def _answer(wait: Wait, view: SettleView, number: int, workflow: Workflow) -> None:
    level = view.levels.get(number) or Level(
        batch_id=view.batch.batch_id, number=number, children=0
    )
    try:
        if wait.state == approval_state(number):
            if level.approved:
                workflow.succeed(wait.token)
        elif level.has_failed(view.batch.on_job_failure):
            cause = level.failure or SOME_JOB_FAILED
            workflow.fail(wait.token, error=LabelingJobFailed.__name__, cause=cause)
        elif level.is_done:
            workflow.succeed(wait.token)
    except TokenOver:
        return
