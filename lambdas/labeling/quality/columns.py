"""Typed labels as the columns that checks read: all labels of one clip, or of a batch of images."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np

from labeling.labels import (
    Box,
    Cuboid,
    Frame,
    KeyPoint,
    Label,
    Point,
    Polygon,
    Polyline,
    Span,
)
from labeling.quality.cuboids import Cuboids
from labeling.quality.shapes import Shapes
from labeling.quality.spans import Spans
from labeling.quality.tracks import Attribute, Floats, Ints, Tracks, coded

Picture = tuple[float, float]
Kind = TypeVar("Kind", bound=Label)


@dataclass(frozen=True, kw_only=True, eq=False)
class Columns:
    """All labels of the frames of a clip; or, where `boxes.tracked` is False, of single images or
    texts, which are called frames here, too.

    `boxes` always knows all frames, labeled or not. `sizes` are the frames' width and height in
    pixels, one row a frame, NaN where nobody knows. Names of classes of outlines and cuboids are
    `classes`, those of boxes are their own. What is None is not there.
    """

    boxes: Tracks
    sizes: Floats
    classes: tuple[str, ...] = ()
    polylines: Shapes | None = None
    polygons: Shapes | None = None
    key_points: Shapes | None = None
    cuboids: Cuboids | None = None
    spans: Spans | None = None

    @property
    def frames(self) -> tuple[str, ...]:
        return self.boxes.frames

    def __len__(self) -> int:
        others = (self.polylines, self.polygons, self.key_points, self.cuboids)
        spans = len(self.spans.text) if self.spans else 0
        return len(self.boxes) + spans + sum(len(other) for other in others if other is not None)


def columns(
    frames: Sequence[Frame],
    names: Sequence[str],
    *,
    tracked: bool,
    picture: Picture | None = None,
    texts: Sequence[str] = (),
) -> Columns:
    """The labels of `frames` in columns; `names` are what the frames are called, in their order.

    `picture` is the width and height of those whose size is not said, in pixels. `texts` are the
    texts that spans are of, one a frame. Labels without an identity are objects of their own.
    """
    entries = _Entries(frames, tracked)
    boxes = entries.of(Box)
    sizes = sizes_of(frames, picture)
    return Columns(
        boxes=Tracks(
            frame=boxes.frame,
            track=boxes.track,
            label=boxes.label,
            x=_column(boxes.labels, "left"),
            y=_column(boxes.labels, "top"),
            w=_column(boxes.labels, "width"),
            h=_column(boxes.labels, "height"),
            frames=tuple(names),
            track_names=boxes.names,
            label_names=entries.classes,
            picture=common_size(sizes),
            attributes=_attributes(boxes.labels),
            tracked=tracked,
        ),
        sizes=sizes,
        classes=entries.classes,
        polylines=_outlines(entries.of(Polyline), sizes, closed=False),
        polygons=_outlines(entries.of(Polygon), sizes, closed=True),
        key_points=_points(entries.of(KeyPoint), sizes),
        cuboids=_cuboids(entries.of(Cuboid)),
        spans=_spans(entries.of(Span), entries.classes, texts),
    )


def sizes_of(frames: Iterable[Frame], picture: Picture | None) -> Floats:
    """Width and height of each frame in pixels, NaN where neither it nor `picture` says."""
    other = picture or (np.nan, np.nan)
    rows = [(frame.size.width, frame.size.height) if frame.size else other for frame in frames]
    return np.array(rows, np.float64).reshape(-1, 2)


def common_size(sizes: Floats) -> Picture | None:
    """The size that all frames have; None where they differ, or where one's is unknown."""
    if not len(sizes) or not np.isfinite(sizes).all() or (sizes != sizes[0]).any():
        return None
    return float(sizes[0, 0]), float(sizes[0, 1])


@dataclass(frozen=True, kw_only=True)
class _Chosen:
    """Labels of one kind, sorted by track, then frame, and what the checks want of each."""

    labels: Sequence[Label]
    frame: Ints
    track: Ints
    label: Ints
    names: tuple[str, ...]
    frames: int

    def __len__(self) -> int:
        return len(self.labels)


