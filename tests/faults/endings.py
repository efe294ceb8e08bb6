"""How a batch ended, in a form that is equal for two runs of it at different times."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, fields
from typing import Any

from emulator.inbox import Mail
from tests.faults.laboratory import Laboratory
from tests.faults.scenarios import BATCH

_CHANGING = (
    (re.compile(r"\d{4}-\d{2}-\d{2}[T_ ]\d{2}:\d{2}:\d{2}(\.\d+)?(Z|\+00:00)?"), "<time>"),
    (re.compile(r"\?X-Amz-[^\"]*"), "?<signed>"),
)


@dataclass(frozen=True)
class Message:
    """What was published, told apart by its body and by the key that subscribers go by."""

    deduplication_id: str
    subject: str
    body: str


@dataclass(frozen=True)
class Ending:
    shown: Any
    """`GET /batch/show`."""
    objects: dict[str, str]
    """What lies in the processing bucket: manifests, label files, category files."""
    labeling_jobs: list[tuple[str, str]]
    """Every labeling job of the account, with its status."""
    executions: list[tuple[str, str, tuple[str, ...]]]
    """Every execution: its name, how it ended, and the states that it entered."""
    messages: dict[Message, int]
    """How often each was published."""
    wordings: int
    """Most different bodies, to the letter, that one key of subscribers was published with."""
    dead_letters: int

    def differences(self, other: Ending) -> Iterator[str]:
        """In which way another ending is not this one; how often messages came does not count."""
        for field in fields(self):
            mine, others = getattr(self, field.name), getattr(other, field.name)
            if field.name == "messages":
                mine, others = set(mine), set(others)
            if mine != others:
                yield f"{field.name}: {_shortened(mine, others)}"
        for _, how, states in other.executions:
            twice = [state for state, times in Counter(states).items() if times > 1]
            if twice:
                yield f"an execution that {how} entered twice: {', '.join(twice)}"

    @property
    def doubled(self) -> int:
        """How many messages came a second time."""
        return sum(self.messages.values()) - len(self.messages)


def ending(laboratory: Laboratory) -> Ending:
    cloud = laboratory.cloud
    sagemaker = cloud.client("sagemaker")
    mails = cloud.inbox.mails()
    jobs = sagemaker.list_labeling_jobs()["LabelingJobSummaryList"]
    return Ending(
        shown=json.loads(_lasting(json.dumps(laboratory.client.show(BATCH).raw))),
        objects={_lasting(key): _lasting(body) for key, body in laboratory.objects().items()},
        labeling_jobs=sorted((job["LabelingJobName"], job["LabelingJobStatus"]) for job in jobs),
        executions=sorted(_executions(laboratory)),
        messages=dict(Counter(map(_message, mails))),
        wordings=max(Counter(key for key, _ in {_raw(mail) for mail in mails}).values()),
        dead_letters=laboratory.dead_letters(),
    )


def _executions(laboratory: Laboratory) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    steps = laboratory.cloud.client("stepfunctions")
    machine = steps.list_state_machines()["stateMachines"][0]["stateMachineArn"]
    for execution in steps.list_executions(stateMachineArn=machine)["executions"]:
        pages = steps.get_paginator("get_execution_history").paginate(
            executionArn=execution["executionArn"]
        )
        entered = tuple(
            event["stateEnteredEventDetails"]["name"]
            for page in pages
            for event in page["events"]
            if event["type"].endswith("StateEntered")
        )
        yield execution["name"], execution["status"], entered


def _message(mail: Mail) -> Message:
    return Message(
        deduplication_id=mail.attributes["deduplicationId"],
        subject=mail.subject,
        body=_lasting(mail.message),
    )


def _raw(mail: Mail) -> tuple[str, str]:
    return mail.attributes["deduplicationId"], mail.message


def _lasting(text: str) -> str:
    for pattern, instead in _CHANGING:
        text = pattern.sub(instead, text)
    return text


def _shortened(mine: Any, others: Any) -> str:
    """What one of them has and the other has not."""
    if isinstance(mine, dict) and isinstance(others, dict):
        keys = [key for key in {**mine, **others} if mine.get(key) != others.get(key)]
        return "; ".join(
            f"{key} {str(mine.get(key))[:300]} became {str(others.get(key))[:300]}"
            for key in keys[:4]
        )
    if isinstance(mine, set) and isinstance(others, set):
        return f"missing {str(mine - others)[:600]}, new {str(others - mine)[:600]}"
    return f"{str(mine)[:600]} became {str(others)[:600]}"
