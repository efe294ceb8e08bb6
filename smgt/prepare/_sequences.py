"""Sequence files and manifests: which frames belong to a clip, and which clips to a job.

Formats and limits as in "Create a video frame input manifest file" of the SageMaker developer
guide.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from smgt._errors import InvalidInput
from smgt.prepare._frames import MAX_FRAMES, check_images

MAX_SEQUENCES = 10
FRAMES = "frames"
IN_S3 = re.compile(r"s3://[^/]+(/|$)")


@dataclass(frozen=True, kw_only=True)
class Clip:
    """All files of a clip, by their names below `prefix`: `frames/…`, `<name>.json`, the sequence
    file, and `<name>.manifest`, whose one line leads to it.

        client.storage.upload(clip.files, to=clip.prefix)
    """

    prefix: str
    name: str
    frames: tuple[Path, ...]
    sequence: dict[str, Any]
    manifest: str

    @property
    def manifest_uri(self) -> str:
        return f"{self.prefix}{self.name}.manifest"

    @property
    def documents(self) -> dict[str, str]:
        """The two files that are made, as text."""
        return {
            f"{self.name}.json": json.dumps(self.sequence, indent=2) + "\n",
            f"{self.name}.manifest": self.manifest,
        }

    @property
    def files(self) -> dict[str, Path | str]:
        images: dict[str, Path | str] = {f"{FRAMES}/{path.name}": path for path in self.frames}
        return images | self.documents


def clip(frames: Sequence[Path], *, prefix: str, name: str) -> Clip:
    """The clip of these frames, all files of which are to lie below `prefix`, an `s3://` address.

    The frames are looked at: each has to be an image.
    """
    check_name(name)
    start = below(prefix)
    frames = [Path(frame) for frame in frames]
    document = sequence(frames, prefix=f"{start}{FRAMES}/")
    check_images(frames)
    return Clip(
        prefix=start,
        name=name,
        frames=tuple(frames),
        sequence=document,
        manifest=manifest([f"{start}{name}.json"]),
    )


def check_name(name: str) -> None:
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]*", name):
        raise InvalidInput(
            f"{name!r} cannot be a file's name in S3 without trouble. Give a name of letters, "
            "digits, '.', '_' and '-'."
        )


def below(prefix: str) -> str:
    return prefix.rstrip("/") + "/"


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
