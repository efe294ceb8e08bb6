"""Real clips changed in ways that leave them true: what limits fit to one clip do not survive."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

import numpy as np

from benchmarks.quality.clips import repaired
from benchmarks.quality.table import Table
from labeling.quality.tracks import Floats, Ints, Tracks

Change = Callable[[Tracks], Tracks]


def every(tracks: Tracks, nth: int) -> Tracks:
    """Every `nth` frame: a lower frame rate."""
    kept = Table(tracks).only(tracks.frame % nth == 0).tracks
    return _tidy(replace(kept, frame=kept.frame // nth, frames=tracks.frames[::nth]))


def window(tracks: Tracks, begin: float, end: float) -> Tracks:
    """The frames from one part (0–1) of the clip to another."""
    first, last = (round(part * len(tracks.frames)) for part in (begin, end))
    kept = Table(tracks).only((tracks.frame >= first) & (tracks.frame < last)).tracks
    return _tidy(replace(kept, frame=kept.frame - first, frames=tracks.frames[first:last]))


def smooth(tracks: Tracks) -> Tracks:
    """Twice the frame rate, the new boxes in the middle between their neighbours."""
    names = tuple(f"{name}-{half}" for name in tracks.frames for half in (0, 1))
    return repaired(replace(tracks, frame=2 * tracks.frame, frames=names[:-1]))


def mirrored(tracks: Tracks) -> Tracks:
    width = (tracks.picture or (0.0, 0.0))[0]
    return replace(tracks, x=width - tracks.x - tracks.w)


def backwards(tracks: Tracks) -> Tracks:
    return replace(tracks, frame=len(tracks.frames) - 1 - tracks.frame)


def scaled(tracks: Tracks, by: float) -> Tracks:
    """Another picture size, edges rounded to whole pixels."""
    width, height = tracks.picture or (0.0, 0.0)
    corners = _corners(tracks) * by
    return _drawn(replace(tracks, picture=(width * by, height * by)), np.round(corners))


def jittered(tracks: Tracks, pixels: float, *, seed: int = 3) -> Tracks:
    """Each edge off by as many pixels (standard deviation)."""
    corners = _corners(tracks)
    drawn = corners + np.random.default_rng(seed).normal(0, pixels, corners.shape)
    return _drawn(tracks, drawn)


def part(tracks: Tracks, remainder: int) -> Tracks:
    """Every second track."""
    return _tidy(Table(tracks).only(tracks.track % 2 == remainder).tracks)


def _corners(tracks: Tracks) -> Floats:
    return np.stack([tracks.x, tracks.y, tracks.x + tracks.w, tracks.y + tracks.h])


def _drawn(tracks: Tracks, corners: Floats) -> Tracks:
    """With these corners, inside the picture; what is left without a size is left out."""
    width, height = tracks.picture or (np.inf, np.inf)
    left, right = np.clip(corners[0], 0, width), np.clip(corners[2], 0, width)
    top, bottom = np.clip(corners[1], 0, height), np.clip(corners[3], 0, height)
    drawn = replace(tracks, x=left, y=top, w=right - left, h=bottom - top)
    return Table(drawn).only((drawn.w >= 1) & (drawn.h >= 1)).tracks


def _tidy(tracks: Tracks) -> Tracks:
    """Only names that still have boxes."""
    used: Ints = np.unique(tracks.track)
    names = tuple(tracks.track_names[track] for track in used.tolist())
    return replace(tracks, track=np.searchsorted(used, tracks.track), track_names=names)


VARIANTS: Mapping[str, Change] = {
    "as it is": lambda tracks: tracks,
    "mirrored": mirrored,
    "backwards": backwards,
    "first half": lambda tracks: window(tracks, 0, 0.5),
    "second half": lambda tracks: window(tracks, 0.5, 1),
    "even tracks": lambda tracks: part(tracks, 0),
    "odd tracks": lambda tracks: part(tracks, 1),
    "half the size": lambda tracks: scaled(tracks, 0.5),
    "twice the size": lambda tracks: scaled(tracks, 2.0),
    "edges off by 1 pixel": lambda tracks: jittered(tracks, 1.0),
    "edges off by 3 pixels": lambda tracks: jittered(tracks, 3.0),
    "every second frame": lambda tracks: every(tracks, 2),
    "every third frame": lambda tracks: every(tracks, 3),
    "twice the frames": smooth,
}
