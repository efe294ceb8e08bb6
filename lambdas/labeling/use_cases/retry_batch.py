"""POST /batch/retry: another run of a batch that failed or was stopped."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta

from labeling.errors import BatchNotFound, ExecutionNameTaken, ServiceUnavailable, WrongState
from labeling.model import Batch, BatchStatus
from labeling.ports import Ports
from labeling.use_cases.tell import tell_end

WAITS_TO_TELL = timedelta(minutes=10)  # two looks of the reconciler
REPLACED = "another run of the batch begins"


def retry_batch(batch_id: str, *, ports: Ports) -> Batch:
    """The batch is IN_PROGRESS again, in its next run, whose first state resets its jobs.

    A retried batch that is IN_PROGRESS is left as it is: the same request twice begins one run.
    Raises BatchNotFound, WrongState for a batch that cannot be retried, and ServiceUnavailable
    while nobody could be told how the last run ended.
    """
    batch = ports.batches.batch(batch_id)
    if batch is None:
        raise BatchNotFound(f"There is no batch with the id {batch_id}.")
    if batch.status in (BatchStatus.INTERNAL_ERROR, BatchStatus.STOPPED):
        _tell_the_last_end(batch, ports)
        ports.workflow.stop(batch, cause=REPLACED)
        batch = ports.batches.begin_run(batch, now=ports.now()) or ports.batches.batch(batch_id)
    if batch is None or batch.status is not BatchStatus.IN_PROGRESS or batch.run == 0:
        raise WrongState(_why_not(batch_id, batch))
    with suppress(ExecutionNameTaken):  # it ended; the listener records that
        ports.workflow.start(batch)
    return batch


def _tell_the_last_end(batch: Batch, ports: Ports) -> None:
    """A new run forgets the end of the last one. A topic that has refused the message for so long
    is beyond repair, and holds up nobody."""
    if tell_end(batch, ports=ports):
        return
    if batch.ended_at is not None and ports.now() - batch.ended_at < WAITS_TO_TELL:
        raise ServiceUnavailable(
            f"Nobody could be told yet that batch {batch.batch_id} is {batch.status}. Send the "
            "same request again in a minute."
        )


def _why_not(batch_id: str, batch: Batch | None) -> str:
    if batch is not None and batch.status is BatchStatus.VALIDATION_FAIL:
        return f"Batch {batch_id} never began: send the request again, its inputs mended."
    status = batch.status if batch else "gone"
    return f"Batch {batch_id} is {status}: only a failed or stopped batch can be retried."
