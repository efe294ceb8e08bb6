"""Boxes that are missing, too many, or under a wrong name (see `faults`)."""

from __future__ import annotations

from collections.abc import Set

import numpy as np
from numpy.random import Generator

from benchmarks.quality.places import (
    Fault,
    Injected,
    fault_in,
    frames_of,
    middle,
    plain,
    redrawn,
    size,
    some_track,
    span_of,
)
from benchmarks.quality.table import Table
from labeling.quality.findings import Kind
from labeling.quality.tracks import Floats


def gap(table: Table, random: Generator, taken: Set[int]) -> Injected:
    """One to ten boxes taken out of the middle of a track of eight and more."""
    track = some_track(table, random, taken, 8)
    if track is None:
        return None
    rows = table.of(track)
    count = int(random.integers(1, min(10, len(rows) - 6) + 1))
    first = int(random.integers(3, len(rows) - count - 2))
    gone = rows[first : first + count]
    return table.without(gone), fault_in(table, Kind.GAP, track, gone)


def identity_switch(table: Table, random: Generator, taken: Set[int]) -> Injected:
    """Two tracks of a class swap names from a frame on that both have, with three boxes of both
    before and after, at least one size apart."""
    tracks = table.tracks
    for _ in range(60):
        one = some_track(table, random, taken, 8)
        other = some_track(table, random, taken, 8)
        if one is None or other is None or one == other:
            continue
        first, second = table.of(one), table.of(other)
        both = np.intersect1d(tracks.frame[first], tracks.frame[second])
        if len(both) < 7 or tracks.label[first[0]] != tracks.label[second[0]]:
            continue
        frame = int(random.choice(both[3:-3]))
        here = [rows[tracks.frame[rows] == frame] for rows in (first, second)]
        away = np.hypot(*(
            np.subtract(*(middle(table, axis, rows) for rows in here)) for axis in range(2)
        ))  # fmt: skip
        if away[0] < max(size(table, rows)[0] for rows in here):
            continue
        later = [rows[tracks.frame[rows] >= frame] for rows in (first, second)]
        swapped = table.put(later[0], track=other).put(later[1], track=one)
        names = frozenset(tracks.track_names[track] for track in (one, other))
        return swapped, Fault(Kind.IDENTITY_SWITCH, names, frame - 1, frame)
    return None


def identity_break(table: Table, random: Generator, taken: Set[int]) -> Injected:
    """A track goes on under a new name, after none to two missing boxes; four boxes each side."""
    track = some_track(table, random, taken, 11)
    if track is None:
        return None
    rows = table.of(track)
    missing = int(random.integers(0, 3))
    at = int(random.integers(4, len(rows) - 4 - missing + 1))
    frames = table.tracks.frame[rows]
    name = table.tracks.track_names[track]
    broken, fresh = table.named(f"{name}-goes-on")
    broken = broken.put(rows[at:], track=fresh).without(rows[at : at + missing])
    names = frozenset({name, f"{name}-goes-on"})
    return broken, Fault(Kind.IDENTITY_BREAK, names, int(frames[at - 1]), int(frames[at + missing]))


def duplicate_with_another_id(table: Table, random: Generator, taken: Set[int]) -> Injected:
    """Five to twenty boxes of a track drawn again under a new name, 4 % of their size off."""
    span = span_of(table, random, taken, 20, least=5)
    if span is None:
        return None
    track, rows = span
    name = table.tracks.track_names[track]
    doubled, fresh = table.named(f"{name}-again")
    doubled = doubled.plus(rows, track=fresh, **redrawn(table, random, rows))
    kind, names = Kind.DUPLICATE_ID, frozenset({name, f"{name}-again"})
    return doubled, Fault(kind, names, *frames_of(table, rows))


def duplicate_row(table: Table, random: Generator, taken: Set[int]) -> Injected:
    """One to three frames in which a track has a second box, 4 % of its size off."""
    span = span_of(table, random, taken, 3)
    if span is None:
        return None
    track, rows = span
    doubled = table.plus(rows, **redrawn(table, random, rows))
    return doubled, fault_in(table, Kind.DUPLICATE_ROW, track, rows)


def stray_track(table: Table, random: Generator, taken: Set[int]) -> Injected:
    """One or two boxes under a new name, as large as some other box, anywhere in the picture, not
    at the clip's ends."""
    count, frames = int(random.integers(1, 3)), len(table.tracks.frames)
    row = int(random.integers(0, table.rows))
    frame = int(random.integers(3, frames - 3 - count))
    width, height = table.tracks.picture or (0.0, 0.0)
    w, h = float(table.tracks.w[row]), float(table.tracks.h[row])
    if w > 0.7 * width or h > 0.7 * height:
        return None
    x = random.uniform(0.05 * width, 0.95 * width - w)
    y = random.uniform(0.05 * height, 0.95 * height - h)
    name = f"stray-{frame}-{row}"
    stray, fresh = table.named(name)
    rows = np.full(count, row)
    shift = np.arange(count, dtype=np.float64) * 0.1
    places: dict[str, Floats] = {"x": x + shift * w, "y": y + shift * h}
    stray = stray.plus(rows, track=fresh, frame=frame + np.arange(count), **places)
    return stray, Fault(Kind.STRAY, frozenset({name}), frame, frame + count - 1)


def late_start(table: Table, random: Generator, taken: Set[int]) -> Injected:
    """The first three to twelve boxes of a track left out, so that it begins where it can be told:
    clear of the border and of other boxes, and no smaller than 5 % of the picture's height."""
    return _cut(table, random, taken, Kind.LATE_START)


def early_end(table: Table, random: Generator, taken: Set[int]) -> Injected:
    """The last three to twelve boxes of a track left out, as with `late_start`."""
    return _cut(table, random, taken, Kind.EARLY_END)


def _cut(table: Table, random: Generator, taken: Set[int], kind: Kind) -> Injected:
    for _ in range(200):
        track = some_track(table, random, taken, 10)
        if track is None:
            return None
        rows = table.of(track)
        count = int(random.integers(3, min(12, len(rows) - 6) + 1))
        gone, edge = (
            (rows[:count], rows[count])
            if kind is Kind.LATE_START
            else (rows[-count:], rows[-count - 1])
        )
        beside = gone[-1] if kind is Kind.LATE_START else gone[0]
        if plain(table, int(edge)) and plain(table, int(beside)):
            return table.without(gone), fault_in(table, kind, track, gone)
    return None


def empty_frame(table: Table, random: Generator, taken: Set[int]) -> Injected:
    """Every box of a frame left out, which has two at least, as have both frames beside it."""
    tracks = table.tracks
    count = np.bincount(tracks.frame, minlength=len(tracks.frames))
    full = np.flatnonzero((count[1:-1] > 1) & (count[2:] > 1) & (count[:-2] > 1)) + 1
    if not len(full):
        return None
    frame = int(random.choice(full))
    gone = np.flatnonzero(tracks.frame == frame)
    return table.without(gone), Fault(Kind.EMPTY_FRAME, frozenset(), frame, frame)


def never_labeled(table: Table, random: Generator, taken: Set[int]) -> Injected:
    """A whole track left out. Nothing in the labels that remain tells."""
    track = some_track(table, random, taken, 3)
    if track is None:
        return None
    rows = table.of(track)
    name = table.tracks.track_names[track]
    return table.without(rows), Fault(None, frozenset({name}), *frames_of(table, rows))
