"""What the functions call, how long they take, and how large everything is that they send."""

from __future__ import annotations

import json
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, Self

from botocore.client import BaseClient

from benchmarks.passing_time import PassingTime
from emulator import aws_calls
from emulator.aws_calls import Call, Send
from emulator.cloud import LocalCloud
from emulator.lambdas import Function, Outcome, running_function


@dataclass
class Spent:
    """The processor's seconds in invocations, and of those the ones in AWS calls: what the
    simulation of AWS costs. What else the machine does is in neither."""

    seconds: float = 0.0
    in_calls: float = 0.0

    @property
    def outside_of_calls(self) -> float:
        return self.seconds - self.in_calls


@dataclass
class Figures:
    calls: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    """By function, service and operation."""
    spent: Spent = field(default_factory=Spent)
    longest: dict[str, float] = field(default_factory=dict)
    """Seconds of the longest invocation by function: what its calls would take on AWS, and what
    its own code took here."""
    invocations: Counter[str] = field(default_factory=Counter)
    largest: Counter[str] = field(default_factory=Counter)
    """Bytes: of a request by `service:Operation`, of a function's answer by its name."""
    timeouts: dict[str, int] = field(default_factory=dict)
    """Seconds by function, as deployed."""

    def by_function(self) -> dict[str, int]:
        counted: Counter[str] = Counter()
        for (function, _, _), number in self.calls.items():
            counted[function] += number
        return dict(sorted(counted.items()))

    def note(self, what: str, size: int) -> None:
        self.largest[what] = max(self.largest[what], size)


class Watch:
    """Stands between the functions and AWS while it is entered."""

    def __init__(self, cloud: LocalCloud, clock: PassingTime) -> None:
        self.figures = Figures()
        self._cloud = cloud
        self._clock = clock
        self._known: set[int] = set()
        self._thread = 0
        self._before = cloud.runner.interference

    def take(self) -> Figures:
        """What there is by now; from here on everything is counted anew."""
        taken, self.figures = self.figures, Figures()
        return taken

    def on_invocation(self, function: Function, run: Callable[[], Outcome]) -> Outcome | None:
        """Called by the runner."""
        figures, name = self.figures, function.short_name
        instead = self._before.on_invocation(function, run) if self._before else None
        if instead:
            return instead
        began, before = self._clock.now(), figures.spent.outside_of_calls
        self._thread = threading.get_ident()
        started = time.thread_time()
        outcome = run()
        figures.spent.seconds += time.thread_time() - started
        took = (self._clock.now() - began).total_seconds()
        took += figures.spent.outside_of_calls - before
        figures.longest[name] = max(figures.longest.get(name, 0.0), took)
        figures.timeouts[name] = function.timeout
        figures.invocations[name] += 1
        figures.note(name, len(outcome.payload.encode()))
        return outcome

    def __enter__(self) -> Self:
        self._cloud.runner.interference = self
        aws_calls.intercept(self._intercept)
        return self

    def __exit__(self, *exception: object) -> None:
        aws_calls.release(self._intercept)
        self._cloud.runner.interference = self._before

    def _intercept(self, call: Call, client: BaseClient, send: Send) -> Any:
        if id(client) not in self._known:
            self._known.add(id(client))
            client.meta.events.register("before-call", self._on_request)
        self.figures.calls[call.function, call.service, call.operation] += 1
        self._clock.call(call.operation)
        started = time.thread_time()
        try:
            return send()
        finally:
            if self._thread == threading.get_ident():  # not one that reads ahead
                self.figures.spent.in_calls += time.thread_time() - started

    def _on_request(self, model: Any, params: dict[str, Any], **_: Any) -> None:
        if running_function.get() is None:
            return
        service = model.service_model.service_name
        self.figures.note(f"{service}:{model.name}", _length(params["body"]))


def _length(body: Any) -> int:
    match body:
        case bytes() | str():
            return len(body)
        case dict():  # of the query protocol, not yet written out
            return sum(len(name) + len(str(value).encode()) for name, value in body.items())
        case _:
            return len(body.getvalue()) if hasattr(body, "getvalue") else 0


def largest_item(cloud: LocalCloud) -> int:
    """Bytes of the largest item of all tables: names and values, as DynamoDB counts them."""
    return max((_size({"M": item}) for item in _items(cloud)), default=0)


def largest_event(cloud: LocalCloud) -> tuple[int, int]:
    """Of all executions: the bytes of the largest event, and the events of the longest history."""
    states = cloud.client("stepfunctions")
    largest = most = 0
    for machine in states.list_state_machines()["stateMachines"]:
        listed = states.list_executions(stateMachineArn=machine["stateMachineArn"])
        for execution in listed["executions"]:
            pages = states.get_paginator("get_execution_history").paginate(
                executionArn=execution["executionArn"]
            )
            events = [event for page in pages for event in page["events"]]
            most = max(most, len(events))
            largest = max([largest, *(len(json.dumps(event, default=str)) for event in events)])
    return largest, most


def _items(cloud: LocalCloud) -> Iterator[dict[str, Any]]:
    client = cloud.client("dynamodb")
    for name in client.list_tables()["TableNames"]:
        for page in client.get_paginator("scan").paginate(TableName=name):
            yield from page["Items"]


def _size(value: dict[str, Any]) -> int:
    ((kind, content),) = value.items()
    match kind:
        case "M":
            return sum(len(name.encode()) + _size(part) for name, part in content.items())
        case "L":
            return 3 + sum(1 + _size(part) for part in content)
        case "S":
            return len(content.encode())
        case "N":
            return len(content) // 2 + 2
        case _:
            return 1
