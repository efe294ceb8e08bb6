"""What is wrong with a file, before it is known which places of a request name that file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from labeling.errors import Problem

Loc = tuple[str | int, ...]


@dataclass(frozen=True)
class Finding:
    """A `Problem` without a place in the request: several jobs may name the same file."""

    type: str
    message: str
    warning: bool = False

    def at(self, loc: Loc) -> Problem:
        return Problem(loc, self.type, self.message, self.warning)


def problems(findings: Iterable[Finding], loc: Loc) -> Iterator[Problem]:
    for finding in findings:
        yield finding.at(loc)


class Findings:
    """Mistakes of many lines or frames: one finding a kind, which tells of the first of them and
    counts the others. `what` is what they are mistakes of, such as "lines"."""

    def __init__(self, what: str) -> None:
        self._what = what
        self._first: dict[str, Finding] = {}
        self._count: dict[str, int] = {}
        self._last: dict[str, str] = {}

    def add(self, kind: str, place: str, message: str, *, warning: bool = False) -> None:
        """`place` is short ("line 7"); `message` is a whole sentence that names it too."""
        if kind not in self._first:
            self._first[kind] = Finding(kind, message, warning)
        self._count[kind] = self._count.get(kind, 0) + 1
        self._last[kind] = place

    def __iter__(self) -> Iterator[Finding]:
        for kind, first in self._first.items():
            others = self._count[kind] - 1
            if not others:
                yield first
                continue
            last = self._last[kind]
            more = last if others == 1 else f"{others:,} more {self._what}, the last {last}"
            yield Finding(kind, f"{first.message} The same goes for {more}.", first.warning)
