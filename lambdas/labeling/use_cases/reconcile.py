"""The reconciler: every five minutes, find and mend what a lost message or a crash left behind."""

from __future__ import annotations

from datetime import datetime, timedelta

from labeling.errors import ExecutionNameTaken
from labeling.messages import ExecutionEnded
from labeling.model import Batch, BatchStatus, Job, JobStatus, Outcome
from labeling.ports import LabelingJobState, LabelingJobStatus, Ports
from labeling.use_cases.end_execution import end_execution
from labeling.use_cases.record_job import outcome_of, record_end
from labeling.use_cases.settle import settle
from labeling.use_cases.start_jobs import attempt_tag, create_claimed_job, stop_job
from labeling.use_cases.stop_work import stop_work
from labeling.use_cases.tell import tell_end

STARTS_WITHIN = timedelta(minutes=1)  # a batch that has no execution by then gets one
CLAIM_LASTS = timedelta(minutes=10)  # a job that is STARTING for longer lost its starter
LOOK = 1000
OVER_TIME = "the labeling job took longer than JobCompletionTimeout, {seconds:.0f} s"


def reconcile(*, ports: Ports, ends_at: datetime) -> None:
    """Looks at every batch that is IN_PROGRESS and at every job that is not over.

    What does not fit into the time is handed on, a message a batch.
    """
    for batch in ports.batches.unpublished():
        if batch.status is BatchStatus.STOPPED:
            stop_work(batch, ports=ports)
        else:
            tell_end(batch, ports=ports)
    batch_ids = _in_progress(ports)
    _check_running_jobs(batch_ids, ports)
    for job in ports.batches.open_jobs(JobStatus.STARTING, limit=LOOK):
        if ports.now() >= ends_at:
            break
        _take_over(job, ports)
    while batch_ids and ports.now() < ends_at:
        check_batch(batch_ids.pop(0), ports=ports)
    ports.queue.hand_on([{"type": "check", "batchId": batch_id} for batch_id in batch_ids])


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


def _check_running_jobs(in_progress: list[str], ports: Ports) -> None:
    """Lists the account's jobs, a hundred a call, and records those of ours that have ended."""
    waiting = ports.batches.open_jobs(JobStatus.WAIT_FOR_SMGT_RESPONSE, limit=LOOK)
    if not waiting:
        return
    _stop_left_over(waiting, in_progress, ports)
    ours = {job.labeling_job.lower(): job for job in waiting}
    oldest = min(job.started_at or ports.now() for job in waiting)
    for state in ports.labeling.created_since(oldest - CLAIM_LASTS):
        job = ours.pop(state.name.lower(), None)
        if job is not None:
            _compare(job, state, ports)
    for job in ours.values():  # adopted later than that after their creation
        found = ports.labeling.describe(job.labeling_job)
        if found is not None:
            _compare(job, found, ports)


def _compare(job: Job, state: LabelingJobState, ports: Ports) -> None:
    if state.status.is_final:
        record_end(job, state, ports=ports)
    elif ports.now() - state.created_at > ports.job_completion_timeout:
        _give_up(job, state, ports)
    else:
        _note_progress(job, outcome_of(state), ports)


def _stop_left_over(running: list[Job], in_progress: list[str], ports: Ports) -> None:
    """Jobs of stopped batches whose wake was lost are asked to stop."""
    for batch_id in {job.batch_id for job in running} - set(in_progress):
        batch = ports.batches.batch(batch_id)
        if batch is not None and batch.status is BatchStatus.STOPPED:
            stop_work(batch, ports=ports)


def _note_progress(job: Job, counts: Outcome, ports: Ports) -> None:
    if (counts.labeled, counts.failed_objects) != (job.labeled, job.failed_objects):
        ports.batches.progress(job, counts)


def _give_up(job: Job, state: LabelingJobState, ports: Ports) -> None:
    """Once: a job that is being stopped already, since the batch was retried, fails no more."""
    if job.stopping:
        if state.status is not LabelingJobStatus.STOPPING:
            ports.labeling.stop(job.labeling_job)
        return
    seconds = ports.job_completion_timeout.total_seconds()
    reason = OVER_TIME.format(seconds=seconds)
    ports.batches.mark_stopping(job)
    if ports.batches.record(job, Outcome(status=JobStatus.FAILED, reason=reason), now=ports.now()):
        ports.labeling.stop(job.labeling_job)


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
    if state is None or state.tag != attempt_tag(batch, job, table=ports.table_name):
        ports.batches.requeue(job)
        ports.batches.withdraw([job])
    else:
        ports.batches.confirm(batch, job, now=ports.now())
        stop_job(job, ports=ports)
