"""Frames where a box should be and is not, and tracks that hardly are."""

from __future__ import annotations

import numpy as np

from labeling.quality.clip import Clip
from labeling.quality.findings import Finding, Kind, beyond
from labeling.quality.paths import Ends
from labeling.quality.tracks import Flags, Floats, Ints

SAMPLES = 8
"""Missing frames of a gap that are looked at to see whether something hid the object."""


def empty_frames(clip: Clip) -> list[Finding]:
    """Frames without any box between frames of boxes, one finding a run of them.

    A frame counts only where at least one track goes on behind it: a scene may be empty. Where
    every third frame and more is empty, only some frames were labeled, and none is reported.
    """
    empty, spanned = _empty(clip)
    found = np.flatnonzero(empty & spanned)
    return [
        Finding(
            Kind.EMPTY_FRAME,
            (),
            int(run[0]),
            int(run[-1]),
            1.0,
            f"{_frames(int(run[0]), int(run[-1]))} without any box, "
            "although tracks go on behind; label what can be seen there.",
        )
        for run in np.split(found, np.flatnonzero(np.diff(found) > 1) + 1)
        if len(run)
    ]


def _empty(clip: Clip) -> tuple[Flags, Flags]:
    """For each frame: whether it is empty by mistake, and whether a track spans it."""
    full = np.bincount(clip.tracks.frame, minlength=clip.frames) > 0
    empty = ~full
    if not full.any() or empty[: int(np.flatnonzero(full)[-1])].mean() > 1 / 3:
        return np.zeros(clip.frames, bool), np.zeros(clip.frames, bool)
    change = np.zeros(clip.frames + 1, np.int64)
    np.add.at(change, clip.frame[clip.starts], 1)
    np.add.at(change, clip.frame[clip.ends], -1)
    return empty, np.cumsum(change)[:-1] > 0


