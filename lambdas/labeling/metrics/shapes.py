"""How far two drawn shapes agree: polygons, polylines, spans of text and cuboids, a pair a call."""

from __future__ import annotations

from math import hypot, inf, pi, sqrt

import numpy as np

from labeling.labels.shapes import Cuboid, KeyPoint, Point, Polygon, Polyline, Span
from labeling.quality.tracks import Floats

SAMPLES = 64
"""Places at which the distance of two lines is measured, evenly along each."""


def polygon_iou(first: Polygon, second: Polygon) -> float:
    """Intersection over union, 0 to 1, exact for any polygons, crossing themselves or not (the
    inside by the even-odd rule). Equal ones agree, even without an area.

    The plane is cut into strips at every corner and every crossing of edges. In a strip, no two
    edges cross, so that each area is the strip's height times its width halfway up.
    """
    if first.vertices == second.vertices:
        return 1.0
    if not first.vertices or not second.vertices:
        return 0.0
    edges = np.concatenate([_edges(first.vertices), _edges(second.vertices)])
    of_second = np.arange(len(edges)) >= len(first.vertices)
    cuts = np.unique(np.concatenate([edges[:, 1], edges[:, 3], _crossings(edges)]))
    heights, middle = np.diff(cuts), (cuts[1:] + cuts[:-1])[:, None] / 2
    low, high = np.minimum(edges[:, 1], edges[:, 3]), np.maximum(edges[:, 1], edges[:, 3])
    crossed = (low < middle) & (middle < high)
    rise = np.where(high > low, edges[:, 3] - edges[:, 1], 1.0)
    across = edges[:, 0] + (middle - edges[:, 1]) * (edges[:, 2] - edges[:, 0]) / rise
    # edges beside the strip come last, where they change nothing
    across = np.where(crossed, across, edges[:, [0, 2]].max())
    order = np.argsort(across, axis=1)
    across = np.take_along_axis(across, order, axis=1)
    inside = [
        np.take_along_axis(crossed & own, order, axis=1).cumsum(axis=1)[:, :-1] % 2 == 1
        for own in (~of_second, of_second)
    ]
    widths = np.diff(across, axis=1)
    shared, either = (
        float(heights @ np.where(where, widths, 0.0).sum(axis=1))
        for where in (inside[0] & inside[1], inside[0] | inside[1])
    )
    return shared / either if either > 0 else 0.0


def _edges(vertices: tuple[Point, ...]) -> Floats:
    """x and y of the start, x and y of the end of each edge."""
    corners = np.array([(vertex.x, vertex.y) for vertex in vertices], np.float64).reshape(-1, 2)
    return np.concatenate([corners, np.roll(corners, -1, axis=0)], axis=1)


def _crossings(edges: Floats) -> Floats:
    """The heights at which edges cross each other."""
    start, along = edges[:, :2], edges[:, 2:] - edges[:, :2]
    apart = start[None, :] - start[:, None]
    turn = _cross(along[:, None], along[None, :])
    crossing = turn != 0
    turn = np.where(crossing, turn, 1.0)
    here = _cross(apart, along[None, :]) / turn
    there = _cross(apart, along[:, None]) / turn
    met = crossing & (here > 0) & (here < 1) & (there > 0) & (there < 1)
    heights: Floats = (start[:, None, 1] + here * along[:, None, 1])[met]
    return heights


def _cross(first: Floats, second: Floats) -> Floats:
    product: Floats = first[..., 0] * second[..., 1] - first[..., 1] * second[..., 0]
    return product


def polyline_distance(first: Polyline, second: Polyline) -> float:
    """The mean distance in pixels from places on each line to the nearest place on the other, both
    directions alike. Corners in the middle of a straight piece make no difference. A line without
    vertices is infinitely far from any other."""
    if first.vertices == second.vertices:
        return 0.0
    if not first.vertices or not second.vertices:
        return inf
    lines = [
        np.array([(vertex.x, vertex.y) for vertex in line.vertices], np.float64)
        for line in (first, second)
    ]
    there, back = _to_line(lines[0], lines[1]), _to_line(lines[1], lines[0])
    return (there + back) / 2


def _to_line(line: Floats, other: Floats) -> float:
    steps = np.hypot(*np.diff(line, axis=0).T)
    reached = np.concatenate([[0.0], np.cumsum(steps)])
    asked = np.linspace(0.0, reached[-1], SAMPLES)
    places = np.column_stack([np.interp(asked, reached, line[:, axis]) for axis in (0, 1)])
    start = other[:-1] if len(other) > 1 else other
    along = np.diff(other, axis=0) if len(other) > 1 else np.zeros((1, 2))
    apart = places[:, None] - start
    length = (along**2).sum(axis=1)
    share = np.clip((apart * along).sum(axis=2) / np.where(length > 0, length, 1.0), 0, 1)
    nearest = np.hypot(*np.moveaxis(apart - share[..., None] * along, 2, 0)).min(axis=1)
    return float(nearest.mean())


def point_distance(first: KeyPoint, second: KeyPoint) -> float:
    """The distance in pixels."""
    return hypot(first.x - second.x, first.y - second.y)


def span_iou(first: Span, second: Span) -> float:
    """Characters that both have, over those that either has: 0 to 1. Equal ones agree, even
    without a character."""
    if (first.start, first.end) == (second.start, second.end):
        return 1.0
    shared = min(first.end, second.end) - max(first.start, second.start)
    either = max(first.end, second.end) - min(first.start, second.start)
    return max(0.0, shared / either)


def center_distance(first: Cuboid, second: Cuboid) -> float:
    """The distance of the centres in space, in metres."""
    x, y, z = (
        getattr(first, name) - getattr(second, name)
        for name in ("center_x", "center_y", "center_z")
    )  # fmt: skip
    return sqrt(x * x + y * y + z * z)


def yaw_difference(first: Cuboid, second: Cuboid) -> float:
    """The smaller angle between the two headings, 0 to pi. Both have to mean the same by yaw: see
    `labeling.labels.right_handed_yaw`."""
    turn = abs(first.yaw - second.yaw) % (2 * pi)
    return min(turn, 2 * pi - turn)


def size_iou(first: Cuboid, second: Cuboid) -> float:
    """Intersection over union after bringing both to one place and heading, 0 to 1: how far length,
    width and height agree."""
    shared, volumes = 1.0, [1.0, 1.0]
    for name in ("length", "width", "height"):
        sides = getattr(first, name), getattr(second, name)
        shared *= min(sides)
        volumes = [volume * side for volume, side in zip(volumes, sides, strict=True)]
    either = sum(volumes) - shared
    return shared / either if either > 0 else 0.0
