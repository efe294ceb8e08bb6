"""Where people label: Ground Truth, or another engine behind the same calls."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum, unique
from typing import Protocol


@dataclass(frozen=True, kw_only=True)
class LabelingJobSpec:
    """All that is needed to make one labeling job. `tag` says whose it is: see `attempt_tag`.

    Names are CreateLabelingJob's; what is None or empty is left out of the request.
    """

    name: str
    modality: str
    label_attribute: str
    input_manifest_uri: str
    output_prefix_uri: str
    label_category_uri: str
    workteam_arn: str
    title: str
    description: str
    tag: str
    max_concurrent_task_count: int
    task_availability_lifetime: int
    task_time_limit: int
    ui_template_uri: str | None = None
    pre_lambda_arn: str | None = None
    consolidation_lambda_arn: str | None = None
    workers_per_object: int = 1
    keywords: tuple[str, ...] = ()
    content_classifiers: tuple[str, ...] = ()
    max_human_labeled_objects: int | None = None
    max_percentage_labeled: int | None = None
    kms_key: str | None = None
    tags: tuple[tuple[str, str], ...] = ()


@unique
class LabelingJobStatus(StrEnum):
    """The labeling service's own statuses (DescribeLabelingJob.LabelingJobStatus)."""

    INITIALIZING = "Initializing"
    IN_PROGRESS = "InProgress"
    COMPLETED = "Completed"
    FAILED = "Failed"
    STOPPING = "Stopping"
    STOPPED = "Stopped"

    @property
    def is_final(self) -> bool:
        return self in (self.COMPLETED, self.FAILED, self.STOPPED)


@dataclass(frozen=True, kw_only=True)
class LabelingJobState:
    """What the service says of one of its jobs. `tag` is None where it was not asked for."""

    name: str
    status: LabelingJobStatus
    created_at: datetime
    labeled: int = 0
    unlabeled: int = 0
    failed_objects: int = 0
    reason: str = ""
    tag: str | None = None


class LabelingService(Protocol):
    """Where people label: Ground Truth, or another engine behind the same calls."""

    def violations(self, spec: LabelingJobSpec) -> list[str]:
        """Everything for which the service would refuse this, as far as that can be known before:
        sentences that begin with the service's own name of the field."""
        ...

    def create(self, spec: LabelingJobSpec) -> None:
        """Raises JobNameInUse, QuotaReached, ServiceUnavailable or JobRefused."""
        ...

    def describe(self, name: str) -> LabelingJobState | None:
        """None: there is no such job. Raises ServiceUnavailable when throttled or down."""
        ...

    def stop(self, name: str) -> None:
        """Asks a job to stop; one that is over or unknown is left alone.

        Raises ServiceUnavailable when throttled (one a second) or down."""
        ...

    def running(self) -> Iterator[LabelingJobState]:
        """Every job of the account that is InProgress, a hundred a call, without tags."""
        ...

    def any_running(self) -> bool:
        """Whether any labeling job of the account takes up a place (not yet final)."""
        ...
