"""Starting labeling jobs: oldest first, as room appears, each exactly once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from enum import Enum, auto

from labeling.errors import (
    JobNameInUse,
    JobRefused,
    QuotaReached,
    ServiceUnavailable,
    Throttled,
)
from labeling.model import Attempt, Batch, BatchStatus, Job, JobStatus, Outcome
from labeling.naming import attempt_name, child_id
from labeling.ports import LabelingJobSpec, LabelingService, Ports
from labeling.use_cases.labeling_job_spec import labeling_job_spec

NAME_USED_BEFORE = (
    "the name {name} was used before in this account and Ground Truth never frees a name; "
    "choose another jobName"
)
# One look at the index; a round that starts so many goes on with another look.
LOOK = 50
PAUSE_AFTER_THROTTLING = 2  # seconds
QUOTA_LAGS = timedelta(minutes=30)


_Key = tuple[str, int, int]  # batch, index, attempt


class _Answer(Enum):
    STARTED = auto()
    REFUSED = auto()  # the job failed
    PASSED = auto()  # somebody else is at it, or it will be tried again
    FULL = auto()
    UNAVAILABLE = auto()


@dataclass
class Round:
    """What a round did: the batches with a job that the service refused are to be settled."""

    started: int = 0
    to_settle: set[str] = field(default_factory=set)


def start_jobs(
    own: Sequence[Job] = (), *, batch: Batch | None = None, ports: Ports, seconds: float
) -> Round:
    """Starts queued jobs for at most so many seconds; asks for another round where one is due.

    `own` are jobs of `batch` that were queued a moment ago: the index may not know them yet. A
    full account ends the round: the next job that ends wakes the listener.
    """
    result = Round()
    ends_at = ports.now() + timedelta(seconds=seconds)
    running: dict[str, Batch | None] = {batch.batch_id: batch} if batch else {}
    tried: set[_Key] = set()
    look_again = True
    while look_again:
        waiting = ports.batches.open_jobs(JobStatus.QUEUED, limit=LOOK, known=own)
        look_again = len(waiting) == LOOK and not all(_key(job) in tried for job in waiting)
        page = _oldest_first([*own, *waiting], tried, ports)
        for job in page:
            if _key(job) in tried:
                continue
            if ports.now() >= ends_at:
                ports.queue.start_jobs()
                return result
            tried.add(_key(job))
            if job.batch_id not in running:
                running[job.batch_id] = ports.batches.batch(job.batch_id)
            owner = running[job.batch_id]
            if owner is None or owner.status is not BatchStatus.IN_PROGRESS:
                of_it = [other for other in page if other.batch_id == job.batch_id]
                tried |= {_key(other) for other in of_it}
                ports.batches.withdraw(of_it)
                continue
            match start_job(owner, job, ports=ports):
                case _Answer.STARTED:
                    result.started += 1
                case _Answer.REFUSED:
                    result.to_settle.add(job.batch_id)
                case _Answer.FULL:
                    return result
                case _Answer.UNAVAILABLE:
                    ports.queue.start_jobs(delay=PAUSE_AFTER_THROTTLING)
                    return result
    return result


def _oldest_first(jobs: Sequence[Job], tried: set[_Key], ports: Ports) -> list[Job]:
    """Each job once, without those tried already."""
    new = {_key(job): job for job in jobs if _key(job) not in tried}
    return sorted(new.values(), key=lambda job: (job.since or ports.now(), *_key(job)))


def _key(job: Job) -> _Key:
    return job.batch_id, job.index, job.attempt


def start_job(batch: Batch, job: Job, *, ports: Ports) -> _Answer:
    """Claims the job, creates its labeling job, and makes sure that the batch still wants it.

    There is no lease: Ground Truth's names are unique, and the tag says whose a name is.
    """
    if not ports.batches.claim(batch, job, now=ports.now()):
        _take_another_name(batch, job, ports)
        return _Answer.PASSED
    return create_claimed_job(batch, replace(job, status=JobStatus.STARTING), ports=ports)


def create_claimed_job(batch: Batch, job: Job, *, ports: Ports) -> _Answer:
    """The second half of a start: for a job that is STARTING, also one that somebody left so."""
    tag = attempt_tag(job, table=ports.table_name)
    try:
        spec = labeling_job_spec(job, tag=tag, places=ports.places)
        _create_or_adopt(spec, ports.labeling)
    except JobNameInUse:
        return _name_is_taken(job, ports)
    except QuotaReached as error:
        return _full(job, error, ports)
    except Throttled:
        ports.batches.requeue(job)
        return _Answer.UNAVAILABLE
    except ServiceUnavailable:  # it may be made: it stays STARTING until that can be found out
        return _Answer.UNAVAILABLE
    except JobRefused as error:
        return _fail(job, str(error), ports)
    if not ports.batches.confirm(batch, job, now=ports.now()):
        stop_job(job, ports=ports)
        return _Answer.PASSED
    return _Answer.STARTED


def stop_job(job: Job, *, ports: Ports) -> None:
    """Notes that the stop is ours, then asks for it: its end is no failure of its level."""
    if ports.batches.mark_stopping(job):
        ports.labeling.stop(job.labeling_job)


def _create_or_adopt(spec: LabelingJobSpec, labeling: LabelingService) -> None:
    """A job of this name that carries our tag is ours: its creation only looked failed."""
    try:
        labeling.create(spec)
    except Throttled:
        raise
    except (JobNameInUse, ServiceUnavailable):
        existing = labeling.describe(spec.name)
        if existing is None or existing.tag != spec.tag:
            raise


def _full(job: Job, error: QuotaReached, ports: Ports) -> _Answer:
    """The account runs as many jobs as it may; or, where none runs, it is another limit.

    What the service counts may lag behind what it lists, so that is believed only after a while,
    during which the job is in nobody's way.
    """
    if ports.labeling.any_running():
        ports.batches.requeue(job)
        return _Answer.FULL
    if job.since and ports.now() - job.since < QUOTA_LAGS:
        ports.batches.requeue(job)
        return _Answer.PASSED
    return _fail(job, str(error), ports)


def _name_is_taken(job: Job, ports: Ports) -> _Answer:
    """Ground Truth has the name, for somebody else's job."""
    if job.attempt == 0:
        return _fail(job, NAME_USED_BEFORE.format(name=job.labeling_job), ports)
    following = _following(job, ports)
    ports.batches.rename(
        job,
        labeling_job=following.labeling_job,
        output_uri=following.output_uri,
        attempt=following.attempt,
    )
    return _Answer.PASSED


