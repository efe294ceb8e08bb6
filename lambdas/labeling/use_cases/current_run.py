"""The fence: only the execution of the batch's current run may do anything."""

from __future__ import annotations

from labeling.errors import StaleRun
from labeling.model import Batch, BatchStatus
from labeling.ports import Batches


def current_run(batch_id: str, execution: str, *, batches: Batches) -> Batch:
    """The batch, if it is IN_PROGRESS and this execution is its current run's.

    Raises StaleRun otherwise.
    """
    return in_current_run(batches.batch(batch_id), execution)


def in_current_run(batch: Batch | None, execution: str) -> Batch:
    """The same for a batch that was read already."""
    if batch is None:
        raise StaleRun(f"execution {execution} belongs to no batch")
    if batch.execution != execution:
        raise StaleRun(f"batch {batch.batch_id} is run by {batch.execution}, not by {execution}")
    if batch.status is not BatchStatus.IN_PROGRESS:
        raise StaleRun(f"batch {batch.batch_id} is {batch.status}")
    return batch
