"""One side of a comparison: its sound boxes, with frames and classes numbered as on the other."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from labeling.metrics.overlaps import Boxes
from labeling.quality.clip import sound
from labeling.quality.tracks import Ints, Tracks


@dataclass(frozen=True, eq=False)
class Side:
    """The boxes that are compared, in the order of the file. `row` leads back to `tracks`, and
    `set_aside` counts boxes of compared frames that are left out: without a size, or not the first
    of their track in a frame."""

    tracks: Tracks
    row: Ints
    label: Ints
    boxes: Boxes
    set_aside: int


def side(tracks: Tracks, frames: Mapping[str, int], labels: tuple[str, ...]) -> Side:
    """The boxes in `frames` (name to number), classes numbered as in `labels`."""
    number = np.array([frames.get(name, -1) for name in tracks.frames], np.int64)
    frame = number[tracks.frame]
    wanted = frame >= 0
    usable = np.flatnonzero(wanted & sound(tracks))
    key = frame[usable] * max(1, len(tracks.track_names)) + tracks.track[usable]
    row = usable[np.sort(np.unique(key, return_index=True)[1])]
    codes = np.array([labels.index(name) for name in tracks.label_names], np.int64)
    return Side(
        tracks=tracks,
        row=row,
        label=codes[tracks.label[row]],
        boxes=Boxes(
            frame[row],
            tracks.track[row],
            *(column[row] for column in (tracks.x, tracks.y, tracks.w, tracks.h)),
        ),
        set_aside=int(np.count_nonzero(wanted)) - len(row),
    )