def _take_another_name(batch: Batch, job: Job, ports: Ports) -> None:
    """A further attempt's name may be the name of another job in the table."""
    owner = ports.batches.owners([job.labeling_job]).get(job.labeling_job.lower())
    if owner is None or (owner.batch_id, owner.index) == (job.batch_id, job.index):
        return
    ports.batches.restart(batch, job, _following(job, ports), now=ports.now())


def _following(job: Job, ports: Ports) -> Job:
    """The job with the name of one attempt more, of which nothing was made."""
    attempt = job.attempt + 1
    labeling_job = attempt_name(job.name, attempt)
    child = child_id(job.batch_id, job.level, job.name)
    output_uri = ports.places.output_manifest(job.request.modality, child, labeling_job)
    return replace(job, attempt=attempt, labeling_job=labeling_job, output_uri=output_uri)


def _fail(job: Job, reason: str, ports: Ports) -> _Answer:
    ports.batches.record(job, Outcome(status=JobStatus.FAILED, reason=reason), now=ports.now())
    return _Answer.REFUSED


def attempt_tag(job: Attempt, *, table: str) -> str:
    """Says whose a labeling job is: `<table>/<batchId>/<nonce>/<jobName>/<attempt>`."""
    return f"{table}/{job.batch_id}/{job.nonce}/{job.name}/{job.attempt}"
