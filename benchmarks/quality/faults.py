"""Faults put into a clip on purpose, each kind as a person or a tool makes it.

Every fault takes a table, a source of chance and the tracks it must leave alone, and answers the
faulty table and what it did, or None where it finds no place. Where a fault could not be told
from the truth by anybody (an object that stands still is frozen, say) the place does not count:
each function says which places do. Sizes are the side of a square as large as the box.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Set
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
Injection = Callable[[Table, Generator, Set[int]], Injected]


def gap(table: Table, random: Generator, taken: Set[int]) -> Injected:
    """One to ten boxes taken out of the middle of a track of eight and more."""
    track = _some(table, random, taken, 8)
    if track is None:
        return None
    rows = table.of(track)
    count = int(random.integers(1, min(10, len(rows) - 6) + 1))
    first = int(random.integers(3, len(rows) - count - 2))
    gone = rows[first : first + count]
    return table.without(gone), _fault(table, Kind.GAP, track, gone)


def position_jump(table: Table, random: Generator, taken: Set[int]) -> Injected:
    """One to three boxes moved by one to three sizes, inside the picture."""
    span = _span(table, random, taken, 3)
    if span is None:
        return None
    track, rows = span
    size = float(np.sqrt(_column(table, "w", rows) * _column(table, "h", rows)).mean())
    for _ in range(20):
        way = random.uniform(1, 3) * max(size, 8.0)
        angle = random.uniform(0, 2 * np.pi)
        x = _column(table, "x", rows) + way * np.cos(angle)
        y = _column(table, "y", rows) + way * np.sin(angle)
        if _within(table, x, y, rows):
            return table.put(rows, x=x, y=y), _fault(table, Kind.POSITION_JUMP, track, rows)
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
    span = _span(table, random, taken, 3)
    if span is None:
        return None
    track, rows = span
    x, y, w, h = (_column(table, name, rows) for name in ("x", "y", "w", "h"))
    width, height = w * wide, h * high
    if not _within(table, x - (width - w) / 2, y - (height - h) / 2, rows, width, height):
        return None
    changed = {"x": x - (width - w) / 2, "y": y - (height - h) / 2, "w": width, "h": height}
    return table.put(rows, **changed), _fault(table, kind, track, rows)


def identity_switch(table: Table, random: Generator, taken: Set[int]) -> Injected:
    """Two tracks of a class swap names from a frame on that both have, with three boxes of both
    before and after, at least one size apart."""
    tracks = table.tracks
    for _ in range(60):
        one = _some(table, random, taken, 8)
        other = _some(table, random, taken, 8)
        if one is None or other is None or one == other:
            continue
        first, second = table.of(one), table.of(other)
        both = np.intersect1d(tracks.frame[first], tracks.frame[second])
        if len(both) < 7 or tracks.label[first[0]] != tracks.label[second[0]]:
            continue
        frame = int(random.choice(both[3:-3]))
        here = [rows[tracks.frame[rows] == frame] for rows in (first, second)]
        away = np.hypot(*(
            np.subtract(*(_middle(table, axis, rows) for rows in here)) for axis in range(2)
        ))  # fmt: skip
        if away[0] < max(_size(table, rows)[0] for rows in here):
            continue
        later = [rows[tracks.frame[rows] >= frame] for rows in (first, second)]
        swapped = table.put(later[0], track=other).put(later[1], track=one)
        names = frozenset(tracks.track_names[track] for track in (one, other))
        return swapped, Fault(Kind.IDENTITY_SWITCH, names, frame - 1, frame)
    return None


def identity_break(table: Table, random: Generator, taken: Set[int]) -> Injected:
    """A track goes on under a new name, after none to two missing boxes; four boxes each side."""
    track = _some(table, random, taken, 11)
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
    span = _span(table, random, taken, 20, least=5)
    if span is None:
        return None
    track, rows = span
    name = table.tracks.track_names[track]
    doubled, fresh = table.named(f"{name}-again")
    doubled = doubled.plus(rows, track=fresh, **_redrawn(table, random, rows))
    kind, names = Kind.DUPLICATE_ID, frozenset({name, f"{name}-again"})
    return doubled, Fault(kind, names, *_frames(table, rows))


def duplicate_row(table: Table, random: Generator, taken: Set[int]) -> Injected:
    """One to three frames in which a track has a second box, 4 % of its size off."""
    span = _span(table, random, taken, 3)
    if span is None:
        return None
    track, rows = span
    doubled = table.plus(rows, **_redrawn(table, random, rows))
    return doubled, _fault(table, Kind.DUPLICATE_ROW, track, rows)


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


def frozen_box(table: Table, random: Generator, taken: Set[int]) -> Injected:
    """Four to ten boxes left where the first of them was; the object goes on by half a size and
    ten pixels at least meanwhile, and three boxes follow."""
    for _ in range(60):
        track = _some(table, random, taken, 12)
        if track is None:
            return None
        rows = table.of(track)
        count = int(random.integers(4, min(10, len(rows) - 7) + 1))
        at = int(random.integers(3, len(rows) - count - 2))
        held, still = rows[at], rows[at + 1 : at + count]
        gone = np.hypot(*(
            _middle(table, axis, rows[at + count - 1 : at + count]) - _middle(table, axis, held)
            for axis in range(2)
        ))  # fmt: skip
        if gone[0] < max(10.0, 0.5 * _size(table, rows[at : at + 1])[0]):
            continue
        frozen = table.put(still, **{name: _column(table, name, held) for name in "xywh"})
        return frozen, _fault(table, Kind.FROZEN, track, still)
    return None


def late_start(table: Table, random: Generator, taken: Set[int]) -> Injected:
    """The first three to twelve boxes of a track left out, so that it begins where it can be told:
    clear of the border and of other boxes, and no smaller than 5 % of the picture's height."""
    return _cut(table, random, taken, Kind.LATE_START)


