"""An execution that ended without BatchError: stopped by hand, timed out, a broken state."""

from __future__ import annotations

from labeling.messages import ExecutionEnded
from labeling.model import BatchStatus
from labeling.ports import Ports
from labeling.use_cases.tell import tell_end

ENDED_OUTSIDE = "the execution {execution} ended {status}"


def end_execution(ended: ExecutionEnded, *, ports: Ports) -> None:
    """The batch of the current run's execution becomes INTERNAL_ERROR, and people are told.

    After BatchError, and for an execution that the batch has left behind, there is nothing to do.
    """
    batch = ports.batches.batch(ended.batch_id)
    if batch is None or batch.execution != ended.execution:
        return
    if batch.status is not BatchStatus.IN_PROGRESS:
        return
    said = ENDED_OUTSIDE.format(execution=ended.execution, status=ended.status)
    over = ports.batches.end(
        batch,
        BatchStatus.INTERNAL_ERROR,
        message=f"{said}: {ended.reason}" if ended.reason else said,
        error_type=f"Execution{ended.status.title().replace('_', '')}",
        now=ports.now(),
    )
    if over is not None:
        tell_end(over, ports=ports)
