"""What a person submits, free of any file format."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from math import isfinite
from typing import Any

from emulator.ground_truth.categories import (
    MAX_FRAME_TEXT,
    MAX_LABEL_TEXT,
    Attribute,
    LabelCategories,
)
from emulator.ground_truth.sources import Source

BOX = ("height", "width", "top", "left")
CUBOID = (
    *("center-x", "center-y", "center-z"),
    *("length", "width", "height"),
    *("roll", "pitch", "yaw"),
)
GEOMETRIES: Mapping[str, tuple[str, ...]] = {
    "BoundingBox": BOX,
    "Polyline": ("vertices",),
    "Polygon": ("vertices",),
    "Keypoint": ("x", "y"),
    "Cuboid": CUBOID,
}
LEAST_VERTICES: Mapping[str, int] = {"Polyline": 2, "Polygon": 3}


@dataclass(frozen=True)
class Annotation:
    """One shape. `geometry` has the members that `GEOMETRIES` names for its annotation type;
    pictures are measured in pixels from the top left, point clouds in metres and radians.
    `object_id` is the same in all frames that show the object, `object_name` is `Car:1`."""

    label: str
    geometry: Mapping[str, Any]
    attributes: Mapping[str, Any] = field(default_factory=dict)
    object_id: str = ""
    object_name: str = ""


@dataclass(frozen=True)
class FrameLabels:
    """Everything drawn on one frame, and what was said about the frame."""

    frame: str
    annotations: tuple[Annotation, ...] = ()
    attributes: Mapping[str, Any] = field(default_factory=dict)

    @property
    def empty(self) -> bool:
        return not self.annotations and not self.attributes


@dataclass(frozen=True)
class Labels:
    """An answer of shapes, frame by frame. Frames with nothing on them may be left out."""

    frames: tuple[FrameLabels, ...] = ()


@dataclass(frozen=True)
class PointClasses:
    """An answer of one class a point: 0 is the background, n the n-th label of the file."""

    classes: bytes
    attributes: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Classes:
    """An answer of class names: one of them for a single choice and for a verification, any number
    for several choices. `comment` is what a verifier wrote beside it."""

    labels: tuple[str, ...]
    comment: str = ""


@dataclass(frozen=True)
class Span:
    """A stretch of a text with a label: code points `start` to just before `end`."""

    label: str
    start: int
    end: int


@dataclass(frozen=True)
class Spans:
    """An answer of labeled stretches of a text."""

    spans: tuple[Span, ...] = ()


@dataclass(frozen=True)
class Mask:
    """An answer of one class a pixel: a PNG of one channel, with or without a palette, as large as
    the picture. Pixel value 0 is the background, n the n-th label of the file."""

    png: bytes


@dataclass(frozen=True)
class Custom:
    """What the form of a custom task sends, by the names of its elements."""

    content: Mapping[str, Any]


Answer = Labels | PointClasses | Classes | Spans | Mask | Custom


def unchanged(answer: Answer, audited: Answer) -> bool:
    """Whether an audit changed nothing; the order of shapes in a frame does not matter."""
    if isinstance(answer, Labels) and isinstance(audited, Labels):
        return _comparable(answer) == _comparable(audited)
    return answer == audited


def _comparable(labels: Labels) -> dict[str, Any]:
    return {
        frame.frame: (sorted(map(repr, map(_plain, frame.annotations))), dict(frame.attributes))
        for frame in labels.frames
        if not frame.empty
    }


def _plain(annotation: Annotation) -> Any:
    return (
        annotation.label,
        sorted((key, _number(value)) for key, value in annotation.geometry.items()),
        sorted(annotation.attributes.items()),
        annotation.object_id,
        annotation.object_name,
    )


def _number(value: Any) -> Any:
    return float(value) if isinstance(value, int) else value


def problems_of_labels(
    labels: Labels,
    *,
    source: Source,
    categories: LabelCategories,
    annotation_type: str,
    named: bool,
    tracked: bool,
) -> Iterator[str]:
    """Why the interface would not let these labels be submitted."""
    for frame in labels.frames:
        if frame.frame not in source.names:
            yield f"frame {frame.frame} is not in this task"
            continue
        yield from _attribute_problems(
            categories.frame_attributes, frame.attributes, f"frame {frame.frame}", MAX_FRAME_TEXT
        )
        for annotation in frame.annotations:
            place = f"frame {frame.frame}: {annotation.object_name or annotation.label}"
            yield from _shape_problems(annotation, annotation_type, categories, place)
            if named and not annotation.object_name:
                yield f"{place} needs an object name"
            if tracked and not annotation.object_id:
                yield f"{place} needs an object id"


def _shape_problems(
    annotation: Annotation, annotation_type: str, categories: LabelCategories, place: str
) -> Iterator[str]:
    if annotation.label not in categories.labels:
        yield f"{place}: the label {annotation.label} is not one of {', '.join(categories.labels)}"
        return
    members = GEOMETRIES[annotation_type]
    if set(annotation.geometry) != set(members):
        yield f"{place}: a {annotation_type} has {', '.join(members)}"
        return
    if "vertices" in members:
        yield from _vertex_problems(annotation.geometry["vertices"], annotation_type, place)
    elif not all(map(_is_number, annotation.geometry.values())):
        yield f"{place}: {', '.join(members)} must be numbers"
    yield from _attribute_problems(
        categories.attributes_of(annotation.label), annotation.attributes, place, MAX_LABEL_TEXT
    )


def _vertex_problems(vertices: Any, annotation_type: str, place: str) -> Iterator[str]:
    least = LEAST_VERTICES[annotation_type]
    if not isinstance(vertices, list | tuple) or len(vertices) < least:
        yield f"{place}: a {annotation_type} has at least {least} vertices"
    elif not all(
        set(vertex) == {"x", "y"} and all(map(_is_number, vertex.values())) for vertex in vertices
    ):
        yield f"{place}: a vertex has the numbers x and y"


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and isfinite(value)


def _attribute_problems(
    attributes: tuple[Attribute, ...], values: Mapping[str, Any], place: str, longest: int
) -> Iterator[str]:
    known = {attribute.name: attribute for attribute in attributes}
    for name, value in values.items():
        if name not in known:
            yield f"{place}: there is no attribute {name}"
            continue
        yield from (f"{place}: {text}" for text in known[name].problems(value, longest=longest))
    yield from (
        f"{place}: attribute {name} is required"
        for name, attribute in known.items()
        if attribute.required and name not in values
    )
