"""Shapes of all annotation types: drawing them somewhere, and moving them a little."""

from collections.abc import Mapping, Sequence
from random import Random
from typing import Any

Geometry = Mapping[str, Any]
Extent = Sequence[tuple[float, float]]
"""For each axis, where things may be: `[(0, 1280), (0, 720)]`."""


def draw(annotation_type: str, extent: Extent, chance: Random) -> dict[str, Any]:
    """A shape of plausible size inside the extent."""
    if annotation_type == "Cuboid":
        return _cuboid(extent, chance)
    (left, right), (top, bottom) = extent
    wide, high = right - left, bottom - top
    x = chance.uniform(left + 0.15 * wide, right - 0.3 * wide)
    y = chance.uniform(top + 0.15 * high, bottom - 0.3 * high)
    width, height = chance.uniform(0.05, 0.14) * wide, chance.uniform(0.05, 0.14) * high
    if annotation_type == "BoundingBox":
        size = {"height": max(1, round(height)), "width": max(1, round(width))}
        return {**size, "top": round(y), "left": round(x)}
    if annotation_type == "Keypoint":
        return {"x": round(x), "y": round(y)}
    if annotation_type == "Polyline":
        steps = [(n / 3 * width, (n / 3 - 1) * height * 0.8) for n in range(4)]
    else:
        steps = [(0.5, -0.5), (1, 0), (0.8, 0.5), (0.2, 0.5), (0, 0)]
        steps = [(part * width, part_y * height) for part, part_y in steps]
    return {"vertices": [{"x": round(x + dx), "y": round(y + dy)} for dx, dy in steps]}


def moved(geometry: Geometry, by: Sequence[float], extent: Extent) -> dict[str, Any]:
    """The shape elsewhere: `by` is in pixels or metres; it stays inside the extent."""
    if "center-x" in geometry:
        axes = dict(zip(("center-x", "center-y", "center-z"), by, strict=False))
        return {**geometry, **{axis: geometry[axis] + step for axis, step in axes.items()}}
    if "vertices" in geometry:
        return {"vertices": [_point(vertex, by, extent) for vertex in geometry["vertices"]]}
    if "x" in geometry:
        return _point(geometry, by, extent)
    (low_x, high_x), (low_y, high_y) = extent
    left = _inside(geometry["left"] + by[0], low_x, high_x - geometry["width"])
    top = _inside(geometry["top"] + by[1], low_y, high_y - geometry["height"])
    return {**geometry, "left": round(left), "top": round(top)}


def size(geometry: Geometry) -> float:
    """Roughly how large it is, in pixels or metres."""
    if "vertices" in geometry:
        xs = [vertex["x"] for vertex in geometry["vertices"]]
        ys = [vertex["y"] for vertex in geometry["vertices"]]
        return float(max(max(xs) - min(xs), max(ys) - min(ys)))
    if "length" in geometry:
        return float(geometry["length"])
    return float(max(geometry.get("width", 50), geometry.get("height", 50)))


def _cuboid(extent: Extent, chance: Random) -> dict[str, Any]:
    center = [
        chance.uniform(low + (high - low) / 4, high - (high - low) / 4) for low, high in extent
    ]
    names = ("center-x", "center-y", "center-z")
    return {
        **dict(zip(names, (round(value, 4) for value in center), strict=True)),
        "length": round(chance.uniform(3.5, 4.8), 3),
        "width": round(chance.uniform(1.6, 2.1), 3),
        "height": round(chance.uniform(1.4, 1.9), 3),
        "roll": 0,
        "pitch": 0,
        "yaw": round(chance.uniform(-3.14, 3.14), 5),
    }


def _point(point: Geometry, by: Sequence[float], extent: Extent) -> dict[str, int]:
    return {
        axis: round(_inside(point[axis] + step, low, high - 1))
        for axis, step, (low, high) in zip(("x", "y"), by, extent, strict=True)
    }


def _inside(value: float, low: float, high: float) -> float:
    return min(max(value, low), max(low, high))
