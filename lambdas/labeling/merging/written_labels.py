"""Labels as members of JSON objects, and back: exactly, numbers whole or not as they were.

A label's frame, frame number and sensor are those of the line it stands in, and are not repeated.
The pixels of masks and the points of point clouds stay where they are: only their URI is written.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from labeling.labels import (
    Box,
    ClassLabel,
    Cuboid,
    KeyPoint,
    Label,
    Mask,
    MaskPicture,
    Point,
    PointClasses,
    PointMask,
    Polygon,
    Polyline,
    Span,
    Track,
    Verification,
)

Members: TypeAlias = dict[str, Any]


def written(label: Label) -> Members:
    """The members of a label: its `kind`, its shape, and what all labels have, if it has it."""
    kind, write = _WRITERS[type(label)]
    members: Members = {"kind": kind, "label": label.label}
    if label.class_id is not None:
        members["classId"] = label.class_id
    if (track := label.track) is not None:
        members["objectId"] = track.object_id
        members["objectName"] = track.object_name
    write(label, members)
    if label.attributes:
        members["attributes"] = label.attributes
    if label.confidence is not None:
        members["confidence"] = label.confidence
    return members


def label_of(
    members: Mapping[str, Any], frame: str | None, frame_number: int | None, sensor: str
) -> Label:
    """The label of members that `written` made; raises KeyError or TypeError for others."""
    return _READERS[members["kind"]](
        members,
        {
            "label": members["label"],
            "class_id": members.get("classId"),
            "frame": frame,
            "frame_number": frame_number,
            "sensor": sensor,
            "track": Track(members["objectId"], members["objectName"])
            if "objectId" in members
            else None,
            "attributes": members.get("attributes", {}),
            "confidence": members.get("confidence"),
        },
    )


def _write_box(box: Any, members: Members) -> None:
    members["left"] = box.left
    members["top"] = box.top
    members["width"] = box.width
    members["height"] = box.height


def _read_box(members: Mapping[str, Any], common: Members) -> Box:
    return Box(
        left=members["left"],
        top=members["top"],
        width=members["width"],
        height=members["height"],
        **common,
    )


def _write_vertices(line: Any, members: Members) -> None:
    members["vertices"] = [(point.x, point.y) for point in line.vertices]


def _vertices(members: Mapping[str, Any]) -> tuple[Point, ...]:
    return tuple(Point(x, y) for x, y in members["vertices"])


def _write_key_point(point: Any, members: Members) -> None:
    members["x"] = point.x
    members["y"] = point.y


def _write_cuboid(cuboid: Any, members: Members) -> None:
    members["center"] = (cuboid.center_x, cuboid.center_y, cuboid.center_z)
    members["size"] = (cuboid.length, cuboid.width, cuboid.height)
    members["turn"] = (cuboid.roll, cuboid.pitch, cuboid.yaw)


def _read_cuboid(members: Mapping[str, Any], common: Members) -> Cuboid:
    x, y, z = members["center"]
    length, width, height = members["size"]
    roll, pitch, yaw = members["turn"]
    return Cuboid(
        center_x=x,
        center_y=y,
        center_z=z,
        length=length,
        width=width,
        height=height,
        roll=roll,
        pitch=pitch,
        yaw=yaw,
        **common,
    )


def _write_span(span: Any, members: Members) -> None:
    members["start"] = span.start
    members["end"] = span.end


def _write_class(label: Any, members: Members) -> None:
    """A class is nothing but what all labels have."""


def _write_verification(verification: Any, members: Members) -> None:
    if verification.comments:
        members["comments"] = verification.comments


def _write_mask(mask: Any, members: Members) -> None:
    members["color"] = mask.color
    members["uri"] = mask.picture.uri
    members["colors"] = mask.picture.colors


def _read_mask(members: Mapping[str, Any], common: Members) -> Mask:
    picture = MaskPicture(members["uri"], None, members["colors"])
    return Mask(color=members["color"], picture=picture, **common)


def _write_point_mask(mask: Any, members: Members) -> None:
    members["color"] = mask.color
    members["uri"] = mask.cloud.uri


def _read_point_mask(members: Mapping[str, Any], common: Members) -> PointMask:
    return PointMask(color=members["color"], cloud=PointClasses(members["uri"], None), **common)


_WRITERS: Mapping[type[Label], tuple[str, Callable[[Any, Members], None]]] = {
    Box: ("box", _write_box),
    Polyline: ("polyline", _write_vertices),
    Polygon: ("polygon", _write_vertices),
    KeyPoint: ("keypoint", _write_key_point),
    Cuboid: ("cuboid", _write_cuboid),
    Span: ("span", _write_span),
    ClassLabel: ("class", _write_class),
    Verification: ("verification", _write_verification),
    Mask: ("mask", _write_mask),
    PointMask: ("point-mask", _write_point_mask),
}
_READERS: Mapping[str, Callable[[Mapping[str, Any], Members], Label]] = {
    "box": _read_box,
    "polyline": lambda members, common: Polyline(vertices=_vertices(members), **common),
    "polygon": lambda members, common: Polygon(vertices=_vertices(members), **common),
    "keypoint": lambda members, common: KeyPoint(x=members["x"], y=members["y"], **common),
    "cuboid": _read_cuboid,
    "span": lambda members, common: Span(start=members["start"], end=members["end"], **common),
    "class": lambda members, common: ClassLabel(**common),
    "verification": lambda members, common: Verification(
        comments=tuple(members.get("comments", ())), **common
    ),
    "mask": _read_mask,
    "point-mask": _read_point_mask,
}