def gaps(clip: Clip, *, hidden: float = 0.85) -> list[Finding]:
    """Tracks that are away for some frames and come back.

    A gap is left alone where it is explained: the straight way between its ends lies, in the
    median of its frames, by `hidden` (share of the box) and more behind one other box that can
    stand in front, or both ends touch the border. Frames that are empty as a whole are
    `empty_frames`' business.
    """
    at = np.flatnonzero(clip.joined & (clip.step > 1))
    if not len(at):
        return []
    empty = np.cumsum(np.concatenate([[0], clip.boxes_in_frame == 0]))
    missing = clip.step[at] - 1 - (empty[clip.frame[at + 1]] - empty[clip.frame[at] + 1])
    at, missing = at[missing > 0], missing[missing > 0]
    cover = _cover(clip, at)
    edge = clip.cut_across | clip.cut_down
    seen = (cover < hidden) & ~(edge[at] & edge[at + 1])
    return [
        _gap(clip, index, count, 0.95 - 0.5 * share)
        for index, count, share in zip(
            at[seen].tolist(), missing[seen].tolist(), cover[seen].tolist(), strict=True
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


def _gap(clip: Clip, index: int, count: int, severity: float) -> Finding:
    first, last = int(clip.frame[index]) + 1, int(clip.frame[index + 1]) - 1
    name = clip.name(index)
    return Finding(
        Kind.GAP,
        (name,),
        first,
        last,
        severity,
        f"{name} is missing in {_frames(first, last)} ({count}) and comes back; "
        "label it there, or make sure that it cannot be seen.",
    )


def late_starts(starts: Ends, *, but: Ints | None = None) -> list[Finding]:
    """Tracks that begin inside the picture, as if their first frames had been left out.

    What explains a beginning: the clip's first frame; the border, which the box touches or would
    have touched one and a half frames before; another box in front that covers 0.3 of it there.
    Among the others a small box is no fault: the object came near enough to be seen. The limit is
    4 % of the picture's height (side of a square as large as the box), and where many tracks of
    the clip begin like this, only those stand out that are far larger than the rest
    (`_stand_out`). `but` are tracks that something else explains.
    """
    return _torn(starts, Kind.LATE_START, but)


def early_ends(ends: Ends, *, but: Ints | None = None) -> list[Finding]:
    """Tracks that end inside the picture: as `late_starts`, the other way in time."""
    return _torn(ends, Kind.EARLY_END, but)


def _torn(ends: Ends, kind: Kind, but: Ints | None) -> list[Finding]:
    clip = ends.clip
    bare = ends.unexplained & ~short_tracks(clip)
    if but is not None:
        bare &= ~np.isin(clip.track[ends.box], but)
    size = clip.size[ends.box]
    limit = 0.04 * clip.height
    candidates = bare & (size > limit)
    within = ends.frame != (clip.frames - 1 if ends.late else 0)
    limit = _stand_out(size[candidates], limit, int(within.sum()))
    found = []
    for index in np.flatnonzero(bare & (size > limit)).tolist():
        frame, name = int(ends.frame[index]), clip.name(int(ends.box[index]))
        away = _frames_to_border(ends, index)
        first, last = (frame, frame + away) if ends.late else (frame - away, frame)
        word = "ends" if ends.late else "begins"
        side = "after" if ends.late else "before"
        found.append(
            Finding(
                kind,
                (name,),
                max(0, first),
                min(clip.frames - 1, last),
                beyond(float(size[index]), limit, least=0.6),
                f"{name} {word} in frame {frame} in the middle of the picture, large enough to be "
                f"seen {side}; look whether it is there {side} that.",
            )
        )
    return found


def _stand_out(sizes: Floats, limit: float, ends: int) -> float:
    """The limit of size where so many ends lie bare that this is how the clip was labeled: more
    than a quarter of all (and more than four). Then it is three deviations (of logarithms, by
    the median of absolute deviations, at least 0.3) above their median."""
    if len(sizes) <= max(4, ends / 4):
        return limit
    logs = np.log(sizes)
    middle = float(np.median(logs))
    spread = max(0.3, 1.4826 * float(np.median(np.abs(logs - middle))))
    return max(limit, float(np.exp(middle + 3 * spread)))


def _frames_to_border(ends: Ends, index: int, *, most: int = 10) -> int:
    """Frames until the track would reach the border, at most `most`: where to look for it."""
    clip = ends.clip
    ahead = np.arange(1, most + 1)[:, None]
    corners = ends.corners[index] + ends.outward * ends.speed[index] * ahead
    out = ~ends.inside(corners)
    return int(np.argmax(out)) if out.any() else min(most, clip.frames)


def short_tracks(clip: Clip) -> Flags:
    """For each track (in the order of `Clip.starts`) whether it is too short to be of use: two
    boxes, or where tracks are long 5 % of the median of their boxes, up to five."""
    boxes = clip.ends - clip.starts + 1
    few = min(5.0, 0.05 * float(np.median(boxes))) if len(boxes) else 0.0
    return boxes <= max(2.0, few)


def stray_tracks(start: Ends, end: Ends) -> list[Finding]:
    """Tracks of hardly any box (`short_tracks`; three boxes if nothing hides either end), clear
    of the border and of the clip's ends, where objects come and go."""
    clip = start.clip
    clear = (start.frame > 0) & (end.frame < clip.frames - 1)
    clear &= start.inside(start.corners) & end.inside(end.corners)
    clear &= start.inside(start.carried(1.0)) & end.inside(end.carried(1.0))
    boxes = clip.ends - clip.starts + 1
    three = (boxes == 3) & start.unexplained & end.unexplained
    found = []
    for index in np.flatnonzero(clear & (short_tracks(clip) | three)).tolist():
        first, last = int(start.frame[index]), int(end.frame[index])
        name, count = clip.name(int(start.box[index])), int(boxes[index])
        found.append(
            Finding(
                Kind.STRAY,
                (name,),
                first,
                last,
                1.0 - 0.1 * min(4, count),
                f"{name} has only {count} box{'es' if count > 1 else ''} "
                f"({_frames(first, last)}); see whether there is an object at all.",
            )
        )
    return found


def _frames(first: int, last: int) -> str:
    return f"frame {first}" if first == last else f"frames {first} to {last}"