def early_end(table: Table, random: Generator, taken: Set[int]) -> Injected:
    """The last three to twelve boxes of a track left out, as with `late_start`."""
    return _cut(table, random, taken, Kind.EARLY_END)


def _cut(table: Table, random: Generator, taken: Set[int], kind: Kind) -> Injected:
    for _ in range(200):
        track = _some(table, random, taken, 10)
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
        if _plain(table, int(edge)) and _plain(table, int(beside)):
            return table.without(gone), _fault(table, kind, track, gone)
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
            (_middle(table, axis, rows[-1:]) - _middle(table, axis, rows[-4:-3]))[0] / 3
            for axis in range(2)
        ))  # fmt: skip
        slow = pace < max(2.0, 0.125 * _size(table, rows[-4:-3])[0])
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
    span = _span(table, random, taken, 3)
    if span is None:
        return None
    track, rows = span
    width = (table.tracks.picture or (0.0, 0.0))[0]
    w, out = _column(table, "w", rows), random.uniform(0.5, 1.5)
    x = -out * w if random.random() < 0.5 else width - w + out * w
    return table.put(rows, x=x), _fault(table, Kind.OUT_OF_FRAME, track, rows)


def no_size(table: Table, random: Generator, taken: Set[int]) -> Injected:
    """One to three boxes with a width or height of zero, or negative."""
    span = _span(table, random, taken, 3)
    if span is None:
        return None
    track, rows = span
    side, value = str(random.choice(["w", "h"])), float(random.choice([0.0, -7.0]))
    flat = table.put(rows, **{side: np.full(len(rows), value)})
    return flat, _fault(table, Kind.NO_SIZE, track, rows)


def class_change(table: Table, random: Generator, taken: Set[int]) -> Injected:
    """One to five boxes of another class."""
    span = _span(table, random, taken, 5)
    if span is None:
        return None
    track, rows = span
    table = table.labeled("something else")
    labels = len(table.tracks.label_names)
    other = (int(table.tracks.label[rows[0]]) + int(random.integers(1, labels))) % labels
    return table.put(rows, label=other), _fault(table, Kind.CLASS_CHANGE, track, rows)


