"""The batches of a schedule, as requests."""

from __future__ import annotations

import json
from typing import Protocol

from labeling.documents import with_document
from labeling.model import BatchRequest, JobRequest
from tests.faults.simulated.schedules import Shape
from tests.unit.request_bodies import INPUTS


class Store(Protocol):
    """Where the inputs are written to."""

    def write(self, uri: str, text: str) -> None: ...


def batch_request(
    number: int, shape: Shape, *, team: str, objects: Store, inputs: str = INPUTS
) -> BatchRequest:
    """The request, its inputs written below an address."""
    name = f"b{number}"
    write_labels(objects, inputs)
    jobs: list[JobRequest] = []
    for place, count in enumerate(shape.objects):
        jobs.append(_labeling(f"{name}-{place}-l1", 1, count, team, objects, inputs))
        for level in range(2, shape.levels + 1):
            jobs.append(_audit(f"{name}-{place}-l{level}", level, jobs[-1], team, shape.rate))
    if shape.wide:
        jobs.append(_labeling(f"{name}-wide", 2, 1, team, objects, inputs))
    return with_document(
        BatchRequest(
            batch_id=name,
            jobs=tuple(jobs),
            on_job_failure=shape.on_job_failure,
            approve_before_levels=shape.approve_before,
        )
    )


def _labeling(
    name: str, level: int, count: int, team: str, objects: Store, inputs: str
) -> JobRequest:
    return JobRequest(
        name=name,
        modality="VideoObjectTracking",
        level=level,
        label_attribute=f"{name}-ref",
        workteam_arn=team,
        input_manifest_uri=write_manifest(objects, f"{inputs}/{name}", count),
        label_category_uri=labels_uri(inputs),
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


def labels_uri(inputs: str = INPUTS) -> str:
    return f"{inputs}/labels.json"


def write_labels(objects: Store, inputs: str) -> None:
    labels = {"document-version": "2020-03-01", "labels": [{"label": "Car"}]}
    objects.write(labels_uri(inputs), json.dumps(labels))


def write_manifest(objects: Store, place: str, count: int) -> str:
    """A manifest of so many clips of one picture; its address."""
    lines = []
    for number in range(count):
        prefix = f"{place}/{number}/"
        sequence = {
            "seq-no": number + 1,
            "prefix": prefix,
            "number-of-frames": 1,
            "frames": [{"frame-no": 1, "frame": "1.jpg"}],
        }
        objects.write(f"{prefix}1.jpg", "a picture")
        objects.write(f"{place}/{number}.json", json.dumps(sequence))
        lines.append(json.dumps({"source-ref": f"{place}/{number}.json"}) + "\n")
    manifest = f"{place}.manifest"
    objects.write(manifest, "".join(lines))
    return manifest
