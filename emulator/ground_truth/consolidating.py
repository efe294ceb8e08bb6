"""Making one label of all answers to an object, when a job ends."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from emulator.ground_truth.answers import unchanged
from emulator.ground_truth.categories import LabelCategories
from emulator.ground_truth.jobs import DataObject, Job, ObjectState
from emulator.ground_truth.kind import Answered, Kind, NoLabel, StoredLabel
from emulator.ground_truth.labels import to_json
from emulator.ground_truth.output import (
    JSON,
    consolidation_file,
    content_of,
    region_of,
    worker_id,
    write_all,
)
from emulator.ground_truth.ports import ObjectStore
from emulator.ground_truth.task_types import CUSTOM
from emulator.ground_truth.workteams import Workteam


def consolidate(
    job: Job, *, kind: Kind, team: Workteam | None, objects: ObjectStore, now: datetime
) -> list[tuple[DataObject, NoLabel]]:
    """Write the labels of all objects that were answered, and give each its new members of the
    manifest line; where several people may answer, also what was asked of the consolidation and
    what came of it. Returns the objects that no label could be made for. Raises
    `StoreError`."""
    items = [item for item in job.objects if item.state is ObjectState.LABELED]
    batch = [_answered(item) for item in items]
    if not batch or job.categories is None:
        return []
    told = not job.task_type.single_worker
    if told:
        request = [
            _request(answered, item, job, job.categories, kind=kind, team=team)
            for answered, item in zip(batch, items, strict=True)
        ]
        objects.write(consolidation_file(job, "request", now), to_json(request), JSON)
    folder = f"{job.output_folder}annotations/consolidated-annotation/output/"
    labels = kind.consolidate(batch, categories=job.categories, folder=folder)
    failed = []
    for item, answered, label in zip(items, batch, labels, strict=True):
        if isinstance(label, NoLabel):
            failed.append((item, label))
            continue
        write_all(label.files, objects)
        item.output = _members(job, answered, label)
    if told:
        response = [
            {
                "datasetObjectId": str(item.index),
                "consolidatedAnnotation": {"content": item.output},
            }
            for item in items
            if item.output
        ]
        objects.write(consolidation_file(job, "response", now), to_json(response), JSON)
    return failed


def _request(
    answered: Answered,
    item: DataObject,
    job: Job,
    categories: LabelCategories,
    *,
    kind: Kind,
    team: Workteam | None,
) -> dict[str, Any]:
    """One object as a consolidation function is told of it: answers are JSON inside of a text."""
    annotations = [
        {
            "workerId": worker_id(given.worker, region_of(team)),
            "annotationData": {
                "content": json.dumps(
                    content_of(
                        given,
                        job,
                        kind=kind,
                        source=answered.source,
                        categories=categories,
                        audited=answered.audited,
                        folder="",
                    ).content
                )
            },
        }
        for given in answered.answers
    ]
    source = item.line.get("source-ref")
    return {
        "datasetObjectId": str(item.index),
        "dataObject": {"s3Uri": source} if source else {"content": item.line.get("source")},
        "annotations": annotations,
    }


def _answered(item: DataObject) -> Answered:
    if item.source is None or item.done_at is None:
        raise RuntimeError(f"object {item.index} was labeled before it was read")
    return Answered(
        index=item.index,
        source=item.source,
        answers=tuple(item.answers),
        audited=item.audited,
        done_at=item.done_at,
    )


def _members(job: Job, answered: Answered, label: StoredLabel) -> Mapping[str, Any]:
    # In lower case, as in ARNs; so it is in real output of jobs with other names. In that of custom
    # jobs there is only the name.
    name = job.name.lower()
    metadata = {
        "job-name": name if job.task_type.name == CUSTOM else f"labeling-job/{name}",
        "human-annotated": "yes",
        "creation-date": answered.done_at.strftime("%Y-%m-%dT%H:%M:%S.%f"),
        "type": job.task_type.output_type,
        **_adjustment_status(job, answered),
        **label.metadata,
    }
    return {job.label_attribute: label.value, f"{job.label_attribute}-metadata": metadata}


def _adjustment_status(job: Job, answered: Answered) -> Mapping[str, str]:
    audited = answered.audited
    if audited is None or not job.task_type.adjusts:
        return {}
    same = all(unchanged(given.answer, audited) for given in answered.answers)
    return {"adjustment-status": "unadjusted" if same else "adjusted"}
