"""CopyLogsAndSendBatchCompleted: the batch is COMPLETE, and people are told."""

from __future__ import annotations

from dataclasses import replace

from labeling.errors import NoJobCompleted, StaleRun
from labeling.model import BatchStatus
from labeling.ports import Ports
from labeling.use_cases.current_run import in_current_run
from labeling.use_cases.tell import tell_end


def complete_batch(batch_id: str, execution: str, *, ports: Ports) -> None:
    """Ends the batch, then tells; a repeated call only tells, if nobody was told.

    Raises NoJobCompleted when nothing of the last level is COMPLETE (`onJobFailure: continue`).
    """
    view = ports.batches.view(batch_id)
    if view and view.batch.execution == execution and view.batch.status is BatchStatus.COMPLETE:
        tell_end(view.batch, ports=ports, view=view)
        return
    batch = in_current_run(view.batch if view else None, execution)
    assert view is not None  # its batch is there
    if view.level(batch.levels).complete == 0:
        raise NoJobCompleted("no job of the last level was completed")
    over = ports.batches.end(batch, BatchStatus.COMPLETE, message="", now=ports.now())
    if over is None:
        raise StaleRun(f"batch {batch_id} ended meanwhile")
    tell_end(over, ports=ports, view=replace(view, batch=over))
