"""Batches, levels and jobs: what they are, and what may become of them. Knows nothing of AWS."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum, unique
from typing import Any


@unique
class BatchStatus(StrEnum):
    IN_PROGRESS = "IN_PROGRESS"
    COMPLETE = "COMPLETE"
    INTERNAL_ERROR = "INTERNAL_ERROR"
    VALIDATION_FAIL = "VALIDATION_FAIL"
    STOPPED = "STOPPED"


# A batch that ended so can have another run.
RETRIED = (BatchStatus.INTERNAL_ERROR, BatchStatus.STOPPED)


@unique
class LevelStatus(StrEnum):
    IN_PROGRESS = "IN_PROGRESS"
    COMPLETE = "COMPLETE"
    INTERNAL_ERROR = "INTERNAL_ERROR"
    STOPPED = "STOPPED"


@unique
class JobStatus(StrEnum):
    QUEUED = "QUEUED"
    STARTING = "STARTING"
    WAIT_FOR_SMGT_RESPONSE = "WAIT_FOR_SMGT_RESPONSE"
    COMPLETE = "COMPLETE"
    FAILED = "FAILED"
    STOPPED = "STOPPED"
    SKIPPED = "SKIPPED"

    @property
    def is_final(self) -> bool:
        return self not in (self.QUEUED, self.STARTING, self.WAIT_FOR_SMGT_RESPONSE)


@unique
class ExportFormat(StrEnum):
    """Formats of others that the merged labels can be written in."""

    COCO = "coco"
    MOT = "mot"
    YOLO = "yolo"
    VOC = "voc"
    CVAT = "cvat"
    KITTI = "kitti"
    LABEL_STUDIO = "label-studio"
    PARQUET = "parquet"


@unique
class OnJobFailure(StrEnum):
    FAIL = "fail"
    CONTINUE = "continue"


@dataclass(frozen=True, kw_only=True)
class Batch:
    """One request and all that comes of it.

    `run` counts executions: 0, and one more for each retry. `nonce` is drawn when the id is taken,
    so that whatever an earlier owner of the id still does can be told apart. `execution` is the
    name of the current run's execution. `published` is true once people were told of the end.
    """

    batch_id: str
    status: BatchStatus = BatchStatus.IN_PROGRESS
    run: int = 0
    nonce: str
    request_hash: str
    request_uri: str
    created_at: datetime
    ended_at: datetime | None = None
    message: str = ""
    error_type: str = ""
    published: bool = False
    levels: int
    on_job_failure: OnJobFailure = OnJobFailure.FAIL
    approve_before_levels: frozenset[int] = frozenset()
    destination_topic_arn: str | None = None
    exports: tuple[str, ...] = ()

    @property
    def execution(self) -> str:
        return execution_name(self.batch_id, self.request_hash, self.run)


def execution_name(batch_id: str, request_hash: str, run: int) -> str:
    """`<batchId>-<8 hex of the request's hash>`, for the n-th retry `…-<n>`."""
    name = f"{batch_id}-{request_hash[:8]}"
    return name if run == 0 else f"{name}-{run}"


def run_of(execution: str, batch_id: str) -> int | None:
    """The run that an execution of this batch belongs to; None for a name that is none of its."""
    found = re.fullmatch(rf"{re.escape(batch_id)}-[0-9a-f]{{8}}(?:-([1-9][0-9]*))?", execution)
    return None if found is None else int(found[1] or 0)


@dataclass(frozen=True, kw_only=True)
class Level:
    """The jobs of one level, counted. What a level's status is follows from the counts."""

    batch_id: str
    number: int
    children: int
    complete: int = 0
    failed: int = 0
    skipped: int = 0
    failure: str = ""
    approved: bool = False
    approved_rate: int | None = None

    @property
    def is_done(self) -> bool:
        return self.complete + self.failed + self.skipped >= self.children

    def has_failed(self, on_job_failure: OnJobFailure) -> bool:
        """Whether the level fails at once, running siblings notwithstanding."""
        return on_job_failure is OnJobFailure.FAIL and self.failed > 0

    def status(self, batch: Batch) -> LevelStatus:
        if self.has_failed(batch.on_job_failure):
            return LevelStatus.INTERNAL_ERROR
        if self.is_done:
            nothing_came = self.children > 0 and self.complete == 0
            return LevelStatus.INTERNAL_ERROR if nothing_came else LevelStatus.COMPLETE
        if batch.status is BatchStatus.STOPPED:
            return LevelStatus.STOPPED
        if batch.status is BatchStatus.IN_PROGRESS:
            return LevelStatus.IN_PROGRESS
        return LevelStatus.INTERNAL_ERROR


@unique
class Strategy(StrEnum):
    """How the units that an audit looks at are chosen from those there are."""

    RANDOM = "random"
    WORST_FIRST = "worst-first"
    FINDINGS = "findings"
    STRATIFIED = "stratified"


@unique
class SelectionUnit(StrEnum):
    OBJECT = "object"
    FRAME = "frame"


