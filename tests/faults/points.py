"""Where a fault can be, and what it is: one for each AWS call that a function makes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from emulator.aws_calls import Call
from emulator.faults import Faults


@dataclass(frozen=True)
class Point:
    """The n-th AWS call of a function while a batch is run."""

    call: Call
    number: int
    """Among all calls of the function, from 1."""
    of_its_kind: int
    """Among the function's calls of this operation, from 1."""

    def __str__(self) -> str:
        call = self.call
        return f"{call.function}'s call {self.number}, {call.service}:{call.operation}"


def points_of(function: str, calls: Sequence[Call]) -> list[Point]:
    """Every call of the function, in order."""
    mine = [call for call in calls if call.function == function]
    return [
        Point(call, number, sum(c.operation == call.operation for c in mine[:number]))
        for number, call in enumerate(mine, start=1)
    ]


@dataclass(frozen=True)
class Fault:
    name: str
    set_up: Callable[[Faults, Point], object]
    applies: Callable[[Call], bool] = lambda call: True

    def __str__(self) -> str:
        return self.name


CRASHES = (
    Fault(
        "crash-before",
        lambda faults, point: faults.crash(
            point.call.function, at_call=point.number, when="before"
        ),
    ),
    Fault(
        "crash-after",
        lambda faults, point: faults.crash(point.call.function, at_call=point.number, when="after"),
    ),
)

TROUBLES = (
    Fault(
        "answer-lost",
        lambda faults, point: faults.lose_answer(
            point.call.service,
            point.call.operation,
            at_call=point.of_its_kind,
            function=point.call.function,
        ),
    ),
    Fault(
        "done-twice",
        lambda faults, point: faults.repeat(
            point.call.service,
            point.call.operation,
            at_call=point.of_its_kind,
            function=point.call.function,
        ),
    ),
    Fault(
        "throttled",
        lambda faults, point: faults.throttle(
            point.call.service,
            point.call.operation,
            at_call=point.of_its_kind,
            function=point.call.function,
        ),
    ),
    Fault(
        "conflict",
        lambda faults, point: faults.conflict(
            at_call=point.of_its_kind, function=point.call.function
        ),
        applies=lambda call: call.operation == "TransactWriteItems",
    ),
)
