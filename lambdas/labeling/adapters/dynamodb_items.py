"""The table's items and what they are in the model."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from labeling.adapters.dynamodb_keys import job_key, since, timestamp
from labeling.documents import job_options, options_of, selection_entry, selection_of
from labeling.model import (
    Batch,
    BatchStatus,
    Job,
    JobRequest,
    JobStatus,
    Level,
    OnJobFailure,
    Pointer,
    Wait,
)

Item = dict[str, Any]
"""An item with Python's values: text, numbers, booleans, lists, maps. What is empty is absent."""


def encode(attributes: Mapping[str, Any]) -> dict[str, Any]:
    """As the low-level client takes it, without what is None or empty text."""
    return {
        name: encode_value(value)
        for name, value in attributes.items()
        if value is not None and value != ""
    }


def encode_value(value: Any) -> dict[str, Any]:
    if isinstance(value, bool):
        return {"BOOL": value}
    if isinstance(value, int):
        return {"N": str(value)}
    if isinstance(value, list):
        return {"L": [encode_value(element) for element in value]}
    if isinstance(value, dict):
        return {"M": {name: encode_value(element) for name, element in value.items()}}
    return {"S": str(value)}


def decode(attributes: Mapping[str, Any]) -> Item:
    return {name: _decode_value(value) for name, value in attributes.items()}


def _decode_value(value: Mapping[str, Any]) -> Any:
    ((kind, content),) = value.items()
    if kind == "N":
        return int(content)
    if kind == "L":
        return [_decode_value(element) for element in content]
    if kind == "M":
        return {name: _decode_value(element) for name, element in content.items()}
    return content


def batch_item(batch: Batch) -> Item:
    return {
        "batchStatus": batch.status,
        "createdAt": timestamp(batch.created_at),
        "run": batch.run,
        "nonce": batch.nonce,
        "requestHash": batch.request_hash,
        "requestUri": batch.request_uri,
        "endedAt": _text(batch.ended_at),
        "message": batch.message,
        "errorType": batch.error_type,
        "published": batch.published,
        "levels": batch.levels,
        "onJobFailure": batch.on_job_failure,
        "approveBeforeLevels": sorted(batch.approve_before_levels),
        "destinationTopicArn": batch.destination_topic_arn,
        "exports": list(batch.exports) or None,
    }


def batch_of(item: Item) -> Batch:
    return Batch(
        batch_id=item["pk"],
        status=BatchStatus(item["batchStatus"]),
        created_at=datetime.fromisoformat(item["createdAt"]),
        run=item["run"],
        nonce=item["nonce"],
        request_hash=item["requestHash"],
        request_uri=item["requestUri"],
        ended_at=_time(item.get("endedAt")),
        message=item.get("message", ""),
        error_type=item.get("errorType", ""),
        published=item["published"],
        levels=item["levels"],
        on_job_failure=OnJobFailure(item["onJobFailure"]),
        approve_before_levels=frozenset(item["approveBeforeLevels"]),
        destination_topic_arn=item.get("destinationTopicArn"),
        exports=tuple(item.get("exports", ())),
    )


def level_item(level: Level, nonce: str) -> Item:
    return {
        "nonce": nonce,
        "number": level.number,
        "children": level.children,
        "complete": level.complete,
        "failed": level.failed,
        "skipped": level.skipped,
        "failure": level.failure,
        "approved": level.approved,
        "approvedRate": level.approved_rate,
    }


def level_of(item: Item) -> Level:
    return Level(
        batch_id=item["pk"],
        number=item["number"],
        children=item["children"],
        complete=item["complete"],
        failed=item["failed"],
        skipped=item["skipped"],
        failure=item.get("failure", ""),
        approved=item["approved"],
        approved_rate=item.get("approvedRate"),
    )


