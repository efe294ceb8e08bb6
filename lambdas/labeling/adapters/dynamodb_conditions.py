"""The guards of the table's writes, and the lines of its log."""

from __future__ import annotations

from datetime import datetime

from labeling.adapters.dynamodb_expressions import (
    Action,
    Condition,
    absent,
    all_of,
    any_of,
    check,
    differs,
    equals,
    one_of,
    put,
    update,
)
from labeling.adapters.dynamodb_items import pointer_item
from labeling.adapters.dynamodb_keys import batch_key, log_key, pointer_key
from labeling.model import Attempt, Batch, BatchStatus, Job, JobStatus

NOT_FINAL = [status for status in JobStatus if not status.is_final]


def current(batch: Batch) -> Condition:
    """The batch is IN_PROGRESS, in this run, and the id still belongs to this request."""
    return equals(batchStatus=BatchStatus.IN_PROGRESS, run=batch.run, nonce=batch.nonce)


def check_in_run(batch_id: str, run: int) -> Action:
    """The batch is IN_PROGRESS in this run. No owner of an id has a run of the one before."""
    return check(batch_key(batch_id), equals(batchStatus=BatchStatus.IN_PROGRESS, run=run))


def check_current(batch: Batch) -> Action:
    return check(batch_key(batch.batch_id), current(batch))


def ended(batch: Batch) -> Condition:
    """The end that this batch came to: of the same run, with the same status."""
    return equals(batchStatus=batch.status, run=batch.run, nonce=batch.nonce)


def attempt_is(job: Attempt, status: JobStatus | None = None) -> Condition:
    """The job is at this attempt and has this status; without one: it is not final."""
    mine = equals(nonce=job.nonce, attempt=job.attempt)
    if status is None:
        return all_of(mine, one_of("jobStatus", NOT_FINAL))
    return all_of(mine, equals(jobStatus=status))


def as_read(job: Job) -> Condition:
    """The job is as it was read: nobody moved it, whether to another attempt, run or status."""
    return equals(nonce=job.nonce, attempt=job.attempt, run=job.run, jobStatus=job.status)


def check_ended(batch_id: str) -> Action:
    """The batch does not run, and no other run of it has begun."""
    return check(batch_key(batch_id), differs("batchStatus", BatchStatus.IN_PROGRESS))


def unless_of(nonce: str) -> Condition:
    """Nothing is there, or what an earlier owner of the batch's id left."""
    return any_of(absent("pk"), differs("nonce", nonce))


def free_for(job: Job) -> Condition:
    """The name belongs to nobody, to this job, or to a job that an earlier owner of the batch's
    id never created."""
    this_job = equals(batchId=job.batch_id, nonce=job.nonce, level=job.level, index=job.index)
    left_over = all_of(
        equals(batchId=job.batch_id), differs("nonce", job.nonce), absent("claimedAt")
    )
    return any_of(absent("pk"), this_job, left_over)


def reserve_name(job: Job) -> Action:
    return update(pointer_key(job.labeling_job), values=pointer_item(job), when=free_for(job))


def claim_name(job: Job, claimed_at: str) -> Action:
    """From here on the labeling job may exist: the name is never freed again."""
    return update(
        pointer_key(job.labeling_job),
        values=pointer_item(job),
        initial={"claimedAt": claimed_at},
        when=free_for(job),
    )


def log_line(
    batch_id: str,
    now: datetime,
    *,
    what: str,
    job: str = "",
    before: str = "",
    after: str = "",
    reason: str = "",
) -> Action:
    return put(
        log_key(batch_id, now),
        {"what": what, "job": job, "from": before, "to": after, "reason": reason},
    )


def job_line(
    job: Attempt,
    now: datetime,
    *,
    before: JobStatus | str,
    after: JobStatus | str,
    reason: str = "",
) -> Action:
    return log_line(
        job.batch_id,
        now,
        what="job",
        job=job.labeling_job,
        before=before,
        after=after,
        reason=reason,
    )
