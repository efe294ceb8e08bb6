"""A report on any labels says which checks they got."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from labeling.labels import (
    Box,
    Cuboid,
    Frame,
    KeyPoint,
    Label,
    PictureSize,
    Point,
    Polygon,
    Polyline,
    Span,
    Track,
)
from labeling.quality.check import BOX_CHECKS
from labeling.quality.columns import Columns, columns
from labeling.quality.findings import Kind
from labeling.quality.looking import look

# Wrong in as many ways as one label can be.
CROSSED = (Point(0, 0), Point(9, 9), Point(9, 0), Point(0, 9))
BOX = Box(label="Car", left=630, top=10, width=30, height=3)
FLAT = Box(label="Car", left=10, top=10, width=0, height=3)
LINE = Polyline(label="Lane", vertices=CROSSED)
OUTLINE = Polygon(label="Car", vertices=CROSSED)
POINT = KeyPoint(label="Nose", x=-3, y=4)
SIDES: dict[str, Any] = {"length": 4.0, "width": 2.0, "height": 2.0}
ANGLES: dict[str, Any] = {"roll": 0.0, "pitch": 0.0, "yaw": 0.0}
CUBOID = Cuboid(label="Car", center_x=0, center_y=0, center_z=0, **SIDES, **ANGLES)
SPAN = Span(label="PERSON", start=1, end=9)
PICTURE = PictureSize(width=640, height=480, depth=3)

BOXES = {Kind.NO_SIZE, Kind.TINY, Kind.DUPLICATE_BOX, Kind.IMBALANCE}
MEASURED = {Kind.HUGE, Kind.OUT_OF_FRAME}
OUTLINES = {Kind.FEW_POINTS, Kind.SELF_CROSSING}
MOVING_OUTLINES = OUTLINES | {Kind.VERTEX_JUMP, Kind.LENGTH_JUMP, Kind.DUPLICATE_ROW}
CUBOIDS = {Kind.DIMENSION_CHANGE, Kind.YAW_FLIP, Kind.CUBOID_JUMP, Kind.DUPLICATE_ROW}
SPANS = {Kind.SPAN_OVERLAP, Kind.SPAN_EMPTY, Kind.SPAN_CUT}


def drawn(label: Label, *, tracked: bool = False, size: PictureSize | None = None) -> Columns:
    """Three pictures or texts with the same label twice; where it is `tracked`, of one object."""
    label = replace(label, track=Track(object_id="1", object_name="it:1") if tracked else None)
    frames = [Frame(labels=(label, label), size=size)] * 3
    return columns(frames, ("0", "1", "2"), tracked=tracked, texts=("Ada said",) * 3)


@pytest.mark.parametrize(
    ("labels", "checks"),
    [
        (drawn(BOX), BOXES),
        (drawn(BOX, size=PICTURE), BOXES | MEASURED),
        (drawn(FLAT, size=PICTURE), {Kind.NO_SIZE}),
        (drawn(BOX, tracked=True, size=PICTURE), set(BOX_CHECKS)),
        (drawn(LINE), OUTLINES | {Kind.CROSSING}),
        (drawn(LINE, tracked=True), MOVING_OUTLINES | {Kind.CROSSING}),
        (drawn(OUTLINE), OUTLINES),
        (drawn(OUTLINE, tracked=True), MOVING_OUTLINES),
        (drawn(POINT), {Kind.POINT_OUTSIDE}),
        (drawn(POINT, tracked=True), {Kind.POINT_OUTSIDE, Kind.POINT_JUMP, Kind.DUPLICATE_ROW}),
        (drawn(CUBOID), set()),
        (drawn(CUBOID, tracked=True), CUBOIDS),
        (drawn(SPAN), SPANS),
        (columns([Frame()], ["0"], tracked=True), set()),
    ],
)
def test_labels_get_the_checks_that_are_for_their_kind(labels, checks):
    report = look(labels)

    assert set(report.checks) == checks
    assert len(report.checks) == len(checks)
    assert {finding.kind for finding in report.findings} <= checks


def test_labels_of_several_kinds_get_the_checks_of_all_of_them():
    both = replace(drawn(OUTLINE), key_points=drawn(POINT).key_points)

    assert set(look(both).checks) == OUTLINES | {Kind.POINT_OUTSIDE}
