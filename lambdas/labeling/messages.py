"""What may lie on the listener's queue, and how to read it."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

_JOB_ARN = re.compile(r":labeling-job/([^/]+)$")


@dataclass(frozen=True, kw_only=True)
class LabelingJobEnded:
    """A labeling job of the account is Completed, Failed or Stopped, says EventBridge or the
    reconciler.

    The event says no more than the ARN ("Monitor Labeling Job Status"): DescribeLabelingJob is
    the truth. It may come twice, late, early or never.
    """

    labeling_job: str


@dataclass(frozen=True, kw_only=True)
class ExecutionEnded:
    """EventBridge: an execution of the state machine ended other than by succeeding."""

    batch_id: str
    execution: str
    status: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class Wake:
    """A batch asks to be settled."""

    batch_id: str


@dataclass(frozen=True, kw_only=True)
class Check:
    """The reconciler asks for a closer look at a batch: has it an execution, does it wait?"""

    batch_id: str


@dataclass(frozen=True)
class StartJobs:
    """Somebody made room, or queued jobs."""


@dataclass(frozen=True)
class Tick:
    """The schedule: events are best effort, so look for what was missed."""


Message = LabelingJobEnded | ExecutionEnded | Wake | Check | StartJobs | Tick


class UnreadableMessage(ValueError):
    """A message that no version of the listener writes or subscribes to."""


def parse(body: str) -> Message:
    """Raises UnreadableMessage: such a message ends in the dead-letter queue."""
    try:
        message = json.loads(body)
        if "detail-type" in message:
            return _event(message)
        return _own(message)
    except (KeyError, IndexError, TypeError, ValueError, AttributeError) as error:
        raise UnreadableMessage(f"{type(error).__name__}: {error}") from error


def _own(message: Mapping[str, Any]) -> Message:
    match message["type"]:
        case "wake":
            return Wake(batch_id=message["batchId"])
        case "check":
            return Check(batch_id=message["batchId"])
        case "ended":
            return LabelingJobEnded(labeling_job=message["labelingJob"])
        case "start":
            return StartJobs()
        case "tick":
            return Tick()
        case other:
            raise ValueError(f"unknown type {other}")


def _event(event: Mapping[str, Any]) -> Message:
    match event["source"]:
        case "aws.sagemaker":
            found = _JOB_ARN.search(event["resources"][0])
            if found is None:
                raise ValueError(f"not a labeling job: {event['resources'][0]}")
            return LabelingJobEnded(labeling_job=found[1])
        case "aws.states":
            return _execution_ended(event["detail"])
        case other:
            raise ValueError(f"unknown source {other}")


def _execution_ended(detail: Mapping[str, Any]) -> ExecutionEnded:
    said = [detail.get("error"), detail.get("cause")]
    reason = ": ".join(part for part in said if part)
    return ExecutionEnded(
        batch_id=json.loads(detail["input"])["batchId"],
        execution=detail["name"],
        status=detail["status"],
        reason=reason,
    )


def caught_error(error: Mapping[str, str]) -> tuple[str, str]:
    """The name and the sentence of what a state caught.

    A Lambda error's `Cause` is JSON with `errorMessage` ("Handle error conditions in Step
    Functions"); the cause of a token that was answered with a failure is plain text.
    """
    cause = error.get("Cause", "")
    try:
        reason = json.loads(cause)["errorMessage"]
    except (ValueError, KeyError, TypeError):
        reason = cause
    return error.get("Error", ""), str(reason)
