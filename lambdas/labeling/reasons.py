"""Why a job has its status, for people: what it waits for, how far it is, what went wrong."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from labeling.model import BatchStatus, BatchView, Job, JobStatus
from labeling.ports import Batches

# What one query of the index holds many times over; it is read without the jobs themselves.
FARTHEST = 1_000
NO_PLACE = "waits for a free place: the account runs only so many labeling jobs at once"


@dataclass(frozen=True)
class Line:
    """Who stands before the queued jobs of a batch, by the jobs' index in the request."""

    ahead: Mapping[int, int] = field(default_factory=dict)
    length: int | None = None  # None: nobody looked

    @classmethod
    def of(cls, view: BatchView, batches: Batches) -> Line:
        """Looks only where a job of the batch stands in it. The index may lag by a second."""
        if view.batch.status is not BatchStatus.IN_PROGRESS or not any(map(in_line, view.jobs)):
            return cls()
        standing = batches.queue(limit=FARTHEST + 1)
        ours = view.batch.batch_id
        places = {index: n for n, (batch_id, index) in enumerate(standing) if batch_id == ours}
        return cls(places, len(standing))

    def place(self, job: Job) -> str:
        """`3 ahead`; a job that the index does not know yet came last."""
        if self.length is None:
            return NO_PLACE
        ahead = self.ahead.get(job.index, self.length)
        return f"{ahead} ahead" if ahead <= FARTHEST else f"more than {FARTHEST} ahead"


def in_line(job: Job) -> bool:
    return job.status is JobStatus.QUEUED and job.since is not None


def reason(job: Job, view: BatchView, line: Line) -> str:
    """The reason that was recorded with the status, else what the job is about."""
    if job.reason:
        return job.reason
    match job.status:
        case JobStatus.QUEUED if view.batch.status is not BatchStatus.IN_PROGRESS:
            return "was not started before the batch ended"
        case JobStatus.QUEUED if in_line(job):
            return line.place(job)
        case JobStatus.QUEUED:
            return _not_in_line(job, view)
        case JobStatus.STARTING:
            return "is being created"
        case JobStatus.WAIT_FOR_SMGT_RESPONSE if job.stopping:
            return f"is being stopped: {_progress(job)}"
        case JobStatus.WAIT_FOR_SMGT_RESPONSE:
            return _progress(job)
        case _:
            return ""


def _not_in_line(job: Job, view: BatchView) -> str:
    if not all(view.level(number).is_done for number in range(1, job.level)):
        return "waits for the levels before"
    asked = job.level in view.batch.approve_before_levels
    if asked and not view.level(job.level).approved:
        return "waits for the approval of its level"
    return "is about to be queued"


def _progress(job: Job) -> str:
    """As of the reconciler's last look, at most five minutes ago."""
    total = "" if job.objects is None else f" of {job.objects}"
    failed = f", {job.failed_objects} failed" if job.failed_objects else ""
    return f"{job.labeled or 0}{total} objects labeled{failed}"
