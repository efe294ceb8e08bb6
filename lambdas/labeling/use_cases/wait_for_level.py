"""CheckFor<Nth>LevelComplete and WaitFor<Nth>LevelApproval: keep the token, wake the listener."""

from __future__ import annotations

from labeling.errors import StaleRun
from labeling.model import Wait, run_of
from labeling.ports import Batches, Queue


def wait_for_level(
    batch_id: str,
    execution: str,
    state: str,
    *,
    token: str,
    attempt: int,
    batches: Batches,
    queue: Queue,
) -> None:
    """Stores the token unless a newer one is there (a try that was given up may wake late).

    Raises StaleRun for an execution that is not of the batch's current run.
    """
    run = run_of(execution, batch_id)
    if run is None:
        raise StaleRun(f"execution {execution} is none of batch {batch_id}")
    batches.put_wait(Wait(batch_id=batch_id, state=state, run=run, attempt=attempt, token=token))
    queue.wake(batch_id)
