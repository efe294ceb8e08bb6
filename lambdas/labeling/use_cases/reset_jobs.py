"""The first thing that a retried run does: what did not end well begins again."""

from __future__ import annotations

from dataclasses import replace

from labeling.model import Batch, Job, JobStatus
from labeling.ports import Ports
from labeling.use_cases.next_attempt import next_attempt

RESET = (JobStatus.FAILED, JobStatus.STOPPED, JobStatus.SKIPPED)


def reset_jobs(batch: Batch, *, ports: Ports) -> None:
    """Jobs of lower runs that are FAILED, STOPPED or SKIPPED become QUEUED as their next attempt.

    Complete and running jobs keep their attempt. One transaction a job: can be repeated.
    """
    view = ports.batches.view(batch.batch_id)
    for job in view.jobs if view else ():
        if job.status in RESET and job.run < batch.run:
            ports.batches.restart(batch, job, _reset(batch, job, ports), now=ports.now())


def _reset(batch: Batch, job: Job, ports: Ports) -> Job:
    """A job that was given up may still be stopping: what it leaves is known only after that."""
    if job.stopping and job.status is JobStatus.FAILED:
        state = ports.labeling.describe(job.labeling_job)
        if state is not None and not state.status.is_final:
            return replace(
                job,
                status=JobStatus.WAIT_FOR_SMGT_RESPONSE,  # of its own run still
                since=ports.now(),
                reason="",
                counted=False,
            )
    return next_attempt(batch, job, ports=ports)
