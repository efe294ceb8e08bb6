"""Frames where a box should be and is not, and tracks that hardly are."""

from __future__ import annotations

import numpy as np

from labeling.quality.clip import Clip
from labeling.quality.findings import Finding, Kind, beyond
from labeling.quality.paths import Ends, many
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
    stand in front, or so far that in this clip what lies so far behind is left out elsewhere, too
    (`_left_out`); the box was going out of sight or just came into it, as with other gaps
    (`_going_out_of_sight`); or the track reaches the border, or would within one and a half
    frames, on both ends. A track that is away for longer than it is there may well have left: that
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
    seen &= ~(_reaches_border(clip, at, at - 1) & _reaches_border(clip, at + 1, at + 2))
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
    near = np.abs(cover[:, None] - cover[None, :]) <= alike
    away = near @ missing - missing
    drawn = np.sort(clip.in_front)
    labeled = np.searchsorted(drawn, cover + alike, side="right")
    labeled -= np.searchsorted(drawn, cover - alike)
    return np.asarray(away / np.maximum(away + labeled, 1))


def _going_out_of_sight(clip: Clip, at: Ints, open_: Flags, *, lift: float = 3.0) -> Flags:
    """Gaps before or behind which the box is `Clip.vanishing`, if that is what gaps of this clip
    are like: many of the `open_` ones are, and `lift` times as often as boxes anywhere."""
    vanishing = open_ & (clip.vanishing(at) | clip.vanishing(at + 1))
    count, of = int(vanishing.sum()), int(open_.sum())
    if not many(count, of):
        return np.zeros(len(at), bool)
    anywhere = np.flatnonzero(clip.joined)[:: max(1, len(clip) // 2000)]
    usual = (clip.vanishing(anywhere) | clip.vanishing(anywhere + 1)).mean()
    return vanishing & bool(count > lift * usual * of)


def _reaches_border(clip: Clip, box: Ints, inner: Ints, *, frames: float = 1.5) -> Flags:
    """Boxes that are at the border, or will be if they go on as from `inner` to them."""
    inner = np.clip(inner, 0, len(clip) - 1)
    known = clip.track[inner] == clip.track[box]
    time = np.maximum(np.abs(clip.frame[box] - clip.frame[inner]), 1)
    way = (clip.corners[box] - clip.corners[inner]) * np.where(known, frames / time, 0)[:, None]
    carried = clip.corners[box] + way
    edge = clip.cut_across | clip.cut_down
    return np.asarray(edge[box] | ~clip.inside(carried))


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


def late_starts(starts: Ends, ends: Ends, *, begun: Ints, ended: Ints) -> list[Finding]:
    """Tracks that begin inside the picture, as if their first frames had been left out.

    What explains a beginning: the clip's first frame; the border, which the box touches or would
    have touched two and a half frames before; another box in front that covers 0.3 of it there.
    Among the others a small box is no fault: the object came near enough to be seen. The limit is
    4 % of the picture's height (side of a square as large as the box), and where tracks of the
    clip begin and end like this by habit (`_limit`), only those stand out that are far larger than
    the rest. `begun` and `ended` are tracks that something else explains.
    """
    return _torn(starts, _bare(starts, begun), _limit((starts, begun), (ends, ended)))


def early_ends(starts: Ends, ends: Ends, *, begun: Ints, ended: Ints) -> list[Finding]:
    """Tracks that end inside the picture: as `late_starts`, the other way in time."""
    return _torn(ends, _bare(ends, ended), _limit((starts, begun), (ends, ended)))


def _bare(ends: Ends, but: Ints) -> Flags:
    """Ends that nothing explains, of tracks that are long enough to be judged."""
    known = np.isin(ends.clip.track[ends.box], but)
    return np.asarray(ends.unexplained & ~short_tracks(ends.clip) & ~known)


def _limit(*sides: tuple[Ends, Ints]) -> float:
    """The size from which on an end that lies bare is no accident, in pixels.

    Where many (`many`) of all that begins and ends within the clip do so in the open, this is how the clip was labeled (doors, pillars, people who stop at what
    they count as gone). Then it is three deviations (of logarithms, by the median of absolute
    deviations, at least 0.3) above their median.
    """
    clip = sides[0][0].clip
    limit = 0.04 * clip.height
    sizes = np.concatenate([clip.size[ends.box[_bare(ends, but)]] for ends, but in sides])
    sizes = sizes[sizes > limit]
    if not many(len(sizes), sum(ends.within for ends, _ in sides)):
        return limit
    logs = np.log(sizes)
    middle = float(np.median(logs))
    spread = max(0.3, 1.4826 * float(np.median(np.abs(logs - middle))))
    return max(limit, float(np.exp(middle + 3 * spread)))


def _torn(ends: Ends, bare: Flags, limit: float) -> list[Finding]:
    clip = ends.clip
    size = clip.size[ends.box]
    kind, word, side = (
        (Kind.EARLY_END, "ends", "after") if ends.late else (Kind.LATE_START, "begins", "before")
    )
    found = []
    for index in np.flatnonzero(bare & (size > limit)).tolist():
        frame, name = int(ends.frame[index]), clip.name(int(ends.box[index]))
        away = _frames_to_border(ends, index)
        first, last = (frame, frame + away) if ends.late else (frame - away, frame)
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
    of the border and of the clip's ends, where objects come and go, and not seen for a moment
    between two others that hide it before and after. Where the clip has many of them (`many`),
    they are doubtful."""
    clip = start.clip
    clear = (start.frame > 0) & (end.frame < clip.frames - 1)
    clear &= start.inside(start.corners) & end.inside(end.corners)
    clear &= start.inside(start.carried(1.0)) & end.inside(end.carried(1.0))
    boxes = clip.ends - clip.starts + 1
    three = (boxes == 3) & start.unexplained & end.unexplained
    stray = np.flatnonzero(clear & (short_tracks(clip) | three))
    stray = stray[~(start.hidden(stray) & end.hidden(stray))]
    weak = 0.5 if many(len(stray), len(boxes)) else 1.0
    found = []
    for index in stray.tolist():
        first, last = int(start.frame[index]), int(end.frame[index])
        name, count = clip.name(int(start.box[index])), int(boxes[index])
        found.append(
            Finding(
                Kind.STRAY,
                (name,),
                first,
                last,
                weak * (0.95 - 0.1 * min(4, count)),
                f"{name} has only {count} box{'es' if count > 1 else ''} "
                f"({_frames(first, last)}); see whether there is an object at all.",
            )
        )
    return found


def _frames(first: int, last: int) -> str:
    return f"frame {first}" if first == last else f"frames {first} to {last}"
