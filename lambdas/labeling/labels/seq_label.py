"""SeqLabel.json: the labels of a sequence, of all dialects that occur.

Video frames (`frame-no`, `frame`, class ids as texts), point clouds (`frame-number`, `frame-name`
with `.pcd` added, class ids as numbers), and both together (one document for `lidar` and each
`camera-N`). Keys as on the page "Output Data" of the SageMaker developer guide. Frames may be
missing where nobody drew anything, and lists of frames from 2020 have no frame attributes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from labeling.labels.class_names import class_map as named_classes
from labeling.labels.errors import LabelsUnreadable
from labeling.labels.json_text import read_json
from labeling.labels.labeled import Frame, Frames
from labeling.labels.members import a_list, a_text, an_object, attributes, member, whole_number
from labeling.labels.shapes import Label
from labeling.labels.written_shapes import (
    Context,
    Reader,
    read_all,
    read_cuboid_or_box,
    read_key_point,
    read_polygon,
    read_polyline,
)

TRACKING = "tracking-annotations"
DETECTION = "detection-annotations"

_PCD = ".pcd"
_LISTS: Mapping[str, Reader] = {
    "annotations": read_cuboid_or_box,
    "polylines": read_polyline,
    "polygons": read_polygon,
    "keypoints": read_key_point,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class SeqLabel(Frames):
    """The frames of a label file, in its order; those of linked sensors after one another.

    `tracked` says whether the objects of different frames belong together.
    """

    tracked: bool


def read_seq_label(
    document: str | bytes | Mapping[str, Any],
    class_map: Mapping[str, str] | None = None,
    *,
    file: str = "",
) -> SeqLabel:
    """The labels of a SeqLabel.json; raises `LabelsUnreadable` naming `file`.

    `class_map` is the one of the manifest's metadata. Without it classes are called as in the
    names of their objects.
    """
    try:
        names = named_classes({"class-map": dict(class_map or {})})
        content = an_object(read_json(document))
        return _read(content, names)
    except LabelsUnreadable as error:
        raise error.within(file=file) from error.__cause__


def _read(document: Mapping[str, Any], names: Mapping[str, str]) -> SeqLabel:
    if (key := _list_of_frames(document)) is not None:
        frames = tuple(_frames(document, key, sensor="", names=names))
        return SeqLabel(tracked=key == TRACKING, frames=frames)
    linked = {
        sensor: part
        for sensor, part in document.items()
        if isinstance(part, dict) and _list_of_frames(part) is not None
    }
    if not linked:
        raise LabelsUnreadable(f"there is neither {TRACKING} nor {DETECTION}")
    return SeqLabel(
        tracked=all(_list_of_frames(part) == TRACKING for part in linked.values()),
        frames=tuple(_frames_of_sensors(linked, names)),
    )


def _list_of_frames(document: Mapping[str, Any]) -> str | None:
    return next((key for key in (TRACKING, DETECTION) if member(document, key) is not None), None)


def _frames_of_sensors(
    linked: Mapping[str, Mapping[str, Any]], names: Mapping[str, str]
) -> Iterator[Frame]:
    for sensor, part in linked.items():
        key = _list_of_frames(part) or TRACKING
        try:
            yield from _frames(part, key, sensor=sensor, names=names)
        except LabelsUnreadable as error:
            raise error.within(member=sensor) from None


def _frames(
    document: Mapping[str, Any], key: str, *, sensor: str, names: Mapping[str, str]
) -> Iterator[Frame]:
    for index, item in enumerate(a_list(member(document, key), key)):
        try:
            yield _frame(an_object(item), sensor, names)
        except LabelsUnreadable as error:
            raise error.within(member=f"{key}[{index}]", frame=index) from None


def _frame(item: Mapping[str, Any], sensor: str, names: Mapping[str, str]) -> Frame:
    name = _frame_name(item)
    try:
        number = _frame_number(item)
        context = Context(names=names, frame=name, frame_number=number, sensor=sensor)
        return Frame(
            name=name,
            number=number,
            sensor=sensor,
            attributes=attributes(item, "frame-attributes"),
            labels=tuple(_labels(item, context)),
        )
    except LabelsUnreadable as error:
        raise error.within(frame=name) from None


def _frame_name(item: Mapping[str, Any]) -> str:
    if (name := member(item, "frame")) is not None:
        return a_text(name, "frame")
    if (name := member(item, "frame-name")) is not None:
        return a_text(name, "frame-name").removesuffix(_PCD)
    raise LabelsUnreadable("there is neither frame nor frame-name")


def _frame_number(item: Mapping[str, Any]) -> int | None:
    for name in ("frame-no", "frame-number"):
        if (number := member(item, name)) is not None:
            return whole_number(number, name)
    return None


def _labels(item: Mapping[str, Any], context: Context) -> Iterator[Label]:
    for name, read in _LISTS.items():
        if (found := item.get(name)) is not None:
            yield from read_all(found, name, read, context)
