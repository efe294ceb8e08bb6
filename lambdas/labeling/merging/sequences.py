"""Sequence files as the merge sees them: which frames there are, and in which order.

Also how an audit of only some frames says which those were. Its input is a sequence file of its
own, with the chosen frames and some around them for context; what it was made from stands in the
manifest line, which Ground Truth carries through to the output:

    "frame-selection": {"source-ref": "s3://…/clip.json", "frames-ref": "s3://…/chosen.json"}

`source-ref` is the sequence file that the first job of the chain worked on. The frames stand in a
file, `{"frames": ["0007.jpg", …]}`, as an attribute of a line may have only 20,000 characters.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from labeling.errors import LabelingError
from labeling.labels import Fetch, LabelsUnreadable
from labeling.labels.json_text import read_json
from labeling.labels.members import a_list, a_text, an_object

SELECTION = "frame-selection"
_SOURCE = "source-ref"
_FRAMES = "frames-ref"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sequence:
    """The folder of the frames, with a slash, and their names in order."""

    prefix: str
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FrameSelection:
    """An audit saw only some frames of `source`; their names stand in the file `frames_uri`."""

    source: str
    frames_uri: str

    def member(self) -> dict[str, Any]:
        """What stands in the manifest line, as `frame-selection`."""
        return {_SOURCE: self.source, _FRAMES: self.frames_uri}


def selection_of(line: Mapping[str, Any]) -> FrameSelection | None:
    """The selection that a line was made from; None for one that holds the whole object."""
    found = line.get(SELECTION)
    if not isinstance(found, dict):
        return None
    return FrameSelection(
        a_text(found.get(_SOURCE), f"{SELECTION}.{_SOURCE}"),
        a_text(found.get(_FRAMES), f"{SELECTION}.{_FRAMES}"),
    )


def source_of(line: Mapping[str, Any]) -> str:
    """What a line is about: its object, or the text itself; of a part of a clip, the clip."""
    part_of = selection_of(line)
    return part_of.source if part_of else str(line.get("source-ref", line.get("source")))


def chosen_frames(selection: FrameSelection, fetch: Fetch) -> frozenset[str]:
    """The names of the chosen frames, without those for context; raises `LabelsUnreadable`."""
    document = _document(selection.frames_uri, fetch)
    try:
        return frozenset(
            a_text(name, f"frames[{index}]")
            for index, name in enumerate(a_list(document.get("frames"), "frames"))
        )
    except LabelsUnreadable as error:
        raise error.within(file=selection.frames_uri) from None


def read_sequence(uri: str, fetch: Fetch) -> Sequence:
    """The frames of a sequence file; raises `LabelsUnreadable` naming it."""
    document = _document(uri, fetch)
    try:
        # Scripts of AWS's own leave the slash out.
        prefix = a_text(document.get("prefix"), "prefix").removesuffix("/")
        frames = [
            a_text(an_object(item, f"frames[{index}]").get("frame"), f"frames[{index}].frame")
            for index, item in enumerate(a_list(document.get("frames"), "frames"))
        ]
    except LabelsUnreadable as error:
        raise error.within(file=uri) from None
    return Sequence(prefix=f"{prefix}/", names=tuple(dict.fromkeys(frames)))


def _document(uri: str, fetch: Fetch) -> Mapping[str, Any]:
    try:
        return an_object(read_json(fetch(uri)))
    except LabelsUnreadable as error:
        raise error.within(file=uri) from None
    except (LabelingError, OSError, LookupError) as error:
        raise LabelsUnreadable(f"it cannot be fetched ({error})", file=uri) from error