def attribute_flicker(table: Table, random: Generator, taken: Set[int]) -> Injected:
    """An attribute changed in every second one of seven to eleven boxes."""
    attributes = table.tracks.attributes
    span = _span(table, random, taken, 11, least=7)
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
    return changed, _fault(table, Kind.FLICKER, track, flipped)


def empty_frame(table: Table, random: Generator, taken: Set[int]) -> Injected:
    """Every box of a frame left out, which has two at least, as have both frames beside it."""
    tracks = table.tracks
    count = np.bincount(tracks.frame, minlength=len(tracks.frames))
    full = np.flatnonzero((count[1:-1] > 1) & (count[2:] > 1) & (count[:-2] > 1)) + 1
    frame = int(random.choice(full))
    gone = np.flatnonzero(tracks.frame == frame)
    return table.without(gone), Fault(Kind.EMPTY_FRAME, frozenset(), frame, frame)


def never_labeled(table: Table, random: Generator, taken: Set[int]) -> Injected:
    """A whole track left out. Nothing in the labels that remain tells."""
    track = _some(table, random, taken, 3)
    if track is None:
        return None
    rows = table.of(track)
    name = table.tracks.track_names[track]
    return table.without(rows), Fault(None, frozenset({name}), *_frames(table, rows))


FAULTS: Mapping[str, Injection] = {
    injection.__name__.replace("_", "-"): injection
    for injection in (
        gap, position_jump, size_jump, aspect_jump, identity_switch, identity_break,
        duplicate_with_another_id, duplicate_row, stray_track, frozen_box, late_start, early_end,
        stuck_past_border, out_of_frame, no_size, class_change, attribute_flicker, empty_frame,
        never_labeled,
    )
}  # fmt: skip


def _column(table: Table, name: str, rows: Ints) -> Floats:
    column: Floats = getattr(table.tracks, name)[rows]
    return column


def _middle(table: Table, axis: int, rows: Ints) -> Floats:
    place, side = ("x", "w") if axis == 0 else ("y", "h")
    return _column(table, place, rows) + _column(table, side, rows) / 2


def _size(table: Table, rows: Ints) -> Floats:
    return np.sqrt(_column(table, "w", rows) * _column(table, "h", rows))


def _some(table: Table, random: Generator, taken: Set[int], least: int) -> int | None:
    """A track of at least so many boxes, all with consecutive frames."""
    tracks = table.tracks
    boxes = np.bincount(tracks.track, minlength=len(tracks.track_names))
    fit = [track for track in np.flatnonzero(boxes >= least).tolist() if track not in taken]
    return int(random.choice(fit)) if fit else None


def _span(
    table: Table, random: Generator, taken: Set[int], most: int, *, least: int = 1
) -> tuple[int, Ints] | None:
    """Some boxes of a track in a row, with two boxes before and after them."""
    track = _some(table, random, taken, least + 4)
    if track is None:
        return None
    rows = table.of(track)
    count = int(random.integers(least, min(most, len(rows) - 4) + 1))
    first = int(random.integers(2, len(rows) - count - 1))
    return track, rows[first : first + count]


def _within(
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
        [_column(table, name, rows) for name in "xy"], [x, y]
    ]).reshape(2, 2, -1)  # fmt: skip
    sides = np.array([_column(table, name, rows) for name in "wh"])
    changed = np.array([sides[0] if w is None else w, sides[1] if h is None else h])
    ends = places + np.stack([sides, changed])
    return bool((places > margin).all() and (ends < picture[:, None] - margin).all())


def _plain(table: Table, row: int) -> bool:
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


def _redrawn(table: Table, random: Generator, rows: Ints) -> dict[str, Floats]:
    error = 0.04 * _size(table, rows)
    return {
        name: _column(table, name, rows) + random.normal(0, 1, len(rows)) * error for name in "xy"
    }


def _frames(table: Table, rows: Ints) -> tuple[int, int]:
    frames = table.tracks.frame[rows]
    return int(frames.min()), int(frames.max())


def _fault(table: Table, kind: Kind, track: int, rows: Ints) -> Fault:
    return Fault(kind, frozenset({table.tracks.track_names[track]}), *_frames(table, rows))
