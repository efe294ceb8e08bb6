"""A part of a clip: some frames, a few around them to see what moves, and the labels of those."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from labeling.labels import Fetch
from labeling.merging.sequences import FrameSelection, read_sequence, selection_of
from labeling.ports import Objects
from labeling.sampling import AROUND

_LISTS = ("tracking-annotations", "detection-annotations")


@dataclass(frozen=True, kw_only=True)
class Clip:
    """The sequence that a manifest line names. `source` is the sequence file that the first job of
    the chain worked on: another one, where this is a part already."""

    uri: str
    source: str
    prefix: str
    names: tuple[str, ...]


def read_clip(line: Mapping[str, Any], fetch: Fetch) -> Clip:
    """Raises `LabelsUnreadable` for a sequence file that cannot be read."""
    uri = line["source-ref"]
    sequence = read_sequence(uri, fetch)
    part_of = selection_of(line)
    return Clip(
        uri=uri,
        source=part_of.source if part_of else uri,
        prefix=sequence.prefix,
        names=sequence.names,
    )


def with_context(names: Sequence[str], chosen: Collection[str], around: int = AROUND) -> list[str]:
    """The chosen frames and so many on each side of each, in order."""
    places = [place for place, name in enumerate(names) if name in chosen]
    shown = {
        near
        for place in places
        for near in range(max(0, place - around), min(len(names), place + around + 1))
    }
    return [names[place] for place in sorted(shown)]


def write_part(
    line: Mapping[str, Any],
    clip: Clip,
    chosen: Collection[str],
    *,
    attribute: str,
    folder: str,
    objects: Objects,
) -> dict[str, Any]:
    """The manifest line of a part of a clip, its files written below `folder` (with a slash).

    Ground Truth shows an audit all frames of its sequence file, so the part has one of its own, and
    a label file with these frames' labels ("Create a Video Frame Input Manifest File").
    """
    shown = with_context(clip.names, chosen)
    sequence = {
        "seq-no": 1,
        "prefix": clip.prefix,
        "number-of-frames": len(shown),
        "frames": [{"frame-no": number, "frame": name} for number, name in enumerate(shown, 1)],
    }
    labels = _part_of_labels(json.loads(objects.read_bytes(line[attribute])), shown)
    selection = FrameSelection(clip.source, f"{folder}chosen.json")
    objects.write(f"{folder}sequence.json", json.dumps(sequence))
    objects.write(f"{folder}SeqLabel.json", json.dumps(labels))
    objects.write(
        selection.frames_uri,
        json.dumps({"frames": [name for name in clip.names if name in chosen]}),
    )
    return {
        **line,
        "source-ref": f"{folder}sequence.json",
        attribute: f"{folder}SeqLabel.json",
        "frame-selection": selection.member(),
    }


def _part_of_labels(document: Mapping[str, Any], shown: Sequence[str]) -> dict[str, Any]:
    """A SeqLabel.json without the frames that are not shown; those that are count from 0, as in
    the files that Ground Truth writes."""
    places = {name: place for place, name in enumerate(shown)}
    return {
        key: [_counted(entry, places) for entry in value if entry.get("frame") in places]
        if key in _LISTS
        else value
        for key, value in document.items()
    }


def _counted(entry: Mapping[str, Any], places: Mapping[str, int]) -> dict[str, Any]:
    place = places[entry["frame"]]
    is_text = isinstance(entry.get("frame-no"), str)  # as older jobs write it
    return {**entry, "frame-no": str(place) if is_text else place}
