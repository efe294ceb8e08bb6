"""A batch is STOPPED: its execution ends, people are told, and its labeling jobs are stopped."""

from __future__ import annotations

from labeling.errors import ServiceUnavailable
from labeling.model import Batch, Job, JobStatus
from labeling.ports import LabelingJobStatus, Ports
from labeling.use_cases.record_job import record_end
from labeling.use_cases.start_jobs import PAUSE_AFTER_THROTTLING
from labeling.use_cases.tell import tell_end

LOOK_AGAIN = 60  # seconds


def stop_work(batch: Batch, *, ports: Ports) -> None:
    """Wakes itself until no job of the batch runs. Can be repeated at any point.

    StopLabelingJob takes one call a second and account.
    """
    if not batch.published:
        ports.workflow.stop(batch, cause=batch.message)
        tell_end(batch, ports=ports)
    view = ports.batches.view(batch.batch_id)
    jobs = view.jobs if view else ()
    running = [job for job in jobs if job.status is JobStatus.WAIT_FOR_SMGT_RESPONSE]
    try:
        still_running = [job for job in running if not _is_over(job, ports)]
    except ServiceUnavailable:
        ports.queue.wake(batch.batch_id, delay=PAUSE_AFTER_THROTTLING)
        return
    if still_running or any(job.status is JobStatus.STARTING for job in jobs):
        ports.queue.wake(batch.batch_id, delay=LOOK_AGAIN)


def _is_over(job: Job, ports: Ports) -> bool:
    """Asks for the job's stop once; whether that was done is asked for a job that is marked."""
    if not job.stopping:
        if ports.batches.mark_stopping(job):
            ports.labeling.stop(job.labeling_job)
        return False
    state = ports.labeling.describe(job.labeling_job)
    if state is None:
        return True
    if state.status.is_final:
        record_end(job, state, ports=ports)
        return True
    if state.status is not LabelingJobStatus.STOPPING:
        ports.labeling.stop(job.labeling_job)
    return False
