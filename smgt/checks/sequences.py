"""SeqLabel.json: label files of clips, by themselves or named by a manifest."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec
import numpy as np

from labeling.labels import Frame, LabelsUnreadable, SeqLabel, read_seq_label
from labeling.quality import seqlabel
from labeling.quality.columns import Columns, Picture, columns
from labeling.quality.tracks import Tracks
from smgt.checks.sources import Format, Given, Part, Source, Unreadable, counted

MOST_FRAMES = 100_000

# Where one of these is in the file it holds more than boxes.
_OTHERS = (b"polylines", b"polygons", b"keypoints", b"center-x", b"center_x", b"\\u")
_LISTS = (b'"tracking-annotations"', b'"detection-annotations"')


class _Entry(msgspec.Struct, rename="kebab", gc=False):
    frame_no: Any = None


class _Numbers(msgspec.Struct, rename="kebab"):
    tracking_annotations: list[_Entry] | None = None
    detection_annotations: list[_Entry] | None = None


def read_file(path: Path, content: bytes, given: Given) -> Source:
    """A label file on its own."""
    notes: list[str] = []
    parts = list(parts_of(content, given.picture, notes=notes))
    return Source(file=path, format=Format.SEQUENCE, parts=parts, notes=notes)


def parts_of(
    content: bytes,
    picture: Picture | None,
    *,
    notes: list[str],
    name: str = "",
    classes: Mapping[str, str] | None = None,
) -> Iterator[Part]:
    """A clip, or one for each sensor where several are linked. `classes` is the manifest's map of
    class ids to names. Raises `Unreadable`."""
    only_boxes = not any(other in content for other in _OTHERS)
    if only_boxes and any(key in content for key in _LISTS):
        tracks = _fast(content, picture, classes or {}, notes, name)
        if tracks is not None:
            yield Part(name=name, word="frame", columns=sized(tracks, picture))
            return
    try:
        found = read_seq_label(content, classes)
    except LabelsUnreadable as error:
        raise Unreadable(str(error)) from error
    for sensor in dict.fromkeys(frame.sensor for frame in found.frames):
        called = " ".join(filter(None, (name, sensor)))
        frames = [frame for frame in found.frames if frame.sensor == sensor]
        yield Part(name=called, word="frame", columns=_typed(found, frames, picture, notes, called))


def sized(tracks: Tracks, picture: Picture | None) -> Columns:
    """Boxes of a clip and nothing else."""
    sizes = np.tile(np.array(picture or (np.nan, np.nan), np.float64), (len(tracks.frames), 1))
    return Columns(boxes=tracks, sizes=sizes, classes=tracks.label_names)


def _fast(
    content: bytes,
    picture: Picture | None,
    classes: Mapping[str, str],
    notes: list[str],
    name: str,
) -> Tracks | None:
    """The boxes, five times as fast; None where that reader does not understand the file. The other
    one takes more dialects, and says better what is wrong."""
    try:
        tracks = seqlabel.read(content, picture)
        numbers = msgspec.json.decode(content, type=_Numbers)
    except (seqlabel.NotSequenceLabels, msgspec.MsgspecError, TypeError, LookupError):
        return None
    entries = numbers.tracking_annotations or numbers.detection_annotations or []
    names, places = whole(tracks.frames, [entry.frame_no for entry in entries])
    _tell(len(names) - len(tracks.frames), notes, name)
    return replace(
        tracks,
        frame=places[tracks.frame] if len(tracks) else tracks.frame,
        frames=tuple(names),
        label_names=tuple(classes.get(label, label) for label in tracks.label_names),
    )


def _typed(
    found: SeqLabel,
    given: Sequence[Frame],
    picture: Picture | None,
    notes: list[str],
    called: str,
) -> Columns:
    names, places = whole([str(frame.name) for frame in given], [each.number for each in given])
    frames = [Frame() for _ in names]
    for place, frame in zip(places.tolist(), given, strict=True):
        frames[place] = frame
    _tell(len(names) - len(given), notes, called)
    return columns(frames, names, tracked=found.tracked, picture=picture)


def _tell(missing: int, notes: list[str], name: str) -> None:
    if missing:
        where = f"{name}: " if name else ""
        said = counted(missing, "frame is", "frames are")
        notes.append(f"{where}{said} left out of the file; taken for frames without labels.")


def whole(names: Sequence[str], numbers: Sequence[Any]) -> tuple[list[str], Any]:
    """All frames from the first to the last, and where among them the named ones are.

    Frames where nobody drew anything may be left out ("Output Data": each frame "that was annotated
    by a worker"). The numbers of the others tell, where they rise evenly, by one or, in a clip of
    every n-th frame, by n.
    """
    places = np.arange(len(names))
    try:
        number = np.array([int(given) for given in numbers], np.int64)
    except (TypeError, ValueError, OverflowError):
        return list(names), places
    steps = np.diff(number)
    if not len(steps) or steps.min() < 1 or (steps % steps.min()).any():
        return list(names), places
    places = (number - number[0]) // steps.min()
    if not 0 <= places[-1] < MOST_FRAMES:
        return list(names), np.arange(len(names))
    all_names = [
        f"frame-no {number[0] + place * steps.min()}" for place in range(int(places[-1]) + 1)
    ]
    for place, name in zip(places.tolist(), names, strict=True):
        all_names[place] = name
    return all_names, places
