"""A batch as the API shows it, as objects. Tolerates fields that are new, and fields that lack."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

FINAL = frozenset({"COMPLETE", "INTERNAL_ERROR", "VALIDATION_FAIL", "STOPPED"})
FINAL_JOB = frozenset({"COMPLETE", "FAILED", "STOPPED", "SKIPPED"})


@dataclass(frozen=True, kw_only=True)
class Job:
    """A labeling job. Counts are objects, None while unknown; `reason` says why it has its status.
    `labeling_job` is the name of its latest attempt in Ground Truth.

    Two are equal when they are in the same state: signed addresses, new in every answer, do not
    count.
    """

    id: str
    name: str
    status: str
    labeling_job: str = ""
    label_attribute: str = ""
    reason: str = ""
    labeled: int | None = None
    total: int | None = None
    failed: int | None = None
    since: str = ""
    output_uri: str = ""
    output_url: str = field(default="", compare=False, repr=False)
    raw: Mapping[str, Any] = field(default_factory=dict, compare=False, repr=False)

    @property
    def is_final(self) -> bool:
        return self.status in FINAL_JOB

    @classmethod
    def from_json(cls, answer: Mapping[str, Any]) -> Job:
        return cls(
            id=_text(answer, "batchId"),
            name=_text(answer, "jobName") or _text(answer, "labelingJobName"),
            labeling_job=_text(answer, "labelingJobName"),
            status=_text(answer, "batchStatus"),
            label_attribute=_text(answer, "labelAttributeName"),
            reason=_text(answer, "statusReason"),
            labeled=_number(answer, "objectsLabeled"),
            total=_number(answer, "objectsTotal"),
            failed=_number(answer, "failedObjects"),
            since=_text(answer, "statusSince"),
            output_uri=_text(answer, "jobOutputS3Uri"),
            output_url=_text(answer, "jobOutputS3Url"),
            raw=answer,
        )


@dataclass(frozen=True, kw_only=True)
class Level:
    """The jobs that run in parallel. `jobs` may be a page of them, the counts are of all.

    `approval` is `REQUIRED` or `APPROVED` where the request asks for one, else empty.
    """

    name: str
    status: str
    children: int
    complete: int
    jobs: tuple[Job, ...]
    reason: str = ""
    approval: str = ""

    @property
    def begun(self) -> bool | None:
        """Whether any job of it was ever started; None where its jobs are on another page."""
        if self.complete or not self.children:
            return True
        return any(job.status != "QUEUED" for job in self.jobs) if self.jobs else None

    @classmethod
    def from_json(cls, name: str, answer: Mapping[str, Any]) -> Level:
        jobs = tuple(Job.from_json(job) for job in answer.get("jobLevels") or ())
        return cls(
            name=name,
            status=_text(answer, "status"),
            children=_number(answer, "numChildBatches") or 0,
            complete=_number(answer, "numChildBatchesComplete") or 0,
            jobs=jobs,
            reason=_text(answer, "statusReason"),
            approval=_text(answer, "approval"),
        )


@dataclass(frozen=True, kw_only=True)
class Batch:
    """One batch: its levels in order, the unused ones left out. `raw` is the API's own answer."""

    id: str
    status: str
    message: str = ""
    created_at: str = ""
    levels: tuple[Level, ...] = ()
    raw: Mapping[str, Any] = field(default_factory=dict, compare=False, repr=False)

    @property
    def is_final(self) -> bool:
        return self.status in FINAL

    @property
    def jobs(self) -> tuple[Job, ...]:
        return tuple(job for level in self.levels for job in level.jobs)

    @property
    def waits_for_approval(self) -> Level | None:
        """The level that begins when `Client.approve` is called, if there is one."""
        if self.status != "IN_PROGRESS":
            return None
        waiting = next((level for level in self.levels if level.status != "COMPLETE"), None)
        return waiting if waiting and waiting.approval == "REQUIRED" else None

    def job(self, name: str) -> Job:
        """The job of this name; KeyError if the batch has none."""
        for job in self.jobs:
            if job.name == name:
                return job
        raise KeyError(name)

    @classmethod
    def from_json(cls, answer: Mapping[str, Any]) -> Batch:
        levels = (Level.from_json(key, answer[key]) for key in level_keys(answer))
        return cls(
            id=_text(answer, "batchId"),
            status=_text(answer, "status"),
            message=_text(answer, "message"),
            created_at=_text(answer, "createdAt"),
            levels=tuple(level for level in levels if level.children or level.jobs),
            raw=answer,
        )


def level_keys(answer: Mapping[str, Any]) -> list[str]:
    """`firstLevel`, `secondLevel`, …, in the answer's order, which is the levels' order."""
    return [key for key, value in answer.items() if key.endswith("Level") and _is_level(value)]


def level_title(key: str) -> str:
    """`firstLevel` as people say it: `first level`."""
    return re.sub(r"([A-Z])", r" \1", key).lower()


def _is_level(value: object) -> bool:
    return isinstance(value, Mapping) and "jobLevels" in value


def _text(answer: Mapping[str, Any], key: str) -> str:
    value = answer.get(key)
    return "" if value is None else str(value)


def _number(answer: Mapping[str, Any], key: str) -> int | None:
    text = _text(answer, key)
    return int(text) if text.isdigit() else None
