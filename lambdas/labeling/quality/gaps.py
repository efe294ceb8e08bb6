"""Tracks that are away for some frames, and what explains that."""

from __future__ import annotations

import numpy as np

from labeling.quality.clip import Clip
from labeling.quality.findings import Finding, Kind, frames_said
from labeling.quality.paths import many
from labeling.quality.tracks import Flags, Floats, Ints

SAMPLES = 8
"""Missing frames of a gap that are looked at to see whether something hid the object."""


def gaps(clip: Clip, *, hidden: float = 0.9) -> list[Finding]:
    """Tracks that are away for some frames and come back.

    A gap is left alone where it is explained: the straight way between its ends lies, in the
    median of its frames, by `hidden` (share of the box) and more behind one other box that can
    stand in front, or so far that in this clip what lies so far behind is left out elsewhere, too
    (`_left_out`); the box was going out of sight or just came into it, as with other gaps
    (`_going_out_of_sight`); or the track is at the border on both ends, or would be within
    one and a half frames. A track that is away for longer than it is there may well have left: that
    is doubtful. Frames that are empty as a whole are `empty_frames`' business.
    """
    at = np.flatnonzero(clip.joined & (clip.step > 1))
    if not len(at):
        return []
    empty = np.cumsum(np.concatenate([[0], clip.boxes_in_frame == 0]))
    missing = clip.step[at] - 1 - (empty[clip.frame[at + 1]] - empty[clip.frame[at] + 1])
    at, missing = at[missing > 0], missing[missing > 0]
    cover = _cover(clip, at)
    seen = (cover < hidden) & (_left_out(clip, cover, missing) < USUAL)
    edge = clip.cut_across | clip.cut_down
    seen &= ~(edge[at] & edge[at + 1])
    seen &= ~(_carried_out(clip, at, at - 1) & _carried_out(clip, at + 1, at + 2))
    seen &= ~_going_out_of_sight(clip, at, seen)
    boxes = np.bincount(clip.track, minlength=len(clip.tracks.track_names))[clip.track[at]]
    severity = (0.95 - 0.5 * cover) * np.where(missing > np.maximum(10, boxes), 0.5, 1.0)
    return [
        _gap(clip, index, count, sure)
        for index, count, sure in zip(
            at[seen].tolist(), missing[seen].tolist(), severity[seen].tolist(), strict=True
        )
    ]


def _cover(clip: Clip, at: Ints) -> Floats:
    """How far other boxes cover the straight way of each gap, in the median of its frames."""
    part = (np.arange(SAMPLES) + 0.5) / SAMPLES
    ahead = np.ceil(part[None, :] * (clip.step[at] - 1)[:, None]).astype(np.int64)
    share = (ahead / clip.step[at][:, None])[:, :, None]
    boxes = clip.corners[at][:, None, :] * (1 - share) + clip.corners[at + 1][:, None, :] * share
    frames = clip.frame[at][:, None] + ahead
    cover = clip.covered(
        frames.ravel(), boxes.reshape(-1, 4), np.repeat(clip.track[at], SAMPLES), in_front=True
    )
    return np.asarray(np.median(cover.reshape(-1, SAMPLES), axis=1))


USUAL = 0.25
"""The share of what lies equally far behind others from which on leaving it out is usual."""


def _left_out(clip: Clip, cover: Floats, missing: Ints, *, alike: float = 0.15) -> Floats:
    """For each gap: of all that lies as far behind another box (± `alike`), the share that is
    not labeled. The gap itself does not count."""
    some = clip.sample
    drawn = clip.covered(clip.frame[some], clip.corners[some], clip.track[some], in_front=True)
    labeled = _between(drawn, np.ones(len(some)), cover, alike) * (len(clip) / len(some))
    away = _between(cover, missing, cover, alike) - missing
    return np.asarray(away / np.maximum(away + labeled, 1.0))


def _between(values: Floats, weights: Floats | Ints, asked: Floats, alike: float) -> Floats:
    """The weight of all values within `alike` of each asked one."""
    order = np.argsort(values)
    total = np.concatenate([[0.0], np.cumsum(weights[order])])
    low = np.searchsorted(values[order], asked - alike, side="left")
    high = np.searchsorted(values[order], asked + alike, side="right")
    return np.asarray(total[high] - total[low])


def _going_out_of_sight(clip: Clip, at: Ints, open_: Flags, *, lift: float = 3.0) -> Flags:
    """Gaps before or behind which the box is `Clip.vanishing`, if that is what gaps of this clip
    are like: many of the `open_` ones are, and `lift` times as often as boxes anywhere."""
    vanishing = open_ & (clip.vanishing(at) | clip.vanishing(at + 1))
    count, of = int(vanishing.sum()), int(open_.sum())
    if not many(count, of):
        return np.zeros(len(at), bool)
    anywhere = clip.sample[clip.joined[clip.sample]]
    usual = (clip.vanishing(anywhere) | clip.vanishing(anywhere + 1)).mean()
    return vanishing & bool(count > lift * usual * of)


def _carried_out(clip: Clip, box: Ints, inner: Ints, *, frames: float = 1.5) -> Flags:
    """Boxes that come to the border if they go on as from `inner` to them."""
    inner = np.clip(inner, 0, len(clip) - 1)
    known = clip.track[inner] == clip.track[box]
    time = np.maximum(np.abs(clip.frame[box] - clip.frame[inner]), 1)
    way = (clip.corners[box] - clip.corners[inner]) * np.where(known, frames / time, 0)[:, None]
    return clip.inside(clip.corners[box]) & ~clip.inside(clip.corners[box] + way)


def _gap(clip: Clip, index: int, count: int, severity: float) -> Finding:
    first, last = int(clip.frame[index]) + 1, int(clip.frame[index + 1]) - 1
    name = clip.name(index)
    return Finding(
        Kind.GAP,
        (name,),
        first,
        last,
        severity,
        f"{name} is missing in {frames_said(first, last)} ({count}) and comes back; "
        "label it there, or make sure that it cannot be seen.",
    )
