"""How far shapes agree: known cases, and places inside of any polygons."""

from __future__ import annotations

from math import inf, pi

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from labeling.labels import Cuboid, KeyPoint, Point, Polygon, Polyline, Span
from labeling.metrics.shapes import (
    center_distance,
    point_distance,
    polygon_iou,
    polyline_distance,
    size_iou,
    span_iou,
    yaw_difference,
)

Corners = list[tuple[float, float]]
SQUARE: Corners = [(0, 0), (10, 0), (10, 10), (0, 10)]


def polygon(corners: Corners) -> Polygon:
    return Polygon(label="Road", vertices=tuple(Point(*corner) for corner in corners))


def polyline(*corners: tuple[float, float]) -> Polyline:
    return Polyline(label="Lane", vertices=tuple(Point(*corner) for corner in corners))


def cuboid(x: float = 0, yaw: float = 0, length: float = 4) -> Cuboid:
    return Cuboid(
        label="Car", center_x=x, center_y=0, center_z=0, length=length, width=2, height=1.5, roll=0,
        pitch=0, yaw=yaw,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("other", "expected"),
    [
        (SQUARE, 1),
        (SQUARE[::-1], 1),
        (SQUARE[2:] + SQUARE[:2], 1),
        ([(0, 0), (5, 0), *SQUARE[1:]], 1),
        ([(5, 0), (15, 0), (15, 10), (5, 10)], 1 / 3),
        ([(20, 0), (30, 0), (30, 10), (20, 10)], 0),
        ([(10, 0), (20, 0), (20, 10), (10, 10)], 0),
        ([(0, 0), (10, 0), (0, 10)], 0.5),
        # a bow tie covers two of the square's four triangles
        ([(0, 0), (10, 10), (10, 0), (0, 10)], 0.5),
        # an L, which is not convex
        ([(0, 0), (10, 0), (10, 5), (5, 5), (5, 10), (0, 10)], 0.75),
        # a star of David's two triangles meet in a hexagon; here, diamond and square in an octagon
        ([(5, -5), (15, 5), (5, 15), (-5, 5)], 100 / 200),
        ([(3, 3), (3, 3), (3, 3)], 0),
        ([], 0),
    ],
)
def test_known_polygons(other, expected):
    assert polygon_iou(polygon(SQUARE), polygon(other)) == pytest.approx(expected, abs=1e-12)
    assert polygon_iou(polygon(other), polygon(SQUARE)) == pytest.approx(expected, abs=1e-12)


def test_the_same_polygon_agrees_exactly():
    crooked: Corners = [(0.1, 0.7), (9.3, 0.2), (4.4, 3.3), (8.8, 9.1), (1.7, 6.2)]

    assert polygon_iou(polygon(crooked), polygon(crooked[1:] + crooked[:1])) == pytest.approx(1)
    assert polygon_iou(polygon([(1, 1)]), polygon([(1, 1)])) == 1


places = st.tuples(st.integers(0, 60), st.integers(0, 60))


@settings(max_examples=60, deadline=None)
@given(*[st.lists(places, min_size=3, max_size=7)] * 2)
def test_any_polygons_agree_as_places_inside_of_them_do(first, second):
    asked = np.random.default_rng(1).random((90_000, 2)) * 60
    ours, theirs = inside(first, asked), inside(second, asked)
    either = np.count_nonzero(ours | theirs)

    exact = polygon_iou(polygon(first), polygon(second))

    assert 0 <= exact <= 1 + 1e-12
    if first != second and either > 20_000:
        assert exact == pytest.approx(np.count_nonzero(ours & theirs) / either, abs=0.03)


def inside(corners: list[tuple[int, int]], asked: np.ndarray) -> np.ndarray:
    """The places from which a line to the right crosses the border an odd number of times."""
    crossings = np.zeros(len(asked), int)
    x, y = asked.T
    for (x1, y1), (x2, y2) in zip(corners, [*corners[1:], corners[0]], strict=True):
        beside = (y1 < y) != (y2 < y)
        crossings[beside] += x1 + (y[beside] - y1) * (x2 - x1) / (y2 - y1) > x[beside]
    odd: np.ndarray = crossings % 2 == 1
    return odd


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        ([(0, 0), (10, 0)], [(0, 0), (10, 0)], 0),
        ([(0, 0), (10, 0)], [(10, 0), (0, 0)], 0),
        ([(0, 0), (10, 0)], [(0, 0), (3, 0), (10, 0)], 0),
        ([(0, 0), (10, 0)], [(0, 4), (10, 4)], 4),
        ([(5, 3)], [(0, 0), (10, 0)], (3 + (3 + np.hypot(5, 3)) / 2) / 2),
        ([(0, 0), (10, 0)], [], inf),
        ([], [], 0),
    ],
)
def test_known_polylines(first, second, expected):
    # the mean over 64 places stands for the mean over all of them
    assert polyline_distance(polyline(*first), polyline(*second)) == pytest.approx(
        expected, abs=0.25
    )


def test_key_points_spans_and_cuboids():
    assert point_distance(KeyPoint(label="a", x=0, y=0), KeyPoint(label="a", x=3, y=4)) == 5

    def span(start: int, end: int) -> Span:
        return Span(label="Person", start=start, end=end)

    assert span_iou(span(0, 6), span(3, 9)) == pytest.approx(1 / 3)
    assert span_iou(span(0, 3), span(3, 9)) == 0
    assert span_iou(span(0, 3), span(7, 9)) == 0
    assert span_iou(span(4, 4), span(4, 4)) == 1

    assert center_distance(cuboid(x=1), cuboid(x=3.5)) == 2.5
    assert yaw_difference(cuboid(yaw=0.1), cuboid(yaw=2 * pi - 0.1)) == pytest.approx(0.2)
    assert yaw_difference(cuboid(yaw=0), cuboid(yaw=-pi)) == pytest.approx(pi)
    assert size_iou(cuboid(), cuboid()) == 1
    assert size_iou(cuboid(length=4), cuboid(length=2)) == 0.5
