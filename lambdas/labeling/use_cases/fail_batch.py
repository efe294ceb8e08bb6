"""BatchError: the batch is INTERNAL_ERROR with the reason, and people are told."""

from __future__ import annotations

from labeling.model import BatchStatus
from labeling.ports import Ports
from labeling.use_cases.tell import tell_end


def fail_batch(
    batch_id: str, execution: str, *, error_type: str, reason: str, ports: Ports
) -> None:
    """Ends the batch, if this execution is its current run's and it has not ended; then tells.

    For a batch that has ended (refused by the first state, say) only the telling is left.
    """
    batch = ports.batches.batch(batch_id)
    if batch is None or batch.execution != execution:
        return
    if batch.status is BatchStatus.IN_PROGRESS:
        over = ports.batches.end(
            batch,
            BatchStatus.INTERNAL_ERROR,
            message=reason,
            error_type=error_type,
            now=ports.now(),
        )
        batch = over or ports.batches.batch(batch_id) or batch
    if batch.status is not BatchStatus.IN_PROGRESS:
        tell_end(batch, ports=ports)
