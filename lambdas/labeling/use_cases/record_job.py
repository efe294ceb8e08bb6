"""A labeling job has ended: what that makes of the job it was made for."""

from __future__ import annotations

from dataclasses import replace

from labeling.model import BatchStatus, Job, JobStatus, Outcome
from labeling.ports import LabelingJobState, LabelingJobStatus, Ports
from labeling.use_cases.next_attempt import next_attempt

NOTHING_LABELED = "no object was labeled"
STOPPED_OUTSIDE = "the labeling job was stopped"
OVER_TIME = "the labeling job took longer than JobCompletionTimeout, {seconds:.0f} s"
STOPPED_BY_US = "stopped with its batch"
INDEX_CATCHES_UP = 5  # seconds


def record_end(job: Job, state: LabelingJobState, *, ports: Ports) -> None:
    """Records a final state; a duplicate changes nothing.

    A job that we stopped with its batch is no failure: it is STOPPED, or, when the batch was
    retried while the job was still stopping, queued again as its next attempt. One that we stop
    while its own run goes on was given up, and has failed.
    """
    if state.status is LabelingJobStatus.STOPPED and job.stopping:
        _record_stopped(job, outcome_of(state), ports)
    else:
        ports.batches.record(job, outcome_of(state), now=ports.now())


def _record_stopped(job: Job, outcome: Outcome, ports: Ports) -> None:
    stopped = replace(outcome, reason=STOPPED_BY_US, counts=False)
    for _ in range(2):  # the batch may be stopped or retried between our two steps
        batch = ports.batches.batch(job.batch_id)
        if batch is None:
            return
        if batch.status is BatchStatus.IN_PROGRESS and batch.run == job.run:
            ports.batches.record(job, given_up(ports), now=ports.now())
            return
        if batch.status is not BatchStatus.IN_PROGRESS:
            if ports.batches.record(job, stopped, now=ports.now()):
                return
        else:
            following = next_attempt(batch, job, ports=ports)
            queued = following.status is JobStatus.QUEUED
            if queued:
                following = replace(following, since=ports.now())
            if ports.batches.restart(batch, job, following, now=ports.now()):
                if queued:  # the index may not know it yet when this invocation looks
                    ports.queue.start_jobs(delay=INDEX_CATCHES_UP)
                return


def given_up(ports: Ports) -> Outcome:
    """Of a job that exceeds JobCompletionTimeout: we stop it, and it has failed."""
    seconds = ports.job_completion_timeout.total_seconds()
    return Outcome(status=JobStatus.FAILED, reason=OVER_TIME.format(seconds=seconds))


def outcome_of(state: LabelingJobState) -> Outcome:
    """What a final state of the labeling service means.

    `Completed` does not mean that every object is labeled, nor that any is: the counters tell.
    """
    match state.status:
        case LabelingJobStatus.COMPLETED if state.labeled:
            status, reason = JobStatus.COMPLETE, ""
        case LabelingJobStatus.COMPLETED:
            status, reason = JobStatus.FAILED, NOTHING_LABELED
        case LabelingJobStatus.STOPPED:
            status, reason = JobStatus.STOPPED, STOPPED_OUTSIDE
        case _:
            status, reason = JobStatus.FAILED, state.reason or "Ground Truth gives no reason"
    return Outcome(
        status=status,
        reason=reason,
        objects=state.labeled + state.unlabeled + state.failed_objects,
        labeled=state.labeled,
        failed_objects=state.failed_objects,
    )
