"""Boxes that cannot be: outside of the picture, or without a size."""

from __future__ import annotations

import numpy as np

from labeling.quality.clip import Clip, sound
from labeling.quality.findings import Finding, Kind
from labeling.quality.series import runs
from labeling.quality.tracks import Flags, Floats, Ints


def out_of_frame(
    clip: Clip, *, share: float = 0.05, pixels: float = 3.0, whole: float = 0.9
) -> list[Finding]:
    """Boxes that lie outside of the picture by more than `share` of their area and `pixels`.

    Some data sets draw boxes around what the border hides, too. Where a quarter of the tracks
    that come to the border (and three at least) go out over it (`_going_out`), only boxes outside
    by `whole` of their area are reported. Where nobody knows the picture's size, it is guessed
    (`clip.measured`), and the finding says so.
    """
    width, height = clip.width, clip.height
    across = np.clip(clip.right, 0, width) - np.clip(clip.left, 0, width)
    down = np.clip(clip.bottom, 0, height) - np.clip(clip.top, 0, height)
    out = 1.0 - across * down / (clip.w * clip.h)
    by = np.maximum.reduce([-clip.left, -clip.top, clip.right - width, clip.bottom - height])
    beyond = (out > share) & (by > pixels)
    at_border = len(np.unique(clip.track[clip.cut_across | clip.cut_down]))
    crossing = len(np.unique(_going_out(clip, beyond & (out < whole))))
    if crossing >= max(3, at_border / 4):
        beyond &= out >= whole
    return [
        _outside(clip, first, last, out)
        for first, last in zip(*(ends.tolist() for ends in runs(beyond, clip.joined)), strict=True)
    ]


def _going_out(clip: Clip, beyond: Flags) -> Ints:
    """Tracks that go out over the border as objects do: at their end or beginning, or from boxes at
    the border. What is outside between boxes well inside was thrown there."""
    first, last = runs(beyond, clip.joined)
    edge = clip.cut_across | clip.cut_down
    before, after = np.maximum(first - 1, 0), np.minimum(last + 1, len(clip) - 1)
    comes = (clip.track[before] != clip.track[first]) | (before == first) | edge[before]
    goes = (clip.track[after] != clip.track[last]) | (after == last) | edge[after]
    return np.asarray(clip.track[first[comes | goes]])


def _outside(clip: Clip, first: int, last: int, out: Floats) -> Finding:
    share = float(out[first : last + 1].max())
    begin, end, name = int(clip.frame[first]), int(clip.frame[last]), clip.name(first)
    picture = f"the picture, taken to be {clip.width:g} by {clip.height:g} pixels,"
    return Finding(
        Kind.OUT_OF_FRAME,
        (name,),
        begin,
        end,
        0.5 + 0.5 * share,
        f"{name} lies outside of {picture if clip.guessed else 'the picture'} by {share:.0%} "
        f"in frames {begin} to {end}; "
        "draw it inside, or delete it there.",
    )


def boxes_without_size(clip: Clip) -> list[Finding]:
    """Rows with a width or height of zero, negative, or no number at all, one finding a row."""
    tracks = clip.tracks
    return [
        Finding(
            Kind.NO_SIZE,
            (tracks.track_names[track],),
            frame,
            frame,
            1.0,
            f"{tracks.track_names[track]} has a box of {width:g} by {height:g} pixels "
            f"in frame {frame}; draw it anew, or delete it.",
        )
        for track, frame, width, height in zip(
            *(
                column[~sound(tracks)].tolist()
                for column in (tracks.track, tracks.frame, tracks.w, tracks.h)
            ),
            strict=True,
        )
    ]
