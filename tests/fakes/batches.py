"""The table in memory: how its batches and jobs move on."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from labeling.errors import StaleRun
from labeling.model import (
    RETRIED,
    Attempt,
    Batch,
    BatchStatus,
    Job,
    JobStatus,
    Level,
    Outcome,
    Pointer,
    Wait,
)
from tests.fakes.table import FakeTable, StoredJob, job_place


class FakeBatches(FakeTable):
    """`labeling.ports.Batches`."""

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

    def look_up(
        self, batch_id: str, labeling_jobs: Iterable[str]
    ) -> tuple[Batch | None, dict[str, Pointer]]:
        with self._lock:
            return self.batch(batch_id), self.owners(labeling_jobs)

    def owners(self, labeling_jobs: Iterable[str]) -> dict[str, Pointer]:
        with self._lock:
            return self._names.owners(labeling_jobs)

    def add_jobs(self, batch: Batch, levels: Sequence[Level], jobs: Sequence[Job]) -> list[str]:
        with self._current(batch):
            for level in levels:
                self._levels.setdefault((batch.batch_id, level.number), level)
            taken = []
            for job in jobs:
                self._jobs.setdefault(job_place(job), StoredJob(job))
                if not self._names.take(job, claim=False):
                    taken.append(job.labeling_job)
            self._log(batch.batch_id, "jobs", after=f"{len(jobs)} added")
            return taken

    def release_names(self, batch: Batch) -> None:
        with self._lock:
            self._names.release(batch)

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
            stored.job = replace(stored.job, run=batch.run)
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

    def record(self, job: Attempt, outcome: Outcome, *, now: datetime) -> bool:
        with self._lock:
            stored = self._find(job)
            if stored is None or not self._may_end(stored.job, outcome):
                return False
            stored.job = replace(
                _counted(stored.job, outcome), reason=outcome.reason, counted=outcome.counts
            )
            self._move(stored, outcome.status, since=now, reason=outcome.reason)
            if outcome.counts:
                self._count(job, outcome.status, 1, failure=f"{job.name}: {outcome.reason}")
            return True

    def restart(self, batch: Batch, job: Job, restarted: Job, *, now: datetime) -> bool:
        with self._lock:
            stored = self._jobs.get(job_place(job))
            if stored is None or not self._is_current(batch) or _read(stored.job) != _read(job):
                return False
            if job.counted:
                self._count(job, job.status, -1)
            if restarted.counted:
                self._count(job, restarted.status, 1)
            stored.job = restarted
            stored.queued_at = restarted.since if restarted.status is JobStatus.QUEUED else None
            self._log(
                job.batch_id,
                "job",
                job.status,
                restarted.status,
                job=restarted.labeling_job,
                reason=restarted.reason,
            )
            return True

    def mark_stopping(self, job: Job) -> bool:
        with self._lock:
            stored = self._find(job)
            if stored is None:
                return False
            stored.job = replace(stored.job, stopping=True)
            return True

    def progress(self, job: Job, outcome: Outcome) -> None:
        with self._lock:
            stored = self._find(job)
            if stored is not None:
                stored.job = _counted(stored.job, outcome)

    # --- waiting, approval, end

    def put_wait(self, wait: Wait) -> bool:
        with self._lock:
            batch = self._batches.get(wait.batch_id)
            of_run = batch is not None and batch.run == wait.run
            if batch is None or not of_run or batch.status is not BatchStatus.IN_PROGRESS:
                raise StaleRun(f"batch {wait.batch_id} has left run {wait.run}, or ended")
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

    def begin_run(self, batch: Batch, *, now: datetime) -> Batch | None:
        with self._lock:
            there = self._batches.get(batch.batch_id)
            if there is None or _end_of(there) != _end_of(batch) or there.status not in RETRIED:
                return None
            retried = replace(
                there,
                status=BatchStatus.IN_PROGRESS,
                run=there.run + 1,
                message="",
                error_type="",
                ended_at=None,
                published=False,
            )
            self._batches[batch.batch_id] = retried
            self._log(
                batch.batch_id,
                "batch",
                there.status,
                retried.status,
                reason=f"run {retried.run}",
            )
            return retried

    def mark_published(self, batch: Batch) -> None:
        with self._lock:
            there = self._batches.get(batch.batch_id)
            if there is not None and _end_of(there) == _end_of(batch):
                self._batches[batch.batch_id] = replace(there, published=True)


def _read(job: Job) -> tuple[object, ...]:
    """What a restart is conditional on."""
    return job.nonce, job.attempt, job.run, job.status


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


def _end_of(batch: Batch) -> tuple[int, str, BatchStatus]:
    return batch.run, batch.nonce, batch.status
