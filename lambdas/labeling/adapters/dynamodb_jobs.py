"""What moves a job on; every write is conditional on its attempt and on a non-final status."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime

from labeling.adapters.dynamodb_conditions import (
    as_read,
    attempt_is,
    check_current,
    check_ended,
    claim_name,
    job_line,
    log_line,
)
from labeling.adapters.dynamodb_expressions import (
    Action,
    Condition,
    absent,
    all_of,
    equals,
    present,
    put,
    update,
)
from labeling.adapters.dynamodb_items import restarted_item
from labeling.adapters.dynamodb_keys import job_key, level_key, since, timestamp
from labeling.adapters.dynamodb_reads import BatchReads
from labeling.adapters.dynamodb_table import Table
from labeling.errors import StaleRun
from labeling.model import Attempt, Batch, BatchStatus, Job, JobStatus, Outcome

_COUNTED_AS = {JobStatus.COMPLETE: "complete", JobStatus.SKIPPED: "skipped"}


class JobMoves(BatchReads):
    """The part of `labeling.ports.Batches` that writes jobs."""

    def __init__(self, table: Table, *, levels: int, now: Callable[[], datetime]) -> None:
        super().__init__(table, levels=levels)
        self._clock = now

    def enqueue(self, batch: Batch, jobs: Sequence[Job], *, now: datetime) -> None:
        line = log_line(batch.batch_id, now, what="jobs", after=f"{len(jobs)} may start")
        moves = []
        for job in jobs:
            since_now = since(now, job_key(job))
            moves.append(
                update(
                    job_key(job),
                    values={
                        "since": since_now,
                        "queuedAt": since_now,
                        "openStatus": JobStatus.QUEUED,
                    },
                    when=all_of(attempt_is(job, JobStatus.QUEUED), absent("since")),
                )
            )
        self._in_run(batch, moves, line)

    def withdraw(self, jobs: Sequence[Job]) -> None:
        by_batch: dict[str, list[Job]] = defaultdict(list)
        for job in jobs:
            by_batch[job.batch_id].append(job)
        for batch_id, own in by_batch.items():
            # A retry may have begun since somebody saw that the batch had ended.
            moves = [
                update(
                    job_key(job),
                    remove=["since", "queuedAt", "openStatus"],
                    when=attempt_is(job, JobStatus.QUEUED),
                )
                for job in own
            ]
            self._table.transact_accepted([check_ended(batch_id)], moves)

    def set_inputs(self, batch: Batch, jobs: Sequence[Job]) -> None:
        changes = [
            update(
                job_key(job),
                values={
                    "inputUri": job.input_uri,
                    "labelCategoryUri": job.label_category_uri,
                    "objects": job.objects,
                },
                when=attempt_is(job, JobStatus.QUEUED),
            )
            for job in jobs
        ]
        self._in_run(batch, changes)

    def claim(self, batch: Batch, job: Job, *, now: datetime) -> bool:
        since_now = since(now, job_key(job))
        start = update(
            job_key(job),
            values={
                "jobStatus": JobStatus.STARTING,
                "openStatus": JobStatus.STARTING,
                "since": since_now,
                "run": batch.run,
            },
            initial={"queuedAt": since_now},
            when=attempt_is(job, JobStatus.QUEUED),
        )
        line = job_line(job, now, before=JobStatus.QUEUED, after=JobStatus.STARTING)
        name = claim_name(job, timestamp(now))
        return not self._table.transact([check_current(batch), start, name, line])

    def confirm(self, batch: Batch, job: Job, *, now: datetime) -> bool:
        waiting = JobStatus.WAIT_FOR_SMGT_RESPONSE
        made = update(
            job_key(job),
            values={
                "jobStatus": waiting,
                "openStatus": waiting,
                "since": since(now, job_key(job)),
                "startedAt": timestamp(now),
            },
            when=attempt_is(job, JobStatus.STARTING),
        )
        line = job_line(job, now, before=JobStatus.STARTING, after=waiting)
        refused = self._table.transact([made, line, check_current(batch)])
        if not refused:
            return True
        if 0 not in refused:
            self._table.transact([made, line])
            return False
        there = self.batch(batch.batch_id)
        return there is not None and _same_run(there, batch)

    def requeue(self, job: Job) -> None:
        self._back_to_queue(job, job)

    def rename(self, job: Job, *, labeling_job: str, output_uri: str, attempt: int) -> Job | None:
        renamed = replace(
            job,
            status=JobStatus.QUEUED,
            labeling_job=labeling_job,
            output_uri=output_uri,
            attempt=attempt,
        )
        return renamed if self._back_to_queue(job, renamed) else None

    def record(self, job: Attempt, outcome: Outcome, *, now: datetime) -> bool:
        end = update(
            job_key(job),
            values={
                "jobStatus": outcome.status,
                "since": since(now, job_key(job)),
                "reason": outcome.reason or None,
                "counted": outcome.counts,
                **_counts(outcome),
            },
            remove=["openStatus", "queuedAt"],
            when=_may_end(job, outcome),
        )
        if outcome.counts:
            count = _counted_as(outcome.status)
            failure = f"{job.name}: {outcome.reason}"
            other = update(
                level_key(job.batch_id, job.level),
                add={count: 1},
                initial={"failure": failure} if count == "failed" else {},
                when=present("pk"),
            )
        else:
            other = check_ended(job.batch_id)
        before = job.status if isinstance(job, Job) else ""
        line = job_line(job, now, before=before, after=outcome.status, reason=outcome.reason)
        return not self._table.transact([end, other, line])

    def restart(self, batch: Batch, job: Job, restarted: Job, *, now: datetime) -> bool:
        again = put(job_key(job), restarted_item(restarted), as_read(job))
        line = job_line(
            restarted, now, before=job.status, after=restarted.status, reason=restarted.reason
        )
        counts: Counter[str] = Counter()
        if job.counted:
            counts[_counted_as(job.status)] -= 1
        if restarted.counted:
            counts[_counted_as(restarted.status)] += 1
        changes = {name: change for name, change in counts.items() if change}
        actions = [check_current(batch), again, line]
        if changes:
            actions.append(
                update(
                    level_key(job.batch_id, job.level),
                    add=changes,
                    remove=["failure"] if "failed" in changes else [],
                    when=equals(nonce=batch.nonce),
                )
            )
        return not self._table.transact(actions)

    def mark_stopping(self, job: Job) -> bool:
        mark = update(job_key(job), values={"stopping": True}, when=attempt_is(job))
        return self._table.write(mark) is None

    def progress(self, job: Job, outcome: Outcome) -> None:
        counts = _counts(outcome)
        if counts:
            self._table.write(update(job_key(job), values=counts, when=attempt_is(job)))

    def _back_to_queue(self, job: Job, becomes: Job) -> bool:
        back = update(
            job_key(job),
            values={
                "jobStatus": JobStatus.QUEUED,
                "openStatus": JobStatus.QUEUED,
                "attempt": becomes.attempt,
                "labelingJob": becomes.labeling_job,
                "outputUri": becomes.output_uri,
            },
            copy={"queuedAt": "since"},
            when=attempt_is(job, JobStatus.STARTING),
        )
        line = job_line(becomes, self._clock(), before=JobStatus.STARTING, after=JobStatus.QUEUED)
        return not self._table.transact([back, line])

    def _in_run(self, batch: Batch, actions: Sequence[Action], *lines: Action) -> None:
        refused = self._table.transact_accepted([check_current(batch), *lines], actions)
        if -1 in refused:
            raise StaleRun(f"batch {batch.batch_id} has left run {batch.run}, or ended")


def _counted_as(status: JobStatus) -> str:
    return _COUNTED_AS.get(status, "failed")


def _may_end(job: Attempt, outcome: Outcome) -> Condition:
    """A stop that counts is somebody else's: not one that we ask for since the job was read."""
    mine = attempt_is(job)
    if outcome.status is JobStatus.STOPPED and outcome.counts:
        return all_of(mine, absent("stopping"))
    return mine


def _counts(outcome: Outcome) -> dict[str, int]:
    counts = {
        "objects": outcome.objects,
        "labeled": outcome.labeled,
        "failedObjects": outcome.failed_objects,
    }
    return {name: count for name, count in counts.items() if count is not None}


def _same_run(there: Batch, batch: Batch) -> bool:
    return (there.status, there.run, there.nonce) == (
        BatchStatus.IN_PROGRESS,
        batch.run,
        batch.nonce,
    )
