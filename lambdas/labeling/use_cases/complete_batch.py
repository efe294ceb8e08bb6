"""CopyLogsAndSendBatchCompleted: labels are merged, the batch is COMPLETE, and people are told."""

from __future__ import annotations

import logging
from dataclasses import replace

from labeling.errors import NoJobCompleted, StaleRun
from labeling.model import BatchStatus, BatchView
from labeling.ports import Ports
from labeling.use_cases.assess_level import assess_level
from labeling.use_cases.current_run import in_current_run
from labeling.use_cases.merge_batch import merge_batch
from labeling.use_cases.tell import tell_end

logger = logging.getLogger(__name__)

# Labels are there whether or not they can be put together: a merge that takes too long or too much
# memory so often is left out, and the batch is complete all the same.
TRIES_TO_MERGE = 2


def complete_batch(batch_id: str, execution: str, *, attempt: int, ports: Ports) -> None:
    """Merges, ends the batch, then tells; a repeated call only tells, if nobody was told.

    `attempt` counts, from 0.

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
    if attempt < TRIES_TO_MERGE:
        _put_together(view, ports)
    else:
        logger.error("completed without a merge", extra={"batch_id": batch_id})
    over = ports.batches.end(batch, BatchStatus.COMPLETE, message="", now=ports.now())
    if over is None:
        raise StaleRun(f"batch {batch_id} ended meanwhile")
    tell_end(over, ports=ports, view=replace(view, batch=over))


def _put_together(view: BatchView, ports: Ports) -> None:
    try:
        assess_level(view, view.batch.levels, objects=ports.objects, places=ports.places)
        merge_batch(view, objects=ports.objects, places=ports.places)
    except Exception:  # whatever it is: the labels are there, and people wait to hear of them
        logger.exception("labels were not merged", extra={"batch_id": view.batch.batch_id})
