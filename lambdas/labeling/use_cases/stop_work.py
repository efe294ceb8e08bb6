"""A batch is STOPPED: its execution ends, people are told, and its labeling jobs are stopped."""

from __future__ import annotations

from labeling.errors import ServiceUnavailable
from labeling.model import Batch, BatchStatus, Job, JobStatus
from labeling.ports import LabelingJobStatus, Ports
from labeling.use_cases.record_job import record_end
from labeling.use_cases.start_jobs import PAUSE_AFTER_THROTTLING, stop_job
from labeling.use_cases.tell import tell_end

NEXT_STOP = 1  # seconds: StopLabelingJob takes one call a second and account
LOOK_AGAIN = 60  # seconds


def stop_work(batch: Batch, *, ports: Ports) -> None:
    """Stops one job a call and wakes itself until none of the batch runs. Can be repeated."""
    if not batch.published:
        ports.workflow.stop(batch, cause=batch.message)
        tell_end(batch, ports=ports)
    view = ports.batches.view(batch.batch_id)
    if view is None or view.batch.status is not BatchStatus.STOPPED:
        return  # another run has begun: its jobs run on
    running = [job for job in view.jobs if job.status is JobStatus.WAIT_FOR_SMGT_RESPONSE]
    to_stop = [job for job in running if not job.stopping]
    try:
        if to_stop:
            stop_job(to_stop[0], ports=ports)
            ports.queue.wake(batch.batch_id, delay=NEXT_STOP)
            return
        still_running = [job for job in running if not _is_over(job, ports)]
    except ServiceUnavailable:
        ports.queue.wake(batch.batch_id, delay=PAUSE_AFTER_THROTTLING)
        return
    if still_running or any(job.status is JobStatus.STARTING for job in view.jobs):
        ports.queue.wake(batch.batch_id, delay=LOOK_AGAIN)


def _is_over(job: Job, ports: Ports) -> bool:
    """Records the end of a job whose stop was asked for; asks again where nobody heard it."""
    state = ports.labeling.describe(job.labeling_job)
    if state is None:
        return True
    if state.status.is_final:
        record_end(job, state, ports=ports)
        return True
    if state.status is not LabelingJobStatus.STOPPING:
        ports.labeling.stop(job.labeling_job)
    return False
