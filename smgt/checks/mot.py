"""MOT Challenge files: detections, ground truth, and what trackers write."""

from __future__ import annotations

import re

from labeling.quality import mot
from labeling.quality.columns import Columns, Picture
from smgt.checks.sequences import sized
from smgt.checks.sources import Unreadable

# Two hours at 60 a second are 432,000.
MOST_FRAMES = 1_000_000

_NUMBER = rb"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?"
_LINE = re.compile(rb"\s*" + _NUMBER + rb"(?:\s*[,;]\s*|[ \t]+)" + _NUMBER + rb"\b")
_BETWEEN = re.compile(rb"[ \t]*[,;][ \t]*|[ \t]+")


def looks_like(content: bytes) -> bool:
    """Whether it begins with two numbers."""
    return _LINE.match(_said(content)[:200]) is not None


def read(content: bytes, picture: Picture | None) -> Columns:
    """The boxes of a MOT Challenge file. Separated by commas, semicolons or blanks; empty lines and
    lines after `#` are skipped. Raises `Unreadable` with the line's number."""
    lines = [_BETWEEN.sub(b",", line.strip()).rstrip(b",") for line in content.split(b"\n")]
    numbered = [(number, line) for number, line in enumerate(lines, 1) if _is_row(line)]
    wide = numbered[0][1].count(b",") + 1 if numbered else 0
    for number, line in numbered:
        _look_at(number, line, wide)
    try:
        tracks = mot.read(b"\n".join(line for _, line in numbered), picture)
    except (mot.NotMotCsv, ValueError) as error:
        raise Unreadable(f"it is no MOT Challenge file: {error}") from error
    return sized(tracks, picture)


def _is_row(line: bytes) -> bool:
    return bool(line) and not line.startswith(b"#")


def _said(content: bytes) -> bytes:
    """From the first line that says something."""
    while content.startswith(b"#"):
        content = content.partition(b"\n")[2].lstrip()
    return content


def _look_at(number: int, line: bytes, wide: int) -> None:
    columns = line.count(b",") + 1
    if columns < 6:
        raise Unreadable(f"line {number} has {columns} columns, and six are needed")
    if columns != wide:
        raise Unreadable(f"line {number} has {columns} columns, and the first line has {wide}")
    try:
        frame, track, *_ = map(float, line.split(b",", 2)[:2])
    except ValueError as error:
        raise Unreadable(f"line {number} does not begin with two numbers") from error
    if not 1 <= frame <= MOST_FRAMES:
        raise Unreadable(
            f"line {number} has frame {frame:g}: frames count from 1, to {MOST_FRAMES:,} at most"
        )
    if not abs(track) < 2**53:
        raise Unreadable(f"line {number} has object {track:g}, which is no number of an object")
