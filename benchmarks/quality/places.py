"""Places for faults: tracks, spans of boxes, whether they can be seen there; and what was done."""

from __future__ import annotations

from collections.abc import Set
from dataclasses import dataclass

import numpy as np
from numpy.random import Generator

from benchmarks.quality.table import Table
from labeling.quality.findings import Kind
from labeling.quality.tracks import Floats, Ints


@dataclass(frozen=True)
class Fault:
    """What was done: its kind (None: one that labels cannot show), the tracks, and the frames
    that are wrong (0-based, both ends included)."""

    kind: Kind | None
    tracks: frozenset[str]
    first_frame: int
    last_frame: int


Injected = tuple[Table, Fault] | None


def column(table: Table, name: str, rows: Ints) -> Floats:
    column: Floats = getattr(table.tracks, name)[rows]
    return column


def middle(table: Table, axis: int, rows: Ints) -> Floats:
    place, side = ("x", "w") if axis == 0 else ("y", "h")
    return column(table, place, rows) + column(table, side, rows) / 2


def size(table: Table, rows: Ints) -> Floats:
    return np.sqrt(column(table, "w", rows) * column(table, "h", rows))


def some_track(table: Table, random: Generator, taken: Set[int], least: int) -> int | None:
    """A track of at least so many boxes, all with consecutive frames."""
    tracks = table.tracks
    boxes = np.bincount(tracks.track, minlength=len(tracks.track_names))
    fit = [track for track in np.flatnonzero(boxes >= least).tolist() if track not in taken]
    return int(random.choice(fit)) if fit else None


def span_of(
    table: Table, random: Generator, taken: Set[int], most: int, *, least: int = 1
) -> tuple[int, Ints] | None:
    """Some boxes of a track in a row, with two boxes before and after them."""
    track = some_track(table, random, taken, least + 4)
    if track is None:
        return None
    rows = table.of(track)
    count = int(random.integers(least, min(most, len(rows) - 4) + 1))
    first = int(random.integers(2, len(rows) - count - 1))
    return track, rows[first : first + count]


def stays_inside(
    table: Table,
    x: Floats,
    y: Floats,
    rows: Ints,
    w: Floats | None = None,
    h: Floats | None = None,
) -> bool:
    """Whether boxes moved to x, y (and resized) keep clear of the border, as they did before."""
    picture = np.array(table.tracks.picture or (np.inf, np.inf))
    margin = 0.01 * picture.max()
    places = np.concatenate([
        [column(table, name, rows) for name in "xy"], [x, y]
    ]).reshape(2, 2, -1)  # fmt: skip
    sides = np.array([column(table, name, rows) for name in "wh"])
    changed = np.array([sides[0] if w is None else w, sides[1] if h is None else h])
    ends = places + np.stack([sides, changed])
    return bool((places > margin).all() and (ends < picture[:, None] - margin).all())


def plain(table: Table, row: int) -> bool:
    """Whether a box stands large and clear enough that anybody would have drawn it."""
    tracks = table.tracks
    width, height = tracks.picture or (0.0, 0.0)
    x, y, w, h = (float(getattr(tracks, name)[row]) for name in "xywh")
    border = 0.03 * width
    if (w * h) ** 0.5 < 0.05 * height or min(x, y, width - x - w, height - y - h) < border:
        return False
    beside = np.flatnonzero(
        (tracks.frame == tracks.frame[row]) & (tracks.track != tracks.track[row])
    )
    across = np.minimum(x + w, tracks.x[beside] + tracks.w[beside]) - np.maximum(
        x, tracks.x[beside]
    )
    down = np.minimum(y + h, tracks.y[beside] + tracks.h[beside]) - np.maximum(y, tracks.y[beside])
    shared = np.clip(across, 0, None) * np.clip(down, 0, None)
    return not len(beside) or float(shared.max()) < 0.2 * w * h


def redrawn(table: Table, random: Generator, rows: Ints) -> dict[str, Floats]:
    error = 0.04 * size(table, rows)
    return {
        name: column(table, name, rows) + random.normal(0, 1, len(rows)) * error for name in "xy"
    }


def frames_of(table: Table, rows: Ints) -> tuple[int, int]:
    frames = table.tracks.frame[rows]
    return int(frames.min()), int(frames.max())


def fault_in(table: Table, kind: Kind, track: int, rows: Ints) -> Fault:
    return Fault(kind, frozenset({table.tracks.track_names[track]}), *frames_of(table, rows))
