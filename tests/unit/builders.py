"""Batches and jobs as tests need them: one keyword for what a test is about."""

from __future__ import annotations

import json
from typing import Any

from labeling.messages import LabelingJobEnded
from labeling.messages import parse as message
from labeling.model import Batch, BatchStatus, Job, JobRequest, Level
from labeling.naming import child_id
from labeling.ports import LabelingJobSpec
from labeling.use_cases.listen import listen
from labeling.use_cases.start_jobs import start_jobs
from tests.fakes import World

BATCH_ID = "clip-0001"
MANIFEST = "s3://input/clip.manifest"
CATEGORIES = "s3://input/vehicle.json"
TEAM = "arn:aws:sagemaker:us-east-1:123456789012:workteam/private-crowd/smgt-workflow-first-level"


def batch(world: World, **changes: Any) -> Batch:
    given: dict[str, Any] = {
        "batch_id": BATCH_ID,
        "nonce": "n0",
        "request_hash": "0123456789abcdef",
        "request_uri": world.places.request(BATCH_ID, "0123456789abcdef"),
        "created_at": world.now(),
        "levels": 2,
    }
    return Batch(**(given | changes))


def request(name: str, level: int = 1, **changes: Any) -> JobRequest:
    """A vehicle job of level 1; above, the audit of `chain_from`."""
    modality = "VideoObjectTracking" if level == 1 else "VideoObjectTrackingAudit"
    given: dict[str, Any] = {
        "name": name,
        "modality": modality,
        "level": level,
        "label_attribute": f"{name}-ref",
        "workteam_arn": TEAM,
    }
    if level == 1:
        given |= {"input_manifest_uri": MANIFEST, "label_category_uri": CATEGORIES}
    return JobRequest(**(given | changes))


def job(world: World, part: JobRequest, index: int = 0, **changes: Any) -> Job:
    child = child_id(BATCH_ID, part.level, part.name)
    given: dict[str, Any] = {
        "batch_id": BATCH_ID,
        "nonce": "n0",
        "index": index,
        "request": part,
        "labeling_job": part.name,
        "input_uri": part.input_manifest_uri or "",
        "output_uri": world.places.output_manifest(part.modality, child, part.name),
        "label_category_uri": part.label_category_uri or "",
    }
    return Job(**(given | changes))


def stored(world: World, *parts: JobRequest, **changes: Any) -> tuple[Batch, list[Job]]:
    """A batch with these jobs, as the transformation step leaves it; its inputs lie in S3."""
    given = {"levels": max(part.level for part in parts)} | changes
    owner = world.batches.add(batch(world, **given))
    jobs = [job(world, part, index, run=owner.run) for index, part in enumerate(parts)]
    numbers = sorted({part.level for part in parts})
    levels = [
        Level(
            batch_id=BATCH_ID,
            number=number,
            children=sum(part.level == number for part in parts),
        )
        for number in numbers
    ]
    assert world.batches.add_jobs(owner, levels, jobs) == []
    world.objects.write(MANIFEST, manifest({"source-ref": "s3://input/clip.json"}))
    world.objects.write(CATEGORIES, json.dumps({"labels": [{"label": "Vehicle"}]}))
    return owner, jobs


def running(world: World, *parts: JobRequest, **changes: Any) -> Batch:
    """A batch whose execution runs, and of whose first level as many jobs as fit."""
    owner, jobs = stored(world, *parts, **changes)
    world.workflow.start(owner)
    world.batches.enqueue(owner, [job for job in jobs if job.level == 1], now=world.now())
    start_jobs(ports=world, seconds=45)
    return owner


def another_run(world: World, owner: Batch) -> Batch:
    """The batch, stopped and retried."""
    over = world.batches.end(owner, BatchStatus.STOPPED, message="", now=world.now())
    assert over is not None
    begun = world.batches.begin_run(over, now=world.now())
    assert begun is not None
    return begun


def found(world: World, name: str) -> Job:
    """The job as it is stored now."""
    view = world.batches.view(BATCH_ID)
    assert view is not None
    return next(job for job in view.jobs if job.name == name)


def ended_event(labeling_job: str) -> LabelingJobEnded:
    return LabelingJobEnded(labeling_job=labeling_job)


def work_off(world: World) -> None:
    """The listener gets what is in its queue, whatever the delay; messages of its own stay."""
    listen([message(json.dumps(body)) for body in world.queue.take()], ports=world, seconds=45)


def manifest(*lines: dict[str, Any]) -> str:
    return "".join(json.dumps(line) + "\n" for line in lines)


def foreign_job(name: str) -> LabelingJobSpec:
    """A labeling job that somebody else makes in the same account."""
    return LabelingJobSpec(
        name=name,
        modality="VideoObjectTracking",
        label_attribute=f"{name}-ref",
        input_manifest_uri=MANIFEST,
        output_prefix_uri="s3://theirs/output",
        label_category_uri=CATEGORIES,
        workteam_arn=TEAM,
        title=name,
        description=name,
        tag="",
        max_concurrent_task_count=100,
        task_availability_lifetime=864_000,
        task_time_limit=604_800,
    )
