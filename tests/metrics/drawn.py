"""Small sequences for tests, written as rows."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from labeling.metrics import Boxes
from labeling.quality.tracks import Attribute, Tracks, coded

Row = tuple[int, int, float, float, float, float]


def boxes(rows: Iterable[Row]) -> Boxes:
    """Rows of frame, track, x, y, width, height."""
    table = np.array(list(rows), np.float64).reshape(-1, 6)
    return Boxes(table[:, 0].astype(np.int64), table[:, 1].astype(np.int64), *table[:, 2:].T)


def walk(track: int, frames: Iterable[int], x: float = 0.0, y: float = 0.0) -> list[Row]:
    """A box of 20 by 10 pixels that moves 3 pixels to the right each frame."""
    return [(frame, track, x + 3 * frame, y, 20, 10) for frame in frames]


def tracks(
    *rows: tuple[str, str, str, float, float, float, float],
    frames: Iterable[str] = (),
    attribute: Iterable[str] | None = None,
    tracked: bool = True,
) -> Tracks:
    """Rows of frame, track, class, x, y, width, height; `frames` are those without boxes too, and
    `attribute` the color of each box, empty where it was not asked."""
    names = tuple(dict.fromkeys([*frames, *(row[0] for row in rows)]))
    track, track_names = coded([row[1] for row in rows])
    label, label_names = coded([row[2] for row in rows])
    attributes = {}
    if attribute is not None:
        said = list(attribute)
        values = tuple(dict.fromkeys(value for value in said if value))
        codes = [values.index(value) if value else -1 for value in said]
        attributes["color"] = Attribute(np.array(codes, np.int64), values)
    x, y, w, h = np.array([row[3:] for row in rows], np.float64).reshape(-1, 4).T
    return Tracks(
        frame=np.array([names.index(row[0]) for row in rows], np.int64),
        track=track,
        label=label,
        x=x,
        y=y,
        w=w,
        h=h,
        frames=names,
        track_names=tuple(track_names),
        label_names=tuple(label_names),
        attributes=attributes,
        tracked=tracked,
    )
