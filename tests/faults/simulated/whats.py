"""What somebody does from outside while a schedule is played."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class What(StrEnum):
    APPROVE = "approve"
    APPROVE_HALF = "approve half"
    STOP = "stop"
    RETRY = "retry"
    CREATE_AGAIN = "create again"
    ABORT = "stop the execution by hand"
    FOREIGN_EVENT = "foreign event"
    FOREIGN_JOB = "foreign job"
    FAIL_JOB = "a job fails"
    EXPIRE_TASKS = "open tasks expire"
    OUTSIDER_STOPS = "somebody stops a job"
    LISTENER_RESTS = "the listener rests"
    DAY_PASSES = "hours pass"


@dataclass(frozen=True, kw_only=True)
class Act:
    """`target` chooses a batch or a running job, the remainder of a division."""

    at: int  # seconds
    what: What
    target: int = 0
