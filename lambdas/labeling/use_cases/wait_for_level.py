"""CheckFor<Nth>LevelComplete and WaitFor<Nth>LevelApproval: keep the token, wake the listener."""

from __future__ import annotations

from labeling.model import Wait
from labeling.ports import Batches, Queue
from labeling.use_cases.current_run import current_run


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
    """Stores the token unless a newer one is there (a try that was given up may wake late)."""
    batch = current_run(batch_id, execution, batches=batches)
    batches.put_wait(
        Wait(batch_id=batch_id, state=state, run=batch.run, attempt=attempt, token=token)
    )
    queue.wake(batch_id)
