"""Preparing inputs for Ground Truth: frames of a clip, sequence file, manifest, label categories.

Pure functions; `Client.upload` brings what they return to S3. Formats and limits as in "Create a
video frame input manifest file" and "Labeling category configuration file with label category and
frame attributes" of the SageMaker developer guide.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, Literal

from smgt._errors import InvalidInput

FRAME_SUFFIXES = frozenset({".jpg", ".jpeg", ".png"})
MAX_FRAMES = 2000
MAX_SEQUENCES = 10
MAX_LABELS = 30
MAX_LABEL_LENGTH = 16
MAX_SHORT_INSTRUCTION = 254
MAX_FULL_INSTRUCTION = 2047

AnnotationType = Literal["BoundingBox", "Polyline", "Polygon", "Keypoint"]


def frames(folder: Path | str, *, every: int = 1, limit: int | None = None) -> list[Path]:
    """The images of a folder in order, every `every`-th of them, at most `limit`.

    Workers see frames in the binary order of their names, so names must sort as they count:
    `frame2.jpg` and `frame10.jpg` are refused, `frame02.jpg` and `frame10.jpg` are not.
    """
    folder = Path(folder)
    if not folder.is_dir():
        raise InvalidInput(f"{folder} is not a folder. Give the folder that holds the frames.")
    if every < 1 or (limit is not None and limit < 1):
        raise InvalidInput("`every` and `limit` count frames: give 1 or more.")
    found = [path for path in folder.iterdir() if path.suffix.lower() in FRAME_SUFFIXES]
    if not found:
        raise InvalidInput(f"{folder} holds no frames. Frames are .jpg, .jpeg or .png files.")
    shown = sorted(found, key=lambda path: path.name.encode())
    counted = sorted(shown, key=lambda path: _counted(path.name))
    for one, other in zip(shown, counted, strict=True):
        if one != other:
            raise InvalidInput(
                f"The frames of {folder} would be shown out of order: {one.name} sorts before "
                f"{other.name}. Pad the numbers with zeros to one length, like 000001.jpg."
            )
    taken = shown[::every][:limit]
    if len(taken) > MAX_FRAMES:
        raise InvalidInput(
            f"{len(taken)} frames are too many for one sequence of at most {MAX_FRAMES}. Take "
            "fewer (`every`, `limit`), or make several sequences."
        )
    return taken


def sequence(
    clip: Sequence[Path | str],
    *,
    prefix: str,
    number: int = 1,
    start: int | None = None,
    frames_per_second: float = 1.0,
) -> dict[str, Any]:
    """The sequence file of a clip whose frames lie below `prefix`, an `s3://` address.

    `start` is the time of the first frame in Unix seconds; without it frames get no time.
    """
    names = [Path(frame).name for frame in clip]
    if not names:
        raise InvalidInput("A sequence needs at least one frame.")
    if len(names) > MAX_FRAMES:
        raise InvalidInput(f"{len(names)} frames are over the {MAX_FRAMES} of one sequence.")
    if len(set(names)) < len(names):
        raise InvalidInput("Two frames have the same name. Names must differ within a sequence.")
    if not re.match(r"s3://[^/]+/.", prefix):
        raise InvalidInput(
            f"{prefix!r} cannot hold frames: Ground Truth wants them below a prefix, never in the "
            "bucket's root. Write s3://bucket/prefix/."
        )
    entries: list[dict[str, Any]] = []
    for index, name in enumerate(names):
        entry: dict[str, Any] = {"frame-no": index + 1, "frame": name}
        if start is not None:
            entry["unix-timestamp"] = int(start + index / frames_per_second)
        entries.append(entry)
    return {
        "seq-no": number,
        "prefix": prefix.rstrip("/") + "/",
        "number-of-frames": len(entries),
        "frames": entries,
    }


def manifest(sequence_files: Iterable[str]) -> str:
    """The manifest of some sequence files: one line for each, in the order given."""
    addresses = list(sequence_files)
    if not addresses:
        raise InvalidInput("A manifest needs at least one sequence file.")
    if len(addresses) > MAX_SEQUENCES:
        raise InvalidInput(
            f"{len(addresses)} sequences are too many for one video labeling job, which takes "
            f"{MAX_SEQUENCES}. Make several manifests."
        )
    for address in addresses:
        if not re.match(r"s3://[^/]+/.", address):
            raise InvalidInput(f"{address!r} is not the address of a file in S3.")
    return "".join(json.dumps({"source-ref": address}) + "\n" for address in addresses)


def label_categories(
    labels: Sequence[str],
    *,
    annotation_type: AnnotationType = "BoundingBox",
    short_instruction: str = "",
    full_instruction: str = "",
) -> dict[str, Any]:
    """A label category file for video frames: the labels, and the tool that workers draw with."""
    if not 1 <= len(labels) <= MAX_LABELS:
        raise InvalidInput(f"A job has 1 to {MAX_LABELS} labels, not {len(labels)}.")
    if len(set(labels)) < len(labels):
        raise InvalidInput("Two labels have the same name. Labels must differ.")
    for label in labels:
        if not 1 <= len(label) <= MAX_LABEL_LENGTH:
            raise InvalidInput(
                f"The label {label!r} has {len(label)} characters; 1 to {MAX_LABEL_LENGTH} fit."
            )
    document: dict[str, Any] = {
        "document-version": "2020-03-01",
        "labels": [{"label": label} for label in labels],
        "annotationType": annotation_type,
    }
    if short_instruction or full_instruction:
        _check_length("short_instruction", short_instruction, MAX_SHORT_INSTRUCTION)
        _check_length("full_instruction", full_instruction, MAX_FULL_INSTRUCTION)
        document["instructions"] = {
            "shortInstruction": short_instruction,
            "fullInstruction": full_instruction,
        }
    return document


def _check_length(what: str, text: str, most: int) -> None:
    if len(text) > most:
        raise InvalidInput(f"{what} has {len(text)} characters; at most {most} fit.")


def _counted(name: str) -> list[tuple[int, str]]:
    """A key by which names sort as people count: digits as numbers, the rest as text."""
    return [
        (int(part), "") if part.isdigit() else (-1, part)
        for part in re.split(r"([0-9]+)", name)
        if part
    ]
