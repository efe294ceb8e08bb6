"""The table in memory."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, TypeVar

from labeling.errors import StaleRun
from labeling.model import (
    Batch,
    BatchStatus,
    BatchView,
    Job,
    JobStatus,
    Level,
    Outcome,
    Pointer,
    Wait,
)
from labeling.ports import SettleView
from tests.fakes.names import FakeNames

JobKey = tuple[str, int, int]
Key = TypeVar("Key", bound=tuple[Any, ...])
Value = TypeVar("Value")


@dataclass(frozen=True, kw_only=True)
class LogLine:
    """One transition, as the batch's log tells it."""

    batch_id: str
    what: str
    job: str = ""
    before: str = ""
    after: str = ""
    reason: str = ""


@dataclass
class _Queued:
    """A stored job, and what only the table knows of it."""

    job: Job
    queued_at: datetime | None = None


class FakeBatches:
    def __init__(self) -> None:
        self.log: list[LogLine] = []
        self._lock = threading.RLock()
        self._batches: dict[str, Batch] = {}
        self._levels: dict[tuple[str, int], Level] = {}
        self._jobs: dict[JobKey, _Queued] = {}
        self._names = FakeNames()
        self._waits: dict[tuple[str, str], Wait] = {}

    # --- creating

    def add(self, batch: Batch) -> Batch:
        with self._lock:
            there = self._batches.get(batch.batch_id)
            if there is not None and there.status is not BatchStatus.VALIDATION_FAIL:
                return there
            if there is not None:
                self._sweep(there)
            self._batches[batch.batch_id] = batch
            self._log(batch.batch_id, "batch", after=batch.status)
            return batch

    def owners(self, labeling_jobs: Iterable[str]) -> dict[str, Pointer]:
        with self._lock:
            return self._names.owners(labeling_jobs)

    def add_jobs(self, batch: Batch, levels: Sequence[Level], jobs: Sequence[Job]) -> list[str]:
        with self._current(batch):
            for level in levels:
                self._levels.setdefault((batch.batch_id, level.number), level)
            taken = []
            for job in jobs:
                self._jobs.setdefault(_key(job), _Queued(job))
                if not self._names.take(job, claim=False):
                    taken.append(job.labeling_job)
            self._log(batch.batch_id, "jobs", after=f"{len(jobs)} added")
            return taken

    def release_names(self, batch: Batch) -> None:
        with self._lock:
            self._names.release(batch)

    # --- reading

    def batch(self, batch_id: str) -> Batch | None:
        return self._batches.get(batch_id)

    def view(self, batch_id: str) -> BatchView | None:
        with self._lock:
            batch = self._batches.get(batch_id)
            if batch is None:
                return None
            levels = [self._levels[key] for key in sorted(self._levels) if key[0] == batch_id]
            jobs = [self._jobs[key].job for key in sorted(self._jobs) if key[0] == batch_id]
            return BatchView(batch=batch, levels=tuple(levels), jobs=tuple(jobs))

    def jobs(self, batch_id: str, level: int) -> list[Job]:
        with self._lock:
            keys = [key for key in sorted(self._jobs) if key[:2] == (batch_id, level)]
            return [self._jobs[key].job for key in keys]

    def pointed_at(self, pointers: Sequence[Pointer]) -> list[Job]:
        with self._lock:
            found: dict[JobKey, Job] = {}
            for pointer in pointers:
                key = (pointer.batch_id, pointer.level, pointer.index)
                stored = self._jobs.get(key)
                if stored is not None and stored.job.nonce == pointer.nonce:
                    found[key] = stored.job
            return list(found.values())

    def settle_view(self, batch_id: str, states: Sequence[str]) -> SettleView | None:
        with self._lock:
            batch = self._batches.get(batch_id)
            if batch is None:
                return None
            return SettleView(
                batch=batch,
                levels={key[1]: level for key, level in self._levels.items() if key[0] == batch_id},
                waits={
                    state: self._waits[batch_id, state]
                    for state in states
                    if (batch_id, state) in self._waits
                },
            )

    def batch_ids(
        self, status: BatchStatus, *, limit: int, before: str | None = None
    ) -> tuple[list[str], str | None]:
        with self._lock:
            places = sorted(
                (
                    f"{batch.created_at.isoformat(timespec='microseconds')}/{batch.batch_id}"
                    for batch in self._batches.values()
                    if batch.status is status
                ),
                reverse=True,
            )
        if before is not None:
            if "/" not in before:
                raise ValueError(f"{before!r} is no place in a list of batches")
            places = [place for place in places if place < before]
        page = places[:limit]
        return (
            [place.partition("/")[2] for place in page],
            page[-1] if page and len(places) > limit else None,
        )

    def open_jobs(self, status: JobStatus, *, limit: int) -> list[Job]:
        with self._lock:
            found = [
                stored.job
                for stored in self._jobs.values()
                if stored.job.status is status and stored.job.since is not None
            ]
        found.sort(key=lambda job: (job.since, job.level, job.index))
        return found[:limit]

    def unpublished(self) -> list[Batch]:
        with self._lock:
            return [
                batch
                for batch in self._batches.values()
                if batch.status is not BatchStatus.IN_PROGRESS and not batch.published
            ]

    # --- moving jobs

    def enqueue(self, batch: Batch, jobs: Sequence[Job], *, now: datetime) -> None:
        with self._current(batch):
            for job in jobs:
                stored = self._find(job, JobStatus.QUEUED)
                if stored is not None and stored.job.since is None:
                    stored.queued_at = now
                    stored.job = replace(stored.job, since=now)
            self._log(batch.batch_id, "jobs", after=f"{len(jobs)} may start")

    def withdraw(self, jobs: Sequence[Job]) -> None:
        with self._lock:
            for job in jobs:
                batch = self._batches.get(job.batch_id)
                stored = self._find(job, JobStatus.QUEUED)
                over = batch is None or batch.status is not BatchStatus.IN_PROGRESS
                if over and stored is not None:
                    stored.queued_at = None
                    stored.job = replace(stored.job, since=None)

    def set_inputs(self, batch: Batch, jobs: Sequence[Job]) -> None:
        with self._current(batch):
            for job in jobs:
                stored = self._find(job, JobStatus.QUEUED)
                if stored is not None:
                    stored.job = replace(
                        stored.job,
                        input_uri=job.input_uri,
                        label_category_uri=job.label_category_uri,
                        objects=job.objects,
                    )

    def claim(self, batch: Batch, job: Job, *, now: datetime) -> bool:
        with self._lock:
            stored = self._find(job, JobStatus.QUEUED)
            if stored is None or not self._is_current(batch):
                return False
            if not self._names.take(stored.job, claim=True):
                return False
            stored.queued_at = stored.queued_at or now
            self._move(stored, JobStatus.STARTING, since=now)
            return True

    def confirm(self, batch: Batch, job: Job, *, now: datetime) -> bool:
        with self._lock:
            stored = self._find(job, JobStatus.STARTING)
            if stored is not None:
                stored.job = replace(stored.job, started_at=now)
                self._move(stored, JobStatus.WAIT_FOR_SMGT_RESPONSE, since=now)
            return self._is_current(batch)

    def requeue(self, job: Job) -> None:
        with self._lock:
            stored = self._find(job, JobStatus.STARTING)
            if stored is not None:
                self._move(stored, JobStatus.QUEUED, since=stored.queued_at)

    def rename(self, job: Job, *, labeling_job: str, output_uri: str, attempt: int) -> Job | None:
        with self._lock:
            stored = self._find(job, JobStatus.STARTING)
            if stored is None:
                return None
            stored.job = replace(
                stored.job, labeling_job=labeling_job, output_uri=output_uri, attempt=attempt
            )
            self._move(stored, JobStatus.QUEUED, since=stored.queued_at)
            return stored.job

    def record(self, job: Job, outcome: Outcome, *, now: datetime) -> bool:
        with self._lock:
            stored = self._find(job)
            if stored is None:
                return False
            stored.job = replace(_counted(stored.job, outcome), reason=outcome.reason)
            self._move(stored, outcome.status, since=now, reason=outcome.reason)
            key = (job.batch_id, job.level)
            self._levels[key] = _with(self._levels[key], job, outcome)
            return True

    def progress(self, job: Job, outcome: Outcome) -> None:
        with self._lock:
            stored = self._find(job)
            if stored is not None:
                stored.job = _counted(stored.job, outcome)

    # --- waiting, approval, end

    def put_wait(self, wait: Wait) -> bool:
        with self._lock:
            key = (wait.batch_id, wait.state)
            there = self._waits.get(key)
            newer = there is None or (there.run, there.attempt) < (wait.run, wait.attempt)
            if newer:
                self._waits[key] = wait
            return newer or there == wait

    def approve(self, batch_id: str, level: int, *, rate: int | None, now: datetime) -> None:
        with self._lock:
            there = self._levels.get((batch_id, level))
            if there is not None and not there.approved:
                approved = replace(there, approved=True, approved_rate=rate)
                self._levels[batch_id, level] = approved
                self._log(batch_id, f"level {level}", after="approved")

    def end(
        self,
        batch: Batch,
        status: BatchStatus,
        *,
        message: str,
        error_type: str = "",
        now: datetime,
    ) -> Batch | None:
        with self._lock:
            if not self._is_current(batch):
                return None
            ended = replace(
                self._batches[batch.batch_id],
                status=status,
                message=message,
                error_type=error_type,
                ended_at=now,
                published=False,
            )
            self._batches[batch.batch_id] = ended
            self._log(batch.batch_id, "batch", batch.status, status, reason=message)
            return ended

    def mark_published(self, batch: Batch) -> None:
        with self._lock:
            there = self._batches.get(batch.batch_id)
            if there is not None and _end_of(there) == _end_of(batch):
                self._batches[batch.batch_id] = replace(there, published=True)

    # --- inside

    def _is_current(self, batch: Batch) -> bool:
        there = self._batches.get(batch.batch_id)
        return (
            there is not None
            and there.status is BatchStatus.IN_PROGRESS
            and (there.run, there.nonce) == (batch.run, batch.nonce)
        )

    @contextmanager
    def _current(self, batch: Batch) -> Iterator[None]:
        with self._lock:
            if not self._is_current(batch):
                raise StaleRun(f"batch {batch.batch_id} has left run {batch.run}, or ended")
            yield

    def _find(self, job: Job, status: JobStatus | None = None) -> _Queued | None:
        """The stored job, if it is of this attempt and of this status (None: not final)."""
        stored = self._jobs.get(_key(job))
        if stored is None or (stored.job.nonce, stored.job.attempt) != (job.nonce, job.attempt):
            return None
        if stored.job.status.is_final if status is None else stored.job.status is not status:
            return None
        return stored

    def _move(
        self, stored: _Queued, status: JobStatus, *, since: datetime | None, reason: str = ""
    ) -> None:
        job = stored.job
        stored.job = replace(job, status=status, since=since)
        self._log(job.batch_id, "job", job.status, status, job=job.labeling_job, reason=reason)

    def _sweep(self, batch: Batch) -> None:
        """What the owner of the id left behind, all but its log."""
        self._names.release(batch)
        self._levels = _without(self._levels, batch.batch_id)
        self._jobs = _without(self._jobs, batch.batch_id)
        self._waits = _without(self._waits, batch.batch_id)

    def _log(
        self,
        batch_id: str,
        what: str,
        before: str = "",
        after: str = "",
        *,
        job: str = "",
        reason: str = "",
    ) -> None:
        line = LogLine(
            batch_id=batch_id, what=what, job=job, before=before, after=after, reason=reason
        )
        self.log.append(line)


def _key(job: Job) -> JobKey:
    return job.batch_id, job.level, job.index


def _without(stored: Mapping[Key, Value], batch_id: str) -> dict[Key, Value]:
    return {key: value for key, value in stored.items() if key[0] != batch_id}


def _counted(job: Job, outcome: Outcome) -> Job:
    """The job with the counts that the outcome has; None says nothing."""
    return replace(
        job,
        objects=job.objects if outcome.objects is None else outcome.objects,
        labeled=job.labeled if outcome.labeled is None else outcome.labeled,
        failed_objects=(
            job.failed_objects if outcome.failed_objects is None else outcome.failed_objects
        ),
    )


def _with(level: Level, job: Job, outcome: Outcome) -> Level:
    match outcome.status:
        case JobStatus.COMPLETE:
            return replace(level, complete=level.complete + 1)
        case JobStatus.SKIPPED:
            return replace(level, skipped=level.skipped + 1)
        case _:
            failure = level.failure or f"{job.name}: {outcome.reason}"
            return replace(level, failed=level.failed + 1, failure=failure)


def _end_of(batch: Batch) -> tuple[int, str, BatchStatus]:
    return batch.run, batch.nonce, batch.status
