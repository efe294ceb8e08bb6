"""Batches, levels and jobs to store."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from typing import Any

from labeling.model import Batch, Job, JobRequest, Level
from labeling.ports import Batches

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
TEAM = "arn:aws:sagemaker:us-east-1:123456789012:workteam/private-crowd/smgt-workflow-first-level"


def a_batch(batch_id: str = "clip", **changes: Any) -> Batch:
    given: dict[str, Any] = {
        "batch_id": batch_id,
        "nonce": "n0",
        "request_hash": "0123456789abcdef",
        "request_uri": f"s3://processing/batch_requests/{batch_id}/0123456789abcdef.json",
        "created_at": NOW,
        "levels": 2,
    }
    return Batch(**(given | changes))


def a_job(batch: Batch, name: str, index: int = 0, *, level: int = 1, **changes: Any) -> Job:
    request = JobRequest(
        name=name,
        modality="VideoObjectTracking" if level == 1 else "VideoObjectTrackingAudit",
        level=level,
        label_attribute=f"{name}-ref",
        workteam_arn=TEAM,
        input_manifest_uri="s3://input/clip.manifest" if level == 1 else None,
        chain_from=None if level == 1 else "vehicle",
        label_category_uri="s3://input/labels.json" if level == 1 else None,
        down_sampling_rate=50,
        max_concurrent_task_count=7,
        task_availability_lifetime=3600,
        task_time_limit=1800,
    )
    given: dict[str, Any] = {
        "batch_id": batch.batch_id,
        "nonce": batch.nonce,
        "index": index,
        "request": request,
        "run": batch.run,
        "labeling_job": name,
        "input_uri": "s3://input/clip.manifest",
        "output_uri": f"s3://processing/{name}/manifests/output/output.manifest",
        "label_category_uri": "s3://input/labels.json",
    }
    return Job(**(given | changes))


def the_levels(batch: Batch, jobs: list[Job]) -> list[Level]:
    children = Counter(job.level for job in jobs)
    return [
        Level(batch_id=batch.batch_id, number=number, children=children[number])
        for number in sorted(children)
    ]


def stored(batches: Batches, batch: Batch, *jobs: Job) -> Batch:
    """The batch with these jobs, none of which may start yet."""
    assert batches.add(batch) == batch
    assert batches.add_jobs(batch, the_levels(batch, list(jobs)), jobs) == []
    return batch


def queued(batches: Batches, batch: Batch, *jobs: Job) -> Batch:
    """The batch with these jobs, all of which may start since NOW."""
    stored(batches, batch, *jobs)
    batches.enqueue(batch, jobs, now=NOW)
    return batch


def running(batches: Batches, batch: Batch, *jobs: Job) -> Batch:
    """The batch with these jobs, whose labeling jobs were made at NOW."""
    queued(batches, batch, *jobs)
    for job in jobs:
        assert batches.claim(batch, job, now=NOW)
        assert batches.confirm(batch, job, now=NOW)
    return batch


def only_job(batches: Batches, batch_id: str = "clip", level: int = 1) -> Job:
    [job] = batches.jobs(batch_id, level)
    return job
