"""POST /batch/stop: nothing more is started; the listener stops what runs."""

from __future__ import annotations

from labeling.errors import BatchNotFound, WrongState
from labeling.model import Batch, BatchStatus
from labeling.ports import Ports

STOPPED_ON_REQUEST = "stopped on request"


def stop_batch(batch_id: str, *, ports: Ports) -> Batch:
    """The batch becomes STOPPED; the same request again changes nothing, and wakes again.

    Raises BatchNotFound, and WrongState for a batch that ended otherwise.
    """
    batch = ports.batches.batch(batch_id)
    if batch is not None and batch.status is BatchStatus.IN_PROGRESS:
        stopped = ports.batches.end(
            batch, BatchStatus.STOPPED, message=STOPPED_ON_REQUEST, now=ports.now()
        )
        batch = stopped or ports.batches.batch(batch_id)
    if batch is None:
        raise BatchNotFound(f"There is no batch with the id {batch_id}.")
    if batch.status is not BatchStatus.STOPPED:
        raise WrongState(f"Batch {batch_id} is {batch.status}: there is nothing to stop.")
    ports.workflow.stop(batch, cause=STOPPED_ON_REQUEST)
    ports.queue.wake(batch_id)
    return batch
