"""What is drawn of a frame: outlines of its labels, in pixels (cuboids: from above, in metres)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from labeling.quality.columns import Columns
from labeling.quality.cuboids import Cuboids
from labeling.quality.shapes import Shapes
from labeling.quality.tracks import Floats, Ints


@dataclass(frozen=True, kw_only=True, eq=False)
class Drawn:
    """One label: its object, the number of its class, its corners (rows of x and y)."""

    name: str
    label: int
    places: Floats
    closed: bool


@dataclass(frozen=True, kw_only=True, eq=False)
class Row:
    """One object of a clip: its class, and the frames where it is drawn, in order."""

    name: str
    label: int
    frames: Ints


def classes(columns: Columns) -> tuple[str, ...]:
    """The names of all classes; their numbers are the places in it."""
    return columns.classes or columns.boxes.label_names


def drawn(columns: Columns, frame: int) -> Iterator[Drawn]:
    """Everything that is labeled in a frame, as far as it is somewhere."""
    boxes = columns.boxes
    for row in np.flatnonzero(boxes.frame == frame).tolist():
        left, top, width, height = (
            float(column[row]) for column in (boxes.x, boxes.y, boxes.w, boxes.h)
        )
        if np.isfinite([left, top, width, height]).all():
            right, bottom = left + width, top + height
            corners = [(left, top), (right, top), (right, bottom), (left, bottom)]
            name = boxes.track_names[int(boxes.track[row])]
            yield Drawn(
                name=name, label=int(boxes.label[row]), places=np.array(corners), closed=True
            )
    for shapes in (columns.polylines, columns.polygons, columns.key_points):
        if shapes is not None:
            yield from _shapes(shapes, frame)
    if columns.cuboids is not None:
        yield from _from_above(columns.cuboids, frame)


def _shapes(shapes: Shapes, frame: int) -> Iterator[Drawn]:
    for row in np.flatnonzero(shapes.frame == frame).tolist():
        vertices = slice(int(shapes.offset[row]), int(shapes.offset[row + 1]))
        yield Drawn(
            name=shapes.track_names[int(shapes.track[row])],
            label=int(shapes.label[row]),
            places=np.column_stack([shapes.x[vertices], shapes.y[vertices]]),
            closed=shapes.closed,
        )


def _from_above(cuboids: Cuboids, frame: int) -> Iterator[Drawn]:
    for row in np.flatnonzero(cuboids.frame == frame).tolist():
        length, width = cuboids.dimensions[row, :2] / 2
        cos, sin = np.cos(cuboids.yaw[row]), np.sin(cuboids.yaw[row])
        corners = np.array([(length, width), (length, -width), (-length, -width), (-length, width)])
        turned = corners @ np.array([[cos, sin], [-sin, cos]]) + cuboids.center[row, :2]
        yield Drawn(
            name=cuboids.track_names[int(cuboids.track[row])],
            label=int(cuboids.label[row]),
            places=turned * (1, -1),  # y runs upwards there
            closed=True,
        )


def rows(columns: Columns) -> Iterator[Row]:
    """The objects of a clip, by kind of label, each kind in the order of its names."""
    boxes = columns.boxes
    yield from _rows(boxes.track, boxes.frame, boxes.label, boxes.track_names)
    for other in (columns.polylines, columns.polygons, columns.key_points, columns.cuboids):
        if other is not None:
            yield from _rows(other.track, other.frame, other.label, other.track_names)


def _rows(track: Ints, frame: Ints, label: Ints, names: tuple[str, ...]) -> Iterator[Row]:
    order = np.lexsort((frame, track))
    track, frame, label = track[order], frame[order], label[order]
    begins = np.flatnonzero(np.diff(track, prepend=-1))
    ends = np.flatnonzero(np.diff(track, append=-1)) + 1
    for begin, end in zip(begins.tolist(), ends.tolist(), strict=True):
        yield Row(name=names[int(track[begin])], label=int(label[begin]), frames=frame[begin:end])
