"""What the use cases need from the world; adapters and fakes pass the same tests."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Protocol

from labeling.naming import Places
from labeling.ports.account import Account, BucketState, CorsRule, KeyState, TakenNames
from labeling.ports.batches import Batches, SettleView
from labeling.ports.labeling_service import (
    LabelingJobSpec,
    LabelingJobState,
    LabelingJobStatus,
    LabelingService,
)
from labeling.ports.surroundings import (
    ExecutionState,
    Notifier,
    ObjectEntry,
    Objects,
    Queue,
    TeamState,
    Workflow,
    Workforce,
)

__all__ = [
    "Account",
    "Batches",
    "BucketState",
    "CorsRule",
    "ExecutionState",
    "KeyState",
    "LabelingJobSpec",
    "LabelingJobState",
    "LabelingJobStatus",
    "LabelingService",
    "Notifier",
    "ObjectEntry",
    "Objects",
    "Ports",
    "Queue",
    "SettleView",
    "TakenNames",
    "TeamState",
    "Workflow",
    "Workforce",
]


class Ports(Protocol):
    """All of the above, for the use cases that need most of it; and what the stack says."""

    @property
    def batches(self) -> Batches: ...
    @property
    def labeling(self) -> LabelingService: ...
    @property
    def workflow(self) -> Workflow: ...
    @property
    def objects(self) -> Objects: ...
    @property
    def notifier(self) -> Notifier: ...
    @property
    def queue(self) -> Queue: ...
    @property
    def workforce(self) -> Workforce: ...
    @property
    def account(self) -> Account: ...
    @property
    def places(self) -> Places: ...
    @property
    def table_name(self) -> str: ...
    @property
    def levels(self) -> int: ...
    @property
    def job_completion_timeout(self) -> timedelta: ...
    def now(self) -> datetime: ...
