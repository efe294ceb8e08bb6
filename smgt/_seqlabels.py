"""Labels of a video sequence, read from a `SeqLabel.json` as Ground Truth writes it.

Keys as in "Output data" of the SageMaker developer guide. Frames are known by their file name: not
every frame need be there, and the numbers of input and output do not agree.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from smgt._errors import InvalidInput

Kind = Literal["box", "line", "polygon", "point"]

KINDS: Mapping[str, Kind] = {
    "annotations": "box",
    "polylines": "line",
    "polygons": "polygon",
    "keypoints": "point",
}


@dataclass(frozen=True, kw_only=True)
class Shape:
    """One object in one frame. `points` are pixels of the frame: of a box its two corners.

    `name` is `Vehicle:1` for tracked objects, and the class id where objects are not tracked.
    """

    kind: Kind
    name: str
    points: tuple[tuple[float, float], ...]

    @property
    def label(self) -> str:
        return self.name.rpartition(":")[0] or self.name


def read_seq_label(source: Path | Mapping[str, Any]) -> dict[str, tuple[Shape, ...]]:
    """The shapes of each frame, by the frame's file name, in the file's order."""
    document = source if isinstance(source, Mapping) else _document(source)
    frames = document.get("tracking-annotations", document.get("detection-annotations"))
    if not isinstance(frames, list):
        raise InvalidInput(
            f"{source if isinstance(source, Path) else 'The document'} is not a SeqLabel.json: it "
            "has neither tracking-annotations nor detection-annotations."
        )
    return {str(frame["frame"]): tuple(_shapes(frame)) for frame in frames}


def _shapes(frame: Mapping[str, Any]) -> Iterator[Shape]:
    for key, kind in KINDS.items():
        for entry in frame.get(key, ()):
            name = entry.get("object-name") or f"class {entry.get('class-id', '?')}"
            yield Shape(kind=kind, name=str(name), points=tuple(_points(kind, entry)))


def _points(kind: Kind, entry: Mapping[str, Any]) -> Iterator[tuple[float, float]]:
    if kind == "box":
        yield entry["left"], entry["top"]
        yield entry["left"] + entry["width"], entry["top"] + entry["height"]
    elif kind == "point":
        yield entry["x"], entry["y"]
    else:
        for vertex in entry["vertices"]:
            yield vertex["x"], vertex["y"]


def _document(path: Path) -> Mapping[str, Any]:
    try:
        document = json.loads(path.read_text())
    except (OSError, ValueError) as error:
        raise InvalidInput(f"{path} cannot be read as JSON: {error}") from error
    return document if isinstance(document, Mapping) else {}
