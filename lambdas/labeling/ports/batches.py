"""The table of batches, levels, jobs, names and tokens."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

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


@dataclass(frozen=True, kw_only=True)
class SettleView:
    """What settling reads, consistently, in one look: no jobs."""

    batch: Batch
    levels: Mapping[int, Level]
    waits: Mapping[str, Wait]  # by state name


class Batches(Protocol):
    """The table. Every read is consistent, but for the two indexes, which say so.

    Job names are compared without case. A name is claimed with `claim`: from then on the labeling
    job may exist, so the name is never freed; until then `release_names`, and the next owner of
    the batch's id, may have it.

    Every write of a job is conditional on its attempt and on a non-final status. Writes in a
    transaction are tried again after a TransactionConflict; raises Conflict after some 20 s.
    """

    # --- creating

    def add(self, batch: Batch) -> Batch:
        """Puts the batch if its id is free or its owner ended VALIDATION_FAIL.

        Returns what is stored now: the given batch, or the one that has the id.
        """
        ...

    def look_up(
        self, batch_id: str, labeling_jobs: Iterable[str]
    ) -> tuple[Batch | None, dict[str, Pointer]]:
        """Who has this batch id, and `owners`, in as few calls as `owners`."""
        ...

    def owners(self, labeling_jobs: Iterable[str]) -> dict[str, Pointer]:
        """The pointers there are for these Ground Truth job names, by name in lower case."""
        ...

    def add_jobs(self, batch: Batch, levels: Sequence[Level], jobs: Sequence[Job]) -> list[str]:
        """Writes levels, jobs and their pointers, each only if absent; can be repeated.

        In transactions that also check that the batch is IN_PROGRESS with this run and nonce
        (raises StaleRun). Jobs that are there with this nonce stay as they are; what an earlier
        owner of the id left is replaced. Returns the names that belong to something else.
        """
        ...

    def release_names(self, batch: Batch) -> None:
        """Deletes the pointers of this batch's (same nonce) jobs that were never created."""
        ...

    # --- reading

    def batch(self, batch_id: str) -> Batch | None: ...

    def view(self, batch_id: str) -> BatchView | None:
        """Batch, levels and jobs, in as few calls as their size allows."""
        ...

    def jobs(self, batch_id: str, level: int) -> list[Job]:
        """The jobs of a level in request order."""
        ...

    def pointed_at(self, pointers: Sequence[Pointer]) -> list[Job]:
        """The jobs that these pointers lead to (missing ones left out)."""
        ...

    def settle_view(self, batch_id: str, states: Sequence[str]) -> SettleView | None:
        """Batch, levels and the waits of these states, consistently, in one call."""
        ...

    def batch_ids(
        self, status: BatchStatus, *, limit: int, before: str | None = None
    ) -> tuple[list[str], str | None]:
        """Ids of a status, newest first, and where to go on (index: eventually consistent).

        ValueError for a `before` that was not given as where to go on."""
        ...

    def open_jobs(self, status: JobStatus, *, limit: int, known: Sequence[Job] = ()) -> list[Job]:
        """Jobs that may start (QUEUED), STARTING or waiting, oldest first, read consistently
        after the index (eventually consistent) named them; those that moved on are left out.

        `known` ones have just been read with this status, and are taken as they are."""
        ...

    def queue(self, *, limit: int) -> list[tuple[str, int]]:
        """Who stands in line: batch id and index of the QUEUED jobs that may start, oldest first
        (index; keys only, no job is read)."""
        ...

    def unpublished(self) -> list[Batch]:
        """Batches that ended and whose end nobody was told (index)."""
        ...

    # --- moving jobs

    def enqueue(self, batch: Batch, jobs: Sequence[Job], *, now: datetime) -> None:
        """Lets these QUEUED jobs start: sets `since`, which puts them into the index of open jobs.

        Only where it is not set yet. Raises StaleRun when the batch left this run or ended.
        """
        ...

    def withdraw(self, jobs: Sequence[Job]) -> None:
        """QUEUED jobs of a batch that ended leave the index of open jobs; they stay QUEUED.

        Those of a batch that is (again) IN_PROGRESS stay in it."""
        ...

    def set_inputs(self, batch: Batch, jobs: Sequence[Job]) -> None:
        """Stores input_uri, label_category_uri and objects of jobs that are still QUEUED.

        Raises StaleRun when the batch left this run or ended."""
        ...

    def claim(self, batch: Batch, job: Job, *, now: datetime) -> bool:
        """QUEUED → STARTING, with its pointer (absent or this batch's), if the batch is
        IN_PROGRESS and of this run. The job is of this run then, too. False when any of that is
        not so."""
        ...

    def confirm(self, batch: Batch, job: Job, *, now: datetime) -> bool:
        """STARTING → WAIT_FOR_SMGT_RESPONSE: the labeling job exists; sets started_at.

        False when the batch is no longer IN_PROGRESS in this run: then the job must be stopped
        (the status is written all the same, so that its end is recorded). A job that moved on
        meanwhile (its event was faster) is left as it is.
        """
        ...

    def requeue(self, job: Job) -> None:
        """STARTING → QUEUED, keeping its place in the queue; attempt and name stay."""
        ...

    def rename(self, job: Job, *, labeling_job: str, output_uri: str, attempt: int) -> Job | None:
        """A STARTING job whose name is taken becomes QUEUED under another; None: it moved on."""
        ...

    def record(self, job: Attempt, outcome: Outcome, *, now: datetime) -> bool:
        """The job's final status, its level's count and a log line, in one transaction.

        FAILED and STOPPED count as failed; the first of them is the level's `failure`,
        `<job's name>: <reason>`. Counts of the outcome that are None stay as they are.
        False when the job's attempt is another or its status is final: a duplicate. An outcome
        that does not count is recorded only while the batch is not IN_PROGRESS; STOPPED that
        counts, only for a job whose stop we did not ask for. False otherwise.
        """
        ...

    def restart(self, batch: Batch, job: Job, restarted: Job, *, now: datetime) -> bool:
        """Puts `restarted` in the place of `job`, if the batch is IN_PROGRESS in this run and the
        job is as it was read: its status, attempt and run.

        In one transaction with its level: a job that was counted (`counted`) is counted no more,
        `restarted` is if it says so. Where the number of failures changes the level's failure is
        forgotten: nobody keeps the reasons of those that may be left. `restarted` may be QUEUED
        (in the index of open jobs where it has `since`), wait for the end of an attempt that is
        being stopped, or be COMPLETE. False when somebody else was faster.
        """
        ...

    def mark_stopping(self, job: Job) -> bool:
        """Notes that we ask for this attempt's stop, before we do; False when the job moved on:
        another attempt, or a final status."""
        ...

    def progress(self, job: Job, outcome: Outcome) -> None:
        """Stores the counts of a job that is not final (outcome.status is ignored)."""
        ...

    # --- waiting, approval, end

    def put_wait(self, wait: Wait) -> bool:
        """Stores the token only over an older (run, attempt); False when it is not newer.

        Raises StaleRun unless the batch is IN_PROGRESS in the wait's run."""
        ...

    def approve(self, batch_id: str, level: int, *, rate: int | None, now: datetime) -> None:
        """Marks the level approved; the same again changes nothing."""
        ...

    def end(
        self,
        batch: Batch,
        status: BatchStatus,
        *,
        message: str,
        error_type: str = "",
        now: datetime,
    ) -> Batch | None:
        """IN_PROGRESS of this run → a final status, once. Returns the ended batch, not yet
        published; None for who comes too late."""
        ...

    def begin_run(self, batch: Batch, *, now: datetime) -> Batch | None:
        """INTERNAL_ERROR or STOPPED → IN_PROGRESS, run + 1, once: the retried batch.

        Its end, message and publication are forgotten. None for a batch that is in another state
        or run by now.
        """
        ...

    def mark_published(self, batch: Batch) -> None:
        """People were told of this run's end."""
        ...
