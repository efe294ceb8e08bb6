"""`batchInfo`, in an answer of the API and in a completion message. Numbers are strings.

Plain dicts, no pydantic: the functions of the state machine use it too.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from functools import cache
from typing import Any

from labeling.documents import job_entry
from labeling.model import BatchStatus, BatchView, Job, Level
from labeling.naming import child_id, level_key
from labeling.ports import Objects
from labeling.reasons import Line, reason


def batch_info(
    view: BatchView,
    *,
    levels: int,
    objects: Objects,
    jobs: Sequence[Job] | None = None,
    line: Line | None = None,
    results: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """The batch with all its jobs, or with these; counts are always of the whole level.

    `levels` is how many the state machine has: those that the batch does not use show as empty.
    `line` tells queued jobs their places, `results` what audits changed and what was merged.
    """
    batch = view.batch
    shown = view.jobs if jobs is None else jobs
    results = results or {}
    describe = _Describe(view, objects, line or Line(), results.get("audits", {}))
    info: dict[str, Any] = {
        "batchId": batch.batch_id,
        "status": batch.status.value,
        "inputLabelingJobs": [
            job_entry(job.request) for job in sorted(shown, key=lambda job: job.index)
        ],
    }
    for number in range(1, max(levels, batch.levels) + 1):
        of_level = (job for job in shown if job.level == number)
        info[level_key(number)] = describe.level(view.level(number), of_level)
    info |= {
        "message": batch.message,
        "createdAt": timestamp(batch.created_at),
        "run": str(batch.run),
        "urlsExpireAt": timestamp(objects.urls_expire_at()),
    }
    if batch.error_type:
        info["errorType"] = batch.error_type
    if batch.ended_at is not None:
        info["endedAt"] = timestamp(batch.ended_at)
    if batch.status is BatchStatus.COMPLETE:
        info |= _merged(results, objects)
    return info


def _merged(results: Mapping[str, Any], objects: Objects) -> dict[str, Any]:
    """Where the labels of all jobs lie together, and what of them could not be used."""
    merge, info = results.get("merge", {}), {}
    if "uri" in merge:
        info = {
            "mergedS3Uri": merge["uri"],
            "mergedS3Url": objects.signed_url(merge["uri"]),
            "mergedAnnotations": str(merge["annotations"]),
            "mergeProblems": str(merge["problems"]),
        }
    if "error" in merge:
        info["mergeError"] = merge["error"]
    if results.get("exports"):
        info["exports"] = {
            name: _exported(made) for name, made in sorted(results["exports"].items())
        }
    return info


def _exported(made: Mapping[str, Any]) -> dict[str, str]:
    said = {"s3Uri": made["uri"], "leftOut": str(made["leftOut"])}
    return said | {"error": made["error"]} if "error" in made else said


def timestamp(when: datetime) -> str:
    """ISO 8601 in UTC, to the millisecond: `2026-03-01T12:00:00.000Z`."""
    return when.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


class _Describe:
    """Levels and jobs of one batch; a place that several jobs share is signed once."""

    def __init__(
        self, view: BatchView, objects: Objects, line: Line, audits: Mapping[str, Any]
    ) -> None:
        self._view = view
        self._audits = audits
        self._line = line
        self._outputs = {job.name: job.output_uri for job in view.jobs}
        self._signed = cache(lambda uri: objects.signed_url(uri) if uri else "")

    def level(self, level: Level, jobs: Iterable[Job]) -> dict[str, Any]:
        described: dict[str, Any] = {
            "status": level.status(self._view.batch).value,
            "numChildBatches": str(level.children),
            "numChildBatchesComplete": str(level.complete),
            "jobLevels": [self.job(job) for job in jobs],
        }
        if level.children:
            described["numChildBatchesFailed"] = str(level.failed)
            described["numChildBatchesSkipped"] = str(level.skipped)
        if level.failure:
            described["statusReason"] = level.failure
        if level.number in self._view.batch.approve_before_levels:
            described["approval"] = "APPROVED" if level.approved else "REQUIRED"
        return described

    def job(self, job: Job) -> dict[str, Any]:
        input_uri = job.input_uri or self._outputs.get(job.request.chain_from or "", "")
        described: dict[str, Any] = {
            "batchId": child_id(job.batch_id, job.level, job.name),
            "batchStatus": job.status.value,
            "labelingJobName": job.labeling_job,
            "labelAttributeName": job.request.label_attribute,
            "labelCategoryS3Uri": job.label_category_uri,
            "jobInputS3Uri": input_uri,
            "jobInputS3Url": self._signed(input_uri),
            "jobOutputS3Uri": job.output_uri,
            "jobOutputS3Url": self._signed(job.output_uri),
            "jobName": job.name,
            "statusReason": reason(job, self._view, self._line),
        }
        if job.since is not None:
            described["statusSince"] = timestamp(job.since)
        counts = {
            "objectsTotal": job.objects,
            "objectsLabeled": job.labeled,
            "failedObjects": job.failed_objects,
        }
        described |= {name: str(count) for name, count in counts.items() if count is not None}
        if job.name in self._audits:
            described["audit"] = _audit(self._audits[job.name])
        return described


def _audit(assessed: Mapping[str, Any]) -> dict[str, str]:
    """What of an assessment people see at once; the whole lies beside the merged labels."""
    residual = assessed.get("residual", {})
    scores = assessed.get("tracks", {}).get("scores", {})
    said = {
        "unitsAudited": assessed.get("unitsAudited"),
        "unitsChanged": assessed.get("unitsChanged"),
        "hota": scores.get("HOTA"),
        "residualErrorRate": residual.get("errorRate"),
        "residualErrorRateLow": residual.get("errorRateLow"),
        "residualErrorRateHigh": residual.get("errorRateHigh"),
        "problems": len(assessed.get("problems", ())),
    }
    return {
        name: f"{value:.4f}".rstrip("0").rstrip(".") if isinstance(value, float) else str(value)
        for name, value in said.items()
        if value is not None
    }
