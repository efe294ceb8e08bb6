"""Any labels, looked at by the checks that are for their kind."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np

from labeling.quality import cuboids, images, key_points, outlines, spans
from labeling.quality.borders import boxes_without_size
from labeling.quality.check import BOX_CHECKS, Report, of_boxes, report
from labeling.quality.clip import Clip, measured, sound
from labeling.quality.columns import Columns
from labeling.quality.cuboids import Cuboids
from labeling.quality.findings import Finding, Kind
from labeling.quality.shapes import Shapes
from labeling.quality.tracks import Flags, Ints, Tracks

# What a check lays out at once, in numbers: some 100 MB.
_MOST_PAIRS = 4_000_000
_MOST_COUNTS = 10_000_000

Made = tuple[Kind, Sequence[Finding]]
"""A check that was made, and what it found."""


def look(labels: Columns) -> Report:
    """Run every check that has something to look at.

    Not run are those that need more than labels: the cloud's points in a cuboid, and what each
    worker answered.
    """
    clip = measured(labels.boxes)
    made = [
        *_single_boxes(labels, clip),
        *_lines(labels),
        *_polygons(labels),
        *_key_points(labels),
        *_cuboids(labels),
        *_spans(labels),
    ]
    checks = [kind for kind, _ in made]
    findings = [finding for _, found in made for finding in found]
    if labels.boxes.tracked and len(labels.boxes):
        findings += of_boxes(clip)
        checks += BOX_CHECKS
    return report(clip, findings, tuple(dict.fromkeys(checks)))


def _single_boxes(labels: Columns, clip: Clip) -> Iterator[Made]:
    if labels.boxes.tracked or not len(labels.boxes):
        return
    yield Kind.NO_SIZE, boxes_without_size(clip)
    drawn = _with_size(labels.boxes)
    if not len(drawn):
        return
    yield Kind.TINY, images.tiny_boxes(drawn)
    known = np.asarray(np.isfinite(labels.sizes[drawn.frame]).all(axis=1))
    measurable = _rows(drawn, known)
    if len(measurable):
        yield Kind.HUGE, images.huge_boxes(measurable, labels.sizes)
    yield Kind.DUPLICATE_BOX, images.duplicate_boxes(drawn)
    if len(measurable):
        yield Kind.OUT_OF_FRAME, images.boxes_outside(measurable, labels.sizes)
    if _countable(drawn):
        yield Kind.IMBALANCE, images.class_imbalance(drawn)


def _with_size(boxes: Tracks) -> Tracks:
    return _rows(boxes, np.asarray(sound(boxes)))


def _rows(boxes: Tracks, chosen: Flags) -> Tracks:
    columns = {name: getattr(boxes, name)[chosen] for name in ("frame", "track", "label", *"xywh")}
    return replace(boxes, attributes={}, **columns)


def _countable(boxes: Tracks) -> bool:
    return len(boxes.frames) * len(boxes.label_names) <= _MOST_COUNTS


def _lines(labels: Columns) -> Iterator[Made]:
    lines = labels.polylines
    if lines is None:
        return
    yield from _outlines(lines, labels.boxes.tracked)
    # Outlines of things hide each other and cross; only lines are drawn to where they end.
    parts = _portions(lines, lines.frame)
    yield Kind.CROSSING, [found for part in parts for found in outlines.crossing_neighbours(part)]


def _polygons(labels: Columns) -> Iterator[Made]:
    if labels.polygons is not None:
        yield from _outlines(labels.polygons, labels.boxes.tracked)


def _outlines(shapes: Shapes, tracked: bool) -> Iterator[Made]:
    yield Kind.FEW_POINTS, outlines.too_few_points(shapes)
    parts = _portions(shapes, np.arange(len(shapes)))
    yield Kind.SELF_CROSSING, [found for part in parts for found in outlines.self_crossings(part)]
    if not tracked:
        return
    again = _again(shapes.track, shapes.frame)
    yield Kind.DUPLICATE_ROW, _repeated(shapes, again)
    once = _some(shapes, ~again)
    yield Kind.VERTEX_JUMP, outlines.vertex_jumps(once)
    yield Kind.LENGTH_JUMP, outlines.length_jumps(once)


def _key_points(labels: Columns) -> Iterator[Made]:
    points = labels.key_points
    if points is None:
        return
    yield Kind.POINT_OUTSIDE, key_points.points_outside(points)
    if labels.boxes.tracked:
        again = _again(points.track, points.frame)
        yield Kind.DUPLICATE_ROW, _repeated(points, again)
        yield Kind.POINT_JUMP, key_points.point_jumps(_some(points, ~again))


def _cuboids(labels: Columns) -> Iterator[Made]:
    found = labels.cuboids
    if found is None or not labels.boxes.tracked:
        return
    again = _again(found.track, found.frame)
    yield Kind.DUPLICATE_ROW, _repeated(found, again)
    once = Cuboids(
        found.frame[~again],
        found.track[~again],
        found.label[~again],
        found.center[~again],
        found.dimensions[~again],
        found.yaw[~again],
        found.track_names,
    )
    yield Kind.DIMENSION_CHANGE, cuboids.dimension_changes(once)
    yield Kind.YAW_FLIP, cuboids.yaw_flips(once)
    yield Kind.CUBOID_JUMP, cuboids.cuboid_jumps(once)


def _spans(labels: Columns) -> Iterator[Made]:
    if labels.spans is not None:
        yield Kind.SPAN_OVERLAP, spans.overlapping_spans(labels.spans)
        yield Kind.SPAN_EMPTY, spans.empty_spans(labels.spans)
        yield Kind.SPAN_CUT, spans.cut_words(labels.spans)


def _again(track: Ints, frame: Ints) -> Flags:
    """Rows, sorted by track, then frame, of which an earlier one has the same of both."""
    again = np.zeros(len(track), bool)
    again[1:] = (track[1:] == track[:-1]) & (frame[1:] == frame[:-1])
    return again


def _repeated(drawn: Shapes | Cuboids, again: Flags) -> list[Finding]:
    rows = zip(drawn.track[again].tolist(), drawn.frame[again].tolist(), strict=True)
    return [
        Finding(
            Kind.DUPLICATE_ROW,
            (drawn.track_names[track],),
            frame,
            frame,
            1.0,
            f"{drawn.track_names[track]} is drawn more than once in frame {frame}; "
            "keep the right one.",
        )
        for track, frame in sorted(set(rows))
    ]


def _some(shapes: Shapes, chosen: Flags) -> Shapes:
    if chosen.all():
        return shapes
    vertex = chosen[shapes.owner]
    return replace(
        shapes,
        frame=shapes.frame[chosen],
        track=shapes.track[chosen],
        label=shapes.label[chosen],
        offset=np.concatenate([[0], np.cumsum(shapes.points[chosen])]),
        x=shapes.x[vertex],
        y=shapes.y[vertex],
    )


def _portions(shapes: Shapes, group: Ints) -> Iterator[Shapes]:
    """The shapes in portions that keep groups together, each with so few vertices in its groups
    that all pairs of them fit into memory."""
    vertices = np.bincount(group, shapes.points, minlength=1)
    portion = (np.cumsum(vertices**2) // _MOST_PAIRS)[group]
    for number in np.unique(portion).tolist():
        yield _some(shapes, portion == number)
