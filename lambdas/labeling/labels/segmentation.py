"""Segmentations: the file that the manifest refers to, and the classes in the metadata."""

from __future__ import annotations

import re
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from labeling.labels.errors import LabelsUnreadable
from labeling.labels.labeled import Frame
from labeling.labels.masks import Mask, MaskPicture, PointClasses, PointMask
from labeling.labels.members import a_text, an_object, attributes, confidence, member, whole_number
from labeling.labels.written_shapes import Confidence

# Far more than any point cloud that people can label; a small file can unfold to any size.
MAX_POINTS = 100_000_000

_BACKGROUND = "background"
_COLOR = re.compile(r"#[0-9a-fA-F]{6}")
_CLASSES = 256


@dataclass(frozen=True, slots=True, kw_only=True)
class _Class:
    class_id: int
    name: str
    color: str
    confidence: Confidence


def read_masks(uri: str, png: bytes | None, metadata: Mapping[str, Any]) -> Frame:
    """One mask a class; the background is none."""
    classes = _classes(metadata, "internal-color-map")
    colors = {found.color: found.class_id for found in classes if found.color}
    picture = MaskPicture(uri, png, colors)
    return Frame(
        labels=tuple(
            Mask(
                label=found.name,
                class_id=found.class_id,
                confidence=found.confidence,
                color=found.color,
                picture=picture,
            )
            for found in classes
            if found.name.lower() != _BACKGROUND
        )
    )


def read_point_masks(uri: str, compressed: bytes | None, metadata: Mapping[str, Any]) -> Frame:
    """One mask a class of a point cloud, with the answers about it as a whole."""
    cloud = PointClasses(uri, None if compressed is None else _unfolded(compressed, uri))
    return Frame(
        attributes=attributes(metadata, "dataset-object-attributes"),
        labels=tuple(
            PointMask(
                label=found.name,
                class_id=found.class_id,
                confidence=found.confidence,
                color=found.color,
                cloud=cloud,
            )
            for found in _classes(metadata, "color-map")
            if found.name.lower() != _BACKGROUND
        ),
    )


def _classes(metadata: Mapping[str, Any], name: str) -> list[_Class]:
    classes = []
    for key, value in an_object(member(metadata, name), name).items():
        place = f"{name}.{key}"
        item = an_object(value, place)
        class_id = whole_number(key, place)
        if not 0 <= class_id < _CLASSES:
            raise LabelsUnreadable("class ids are 0 to 255", member=place)
        color = member(item, "hex-color")
        classes.append(
            _Class(
                class_id=class_id,
                name=a_text(member(item, "class-name"), f"{place}.class-name"),
                color=color if isinstance(color, str) and _COLOR.fullmatch(color) else "",
                confidence=confidence(item.get("confidence")),
            )
        )
    return classes


def _unfolded(compressed: bytes, uri: str) -> bytes:
    unfolding = zlib.decompressobj()
    try:
        classes = unfolding.decompress(compressed, MAX_POINTS)
    except zlib.error as error:
        raise LabelsUnreadable(f"it is not a zlib file ({error})", file=uri) from error
    if not unfolding.eof:
        what = "it is cut off" if not unfolding.unconsumed_tail else "it has too many points"
        raise LabelsUnreadable(what, file=uri)
    return classes
