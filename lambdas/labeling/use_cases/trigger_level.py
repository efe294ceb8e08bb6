"""TriggerLabeling<Nth>Level: the level's jobs may start, and as many as fit do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from labeling.model import Batch, Job, JobStatus
from labeling.ports import Ports
from labeling.use_cases.current_run import current_run
from labeling.use_cases.prepare_inputs import prepare_inputs
from labeling.use_cases.start_jobs import start_jobs


def trigger_level(
    batch_id: str, execution: str, level: int, *, ports: Ports, seconds: float
) -> None:
    """Queues the level's jobs and starts them for so many seconds; the listener does the rest."""
    batch = current_run(batch_id, execution, batches=ports.batches)
    if level > batch.levels:
        return
    of_level = ports.batches.jobs(batch_id, level)
    jobs: Sequence[Job] = [job for job in of_level if job.status is JobStatus.QUEUED]
    if not jobs:
        return
    if level in batch.approve_before_levels:
        jobs = _with_the_approved_rate(batch, level, jobs, ports=ports)
    now = ports.now()
    ports.batches.enqueue(batch, jobs, now=now)
    queued = [replace(job, since=job.since or now) for job in jobs]
    start_jobs(queued, batch=batch, ports=ports, seconds=seconds)


def _with_the_approved_rate(
    batch: Batch, level: int, jobs: Sequence[Job], *, ports: Ports
) -> Sequence[Job]:
    """A rate that came with the approval replaces those of the jobs; a further attempt of a job has
    its input from the attempt before."""
    view = ports.batches.view(batch.batch_id)
    rate = view.level(level).approved_rate if view else None
    if view is None or rate is None:
        return jobs
    sources = {job.name: job for job in view.jobs if job.level < level}
    fresh = [job for job in jobs if job.started_at is None]
    prepared = prepare_inputs(
        batch, fresh, sources, objects=ports.objects, places=ports.places, rate=rate
    )
    resampled = [entry.job for entry in prepared]
    ports.batches.set_inputs(batch, resampled)
    return [*resampled, *(job for job in jobs if job.started_at is not None)]
