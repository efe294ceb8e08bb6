"""Which boxes of two levels are the same, and what became of each."""

from __future__ import annotations

from collections import Counter

import numpy as np

from labeling.metrics.changes import Pairs, partners
from labeling.metrics.overlaps import iou
from labeling.metrics.side import Side
from labeling.quality.tracks import Attribute, Flags, Floats, Ints

IOU = "iou"

# What rounding may take from the overlap of a box with itself.
_ROUNDING = 1e-9


def box_pairs(before: Side, after: Side, *, tracked: bool) -> Pairs:
    """The boxes that are the same: those that overlap by half or have the same identity, such that
    overlaps and kept identities are most. A box has moved when its overlap is below 1. Where labels
    are not `tracked`, only overlap counts."""
    known: dict[tuple[str, int], int] = {}
    names = [_identities(of, known) if tracked else None for of in (before, after)]
    rows, columns, ious = _partners(before, after, *names)
    renamed = (
        np.zeros(len(rows), bool)
        if names[0] is None or names[1] is None
        else names[0][rows] != names[1][columns]
    )
    return Pairs(
        before_class=before.label,
        after_class=after.label,
        row=rows,
        column=columns,
        moved=ious < 1 - _ROUNDING,
        renamed=renamed,
        attributes=_answered_otherwise(before, after, before.row[rows], after.row[columns]),
        measured={IOU: ious},
    )


def _partners(
    before: Side, after: Side, ours: Ints | None, theirs: Ints | None
) -> tuple[Ints, Ints, Floats]:
    frames = np.intersect1d(before.boxes.frame, after.boxes.frame)
    found: list[tuple[Ints, Ints, Floats]] = [(_NO_ROWS, _NO_ROWS, np.zeros(0))]
    for rows, columns in zip(_by_frame(before, frames), _by_frame(after, frames), strict=True):
        overlap = iou(before.boxes.corners[:, rows], after.boxes.corners[:, columns])
        same = (
            np.zeros(overlap.shape, bool)
            if ours is None or theirs is None
            else ours[rows][:, None] == theirs[columns]
        )
        row, column = partners(overlap, same)
        found.append((rows[row], columns[column], overlap[row, column]))
    rows, columns, overlaps = (np.concatenate(parts) for parts in zip(*found, strict=True))
    return rows, columns, overlaps


_NO_ROWS = np.zeros(0, np.int64)


def _by_frame(of: Side, frames: Ints) -> list[Ints]:
    """The boxes of each of the frames, in the order of the file."""
    order = np.argsort(of.boxes.frame, kind="stable")
    sorted_frames = of.boxes.frame[order]
    starts = np.searchsorted(sorted_frames, frames)
    ends = np.searchsorted(sorted_frames, frames, side="right")
    return [
        order[start:end] for start, end in zip(starts.tolist(), ends.tolist(), strict=True)
    ]  # fmt: skip


def _identities(of: Side, known: dict[tuple[str, int], int]) -> Ints:
    """The identity of each box as its number in `known`, which grows. Of several tracks with one
    name, the first is the first of that name on the other side too."""
    seen: Counter[str] = Counter()
    numbers = []
    for name in of.tracks.track_names:
        numbers.append(known.setdefault((name, seen[name]), len(known)))
        seen[name] += 1
    return np.array(numbers, np.int64)[of.boxes.track]


def _answered_otherwise(before: Side, after: Side, rows: Ints, columns: Ints) -> Flags:
    """Pairs of which an attribute has another value; unsaid is a value too."""
    changed = np.zeros(len(rows), bool)
    ours, theirs = before.tracks.attributes, after.tracks.attributes
    for name in dict.fromkeys([*ours, *theirs]):
        known: dict[str, int] = {}
        changed |= _values(ours.get(name), rows, known) != _values(theirs.get(name), columns, known)
    return changed


def _values(attribute: Attribute | None, rows: Ints, known: dict[str, int]) -> Ints:
    """The value of each row as its number in `known`, which grows; -1 where it is unsaid."""
    if attribute is None:
        return np.full(len(rows), -1)
    numbers = [known.setdefault(value, len(known)) for value in attribute.values]
    return np.array([*numbers, -1], np.int64)[attribute.codes[rows]]
