"""The plan of a batch: what is wrong with it, and what it will take."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from labeling.errors import Problem
from labeling.plan.estimate import Estimate
from labeling.problems import MOST_PROBLEMS, in_order, path


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What was found before anybody is asked to label anything.

    `complete` is false when time was over before everything was looked at. `objects` counts the
    lines of each manifest that was read, by its URI. `estimate` is None where nothing can be
    estimated, since the request itself cannot be understood.
    """

    batch_id: str
    problems: tuple[Problem, ...] = ()
    complete: bool = True
    objects: Mapping[str, int] = field(default_factory=dict)
    estimate: Estimate | None = None

    @property
    def errors(self) -> list[Problem]:
        return [problem for problem in self.problems if not problem.warning]

    @property
    def warnings(self) -> list[Problem]:
        return [problem for problem in self.problems if problem.warning]


def answer(plan: Plan) -> dict[str, Any]:
    """The body of `POST /batch/create?dryRun=true`."""
    return {
        "batchId": plan.batch_id,
        "valid": not plan.errors,
        "complete": plan.complete,
        "errors": _listed(plan.errors),
        "warnings": _listed(plan.warnings),
        "estimate": plan.estimate.as_answer() if plan.estimate else None,
    }


def _listed(problems: Iterable[Problem]) -> list[dict[str, str]]:
    return [
        {"loc": path(problem.loc), "type": problem.type, "message": problem.message}
        for problem in in_order(problems)[:MOST_PROBLEMS]
    ]
