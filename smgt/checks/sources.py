"""What a file of labels holds, ready to be checked, and what the user said about it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from labeling.quality.columns import Columns, Picture
from smgt._errors import InvalidInput


class Format(StrEnum):
    """Formats that are read, as people call them."""

    SEQUENCE = "SeqLabel.json"
    MANIFEST = "manifest"
    MERGED = "merged data set"
    COCO = "COCO"
    MOT = "MOT"


@dataclass(frozen=True, kw_only=True)
class Given:
    """What the user said. `picture` is the width and height of pictures of which a file does not
    tell it, in pixels; `attribute` the only label attribute of a manifest to be checked."""

    picture: Picture | None = None
    attribute: str | None = None


@dataclass(frozen=True, kw_only=True, eq=False)
class Part:
    """One clip, or all images or texts of a batch. `word` is what one of its frames is called:
    `frame`, `image` or `text`. `name` is empty where the file has but one part. `annotations` is
    how many labels there are, where some have several shapes."""

    name: str
    word: str
    columns: Columns
    annotations: int | None = None

    @property
    def labels(self) -> int:
        return len(self.columns) if self.annotations is None else self.annotations


@dataclass(frozen=True, kw_only=True, eq=False)
class Source:
    """A file. `notes` say what was not checked, or was understood in a way worth knowing;
    `unreadable` what is broken in a file that could be read otherwise."""

    file: Path
    format: Format
    parts: Sequence[Part]
    notes: Sequence[str] = ()
    unreadable: Sequence[str] = ()


class Unreadable(InvalidInput):
    """A file that cannot be read; the message says why, and where."""


def counted(number: int, what: str, many: str | None = None) -> str:
    """`1 box`, `2,000 boxes`."""
    return f"{number:,} {what if number == 1 else many or what + 's'}"
