"""The reconciler: every five minutes, find and mend what a lost message or a crash left behind."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from functools import partial
from itertools import chain

from labeling.errors import ExecutionNameTaken
from labeling.messages import ExecutionEnded
from labeling.model import Batch, BatchStatus, Job, JobStatus, Outcome
from labeling.ports import LabelingJobState, LabelingJobStatus, Ports
from labeling.use_cases.end_execution import end_execution
from labeling.use_cases.record_job import given_up, outcome_of, record_end
from labeling.use_cases.settle import settle
from labeling.use_cases.start_jobs import attempt_tag, create_claimed_job, stop_job
from labeling.use_cases.stop_work import stop_work
from labeling.use_cases.tell import tell_end

STARTS_WITHIN = timedelta(minutes=1)  # a batch that has no execution by then gets one
CLAIM_LASTS = timedelta(minutes=10)  # a job that is STARTING for longer lost its starter
LOOK = 1000
TELL_FOR = timedelta(days=7)  # after that nobody waits for a message that SNS does not take

Step = Callable[[], None]
logger = logging.getLogger(__name__)


def reconcile(*, ports: Ports, ends_at: datetime) -> None:
    """Looks at every batch that is IN_PROGRESS, at every job that is not over and at every end
    that nobody was told.

    Each by itself: what breaks is logged and holds up nothing else. Batches for which there is no
    time are handed on, a message each, and so are those whose check broke: a message that can
    never be handled ends in the dead-letter queue.
    """
    to_check = _in_progress(ports)
    for step in chain(_running_jobs(to_check, ports), _lost_starters(ports)):
        if ports.now() < ends_at:
            _alone(step)
    handed_on = [
        batch_id
        for batch_id in to_check
        if ports.now() >= ends_at or not _alone(partial(check_batch, batch_id, ports=ports))
    ]
    ports.queue.hand_on([{"type": "check", "batchId": batch_id} for batch_id in handed_on])
    for step in _untold(ports):
        if ports.now() < ends_at:
            _alone(step)


def _alone(step: Step) -> bool:
    try:
        step()
    except Exception:
        logger.exception("not reconciled")
        return False
    return True


def _untold(ports: Ports) -> Iterator[Step]:
    for batch in ports.batches.unpublished():
        if batch.status is BatchStatus.STOPPED:
            yield partial(stop_work, batch, ports=ports)
        elif batch.ended_at is None or ports.now() - batch.ended_at < TELL_FOR:
            yield partial(tell_end, batch, ports=ports)


def _lost_starters(ports: Ports) -> Iterator[Step]:
    for job in ports.batches.open_jobs(JobStatus.STARTING, limit=LOOK):
        yield partial(_take_over, job, ports)


def check_batch(batch_id: str, *, ports: Ports) -> None:
    """Starts the execution that is missing, ends the batch of one that is over, settles."""
    batch = ports.batches.batch(batch_id)
    if batch is None or batch.status is not BatchStatus.IN_PROGRESS:
        return
    _check_execution(batch, ports)
    settle(batch_id, batches=ports.batches, workflow=ports.workflow)


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


def _running_jobs(in_progress: list[str], ports: Ports) -> Iterator[Step]:
    """Lists the account's jobs, a hundred a call, and records those of ours that have ended."""
    waiting = ports.batches.open_jobs(JobStatus.WAIT_FOR_SMGT_RESPONSE, limit=LOOK)
    if not waiting:
        return
    for batch_id in {job.batch_id for job in waiting} - set(in_progress):
        yield partial(_stop_left_over, batch_id, ports)
    ours = {job.labeling_job.lower(): job for job in waiting}
    oldest = min(job.started_at or ports.now() for job in waiting)
    for state in ports.labeling.created_since(oldest - CLAIM_LASTS):
        job = ours.pop(state.name.lower(), None)
        if job is not None:
            yield partial(_compare, job, state, ports)
    for job in ours.values():  # adopted later than that after their creation
        yield partial(_describe, job, ports)


def _describe(job: Job, ports: Ports) -> None:
    state = ports.labeling.describe(job.labeling_job)
    if state is not None:
        _compare(job, state, ports)


def _compare(job: Job, state: LabelingJobState, ports: Ports) -> None:
    if state.status.is_final:
        record_end(job, state, ports=ports)
    elif ports.now() - state.created_at > ports.job_completion_timeout:
        _give_up(job, state, ports)
    else:
        _note_progress(job, outcome_of(state), ports)


def _stop_left_over(batch_id: str, ports: Ports) -> None:
    """Jobs of stopped batches whose wake was lost are asked to stop."""
    batch = ports.batches.batch(batch_id)
    if batch is not None and batch.status is BatchStatus.STOPPED:
        stop_work(batch, ports=ports)


def _note_progress(job: Job, counts: Outcome, ports: Ports) -> None:
    if (counts.labeled, counts.failed_objects) != (job.labeled, job.failed_objects):
        ports.batches.progress(job, counts)


def _give_up(job: Job, state: LabelingJobState, ports: Ports) -> None:
    """Stops it, then fails it; who dies in between has it failed when it has stopped."""
    asked = job.stopping
    if not asked and not ports.batches.mark_stopping(job):
        return
    if state.status is not LabelingJobStatus.STOPPING:
        ports.labeling.stop(job.labeling_job)
    if not asked:
        ports.batches.record(job, given_up(ports), now=ports.now())


def _take_over(job: Job, ports: Ports) -> None:
    """Whoever claimed this job is gone: its labeling job is made, or found and adopted.

    For a batch that has ended, one that was made is stopped, and none is made any more.
    """
    if job.since is None or ports.now() - job.since < CLAIM_LASTS:
        return
    batch = ports.batches.batch(job.batch_id)
    if batch is None:
        return
    if batch.status is BatchStatus.IN_PROGRESS:
        create_claimed_job(batch, job, ports=ports)
        return
    state = ports.labeling.describe(job.labeling_job)
    if state is None or state.tag != attempt_tag(job, table=ports.table_name):
        ports.batches.requeue(job)
        ports.batches.withdraw([job])
    else:
        ports.batches.confirm(batch, job, now=ports.now())
        stop_job(job, ports=ports)