@dataclass(frozen=True, kw_only=True)
class Selection:
    """Which part of a finished job's labels goes on to the job that is chained from it.

    `rate` is the percentage of units that are kept, at most; `findings` keeps those with a finding
    of at least `min_severity` (0–1). `always_sample` is the percentage of all other units that is
    drawn at random beside them: what people change in these tells how good the rest is. `seed`
    draws other units from the same labels.
    """

    strategy: Strategy
    rate: int = 100
    min_severity: float = 0.5
    unit: SelectionUnit = SelectionUnit.OBJECT
    always_sample: int = 0
    seed: int = 0

    @property
    def needs_checks(self) -> bool:
        return self.strategy in (Strategy.WORST_FIRST, Strategy.FINDINGS)


@dataclass(frozen=True, kw_only=True)
class JobRequest:
    """One entry of `labelingJobs`, defaults filled in. Durations are seconds, rates per cent.

    Its input is one of a manifest, a folder of frames (`frames_prefix`) and another job's output.
    What is None or empty is left to the pipeline, or to Ground Truth.
    """

    name: str
    modality: str
    level: int
    label_attribute: str
    workteam_arn: str
    input_manifest_uri: str | None = None
    frames_prefix: str | None = None
    chain_from: str | None = None
    label_category_uri: str | None = None
    ui_template_uri: str | None = None
    pre_lambda_arn: str | None = None
    consolidation_lambda_arn: str | None = None
    down_sampling_rate: int = 100
    selection: Selection | None = None
    workers_per_object: int = 1
    max_concurrent_task_count: int = 100
    task_availability_lifetime: int = 864_000
    task_time_limit: int = 604_800
    task_title: str | None = None
    task_description: str | None = None
    task_keywords: tuple[str, ...] = ()
    content_classifiers: tuple[str, ...] = ()
    max_human_labeled_objects: int | None = None
    max_percentage_labeled: int | None = None
    kms_key: str | None = None
    tags: tuple[tuple[str, str], ...] = ()

    @property
    def is_audit(self) -> bool:
        """Whether it works on the labels of another job: an audit or a verification."""
        return self.modality.endswith(("Audit", "Verification"))


@dataclass(frozen=True, kw_only=True)
class BatchRequest:
    """A checked request. `document` is the same in the API's own form, numbers as strings."""

    batch_id: str
    jobs: tuple[JobRequest, ...]
    on_job_failure: OnJobFailure = OnJobFailure.FAIL
    approve_before_levels: frozenset[int] = frozenset()
    destination_topic_arn: str | None = None
    exports: tuple[str, ...] = ()
    document: Mapping[str, Any] = field(default_factory=dict, compare=False, hash=False)

    @property
    def levels(self) -> int:
        return max(job.level for job in self.jobs)


@dataclass(frozen=True, kw_only=True)
class Job:
    """One labeling job of a batch, and how far it is.

    `index` is its place in the request, from 0. `attempt` counts the Ground Truth jobs made for it.
    `since` is when it got its status, or, while QUEUED, since when it may start (None: not yet).
    `labeling_job` is the name of the current attempt in Ground Truth. Counts are objects.
    `stopping` says that we asked Ground Truth to stop this attempt; `counted` that its end is one
    of its level's counts.
    """

    batch_id: str
    nonce: str
    index: int
    request: JobRequest
    status: JobStatus = JobStatus.QUEUED
    attempt: int = 0
    run: int = 0
    labeling_job: str
    input_uri: str
    output_uri: str
    label_category_uri: str
    since: datetime | None = None
    started_at: datetime | None = None
    reason: str = ""
    objects: int | None = None
    labeled: int | None = None
    failed_objects: int | None = None
    stopping: bool = False
    counted: bool = False

    @property
    def level(self) -> int:
        return self.request.level

    @property
    def name(self) -> str:
        return self.request.name

    @property
    def modality(self) -> str:
        return self.request.modality

    @property
    def chain_from(self) -> str | None:
        return self.request.chain_from


@dataclass(frozen=True, kw_only=True)
class Pointer:
    """The way back from a Ground Truth job's name to the job it was made for, whose name is
    `name`: all that is needed to record how the attempt ended."""

    labeling_job: str
    batch_id: str
    nonce: str
    level: int
    index: int
    attempt: int
    name: str


Attempt = Job | Pointer
"""One Ground Truth job that was made for a job, or is to be made."""


@dataclass(frozen=True, kw_only=True)
class Wait:
    """A waiting state's task token. The newest (run, try) of a state wins."""

    batch_id: str
    state: str
    run: int
    attempt: int
    token: str


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """How an attempt ended: a final status, why, and its counts.

    `counts` is false for a job that ended because its batch was stopped: it is no failure of its
    level, and waits to be retried.
    """

    status: JobStatus
    reason: str = ""
    objects: int | None = None
    labeled: int | None = None
    failed_objects: int | None = None
    counts: bool = True


@dataclass(frozen=True, kw_only=True)
class BatchView:
    """A batch with its levels and jobs, jobs by level, then in the order of the request."""

    batch: Batch
    levels: tuple[Level, ...]
    jobs: tuple[Job, ...]

    def level(self, number: int) -> Level:
        """The level's counts; a level that the batch does not use is empty, and done."""
        for level in self.levels:
            if level.number == number:
                return level
        return Level(batch_id=self.batch.batch_id, number=number, children=0)
