"""Send<Next>LevelSNSAndCheckResponse: the finished level's output becomes the next one's input."""

from __future__ import annotations

from datetime import datetime

from labeling.errors import ServiceUnavailable
from labeling.model import BatchView, Job, JobStatus, Outcome
from labeling.naming import Places
from labeling.ports import Batches, Notifier, Objects
from labeling.use_cases.assess_level import assess_level
from labeling.use_cases.current_run import in_current_run
from labeling.use_cases.prepare_inputs import prepare_inputs
from labeling.use_cases.tell import tell_level_starts

TRIES_TO_TELL = 3  # an approval that nobody hears of waits in vain


def post_process_level(
    batch_id: str,
    execution: str,
    level: int,
    *,
    attempt: int,
    batches: Batches,
    objects: Objects,
    notifier: Notifier,
    places: Places,
    now: datetime,
) -> bool:
    """Assesses the level before and prepares the chained jobs of `level`; says whether the level
    waits for an approval.

    A job whose source has no labeled object is SKIPPED; a further attempt of a job has its input
    from the attempt before. Can be repeated; `attempt` counts, from 0. Raises ServiceUnavailable
    when the message was not taken, but goes on without it after some tries.
    """
    view = batches.view(batch_id)
    batch = in_current_run(view.batch if view else None, execution)
    if view is None or not view.level(level).children:
        return False

    assess_level(view, level - 1, objects=objects, places=places)
    sources = {job.name: job for job in view.jobs if job.level < level}
    chained = [
        job
        for job in _jobs(view, level)
        if job.status is JobStatus.QUEUED and job.request.chain_from and job.started_at is None
    ]
    prepared = prepare_inputs(batch, chained, sources, objects=objects, places=places)
    batches.set_inputs(batch, [entry.job for entry in prepared if not entry.skip])
    for entry in prepared:
        if entry.skip:
            batches.record(entry.job, Outcome(status=JobStatus.SKIPPED, reason=entry.skip), now=now)

    waits = level in batch.approve_before_levels and not view.level(level).approved
    told = tell_level_starts(batch, level, waits_for_approval=waits, notifier=notifier)
    if not told and attempt < TRIES_TO_TELL:
        raise ServiceUnavailable(f"nobody was told that level {level} of {batch_id} starts")
    return waits


def _jobs(view: BatchView, level: int) -> list[Job]:
    return [job for job in view.jobs if job.level == level]
