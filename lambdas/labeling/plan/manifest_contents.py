"""What was found in the lines of a manifest, whatever job it is for."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field


@dataclass(slots=True)
class Seen:
    """In how many lines something was, and in which first."""

    count: int = 0
    first: int = 0

    def add(self, line: int) -> None:
        if not self.count:
            self.first = line
        self.count += 1


@dataclass(frozen=True, slots=True)
class Reference:
    """An object in a file: its line, its address, those of its camera images, and, of a point
    cloud where it is known, how many bytes each point has."""

    line: int
    uri: str
    images: tuple[str, ...] = ()
    bytes_of_point: int | None = None


@dataclass
class Lines:
    """What the lines have, whatever the job.

    `shapes` are the sets of attributes that lines have (without those that are null), `endings` the
    endings of source-ref in lower case, "" for none. Both are exact for manifests that are made by
    a program; of a thousand and more different ones, the rest is not kept. `colorless` are the
    label attributes whose masks do not say the colors of their classes.
    """

    objects: int = 0
    texts: Seen = field(default_factory=Seen)
    references: Seen = field(default_factory=Seen)
    shapes: dict[tuple[str, ...], Seen] = field(default_factory=dict)
    endings: dict[str, Seen] = field(default_factory=dict)
    colorless: dict[str, Seen] = field(default_factory=dict)

    def with_attribute(self, name: str) -> Seen:
        return _sum(seen for shape, seen in self.shapes.items() if name in shape)

    def without_attribute(self, name: str) -> Seen:
        return _sum(seen for shape, seen in self.shapes.items() if name not in shape)


def _sum(all_seen: Iterable[Seen]) -> Seen:
    seen = list(all_seen)
    if not seen:
        return Seen()
    return Seen(sum(one.count for one in seen), min(one.first for one in seen))