class _Entries:
    """The labels of all frames, each with its frame, its object and its class."""

    def __init__(self, frames: Sequence[Frame], tracked: bool) -> None:
        self._frames = frames
        self._tracked = tracked
        said = (label.label for frame in frames for label in frame.labels)
        self.classes: tuple[str, ...] = tuple(dict.fromkeys(said))
        self._class = {name: number for number, name in enumerate(self.classes)}

    def of(self, kind: type[Kind]) -> _Chosen:
        found = [
            (number, place, label)
            for number, frame in enumerate(self._frames)
            for place, label in enumerate(frame.labels, 1)
            if isinstance(label, kind)
        ]
        keys = [self._key(number, place, label) for number, place, label in found]
        track, distinct = coded(keys)
        # the last name stands for the track: people rename, the id stays
        called = {
            key: _name(label, place, tracked=self._tracked)
            for key, (_, place, label) in zip(keys, found, strict=True)
        }
        frame = np.array([number for number, _, _ in found], np.int64)
        order = np.lexsort((frame, track))
        return _Chosen(
            labels=[found[row][2] for row in order.tolist()],
            frame=frame[order],
            track=track[order],
            label=np.array([self._class[found[row][2].label] for row in order], np.int64),
            names=tuple(called[key] for key in distinct),
            frames=len(self._frames),
        )

    def _key(self, number: int, place: int, label: Label) -> tuple[str | int, ...]:
        if self._tracked and label.track is not None:
            return (label.track.key,)
        return (number, place)


def _name(label: Label, place: int, *, tracked: bool) -> str:
    if tracked and label.track is not None:
        return label.track.object_name or label.track.key
    return f"{label.label} #{place}"


def _column(labels: Sequence[Label], name: str) -> Floats:
    return np.array([getattr(label, name) for label in labels], np.float64)


def _attributes(labels: Sequence[Label]) -> dict[str, Attribute]:
    found = {}
    for name in dict.fromkeys(name for label in labels for name in label.attributes):
        said = [label.attributes.get(name) for label in labels]
        values = [None if value is None else str(value) for value in said]
        distinct = [value for value in dict.fromkeys(values) if value is not None]
        place: dict[str | None, int] = {value: index for index, value in enumerate(distinct)}
        codes = np.array([place.get(value, -1) for value in values], np.int64)
        found[name] = Attribute(codes, tuple(distinct))
    return found


def _outlines(found: _Chosen, sizes: Floats, *, closed: bool) -> Shapes | None:
    vertices = [label.vertices for label in found.labels if isinstance(label, Polyline | Polygon)]
    return _shapes(found, vertices, sizes, closed=closed) if len(found) else None


def _points(found: _Chosen, sizes: Floats) -> Shapes | None:
    vertices = [(Point(each.x, each.y),) for each in found.labels if isinstance(each, KeyPoint)]
    return _shapes(found, vertices, sizes, closed=False) if len(found) else None


def _shapes(
    found: _Chosen, vertices: Sequence[Sequence[Point]], sizes: Floats, *, closed: bool
) -> Shapes:
    points = [point for each in vertices for point in each]
    return Shapes(
        frame=found.frame,
        track=found.track,
        label=found.label,
        offset=np.cumsum([0, *map(len, vertices)]).astype(np.int64),
        x=np.array([point.x for point in points], np.float64),
        y=np.array([point.y for point in points], np.float64),
        closed=closed,
        frames=found.frames,
        track_names=found.names,
        picture=common_size(sizes),
    )


def _cuboids(found: _Chosen) -> Cuboids | None:
    if not len(found):
        return None
    labels = found.labels
    center = [_column(labels, f"center_{axis}") for axis in "xyz"]
    dimensions = [_column(labels, name) for name in ("length", "width", "height")]
    return Cuboids(
        frame=found.frame,
        track=found.track,
        label=found.label,
        center=np.column_stack(center),
        dimensions=np.column_stack(dimensions),
        yaw=_column(labels, "yaw"),
        track_names=found.names,
    )


def _spans(found: _Chosen, classes: Sequence[str], texts: Sequence[str]) -> Spans | None:
    if not len(found) or not texts:
        return None
    return Spans(
        text=found.frame,
        start=_column(found.labels, "start").astype(np.int64),
        end=_column(found.labels, "end").astype(np.int64),
        label=[classes[label] for label in found.label.tolist()],
        texts=texts,
    )
