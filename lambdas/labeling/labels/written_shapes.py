"""Shapes as Ground Truth writes them into manifests and label files."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias, TypedDict

from labeling.labels.class_names import class_of
from labeling.labels.errors import LabelsUnreadable
from labeling.labels.members import a_list, an_object, attributes, member, not_a, number
from labeling.labels.shapes import Box, Cuboid, KeyPoint, Label, Point, Polygon, Polyline, Track


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """What the labels of one frame have in common; `names` is the class map."""

    names: Mapping[str, str] = field(default_factory=dict)
    frame: str | None = None
    frame_number: int | None = None
    sensor: str = ""


Confidence: TypeAlias = float | None
Reader: TypeAlias = Callable[[Mapping[str, Any], Context, Confidence], Label]


def read_all(
    value: Any,
    name: str,
    read: Reader,
    context: Context,
    confidences: Sequence[Confidence] = (),
) -> Iterator[Label]:
    """Each of a list of labels; what is wrong with one is said with its place in the list."""
    for index, item in enumerate(a_list(value, name)):
        confidence = confidences[index] if index < len(confidences) else None
        try:
            yield read(an_object(item), context, confidence)
        except LabelsUnreadable as error:
            raise error.within(member=f"{name}[{index}]") from None


def read_cuboid_or_box(
    item: Mapping[str, Any], context: Context, confidence: Confidence
) -> Cuboid | Box:
    """Both stand in a list called `annotations`; only a cuboid has a center."""
    if "center-x" in item or "center_x" in item:
        return read_cuboid(item, context, confidence)
    return read_box(item, context, confidence)


def read_box(item: Mapping[str, Any], context: Context, confidence: Confidence) -> Box:
    return Box(
        left=number(item, "left"),
        top=number(item, "top"),
        width=number(item, "width"),
        height=number(item, "height"),
        **_described(item, context, confidence),
    )


def read_polyline(item: Mapping[str, Any], context: Context, confidence: Confidence) -> Polyline:
    return Polyline(vertices=_vertices(item), **_described(item, context, confidence))


def read_polygon(item: Mapping[str, Any], context: Context, confidence: Confidence) -> Polygon:
    return Polygon(vertices=_vertices(item), **_described(item, context, confidence))


def read_key_point(item: Mapping[str, Any], context: Context, confidence: Confidence) -> KeyPoint:
    return KeyPoint(
        x=number(item, "x"), y=number(item, "y"), **_described(item, context, confidence)
    )


def read_cuboid(item: Mapping[str, Any], context: Context, confidence: Confidence) -> Cuboid:
    return Cuboid(
        center_x=number(item, "center-x"),
        center_y=number(item, "center-y"),
        center_z=number(item, "center-z"),
        length=number(item, "length"),
        width=number(item, "width"),
        height=number(item, "height"),
        roll=_angle(item, "roll"),
        pitch=_angle(item, "pitch"),
        yaw=number(item, "yaw"),
        **_described(item, context, confidence),
    )


class _Described(TypedDict):
    label: str
    class_id: int | None
    frame: str | None
    frame_number: int | None
    sensor: str
    track: Track | None
    attributes: Mapping[str, Any]
    confidence: Confidence


def _described(item: Mapping[str, Any], context: Context, confidence: Confidence) -> _Described:
    object_name = _id(item, "object-name")
    object_id = _id(item, "object-id")
    # `class-id` in label files, `class_id` in manifests
    label, class_id = class_of(
        member(item, "class-id"), names=context.names, object_name=object_name
    )
    return {
        "label": label,
        "class_id": class_id,
        "frame": context.frame,
        "frame_number": context.frame_number,
        "sensor": context.sensor,
        "track": Track(object_id, object_name) if object_id or object_name else None,
        "attributes": attributes(item, "label-category-attributes"),
        "confidence": confidence,
    }


def _id(item: Mapping[str, Any], name: str) -> str:
    value = member(item, name)
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    if type(value) is int:
        return str(value)
    raise not_a("a text", value, name)


def _angle(item: Mapping[str, Any], name: str) -> float:
    # Ground Truth writes 0 for what nobody turned; others leave it out.
    return 0 if member(item, name) is None else number(item, name)


def _vertices(item: Mapping[str, Any]) -> tuple[Point, ...]:
    points = []
    for index, vertex in enumerate(a_list(item.get("vertices"), "vertices")):
        try:
            point = an_object(vertex)
            points.append(Point(number(point, "x"), number(point, "y")))
        except LabelsUnreadable as error:
            raise error.within(member=f"vertices[{index}]") from None
    return tuple(points)