def job_item(job: Job) -> Item:
    """Without `since` and `openStatus`: a new job does not wait in the queue yet."""
    request = job.request
    return {
        "nonce": job.nonce,
        "index": job.index,
        "name": request.name,
        "modality": request.modality,
        "level": request.level,
        "labelAttribute": request.label_attribute,
        "workteamArn": request.workteam_arn,
        "requestedManifestUri": request.input_manifest_uri,
        "framesPrefix": request.frames_prefix,
        "chainFrom": request.chain_from,
        "requestedCategoryUri": request.label_category_uri,
        "downSamplingRate": request.down_sampling_rate,
        "selection": selection_entry(request.selection) if request.selection else None,
        "maxConcurrentTaskCount": request.max_concurrent_task_count,
        "taskAvailabilityLifetime": request.task_availability_lifetime,
        "taskTimeLimit": request.task_time_limit,
        "options": job_options(request) or None,
        "jobStatus": job.status,
        "attempt": job.attempt,
        "run": job.run,
        "labelingJob": job.labeling_job,
        "inputUri": job.input_uri,
        "outputUri": job.output_uri,
        "labelCategoryUri": job.label_category_uri,
        "startedAt": _text(job.started_at),
        "reason": job.reason,
        "objects": job.objects,
        "labeled": job.labeled,
        "failedObjects": job.failed_objects,
        "stopping": job.stopping or None,
        "counted": job.counted,
    }


def restarted_item(job: Job) -> Item:
    """A job that begins again, or is over at once; open ones stand in the index of open jobs."""
    item = job_item(job)
    if job.since is not None:
        item["since"] = since(job.since, job_key(job))
        if not job.status.is_final:
            item["openStatus"] = job.status
        if job.status is JobStatus.QUEUED:
            item["queuedAt"] = item["since"]
    return item


def job_of(item: Item) -> Job:
    since_then = item.get("since")
    status = JobStatus(item["jobStatus"])
    return Job(
        batch_id=item["pk"],
        nonce=item["nonce"],
        index=item["index"],
        request=JobRequest(
            name=item["name"],
            modality=item["modality"],
            level=item["level"],
            label_attribute=item["labelAttribute"],
            workteam_arn=item["workteamArn"],
            input_manifest_uri=item.get("requestedManifestUri"),
            frames_prefix=item.get("framesPrefix"),
            chain_from=item.get("chainFrom"),
            label_category_uri=item.get("requestedCategoryUri"),
            down_sampling_rate=item["downSamplingRate"],
            selection=selection_of(item.get("selection")),
            max_concurrent_task_count=item["maxConcurrentTaskCount"],
            task_availability_lifetime=item["taskAvailabilityLifetime"],
            task_time_limit=item["taskTimeLimit"],
            **options_of(item.get("options") or {}),
        ),
        status=status,
        attempt=item["attempt"],
        run=item["run"],
        labeling_job=item["labelingJob"],
        input_uri=item.get("inputUri", ""),
        output_uri=item.get("outputUri", ""),
        label_category_uri=item.get("labelCategoryUri", ""),
        since=_time(since_then.partition("#")[0]) if since_then else None,
        started_at=_time(item.get("startedAt")),
        reason=item.get("reason", ""),
        objects=item.get("objects"),
        labeled=item.get("labeled"),
        failed_objects=item.get("failedObjects"),
        stopping=item.get("stopping", False),
        counted=item.get("counted", status.is_final),
    )


def pointer_item(job: Job) -> Item:
    return {
        "name": job.name,
        "labelingJob": job.labeling_job,
        "batchId": job.batch_id,
        "nonce": job.nonce,
        "level": job.level,
        "index": job.index,
        "attempt": job.attempt,
    }


def pointer_of(item: Item) -> Pointer:
    return Pointer(
        labeling_job=item["labelingJob"],
        batch_id=item["batchId"],
        nonce=item["nonce"],
        level=item["level"],
        index=item["index"],
        attempt=item["attempt"],
        name=item["name"],
    )


def wait_item(wait: Wait) -> Item:
    return {"state": wait.state, "run": wait.run, "attempt": wait.attempt, "token": wait.token}


def wait_of(item: Item) -> Wait:
    return Wait(
        batch_id=item["pk"],
        state=item["state"],
        run=item["run"],
        attempt=item["attempt"],
        token=item["token"],
    )


def _text(time: datetime | None) -> str | None:
    return None if time is None else timestamp(time)


def _time(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)
