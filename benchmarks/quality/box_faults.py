"""Boxes drawn wrongly: faults in the boxes of one track (see `faults`)."""

from __future__ import annotations

from collections.abc import Set

import numpy as np
from numpy.random import Generator

from benchmarks.quality.places import (
    Fault,
    Injected,
    column,
    fault_in,
    middle,
    size,
    some_track,
    span_of,
    stays_inside,
)
from benchmarks.quality.table import Table
from labeling.quality.findings import Kind


def position_jump(table: Table, random: Generator, taken: Set[int]) -> Injected:
    """One to three boxes moved by one to three sizes, inside the picture."""
    span = span_of(table, random, taken, 3)
    if span is None:
        return None
    track, rows = span
    size = float(np.sqrt(column(table, "w", rows) * column(table, "h", rows)).mean())
    for _ in range(20):
        way = random.uniform(1, 3) * max(size, 8.0)
        angle = random.uniform(0, 2 * np.pi)
        x = column(table, "x", rows) + way * np.cos(angle)
        y = column(table, "y", rows) + way * np.sin(angle)
        if stays_inside(table, x, y, rows):
            return table.put(rows, x=x, y=y), fault_in(table, Kind.POSITION_JUMP, track, rows)
    return None


def size_jump(table: Table, random: Generator, taken: Set[int]) -> Injected:
    """One to three boxes made 1.6 to 2.5 times as wide and high, or that much smaller, clear of the
    border, which cuts boxes."""
    factor = random.uniform(1.6, 2.5) ** random.choice([-1, 1])
    return _scaled(table, random, taken, Kind.SIZE_JUMP, factor, factor)


def aspect_jump(table: Table, random: Generator, taken: Set[int]) -> Injected:
    """One to three boxes made 1.5 to 2.2 times as wide and as much lower, or the other way,
    clear of the border."""
    factor = random.uniform(1.5, 2.2) ** random.choice([-1, 1])
    return _scaled(table, random, taken, Kind.ASPECT_JUMP, factor, 1 / factor)


def _scaled(
    table: Table, random: Generator, taken: Set[int], kind: Kind, wide: float, high: float
) -> Injected:
    span = span_of(table, random, taken, 3)
    if span is None:
        return None
    track, rows = span
    x, y, w, h = (column(table, name, rows) for name in ("x", "y", "w", "h"))
    width, height = w * wide, h * high
    if not stays_inside(table, x - (width - w) / 2, y - (height - h) / 2, rows, width, height):
        return None
    changed = {"x": x - (width - w) / 2, "y": y - (height - h) / 2, "w": width, "h": height}
    return table.put(rows, **changed), fault_in(table, kind, track, rows)


def frozen_box(table: Table, random: Generator, taken: Set[int]) -> Injected:
    """Four to ten boxes left where the first of them was; the object goes on by half a size and
    ten pixels at least meanwhile, and three boxes follow."""
    for _ in range(60):
        track = some_track(table, random, taken, 12)
        if track is None:
            return None
        rows = table.of(track)
        count = int(random.integers(4, min(10, len(rows) - 7) + 1))
        at = int(random.integers(3, len(rows) - count - 2))
        held, still = rows[at], rows[at + 1 : at + count]
        gone = np.hypot(*(
            middle(table, axis, rows[at + count - 1 : at + count]) - middle(table, axis, held)
            for axis in range(2)
        ))  # fmt: skip
        if gone[0] < max(10.0, 0.5 * size(table, rows[at : at + 1])[0]):
            continue
        frozen = table.put(still, **{name: column(table, name, held) for name in "xywh"})
        return frozen, fault_in(table, Kind.FROZEN, track, still)
    return None


def stuck_past_border(table: Table, random: Generator, taken: Set[int]) -> Injected:
    """The last box of a track that leaves over the border stays there for four to ten frames; it
    left at an eighth of its size and two pixels a frame at least."""
    tracks = table.tracks
    width, height = tracks.picture or (0.0, 0.0)
    for track in random.permutation(len(tracks.track_names)).tolist():
        rows = table.of(track)
        if track in taken or len(rows) < 6:
            continue
        last = rows[-1]
        x, y, w, h = (float(getattr(tracks, name)[last]) for name in "xywh")
        at_border = min(x, y, width - x - w, height - y - h) <= 2
        frame = int(tracks.frame[last])
        count = int(random.integers(4, 11))
        pace = np.hypot(*(
            (middle(table, axis, rows[-1:]) - middle(table, axis, rows[-4:-3]))[0] / 3
            for axis in range(2)
        ))  # fmt: skip
        slow = pace < max(2.0, 0.125 * size(table, rows[-4:-3])[0])
        if not at_border or slow or frame + count >= len(tracks.frames):
            continue
        frames = frame + 1 + np.arange(count)
        stuck = table.plus(np.full(count, last), frame=frames)
        return stuck, Fault(
            Kind.STUCK, frozenset({tracks.track_names[track]}), frame + 1, frame + count
        )
    return None


def out_of_frame(table: Table, random: Generator, taken: Set[int]) -> Injected:
    """One to three boxes moved over the border by half of their width and more."""
    span = span_of(table, random, taken, 3)
    if span is None:
        return None
    track, rows = span
    width = (table.tracks.picture or (0.0, 0.0))[0]
    w, out = column(table, "w", rows), random.uniform(0.5, 1.5)
    x = -out * w if random.random() < 0.5 else width - w + out * w
    return table.put(rows, x=x), fault_in(table, Kind.OUT_OF_FRAME, track, rows)


def no_size(table: Table, random: Generator, taken: Set[int]) -> Injected:
    """One to three boxes with a width or height of zero, or negative."""
    span = span_of(table, random, taken, 3)
    if span is None:
        return None
    track, rows = span
    side, value = str(random.choice(["w", "h"])), float(random.choice([0.0, -7.0]))
    flat = table.put(rows, **{side: np.full(len(rows), value)})
    return flat, fault_in(table, Kind.NO_SIZE, track, rows)


def class_change(table: Table, random: Generator, taken: Set[int]) -> Injected:
    """One to five boxes of another class."""
    span = span_of(table, random, taken, 5)
    if span is None:
        return None
    track, rows = span
    table = table.labeled("something else")
    labels = len(table.tracks.label_names)
    other = (int(table.tracks.label[rows[0]]) + int(random.integers(1, labels))) % labels
    return table.put(rows, label=other), fault_in(table, Kind.CLASS_CHANGE, track, rows)


def attribute_flicker(table: Table, random: Generator, taken: Set[int]) -> Injected:
    """An attribute changed in every second one of seven to eleven boxes."""
    attributes = table.tracks.attributes
    span = span_of(table, random, taken, 11, least=7)
    if span is None or not attributes:
        return None
    track, rows = span
    name = str(random.choice(sorted(attributes)))
    codes = attributes[name].codes[rows]
    values = len(attributes[name].values)
    if values < 2 or (codes != codes[0]).any() or codes[0] < 0:
        return None
    flipped = rows[1:-1:2]
    changed = table.put_attribute(name, flipped, (codes[1:-1:2] + 1) % values)
    return changed, fault_in(table, Kind.FLICKER, track, flipped)
