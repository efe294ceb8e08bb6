"""The batches of a schedule, as requests."""

from __future__ import annotations

from labeling.documents import with_document
from labeling.model import BatchRequest, JobRequest
from tests.fakes.objects import FakeObjects
from tests.faults.simulated.account import INPUTS, write_manifest
from tests.faults.simulated.schedules import Shape

LABELS = f"{INPUTS}/labels.json"


def batch_request(number: int, shape: Shape, *, team: str, objects: FakeObjects) -> BatchRequest:
    """The request, its inputs written."""
    name = f"b{number}"
    jobs: list[JobRequest] = []
    for place, count in enumerate(shape.objects):
        jobs.append(_labeling(f"{name}-{place}-l1", 1, count, team, objects))
        for level in range(2, shape.levels + 1):
            jobs.append(_audit(f"{name}-{place}-l{level}", level, jobs[-1], team, shape.rate))
    if shape.wide:
        jobs.append(_labeling(f"{name}-wide", 2, 1, team, objects))
    return with_document(
        BatchRequest(
            batch_id=name,
            jobs=tuple(jobs),
            on_job_failure=shape.on_job_failure,
            approve_before_levels=shape.approve_before,
        )
    )


def _labeling(name: str, level: int, count: int, team: str, objects: FakeObjects) -> JobRequest:
    return JobRequest(
        name=name,
        modality="VideoObjectTracking",
        level=level,
        label_attribute=f"{name}-ref",
        workteam_arn=team,
        input_manifest_uri=write_manifest(objects, name, count),
        label_category_uri=LABELS,
    )


def _audit(name: str, level: int, source: JobRequest, team: str, rate: int) -> JobRequest:
    return JobRequest(
        name=name,
        modality="VideoObjectTrackingAudit",
        level=level,
        label_attribute=f"{name}-ref",
        workteam_arn=team,
        chain_from=source.name,
        down_sampling_rate=rate,
    )
