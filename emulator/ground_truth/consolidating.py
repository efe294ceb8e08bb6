"""Making one label of all answers to an object, when a job ends."""

from collections.abc import Mapping
from typing import Any

from emulator.ground_truth.answers import unchanged
from emulator.ground_truth.jobs import DataObject, Job, ObjectState
from emulator.ground_truth.kind import Answered, Kind, StoredLabel
from emulator.ground_truth.output import write_all
from emulator.ground_truth.ports import ObjectStore


def consolidate(job: Job, *, kind: Kind, objects: ObjectStore) -> None:
    """Write the labels of all objects that were answered, and give each its new members of the
    manifest line. Raises `StoreError`."""
    items = [item for item in job.objects if item.state is ObjectState.LABELED]
    batch = [_answered(item) for item in items]
    if not batch or job.categories is None:
        return
    folder = f"{job.output_folder}annotations/consolidated-annotation/"
    labels = kind.consolidate(batch, categories=job.categories, folder=f"{folder}output/")
    for item, answered, label in zip(items, batch, labels, strict=True):
        write_all(label.files, objects)
        item.output = _members(job, answered, label)


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
    metadata = {
        **label.metadata,
        "job-name": f"labeling-job/{job.name}",
        "human-annotated": "yes",
        "creation-date": answered.done_at.strftime("%Y-%m-%dT%H:%M:%S.%f"),
        "type": job.task_type.output_type,
        **_adjustment_status(job, answered),
    }
    return {job.label_attribute: label.value, f"{job.label_attribute}-metadata": metadata}


def _adjustment_status(job: Job, answered: Answered) -> Mapping[str, str]:
    audited = answered.audited
    if audited is None or not job.task_type.adjusts:
        return {}
    same = all(unchanged(given.answer, audited) for given in answered.answers)
    return {"adjustment-status": "unadjusted" if same else "adjusted"}
