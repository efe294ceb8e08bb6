"""Boxes of a clip, as columns: what every check on tracks reads, whatever file they came from."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Attribute:
    """One label category attribute, a code for each box: an index into `values`, -1 unsaid."""

    codes: Ints
    values: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Tracks:
    """The boxes of one sequence, one row a box, in any order.

    `frame` is a position in `frames` (0-based, in the order of the file); `track` and `label` are
    positions in `track_names` and `label_names`. `x, y` is the upper left corner and `w, h` the
    size, in pixels of the original picture, origin in its upper left corner. `picture` is its
    width and height, None where nobody knows it. `tracked` is False for labels without
    identities (video object detection): then every box is a track of its own, and only checks
    that look at single boxes say something.
    """

    frame: Ints
    track: Ints
    label: Ints
    x: Floats
    y: Floats
    w: Floats
    h: Floats
    frames: tuple[str, ...]
    track_names: tuple[str, ...]
    label_names: tuple[str, ...]
    picture: tuple[float, float] | None = None
    attributes: Mapping[str, Attribute] = field(default_factory=dict)
    tracked: bool = True

    def __len__(self) -> int:
        return len(self.frame)


def coded(values: Iterable[Hashable]) -> tuple[Ints, list[Any]]:
    """Each value as the position of its first equal among the distinct values, and these."""
    values = values if isinstance(values, list) else list(values)
    distinct = list(dict.fromkeys(values))
    position = {value: index for index, value in enumerate(distinct)}
    codes = np.fromiter(map(position.__getitem__, values), np.int64, len(values))
    return codes, distinct


def numbers(values: Sequence[Any]) -> Floats:
    """A column of numbers; what is no number (null, text) becomes NaN, which a check reports."""
    try:
        return np.array(values, np.float64)
    except (TypeError, ValueError):
        return np.array([_number(value) for value in values], np.float64)


def _number(value: Any) -> float:
    try:
        return float(value)
    except (TypeError, ValueError):
        return float("nan")
