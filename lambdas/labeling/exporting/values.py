"""Numbers and answers as texts, for formats that have nothing else."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any

from labeling.labels import Box, Point

_YES = frozenset({"true", "yes", "y", "1"})
_NO = frozenset({"false", "no", "n", "0"})
_BREAKS = re.compile(r"\s+")


def number(value: float) -> str:
    """A number as it is, in digits: exponents are not understood everywhere."""
    if isinstance(value, int):
        return str(value)
    written = repr(value)
    return written if "e" not in written else f"{value:.12f}"


def text(value: Any) -> str:
    """An answer as text: texts as they are, all else as JSON."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def one_line(value: str) -> str:
    """A text without line ends and tabs."""
    return _BREAKS.sub(" ", value).strip()


def flag(attributes: Mapping[str, Any], name: str) -> bool | None:
    """The answer to a question like "occluded"; None where it was not asked, or not with yes or
    no."""
    for key, value in attributes.items():
        if key.lower() == name:
            answer = text(value).strip().lower()
            return True if answer in _YES else False if answer in _NO else None
    return None


def corners(box: Box) -> tuple[float, float, float, float]:
    """Left, top, right and bottom."""
    return box.left, box.top, box.left + box.width, box.top + box.height


def bounds(vertices: Iterable[Point]) -> tuple[float, float, float, float]:
    """Left, top, width and height of what holds all the vertices."""
    xs, ys = zip(*((point.x, point.y) for point in vertices), strict=True)
    left, top = min(xs), min(ys)
    return left, top, max(xs) - left, max(ys) - top


def enclosed(vertices: Iterable[Point]) -> float:
    """The area of a polygon in square pixels."""
    points = list(vertices)
    pairs = zip(points, points[1:] + points[:1], strict=True)
    return abs(sum(one.x * other.y - other.x * one.y for one, other in pairs)) / 2
