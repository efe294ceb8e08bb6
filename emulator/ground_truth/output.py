"""The files of a job's output: worker responses, labels, manifests."""

import json
from collections.abc import Mapping
from datetime import datetime
from hashlib import sha1
from typing import Any

from emulator.ground_truth.answers import Answer, unchanged
from emulator.ground_truth.categories import LabelCategories
from emulator.ground_truth.jobs import DataObject, Job, WorkerAnswer
from emulator.ground_truth.kind import Kind, WorkerContent
from emulator.ground_truth.manifest import write_manifest
from emulator.ground_truth.ports import ObjectStore
from emulator.ground_truth.sources import Source
from emulator.ground_truth.workteams import Workteam

JSON = "application/json"
BINARY = "application/octet-stream"
FILE_TIME = "%Y-%m-%d_%H:%M:%S"


def write_answers(
    job: Job,
    item: DataObject,
    *,
    kind: Kind,
    team: Workteam | None,
    source: Source,
    categories: LabelCategories,
    objects: ObjectStore,
    now: datetime,
) -> None:
    """Write what people answered about one object. Raises `StoreError`."""
    folder = f"{job.output_folder}annotations/worker-response/iteration-1/{item.index}/"
    answers = []
    for given in item.answers:
        sent = content_of(
            given,
            job,
            kind=kind,
            source=source,
            categories=categories,
            audited=item.audited,
            folder=f"{folder}{given.folder}/",
        )
        write_all(sent.files, objects)
        answers.append(_answer(given, sent.content, team))
    name = now.strftime(FILE_TIME)
    objects.write(f"{folder}{name}.json", json.dumps({"answers": answers}).encode(), JSON)


def content_of(
    given: WorkerAnswer,
    job: Job,
    *,
    kind: Kind,
    source: Source,
    categories: LabelCategories,
    audited: Answer | None,
    folder: str,
) -> WorkerContent:
    """An answer as the interface of the job sends it: under the name that its template gives, and
    for adjusted pictures with whether the label it began with was changed."""
    sent = kind.worker_content(given.answer, source=source, categories=categories, folder=folder)
    if not job.answer_name or len(sent.content) != 1:
        return sent
    (content,) = sent.content.values()
    if audited is not None and job.task_type.adjusts:
        content = {**content, "initialValueModified": not unchanged(given.answer, audited)}
    return WorkerContent({job.answer_name: content}, sent.files)


def write_manifests(job: Job, *, objects: ObjectStore) -> str:
    """Write the output manifest, every line of the input in its order; returns its URI.

    Raises `StoreError`.
    """
    body = write_manifest([{**item.line, **item.output} for item in job.objects])
    uri = f"{job.output_folder}manifests/output/output.manifest"
    objects.write(f"{job.output_folder}manifests/intermediate/1/output.manifest", body, BINARY)
    objects.write(uri, body, BINARY)
    return uri


def consolidation_file(job: Job, kind: str, now: datetime) -> str:
    """The `request` to make labels of all answers at this time, or the `response` to it."""
    folder = f"{job.output_folder}annotations/consolidated-annotation/consolidation-{kind}/"
    return f"{folder}iteration-1/{now.strftime(FILE_TIME)}.json"


def region_of(team: Workteam | None) -> str:
    return team.region if team else "us-east-1"


def worker_id(worker: str, region: str) -> str:
    """The id that stands for a person of a private workforce."""
    return f"private.{region}.{_digest(worker)[:16]}"


def _answer(
    given: WorkerAnswer, content: Mapping[str, Any], team: Workteam | None
) -> dict[str, Any]:
    region = region_of(team)
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


def write_all(files: Mapping[str, bytes], objects: ObjectStore) -> None:
    """Write these files. Raises `StoreError`."""
    for uri, body in files.items():
        objects.write(uri, body, JSON if uri.endswith(".json") else BINARY)


def _milliseconds(time: datetime) -> str:
    return f"{time:%Y-%m-%dT%H:%M:%S}.{time.microsecond // 1000:03}Z"


def _digest(worker: str) -> str:
    return sha1(worker.encode(), usedforsecurity=False).hexdigest()


def _uuid(digits: str) -> str:
    return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:32]}"
