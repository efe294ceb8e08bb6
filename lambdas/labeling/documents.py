"""The canonical form of a request: what is stored, compared and shown. Numbers are strings."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from labeling.model import (
    BatchRequest,
    JobRequest,
    OnJobFailure,
    Selection,
    SelectionUnit,
    Strategy,
)

_EVERY_OBJECT = 100


def with_document(request: BatchRequest) -> BatchRequest:
    """The request together with its canonical form."""
    return replace(request, document=document(request))


def document(request: BatchRequest) -> dict[str, Any]:
    """The request with its defaults filled in: requests that mean the same are equal here."""
    written: dict[str, Any] = {
        "batchId": request.batch_id,
        "labelingJobs": [job_entry(job) for job in request.jobs],
        "onJobFailure": request.on_job_failure.value,
        "approveBeforeLevels": [str(level) for level in sorted(request.approve_before_levels)],
    }
    if request.destination_topic_arn is not None:
        written["destinationSnsArn"] = request.destination_topic_arn
    if request.exports:
        written["exports"] = list(request.exports)
    return written


def batch_request(document: Mapping[str, Any]) -> BatchRequest:
    """The request that a stored document holds."""
    return BatchRequest(
        batch_id=document["batchId"],
        jobs=tuple(job_request(entry) for entry in document["labelingJobs"]),
        on_job_failure=OnJobFailure(document["onJobFailure"]),
        approve_before_levels=frozenset(int(level) for level in document["approveBeforeLevels"]),
        destination_topic_arn=document.get("destinationSnsArn"),
        exports=tuple(document.get("exports", ())),
        document=document,
    )


def stored_request(request: BatchRequest, *, counted: Mapping[str, int] | None) -> dict[str, Any]:
    """What lies in S3 of a batch: its request, and how many objects each manifest has, where a
    complete plan has counted them."""
    written = dict(request.document)
    if counted is not None:
        written["counted"] = dict(counted)
    return written


def counted_objects(stored: Mapping[str, Any]) -> dict[str, int] | None:
    """The objects of each manifest by its URI; None where no complete plan was made."""
    return stored.get("counted")


def request_hash(document: Mapping[str, Any]) -> str:
    """SHA-256 (hex) of the canonical document."""
    text = json.dumps(document, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def job_entry(job: JobRequest) -> dict[str, Any]:
    """One entry of `inputLabelingJobs`."""
    input_config: dict[str, Any] = {}
    if job.input_manifest_uri is not None:
        input_config["inputManifestS3Uri"] = job.input_manifest_uri
    if job.frames_prefix is not None:
        input_config["framesS3Prefix"] = job.frames_prefix
    if job.chain_from is not None:
        input_config["chainFromJobName"] = job.chain_from
    if job.down_sampling_rate != _EVERY_OBJECT:
        input_config["downSamplingRate"] = str(job.down_sampling_rate)
    if job.selection is not None:
        input_config["selection"] = selection_entry(job.selection)
    entry: dict[str, Any] = {
        "jobName": job.name,
        "taskAvailabilityLifetimeInSeconds": str(job.task_availability_lifetime),
        "inputConfig": input_config,
        "jobModality": job.modality,
        "taskTimeLimitInSeconds": str(job.task_time_limit),
        "maxConcurrentTaskCount": str(job.max_concurrent_task_count),
        "workteamArn": job.workteam_arn,
        "jobType": "BATCH",
        "jobLevel": str(job.level),
        "labelAttributeName": job.label_attribute,
    }
    if job.label_category_uri is not None:
        entry["labelCategoryConfigS3Uri"] = job.label_category_uri
    return entry | job_options(job)


def job_options(job: JobRequest) -> dict[str, Any]:
    """What of an entry says how people are asked; only what is given."""
    options = {
        "uiTemplateS3Uri": job.ui_template_uri,
        "preHumanTaskLambdaArn": job.pre_lambda_arn,
        "annotationConsolidationLambdaArn": job.consolidation_lambda_arn,
        "numberOfHumanWorkersPerDataObject": (
            None if job.workers_per_object == 1 else str(job.workers_per_object)
        ),
        "taskTitle": job.task_title,
        "taskDescription": job.task_description,
        "taskKeywords": list(job.task_keywords),
        "contentClassifiers": list(job.content_classifiers),
        "maxHumanLabeledObjectCount": _digits(job.max_human_labeled_objects),
        "maxPercentageOfInputDatasetLabeled": _digits(job.max_percentage_labeled),
        "kmsKeyId": job.kms_key,
        "tags": dict(job.tags),
    }
    return {name: value for name, value in options.items() if value}


def job_request(entry: Mapping[str, Any]) -> JobRequest:
    """What `job_entry` wrote."""
    input_config = entry["inputConfig"]
    return JobRequest(
        name=entry["jobName"],
        modality=entry["jobModality"],
        level=int(entry["jobLevel"]),
        label_attribute=entry["labelAttributeName"],
        workteam_arn=entry["workteamArn"],
        input_manifest_uri=input_config.get("inputManifestS3Uri"),
        frames_prefix=input_config.get("framesS3Prefix"),
        chain_from=input_config.get("chainFromJobName"),
        label_category_uri=entry.get("labelCategoryConfigS3Uri"),
        down_sampling_rate=int(input_config.get("downSamplingRate", _EVERY_OBJECT)),
        selection=selection_of(input_config.get("selection")),
        max_concurrent_task_count=int(entry["maxConcurrentTaskCount"]),
        task_availability_lifetime=int(entry["taskAvailabilityLifetimeInSeconds"]),
        task_time_limit=int(entry["taskTimeLimitInSeconds"]),
        **options_of(entry),
    )


def options_of(entry: Mapping[str, Any]) -> dict[str, Any]:
    """What `job_options` wrote, as fields of a JobRequest."""
    return {
        "ui_template_uri": entry.get("uiTemplateS3Uri"),
        "pre_lambda_arn": entry.get("preHumanTaskLambdaArn"),
        "consolidation_lambda_arn": entry.get("annotationConsolidationLambdaArn"),
        "workers_per_object": int(entry.get("numberOfHumanWorkersPerDataObject", 1)),
        "task_title": entry.get("taskTitle"),
        "task_description": entry.get("taskDescription"),
        "task_keywords": tuple(entry.get("taskKeywords", ())),
        "content_classifiers": tuple(entry.get("contentClassifiers", ())),
        "max_human_labeled_objects": _number(entry.get("maxHumanLabeledObjectCount")),
        "max_percentage_labeled": _number(entry.get("maxPercentageOfInputDatasetLabeled")),
        "kms_key": entry.get("kmsKeyId"),
        "tags": tuple(sorted(entry.get("tags", {}).items())),
    }


def selection_entry(selection: Selection) -> dict[str, str]:
    """`inputConfig.selection`, its defaults filled in."""
    return {
        "strategy": selection.strategy.value,
        "rate": str(selection.rate),
        "minSeverity": str(selection.min_severity),
        "unit": selection.unit.value,
        "alwaysSample": str(selection.always_sample),
        "seed": str(selection.seed),
    }


def selection_of(entry: Mapping[str, str] | None) -> Selection | None:
    """What `selection_entry` wrote."""
    if entry is None:
        return None
    return Selection(
        strategy=Strategy(entry["strategy"]),
        rate=int(entry["rate"]),
        min_severity=float(entry["minSeverity"]),
        unit=SelectionUnit(entry["unit"]),
        always_sample=int(entry["alwaysSample"]),
        seed=int(entry["seed"]),
    )


def _digits(number: int | None) -> str | None:
    return None if number is None else str(number)


def _number(digits: str | None) -> int | None:
    return None if digits is None else int(digits)
