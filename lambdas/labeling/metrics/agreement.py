"""How much one level changed typed labels of any kind: what `compare` is for tracks of boxes."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from labeling.labels.masks import Mask, PointMask
from labeling.labels.shapes import (
    Box,
    ClassLabel,
    Cuboid,
    KeyPoint,
    Label,
    Polygon,
    Polyline,
    Span,
    Verification,
)
from labeling.metrics.changes import Changes, Pairs, partners
from labeling.metrics.masks import MaskIou
from labeling.metrics.overlaps import iou
from labeling.metrics.shapes import (
    center_distance,
    point_distance,
    polygon_iou,
    polyline_distance,
    size_iou,
    span_iou,
    yaw_difference,
)
from labeling.quality.tracks import Floats

# What rounding may do to the measure of a label against itself.
_ROUNDING = 1e-9


@dataclass(frozen=True)
class _Measure:
    """One number about two labels of a kind, which is `equal` for equal ones: 1 for shares, 0 for
    distances. Labels further apart than `far` are not the same thing."""

    name: str
    matrix: Callable[[list[Any], list[Any]], Floats]
    equal: float = 1.0
    far: float = 1.0

    def likeness(self, values: Floats) -> Floats:
        """0 to 1, and 0.5 at the limit of what can be the same."""
        return values if self.equal else np.maximum(0.0, 1.0 - values / (2 * self.far))


def _each(
    between: Callable[[Any, Any], float],
) -> Callable[[list[Any], list[Any]], Floats]:
    """The measure of each with each, for one that takes two."""

    def matrix(ours: list[Any], theirs: list[Any]) -> Floats:
        cells = [between(first, second) for first in ours for second in theirs]
        return np.array(cells, np.float64).reshape(len(ours), len(theirs))

    return matrix


def _box_ious(ours: list[Box], theirs: list[Box]) -> Floats:
    """Equal boxes agree, even without an area."""
    first, second = (
        np.array([(box.left, box.top, box.width, box.height) for box in boxes], np.float64).reshape(
            -1, 4
        )
        for boxes in (ours, theirs)
    )
    for sides in (first, second):
        sides[:, 2:] += sides[:, :2]
    equal = (first[:, None] == second).all(axis=2)
    return np.where(equal, 1.0, iou(first.T, second.T))


# 20 pixels: what the TuSimple lane benchmark lets a right point be away. 2 metres: the middle one
# of the distances at which nuScenes matches objects (Caesar et al., CVPR 2020).
_MEASURES: Mapping[type[Label], Callable[[], tuple[_Measure, ...]]] = {
    Box: lambda: (_Measure("iou", _box_ious),),
    Polygon: lambda: (_Measure("iou", _each(polygon_iou)),),
    Polyline: lambda: (_Measure("distance", _each(polyline_distance), equal=0.0, far=20.0),),
    KeyPoint: lambda: (_Measure("distance", _each(point_distance), equal=0.0, far=20.0),),
    Cuboid: lambda: (
        _Measure("centerDistance", _each(center_distance), equal=0.0, far=2.0),
        _Measure("yawDifference", _each(yaw_difference), equal=0.0),
        _Measure("sizeIou", _each(size_iou)),
    ),
    Span: lambda: (_Measure("iou", _each(span_iou)),),
    Mask: lambda: (_Measure("iou", _each(MaskIou())),),
    PointMask: lambda: (_Measure("iou", _each(MaskIou())),),
    # of a class there is nothing to measure: it is the same or another
    ClassLabel: lambda: (),
    Verification: lambda: (),
}


def agreement(
    before: Iterable[Label], after: Iterable[Label], *, frames: Collection[str | None] | None = None
) -> dict[str, Changes]:
    """What became of the labels of one data object, for each kind that occurs (`Box`, `Span` …).

    Labels are compared with those of their kind, frame (by name) and sensor. `frames` are those to
    compare; without it, all of them. Two labels are the same thing when they have the same identity
    or agree by half; the class of a whole object is compared with whatever class it was given.

    Each kind is measured: boxes, polygons, spans and masks by intersection over union (`iou`),
    lines and key points by `distance` in pixels, cuboids by `centerDistance` in metres,
    `yawDifference` in radians and `sizeIou`. Classes are equal or not. Raises `LabelsUnreadable`
    for masks whose file was not fetched.
    """
    grouped = [_grouped(labels, frames) for labels in (before, after)]
    result: dict[str, Changes] = {}
    measures = {kind: make() for kind, make in _MEASURES.items()}
    for kind, *place in dict.fromkeys([*grouped[0], *grouped[1]]):
        key = (kind, *place)
        ours, theirs = (groups.get(key, []) for groups in grouped)
        changes = _pairs(ours, theirs, measures[kind]).changes()
        result[kind.__name__] = result.get(kind.__name__, Changes()) + changes
    return result


def _grouped(
    labels: Iterable[Label], frames: Collection[str | None] | None
) -> dict[tuple[type[Label], Any, Any], list[Label]]:
    groups: dict[tuple[type[Label], Any, Any], list[Label]] = {}
    for label in labels:
        if frames is None or label.frame in frames:
            groups.setdefault((type(label), label.frame, label.sensor), []).append(label)
    return groups


def _pairs(ours: list[Label], theirs: list[Label], measures: tuple[_Measure, ...]) -> Pairs:
    same = _each(_same)(ours, theirs) > 0
    values = {measure.name: measure.matrix(ours, theirs) for measure in measures}
    likeness = (
        measures[0].likeness(values[measures[0].name]) if measures else _each(_equal)(ours, theirs)
    )
    rows, columns = partners(likeness, same)
    found = [(ours[row], theirs[column]) for row, column in zip(rows, columns, strict=True)]
    measured = {name: matrix[rows, columns] for name, matrix in values.items()}
    moved = np.zeros(len(found), bool)
    for measure in measures:
        moved |= np.abs(measured[measure.name] - measure.equal) > _ROUNDING
    classes = {name: code for code, name in enumerate(dict.fromkeys(_names(ours + theirs)))}
    before, after = (
        np.array([classes[name] for name in _names(labels)], np.int64) for labels in (ours, theirs)
    )
    return Pairs(
        before_class=before,
        after_class=after,
        row=rows,
        column=columns,
        moved=moved,
        renamed=np.array([_renamed(*pair) for pair in found], bool),
        attributes=np.array([a.attributes != b.attributes for a, b in found], bool),
        measured=measured,
    )


def _same(first: Label, second: Label) -> bool:
    if isinstance(first, ClassLabel | Verification):
        return True
    if isinstance(first, Mask | PointMask):
        return first.label == second.label
    tracks = first.track, second.track
    return tracks[0] is not None and tracks[1] is not None and tracks[0].key == tracks[1].key


def _renamed(first: Label, second: Label) -> bool:
    return bool(first.track and second.track and first.track.key != second.track.key)


def _names(labels: list[Label]) -> list[str]:
    return [label.label for label in labels]


def _equal(first: Label, second: Label) -> bool:
    return first.label == second.label
