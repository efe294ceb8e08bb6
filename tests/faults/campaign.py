"""One batch, run once for each point at which a fault can be; what became of it each time."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from tests.faults.endings import Ending, ending
from tests.faults.laboratory import Laboratory
from tests.faults.points import Fault, Point, points_of
from tests.faults.scenarios import Scenario

ALL = os.environ.get("FAULTS") == "all"
"""Every point, which takes minutes; else one of so many, always the same ones."""
MARKING = ("UpdateItem", "TransactWriteItems")


@dataclass
class Campaign:
    """A scenario and how it ends when nothing is in its way."""

    laboratory: Laboratory
    scenario: Scenario
    undisturbed: Ending
    points: Sequence[Point]

    @classmethod
    def of(cls, scenario: Scenario, laboratory: Laboratory) -> Campaign:
        laboratory.begin()
        laboratory.run(scenario)
        calls = list(laboratory.cloud.faults.calls)
        functions = sorted({call.function for call in calls})
        points = [point for function in functions for point in points_of(function, calls)]
        return cls(laboratory, scenario, ending(laboratory), points)

    def sample(self, fault: Fault, every: int) -> list[Point]:
        """The points that this fault applies to; without `FAULTS=all` a part of them."""
        points = [point for point in self.points if fault.applies(point.call)]
        return points if ALL else points[len(fault.name) % every :: every]

    def suffer(self, fault: Fault, points: Iterable[Point]) -> Report:
        """Each of these points in a run of its own."""
        report = Report()
        for point in points:
            report.points += 1
            found = list(self._trouble(fault, point, report))
            report.troubles += [f"{fault} at {point}: {trouble}" for trouble in found]
            report.survived += not found
        return report

    def _trouble(self, fault: Fault, point: Point, report: Report) -> Iterator[str]:
        laboratory = self.laboratory
        laboratory.begin()
        fault.set_up(laboratory.cloud.faults, point)
        try:
            laboratory.run(self.scenario)
            laboratory.cloud.faults.clear()
            found = ending(laboratory)
        except Exception as error:
            yield f"{type(error).__name__}: {error}"
            return
        yield from self.undisturbed.differences(found)
        report.doubled += found.doubled
        if found.doubled and not self._is_about_publishing(point):
            yield "a message was published twice"

    def _is_about_publishing(self, point: Point) -> bool:
        """It publishes, or it is what marks as published."""
        mine = [p.call.operation for p in self.points if p.call.function == point.call.function]
        before = mine[point.number - 2] if point.number > 1 else ""
        operation = point.call.operation
        return operation == "Publish" or (before == "Publish" and operation in MARKING)


@dataclass
class Report:
    """How many runs there were, how many ended as without the fault, and what the others did."""

    points: int = 0
    survived: int = 0
    doubled: int = 0
    troubles: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        return "\n".join([f"{self.survived} of {self.points} survived", *self.troubles])
