"""What the table in memory holds, and what is read of it."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, TypeVar

from labeling.errors import StaleRun
from labeling.model import (
    Attempt,
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
class StoredJob:
    """A stored job, and what only the table knows of it."""

    job: Job
    queued_at: datetime | None = None


class FakeTable:
    def __init__(self) -> None:
        self.log: list[LogLine] = []
        self._lock = threading.RLock()
        self._batches: dict[str, Batch] = {}
        self._levels: dict[tuple[str, int], Level] = {}
        self._jobs: dict[JobKey, StoredJob] = {}
        self._names = FakeNames()
        self._waits: dict[tuple[str, str], Wait] = {}

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

    def open_jobs(self, status: JobStatus, *, limit: int, known: Sequence[Job] = ()) -> list[Job]:
        in_hand = {job_place(job): job for job in known}
        with self._lock:
            found = [
                stored.job
                for stored in self._jobs.values()
                if stored.job.status is status and stored.job.since is not None
            ]
        found.sort(key=lambda job: (job.since, job.level, job.index))
        return [in_hand.get(job_place(job), job) for job in found[:limit]]

    def queue(self, *, limit: int) -> list[tuple[str, int]]:
        jobs = self.open_jobs(JobStatus.QUEUED, limit=limit)
        return [(job.batch_id, job.index) for job in jobs]

    def unpublished(self) -> list[Batch]:
        with self._lock:
            return [
                batch
                for batch in self._batches.values()
                if batch.status is not BatchStatus.IN_PROGRESS and not batch.published
            ]

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

    def _find(self, job: Attempt, status: JobStatus | None = None) -> StoredJob | None:
        """The stored job, if it is of this attempt and of this status (None: not final)."""
        stored = self._jobs.get(job_place(job))
        if stored is None or (stored.job.nonce, stored.job.attempt) != (job.nonce, job.attempt):
            return None
        if stored.job.status.is_final if status is None else stored.job.status is not status:
            return None
        return stored

    def _may_end(self, job: Job, outcome: Outcome) -> bool:
        batch = self._batches.get(job.batch_id)
        if not outcome.counts:
            return batch is None or batch.status is not BatchStatus.IN_PROGRESS
        return outcome.status is not JobStatus.STOPPED or not job.stopping

    def _count(self, job: Attempt, status: JobStatus, change: int, *, failure: str = "") -> None:
        level = self._levels[job.batch_id, job.level]
        match status:
            case JobStatus.COMPLETE:
                level = replace(level, complete=level.complete + change)
            case JobStatus.SKIPPED:
                level = replace(level, skipped=level.skipped + change)
            case _:
                first = (level.failure or failure) if change > 0 else ""
                level = replace(level, failed=level.failed + change, failure=first)
        self._levels[job.batch_id, job.level] = level

    def _move(
        self, stored: StoredJob, status: JobStatus, *, since: datetime | None, reason: str = ""
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


def job_place(job: Attempt) -> JobKey:
    return job.batch_id, job.level, job.index


def _without(stored: Mapping[Key, Value], batch_id: str) -> dict[Key, Value]:
    return {key: value for key, value in stored.items() if key[0] != batch_id}
