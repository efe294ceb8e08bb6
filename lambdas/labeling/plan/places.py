"""Where a request names what the account should have."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import TypeVar

from labeling.errors import NotLookedAt, Problem
from labeling.model import JobRequest
from labeling.plan.findings import Finding, Loc

T = TypeVar("T")


@dataclass(frozen=True)
class Places:
    """Where a request names something: the first place, and how many more jobs do."""

    first: Loc
    more: int

    @property
    def others(self) -> str:
        if not self.more:
            return ""
        return f" (which {self.more} more job{'s' if self.more > 1 else ''} of the batch need)"


def named(
    jobs: Iterable[JobRequest], field: str, value_of: Callable[[JobRequest], T | None]
) -> Iterator[tuple[T, Places]]:
    """Every value that jobs have in a field, once, in the order of the request."""
    places: dict[T, list[int]] = {}
    for index, job in enumerate(jobs):
        value = value_of(job)
        if value is not None:
            places.setdefault(value, []).append(index)
    for value, [first, *more] in places.items():
        yield value, Places(("labelingJobs", first, field), len(more))


def not_looked_at(loc: Loc, error: NotLookedAt) -> Problem:
    """A warning: what the account did not tell may be in order."""
    finding = Finding(
        "not_looked_at", f"This could not be looked at, and may be wrong: {error}", warning=True
    )
    return finding.at(loc)
