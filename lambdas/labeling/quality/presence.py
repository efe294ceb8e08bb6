"""Frames without a box, tracks that begin late or end early, and tracks that hardly are."""

from __future__ import annotations

import numpy as np

from labeling.quality.clip import Clip
from labeling.quality.findings import Finding, Kind, beyond, frames_said
from labeling.quality.paths import Ends, many
from labeling.quality.tracks import Flags, Ints


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
            f"{frames_said(int(run[0]), int(run[-1]))} without any box, "
            "although tracks go on behind; label what can be seen there.",
        )
        for run in np.split(found, np.flatnonzero(np.diff(found) > 1) + 1)
        if len(run)
    ]


def _empty(clip: Clip) -> tuple[Flags, Flags]:
    """For each frame: whether it is empty by mistake, and whether a track spans it."""
    full = np.bincount(clip.tracks.frame, minlength=clip.frames) > 0
    empty = ~full
    last = int(np.flatnonzero(full)[-1]) if full.any() else 0
    if not last or empty[:last].mean() > 1 / 3:
        return np.zeros(clip.frames, bool), np.zeros(clip.frames, bool)
    change = np.zeros(clip.frames + 1, np.int64)
    np.add.at(change, clip.frame[clip.starts], 1)
    np.add.at(change, clip.frame[clip.ends], -1)
    return empty, np.cumsum(change)[:-1] > 0


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

    Where many (`many`) of all that begins and ends within the clip do so in the open, this is how
    the clip was labeled (doors, pillars, people who stop at what they count as gone). Then it is
    three deviations (of logarithms, by the median of absolute deviations, at least 0.3) above
    their median.
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
    and as many that are only up to four times as long, lives are short: they are doubtful."""
    clip = start.clip
    clear = (start.frame > 0) & (end.frame < clip.frames - 1)
    clear &= start.inside(start.corners) & end.inside(end.corners)
    clear &= start.inside(start.carried(1.0)) & end.inside(end.carried(1.0))
    boxes = clip.ends - clip.starts + 1
    three = (boxes == 3) & start.unexplained & end.unexplained
    stray = np.flatnonzero(clear & (short_tracks(clip) | three))
    stray = stray[~(start.hidden(stray) & end.hidden(stray))]
    little = int(np.count_nonzero(~short_tracks(clip) & (boxes <= 4 * boxes[stray].max(initial=0))))
    weak = 0.5 if many(len(stray), len(boxes)) and little >= len(stray) else 1.0
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
                f"({frames_said(first, last)}); see whether there is an object at all.",
            )
        )
    return found
