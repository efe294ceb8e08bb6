"""What an audit did to the labels of a frame: left, changed, added, removed.

Labels are the same when kind, object, class, shape and attributes are. Class ids and confidences
are not compared: jobs number classes as they like, and compute confidences from their own answers.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass
from operator import attrgetter
from typing import Any

from labeling.labels import (
    Box,
    Cuboid,
    KeyPoint,
    Label,
    Mask,
    PointMask,
    Polygon,
    Polyline,
    Span,
    Verification,
)
from labeling.merging.merged import MergedAnnotation

_SHAPES: Mapping[type[Label], Callable[[Any], Hashable]] = {
    Box: attrgetter("left", "top", "width", "height"),
    Polyline: attrgetter("vertices"),
    Polygon: attrgetter("vertices"),
    KeyPoint: attrgetter("x", "y"),
    Cuboid: attrgetter(
        "center_x", "center_y", "center_z", "length", "width", "height", "roll", "pitch", "yaw"
    ),
    Span: attrgetter("start", "end"),
    Verification: attrgetter("comments"),
}


@dataclass(slots=True)
class Changes:
    """How many annotations an audit left as they were, changed, added and removed."""

    left: int = 0
    changed: int = 0
    added: int = 0
    removed: int = 0

    def __iadd__(self, other: Changes) -> Changes:
        self.left += other.left
        self.changed += other.changed
        self.added += other.added
        self.removed += other.removed
        return self

    @property
    def edits(self) -> int:
        return self.changed + self.added + self.removed


class Before:
    """The annotations of a frame before an audit: each is found once by what became of it."""

    def __init__(self, annotations: Iterable[MergedAnnotation]) -> None:
        self.changes = Changes()
        self._by_key: dict[Hashable, list[MergedAnnotation]] = defaultdict(list)
        self._others: Counter[Hashable] = Counter()
        for annotation in annotations:
            self._by_key[_key(annotation.label)].append(annotation)

    def find(self, label: Label) -> MergedAnnotation | None:
        """The annotation that the audit left as `label`; None if it changed one, or added it."""
        key = _key(label)
        candidates = self._by_key.get(key, [])
        for place, candidate in enumerate(candidates):
            if _same(candidate.label, label):
                self.changes.left += 1
                return candidates.pop(place)
        self._others[key] += 1  # which one it was changes nothing: a later label may be the same
        return None

    def over(self) -> Changes:
        """The whole, when every label after the audit has been looked for."""
        for key in self._by_key.keys() | self._others.keys():
            remaining, others = len(self._by_key.get(key, ())), self._others[key]
            self.changes.changed += min(remaining, others)
            self.changes.added += max(0, others - remaining)
            self.changes.removed += max(0, remaining - others)
        return self.changes


def _key(label: Label) -> Hashable:
    """What stays the same when a label is changed: its object; without one, its place."""
    if label.track is not None:
        return type(label), label.track.key
    if isinstance(label, Mask | PointMask):
        return type(label), label.label
    return type(label), _shape(label)


def _same(one: Label, other: Label) -> bool:
    return (
        one.label == other.label
        and one.attributes == other.attributes
        and _shape(one) == _shape(other)
    )


def _shape(label: Label) -> Hashable:
    # A class has none, and a mask's lies in a file: its job says whether it was changed.
    shape = _SHAPES.get(type(label))
    return None if shape is None else shape(label)
