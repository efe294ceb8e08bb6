"""The labels themselves: one dataclass for each kind of thing that people draw or choose.

Numbers stay as the file has them, whole or not: what is read can be written again unchanged.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Track:
    """One object of a sequence. `object_id` is the same in every frame and for every sensor;
    `object_name` is for people, like `Car:1`. Either is empty where the file has none."""

    object_id: str
    object_name: str

    @property
    def key(self) -> str:
        """What tells this object from the others of its sequence."""
        return self.object_id or self.object_name


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """What all labels have.

    `label` is the name of the class: from the class map, else from the object's name, else the
    class id as text. `frame` is the file name of the frame and `frame_number` its number as the
    service counts; both are None where the data object is no sequence. `sensor` is `lidar` or
    `camera-0` … where point cloud and pictures are labeled together, else empty. `confidence` is
    0 to 1, to be compared inside of one job only, and 0 where one worker labeled.
    """

    label: str
    class_id: int | None = None
    frame: str | None = None
    frame_number: int | None = None
    sensor: str = ""
    track: Track | None = None
    attributes: Mapping[str, Any] = field(default_factory=dict)
    confidence: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Box(Label):
    """A rectangle in pixels of the picture; the origin is its upper left corner."""

    left: float
    top: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Point:
    """A place in pixels of the picture."""

    x: float
    y: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Polyline(Label):
    """An open line through its vertices."""

    vertices: tuple[Point, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Polygon(Label):
    """A closed shape: the last vertex is joined to the first, which is not repeated."""

    vertices: tuple[Point, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyPoint(Label):
    """One place in pixels of the picture."""

    x: float
    y: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Cuboid(Label):
    """A box in space: metres and radians, in the coordinates of the point cloud.

    `yaw` is as written; what it means depends on when that was: see `right_handed_yaw`.
    """

    center_x: float
    center_y: float
    center_z: float
    length: float
    width: float
    height: float
    roll: float
    pitch: float
    yaw: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Span(Label):
    """A part of a text, in Unicode characters: `text[start:end]`."""

    start: int
    end: int

    def of(self, text: str) -> str:
        """The part of the text that is meant."""
        return text[self.start : self.end]


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassLabel(Label):
    """A class of the whole data object; of several, each is a label of its own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verification(Label):
    """What people think of an earlier label: a class, and what they said about it."""

    comments: tuple[str, ...] = ()
