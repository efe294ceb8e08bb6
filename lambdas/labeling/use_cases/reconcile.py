"""The reconciler: every five minutes, find and mend what a lost message or a crash left behind."""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterable, Iterator
from datetime import datetime, timedelta
from functools import partial

from labeling.errors import ExecutionNameTaken
from labeling.messages import ExecutionEnded
from labeling.model import Batch, BatchStatus
from labeling.ports import Ports
from labeling.use_cases.end_execution import end_execution
from labeling.use_cases.reconcile_jobs import Running, Step, check_ended, lost_starters
from labeling.use_cases.settle import settle
from labeling.use_cases.stop_work import stop_work
from labeling.use_cases.tell import tell_end

STARTS_WITHIN = timedelta(minutes=1)  # a batch that has no execution by then gets one
LOOK = 1000
TELL_FOR = timedelta(days=7)  # after that nobody waits for a message that SNS does not take
# Which part of the time is over when what is about jobs, then what is about batches, makes way.
FOR_JOBS, FOR_BATCHES = 0.3, 0.8
MOST_HANDED_ON = 1000  # ended jobs: the next round comes soon

logger = logging.getLogger(__name__)


def reconcile(*, ports: Ports, ends_at: datetime) -> None:
    """Looks at every batch that is IN_PROGRESS, at every job that is not over and at every end
    that nobody was told.

    What runs is listed, executions and labeling jobs alike, and only what differs is described.
    Each thing by itself: what breaks is logged and holds up nothing else. For each kind there is
    a part of the time; what does not fit is handed on, a message each, and so are batches whose
    check broke: a message that can never be handled ends in the dead-letter queue.
    """
    begins_at = ports.now()
    left = ends_at - begins_at
    in_progress = _in_progress(ports)
    _reconcile_ended_jobs(running := Running.look(ports), ports, begins_at + left * FOR_JOBS)
    until = begins_at + left * FOR_BATCHES
    _do(lost_starters(ports), ports, until)
    _do(running.too_long(ports), ports, until)
    _do(running.left_over(in_progress, ports), ports, until)
    _check_batches(in_progress, ports, until)
    _do(running.progress(ports), ports, ends_at)


def check_batch(batch_id: str, *, ports: Ports) -> None:
    """Starts the execution that is missing, ends the batch of one that is over, settles; tells
    the end that nobody was told."""
    batch = settle(batch_id, batches=ports.batches, workflow=ports.workflow)
    if batch is None:
        return
    if batch.status is BatchStatus.IN_PROGRESS:
        _check_execution(batch, ports)
    elif not batch.published:
        _tell(batch, ports)


def _reconcile_ended_jobs(running: Running, ports: Ports, until: datetime) -> None:
    ended = running.ended
    later = []
    for job in ended:
        if ports.now() >= until:
            later.append(job.labeling_job)
        else:
            _alone(partial(check_ended, job, ports=ports))
    ports.queue.hand_on([{"type": "ended", "labelingJob": name} for name in later[:MOST_HANDED_ON]])


def _check_batches(in_progress: Iterable[str], ports: Ports, until: datetime) -> None:
    untold = [batch for batch in ports.batches.unpublished() if _is_worth_telling(batch, ports)]
    later = []
    for batch in untold:
        if ports.now() >= until:
            later.append(batch.batch_id)
        else:
            _alone(partial(_tell, batch, ports))
    executions = ports.workflow.running()
    for batch_id in in_progress:
        check = partial(_check_listed, batch_id, executions, ports)
        if ports.now() >= until or not _alone(check):
            later.append(batch_id)
    ports.queue.hand_on([{"type": "check", "batchId": batch_id} for batch_id in later])


def _check_listed(batch_id: str, executions: Collection[str], ports: Ports) -> None:
    """As `check_batch`, but describes no execution that is known to run."""
    batch = settle(batch_id, batches=ports.batches, workflow=ports.workflow)
    if (
        batch is not None
        and batch.status is BatchStatus.IN_PROGRESS
        and batch.execution not in executions
    ):
        _check_execution(batch, ports)


def _do(steps: Iterator[Step], ports: Ports, until: datetime) -> None:
    for step in steps:
        if ports.now() >= until:
            return
        _alone(step)


def _alone(step: Step) -> bool:
    try:
        step()
    except Exception:
        logger.exception("not reconciled")
        return False
    return True


def _is_worth_telling(batch: Batch, ports: Ports) -> bool:
    stopped = batch.status is BatchStatus.STOPPED
    return stopped or batch.ended_at is None or ports.now() - batch.ended_at < TELL_FOR


def _tell(batch: Batch, ports: Ports) -> None:
    if batch.status is BatchStatus.STOPPED:
        stop_work(batch, ports=ports)
    else:
        tell_end(batch, ports=ports)


def _in_progress(ports: Ports) -> list[str]:
    found: list[str] = []
    before: str | None = None
    while True:
        page, before = ports.batches.batch_ids(BatchStatus.IN_PROGRESS, limit=LOOK, before=before)
        found += page
        if before is None:
            return found


def _check_execution(batch: Batch, ports: Ports) -> None:
    if ports.now() - batch.created_at < STARTS_WITHIN:
        return
    execution = ports.workflow.status(batch)
    if execution is None:
        try:
            ports.workflow.start(batch)
        except ExecutionNameTaken:
            return  # started a moment ago, and over: the next look finds it
    elif execution.status not in ("RUNNING", "PENDING_REDRIVE"):
        end_execution(
            ExecutionEnded(
                batch_id=batch.batch_id,
                execution=batch.execution,
                status=execution.status,
                reason=": ".join(part for part in (execution.error, execution.cause) if part),
            ),
            ports=ports,
        )
