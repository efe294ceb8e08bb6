"""What an export wrote, and what its format cannot hold."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class NotHeld:
    """Something of the data set that is not in the export, `count` times.

    `what` is a kind of label (`polyline`), a part of labels (`attributes`, `tracks`, `provenance`)
    or something else that is known (`picture size`); `why` is a sentence, `example` says where the
    first one is.
    """

    what: str
    why: str
    count: int
    example: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What was written: files, their bytes, data objects, frames, annotations by kind, and how many
    objects were followed through frames (`tracks`).

    `objects` counts those of the data set; of them, and of everything else, `not_held` says what is
    missing. Everything that is neither written whole nor named there is a mistake of the writer.
    """

    format: str
    files: int
    size: int
    objects: int
    frames: int
    annotations: Mapping[str, int]
    tracks: int
    not_held: tuple[NotHeld, ...] = field(default=())

    def document(self) -> dict[str, Any]:
        """The report as JSON."""
        return {
            "format": self.format,
            "files": self.files,
            "bytes": self.size,
            "objects": self.objects,
            "frames": self.frames,
            "annotations": dict(self.annotations),
            "tracks": self.tracks,
            "notHeld": [
                {
                    "what": missing.what,
                    "why": missing.why,
                    "count": missing.count,
                    "example": missing.example,
                }
                for missing in self.not_held
            ],
        }
