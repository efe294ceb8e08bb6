"""The merged data set as JSON Lines: a line for each object, then one for each of its frames.

`docs/merged.md` describes the members. The same data set is always the same bytes.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from labeling.labels import LabelsUnreadable, PictureSize
from labeling.merging.merged import (
    Layer,
    MergedAnnotation,
    MergedFrame,
    MergedObject,
    Provenance,
)
from labeling.merging.written_labels import label_of, written

_ENCODE = json.JSONEncoder(separators=(",", ":")).encode


def write_merged(objects: Iterable[MergedObject]) -> Iterator[str]:
    """The lines of a data set, without line ends; nothing is held but one object."""
    for merged in objects:
        provenances = _Numbered(merged)
        yield _ENCODE(_object_members(merged, provenances))
        for frame in merged.frames:
            yield _ENCODE(_frame_members(frame, provenances))


def read_merged(lines: Iterable[str], *, file: str = "") -> Iterator[MergedObject]:
    """The objects of a data set, one at a time; empty lines are skipped.

    Raises `LabelsUnreadable` naming `file` and the line for what `write_merged` does not write.
    """
    rest = _Lines(lines)
    try:
        while (members := rest.next()) is not None:
            yield _object(members, rest)
    except LabelsUnreadable as error:
        raise error.within(line=rest.number, manifest=file) from error.__cause__
    except (ValueError, KeyError, TypeError, IndexError, AttributeError) as error:
        what = f"it is no line of a merged data set ({type(error).__name__}: {error})"
        raise LabelsUnreadable(what, line=rest.number, manifest=file) from error


class _Numbered:
    """The provenances of an object, each once: thousands of annotations have a handful of them."""

    def __init__(self, merged: MergedObject) -> None:
        self._places: dict[Provenance, int] = {}
        self._known: dict[int, int] = {}
        for layer in merged.layers:
            if layer.provenance:
                self.place(layer.provenance)
        for annotation in merged.annotations:
            self.place(annotation.provenance)

    def place(self, provenance: Provenance) -> int:
        # Comparing them by value takes longer than all else that is done with an annotation.
        place = self._known.get(id(provenance))
        if place is None:
            place = self._places.setdefault(provenance, len(self._places))
            self._known[id(provenance)] = place
        return place

    def members(self) -> list[dict[str, Any]]:
        return [_provenance_members(provenance) for provenance in self._places]


class _Lines:
    """Parsed lines one after another, and the number of the last one."""

    def __init__(self, lines: Iterable[str]) -> None:
        self._lines = enumerate(lines, start=1)
        self.number = 0

    def next(self) -> Any:
        for number, line in self._lines:
            self.number = number
            if line.strip():
                return json.loads(line)
        return None


def _object_members(merged: MergedObject, provenances: _Numbered) -> dict[str, Any]:
    return {
        "line": "object",
        "source": merged.source,
        **({"isText": True} if merged.is_text else {}),
        "layers": [_layer_members(layer, provenances) for layer in merged.layers],
        "provenances": provenances.members(),
        "frames": len(merged.frames),
    }


def _object(members: Mapping[str, Any], rest: _Lines) -> MergedObject:
    if members["line"] != "object":
        raise LabelsUnreadable("a frame stands where an object should", member="line")
    provenances = [_provenance(item) for item in members["provenances"]]
    return MergedObject(
        source=members["source"],
        is_text=members.get("isText", False),
        layers=tuple(_layer(item, provenances) for item in members["layers"]),
        frames=tuple(_frame(rest.next(), provenances) for _ in range(members["frames"])),
    )


def _layer_members(layer: Layer, provenances: _Numbered) -> dict[str, Any]:
    members: dict[str, Any] = {
        "attribute": layer.attribute,
        "job": layer.job,
        "modality": layer.modality,
        "type": layer.type,
    }
    if layer.unlabeled:
        members["unlabeled"] = layer.unlabeled
    if layer.judges:
        members["judges"] = layer.judges
    if layer.provenance is not None:
        members["content"] = layer.content
        members["from"] = provenances.place(layer.provenance)
    return members


def _layer(members: Mapping[str, Any], provenances: Sequence[Provenance]) -> Layer:
    return Layer(
        attribute=members["attribute"],
        job=members["job"],
        modality=members["modality"],
        type=members["type"],
        unlabeled=members.get("unlabeled", ""),
        judges=members.get("judges", ""),
        content=members.get("content"),
        provenance=provenances[members["from"]] if "from" in members else None,
    )


def _provenance_members(provenance: Provenance) -> dict[str, Any]:
    members: dict[str, Any] = {
        "job": provenance.job,
        "level": provenance.level,
        "labelingJob": provenance.labeling_job,
        "origin": provenance.origin,
    }
    if provenance.edited is not None:
        members["edited"] = provenance.edited
    if provenance.workers:
        members["workers"] = provenance.workers
    if provenance.checks is not None:
        members["checks"] = provenance.checks
    if provenance.created_at is not None:
        members["createdAt"] = provenance.created_at.isoformat()
    return members


def _provenance(members: Mapping[str, Any]) -> Provenance:
    created_at = members.get("createdAt")
    return Provenance(
        job=members["job"],
        level=members["level"],
        labeling_job=members["labelingJob"],
        origin=members["origin"],
        edited=members.get("edited"),
        workers=tuple(members.get("workers", ())),
        checks=tuple(members["checks"]) if "checks" in members else None,
        created_at=None if created_at is None else datetime.fromisoformat(created_at),
    )


def _frame_members(frame: MergedFrame, provenances: _Numbered) -> dict[str, Any]:
    members: dict[str, Any] = {"line": "frame", "source": frame.source}
    if frame.name is not None:
        members["frame"] = frame.name
    if frame.number is not None:
        members["number"] = frame.number
    if frame.sensor:
        members["sensor"] = frame.sensor
    if frame.uri is not None:
        members["uri"] = frame.uri
    if (size := frame.size) is not None:
        members["size"] = (size.width, size.height, size.depth)
    if frame.attributes:
        members["attributes"] = frame.attributes
    if frame.unlabeled:
        members["unlabeled"] = frame.unlabeled
    members["annotations"] = [
        {
            "attribute": annotation.attribute,
            "from": provenances.place(annotation.provenance),
            **written(annotation.label),
        }
        for annotation in frame.annotations
    ]
    return members


def _frame(members: Mapping[str, Any] | None, provenances: Sequence[Provenance]) -> MergedFrame:
    if members is None or members["line"] != "frame":
        raise LabelsUnreadable("a frame of the object above is missing", member="line")
    name, number = members.get("frame"), members.get("number")
    sensor = members.get("sensor", "")
    size = members.get("size")
    return MergedFrame(
        source=members["source"],
        name=name,
        number=number,
        sensor=sensor,
        uri=members.get("uri"),
        size=None if size is None else PictureSize(width=size[0], height=size[1], depth=size[2]),
        attributes=members.get("attributes", {}),
        unlabeled=members.get("unlabeled", {}),
        annotations=tuple(
            MergedAnnotation(
                label=label_of(item, name, number, sensor),
                attribute=item["attribute"],
                provenance=provenances[item["from"]],
            )
            for item in members["annotations"]
        ),
    )
