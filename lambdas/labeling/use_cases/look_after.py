"""What the listener does for a batch that it was woken for."""

from __future__ import annotations

from labeling.model import BatchStatus
from labeling.ports import Ports
from labeling.use_cases.settle import settle
from labeling.use_cases.stop_work import stop_work


def look_after(batch_id: str, *, ports: Ports) -> None:
    """Settles a batch that is IN_PROGRESS, stops the work of one that is STOPPED."""
    batch = settle(batch_id, batches=ports.batches, workflow=ports.workflow)
    if batch is not None and batch.status is BatchStatus.STOPPED:
        stop_work(batch, ports=ports)
