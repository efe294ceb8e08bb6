"""CopyLogsAndSendBatchCompleted: labels are merged, the batch is COMPLETE, and people are told."""

from __future__ import annotations

import logging
from dataclasses import replace

from labeling.errors import NoJobCompleted, ServiceUnavailable, StaleRun
from labeling.model import BatchStatus, BatchView
from labeling.ports import Ports
from labeling.use_cases.assess_level import assess_level
from labeling.use_cases.current_run import in_current_run
from labeling.use_cases.merge_batch import give_up_merging, merge_batch
from labeling.use_cases.tell import tell_end

logger = logging.getLogger(__name__)

# Labels are there whether or not they can be put together: a merge that breaks so often, or takes
# too long or too much memory, is left out, and the batch is complete all the same.
TRIES_TO_MERGE = 2
TOO_MUCH = "it took too long, or too much memory"


def complete_batch(batch_id: str, execution: str, *, attempt: int, ports: Ports) -> None:
    """Merges, ends the batch, then tells; a repeated call only tells, if nobody was told.

    `attempt` counts, from 0.

    Raises NoJobCompleted when nothing of the last level is COMPLETE (`onJobFailure: continue`), and
    ServiceUnavailable where a merge broke that is to be tried again.
    """
    view = ports.batches.view(batch_id)
    if view and view.batch.execution == execution and view.batch.status is BatchStatus.COMPLETE:
        tell_end(view.batch, ports=ports, view=view)
        return
    batch = in_current_run(view.batch if view else None, execution)
    assert view is not None  # its batch is there
    if view.level(batch.levels).complete == 0:
        raise NoJobCompleted("no job of the last level was completed")
    _put_together(view, ports, attempt)
    over = ports.batches.end(batch, BatchStatus.COMPLETE, message="", now=ports.now())
    if over is None:
        raise StaleRun(f"batch {batch_id} ended meanwhile")
    tell_end(over, ports=ports, view=replace(view, batch=over))


def _put_together(view: BatchView, ports: Ports, attempt: int) -> None:
    batch_id, objects, places = view.batch.batch_id, ports.objects, ports.places
    why = TOO_MUCH
    try:
        if attempt < TRIES_TO_MERGE:
            assess_level(view, view.batch.levels, objects=objects, places=places)
            merge_batch(view, objects=objects, places=places)
            return
    except Exception as error:  # whatever it is: the labels are there, and people wait for them
        why = f"{type(error).__name__}: {error}"
        if attempt + 1 < TRIES_TO_MERGE:
            raise ServiceUnavailable(f"labels of {batch_id} were not merged: {why}") from error
        logger.exception("labels were not merged", extra={"batch_id": batch_id})
    give_up_merging(view, why, objects=objects, places=places)
