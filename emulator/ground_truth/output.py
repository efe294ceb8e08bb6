"""The files of a job's output: worker responses, labels, manifests."""

import json
from collections.abc import Mapping
from datetime import datetime
from hashlib import sha1
from typing import Any

from emulator.ground_truth.answers import unchanged
from emulator.ground_truth.categories import LabelCategories
from emulator.ground_truth.jobs import DataObject, Job, WorkerAnswer
from emulator.ground_truth.kind import Kind
from emulator.ground_truth.manifest import write_manifest
from emulator.ground_truth.ports import ObjectStore
from emulator.ground_truth.sources import Source
from emulator.ground_truth.workteams import Workteam

JSON = "application/json"
BINARY = "application/octet-stream"


def write_label(
    job: Job,
    item: DataObject,
    *,
    kind: Kind,
    team: Workteam | None,
    source: Source,
    categories: LabelCategories,
    objects: ObjectStore,
    now: datetime,
) -> dict[str, Any]:
    """Write all that one labeled object leaves, and return its new members of the manifest line.

    Raises `StoreError`.
    """
    annotations = f"{job.output_folder}annotations/"
    _write_worker_response(
        item,
        f"{annotations}worker-response/iteration-1/{item.index}/",
        kind=kind,
        team=team,
        source=source,
        categories=categories,
        objects=objects,
        now=now,
    )
    label = kind.store(
        [answer.answer for answer in item.answers],
        source=source,
        categories=categories,
        folder=f"{annotations}consolidated-annotation/output/{item.index}/",
    )
    _write_all(label.files, objects)
    metadata = {
        **label.metadata,
        "job-name": f"labeling-job/{job.name}",
        "human-annotated": "yes",
        "creation-date": now.strftime("%Y-%m-%dT%H:%M:%S.%f"),
        "type": job.task_type.output_type,
        **_adjustment_status(item),
    }
    return {job.label_attribute: label.value, f"{job.label_attribute}-metadata": metadata}


def write_manifests(job: Job, *, objects: ObjectStore) -> str:
    """Write the output manifest, every line of the input in its order; returns its URI.

    Raises `StoreError`.
    """
    body = write_manifest([{**item.line, **item.output} for item in job.objects])
    uri = f"{job.output_folder}manifests/output/output.manifest"
    objects.write(f"{job.output_folder}manifests/intermediate/1/output.manifest", body, BINARY)
    objects.write(uri, body, BINARY)
    return uri


def worker_id(worker: str, region: str) -> str:
    """The id that stands for a person of a private workforce."""
    return f"private.{region}.{_digest(worker)[:16]}"


def _adjustment_status(item: DataObject) -> dict[str, str]:
    if item.audited is None:
        return {}
    same = all(unchanged(answer.answer, item.audited) for answer in item.answers)
    return {"adjustment-status": "unadjusted" if same else "adjusted"}


def _write_worker_response(
    item: DataObject,
    folder: str,
    *,
    kind: Kind,
    team: Workteam | None,
    source: Source,
    categories: LabelCategories,
    objects: ObjectStore,
    now: datetime,
) -> None:
    answers = []
    for given in item.answers:
        content = kind.worker_content(
            given.answer, source=source, categories=categories, folder=f"{folder}{given.folder}/"
        )
        _write_all(content.files, objects)
        answers.append(_answer(given, content.content, team))
    name = now.strftime("%Y-%m-%d_%H:%M:%S")
    objects.write(f"{folder}{name}.json", json.dumps({"answers": answers}).encode(), JSON)


def _answer(
    given: WorkerAnswer, content: Mapping[str, Any], team: Workteam | None
) -> dict[str, Any]:
    region = team.region if team else "us-east-1"
    pool = team.user_pool if team else ""
    spent = (given.submitted_at - given.accepted_at).total_seconds()
    return {
        "acceptanceTime": _milliseconds(given.accepted_at),
        "answerContent": content,
        "submissionTime": _milliseconds(given.submitted_at),
        "timeSpentInSeconds": round(spent, 3),
        "workerId": worker_id(given.worker, region),
        "workerMetadata": {
            "identityData": {
                "identityProviderType": "Cognito",
                "issuer": f"https://cognito-idp.{region}.amazonaws.com/{pool}",
                "sub": _uuid(_digest(given.worker)),
            }
        },
    }


def _write_all(files: Mapping[str, bytes], objects: ObjectStore) -> None:
    for uri, body in files.items():
        objects.write(uri, body, JSON if uri.endswith(".json") else BINARY)


def _milliseconds(time: datetime) -> str:
    return f"{time:%Y-%m-%dT%H:%M:%S}.{time.microsecond // 1000:03}Z"


def _digest(worker: str) -> str:
    return sha1(worker.encode(), usedforsecurity=False).hexdigest()


def _uuid(digits: str) -> str:
    return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:32]}"
