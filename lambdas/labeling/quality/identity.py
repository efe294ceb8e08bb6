"""Tracks that are one object under two names, or two objects under one."""

from __future__ import annotations

import numpy as np

from labeling.quality.clip import Clip
from labeling.quality.findings import Finding, Kind
from labeling.quality.motion import Steps
from labeling.quality.pairs import pairs
from labeling.quality.paths import Ends, many
from labeling.quality.series import LONGEST
from labeling.quality.tracks import Flags, Floats, Ints


def identity_switches(steps: Steps, over: Flags) -> tuple[list[Finding], Flags]:
    """Two tracks that go on as each other, and the steps that this explains.

    `over` are steps (one entry a box) out of the ordinary enough to be looked at. Two of them
    between the same two frames are a switch where each track's next box lies where the other's
    was to be expected: together at most 0.4 of the way that they would have gone without the
    switch, each within one box size, and the box's size fits the other track no worse.
    """
    clip = steps.clip
    at = np.flatnonzero(over & clip.joined & (clip.step <= LONGEST))
    explained = np.zeros(len(clip), bool)
    if len(at) < 2:
        return [], explained
    one, other = pairs(clip.frame[at] * (LONGEST + 1) + clip.step[at])
    one, other = at[one], at[other]
    middle = (clip.corners[:, :2] + clip.corners[:, 2:]) / 2
    ahead = middle + _speed_before(clip, middle) * clip.step[:, None]
    straight = _length(middle[one + 1] - ahead[one]) + _length(middle[other + 1] - ahead[other])
    first = _length(middle[one + 1] - ahead[other])
    second = _length(middle[other + 1] - ahead[one])
    reach = np.minimum(clip.size[one], clip.size[other]) + 2.0 + 0.5 * steps.pace[one]
    fits = (first + second < 0.4 * straight) & (np.maximum(first, second) < reach)
    sides = np.log(np.column_stack([clip.w, clip.h]))
    crossed = np.abs(sides[one + 1] - sides[other]) + np.abs(sides[other + 1] - sides[one])
    kept = np.abs(sides[one + 1] - sides[one]) + np.abs(sides[other + 1] - sides[other])
    fits &= (crossed < kept + 0.5).all(axis=1)
    explained[one[fits]] = explained[other[fits]] = True
    found = []
    for left, right in zip(one[fits].tolist(), other[fits].tolist(), strict=True):
        frame, before = int(clip.frame[left + 1]), int(clip.frame[left])
        names = (clip.name(left), clip.name(right))
        found.append(
            Finding(
                Kind.IDENTITY_SWITCH,
                names,
                before,
                frame,
                0.95,
                f"{names[0]} and {names[1]} seem to change places in frame {frame}; "
                "see which object is which from there on.",
            )
        )
    return found, explained


def _speed_before(clip: Clip, middle: Floats) -> Floats:
    """How fast each box was on its way from the one before; 0 for a track's first."""
    speed = np.zeros_like(middle)
    speed[1:] = (middle[1:] - middle[:-1]) / clip.step[:-1][:, None]
    speed[clip.starts] = 0.0
    return speed


def _length(vectors: Floats) -> Floats:
    return np.hypot(vectors[:, 0], vectors[:, 1])


SURE = 0.5
"""The part of the limits within which a break explains that one track ends and another begins."""

CHANCE = 0.5
"""The share of breaks at most that may be met by chance (and two); beyond, they are doubtful."""


def identity_breaks(
    starts: Ends, ends: Ends, *, longest: int = 5
) -> tuple[list[Finding], Ints, Ints]:
    """Tracks that end where another of the same class begins at most `longest` frames later.

    What meets (`_met`) is one object, unless the clip itself says otherwise. Where as many tracks
    meet those that began *before* they end, which no object can, meeting is chance (`_by_chance`);
    where many go on under another name after some missing frames, that is how the clip was
    labeled (`_by_habit`). Then a break is doubtful. Also answers the tracks that end and those
    that begin so, where they meet within `SURE` of the limits.
    """
    clip = ends.clip
    one, other, cost = _met(ends, starts, *_followers(ends, starts, longest))
    null = _met(ends, starts, *_forerunners(ends, starts, longest))[2]
    missing = starts.frame[other] - ends.frame[one] - 1
    doubtful = _by_chance(cost, null) | _by_habit(missing, ends.within)
    found = []
    for end, start, doubt, weak in zip(
        one.tolist(), other.tolist(), cost.tolist(), doubtful.tolist(), strict=True
    ):
        names = (clip.name(int(ends.box[end])), clip.name(int(starts.box[start])))
        first, last = int(ends.frame[end]), int(starts.frame[start])
        found.append(
            Finding(
                Kind.IDENTITY_BREAK,
                names,
                first,
                last,
                (0.95 - 0.4 * doubt) * (0.5 if weak else 1.0),
                f"{names[0]} ends in frame {first} where {names[1]} begins in frame {last}; "
                "if they are one object, give them one name.",
            )
        )
    sure = cost < SURE
    return found, clip.track[ends.box[one[sure]]], clip.track[starts.box[other[sure]]]


def _by_chance(cost: Floats, null: Floats) -> Flags:
    """Breaks among which, up to their own cost, too many are likely met by chance."""
    expected = np.searchsorted(np.sort(null), cost, side="right")
    met = np.searchsorted(np.sort(cost), cost, side="right")
    return np.asarray(expected > np.maximum(2.0, CHANCE * met))


def _by_habit(missing: Ints, ends: int) -> Flags:
    """Breaks with frames missing, where many of the `ends` within the clip are such breaks."""
    away = missing > 0
    return np.asarray(away & many(int(away.sum()), ends, some=4))


def _met(ends: Ends, starts: Ends, one: Ints, other: Ints) -> tuple[Ints, Ints, Floats]:
    """The pairs of an end and a start that meet, each fitting the other best; and how far they
    are from doing so, 0–1.

    The one that ends is carried on with the mean speed of both; they meet within 0.7 box sizes
    (0.2 more for each further frame; 2 pixels and a quarter of the pace added) if their sides
    differ by less than a factor of 2, as they are or carried on. One that leaves over the border
    where another comes in does not meet it.
    """
    clip = ends.clip
    between = starts.frame[other] - ends.frame[one]
    time = np.abs(between)
    way = (ends.speed[one] + starts.speed[other]) / 2 * time[:, None]
    miss = _length(_middle(starts.corners[other] - ends.corners[one] - way))
    size = np.minimum(clip.size[ends.box[one]], clip.size[starts.box[other]])
    pace = _length(_middle(ends.speed[one])) * time
    miss = miss / ((0.5 + 0.2 * time) * size + 2.0 + 0.25 * pace)
    same = clip.label[ends.box[one]] == clip.label[starts.box[other]]
    same &= clip.track[ends.box[one]] != clip.track[starts.box[other]]
    grown = np.minimum(
        _unlike(ends.corners[one], starts.corners[other]),
        _unlike(ends.corners[one] + way, starts.corners[other]),
    )
    edge = clip.cut_across | clip.cut_down
    same &= ~(edge[ends.box[one]] & edge[starts.box[other]])
    cost = np.where(same & (grown < np.log(2.0)), miss, np.inf)
    best_end, best_start = np.full(len(ends.box), np.inf), np.full(len(starts.box), np.inf)
    np.minimum.at(best_end, one, cost)
    np.minimum.at(best_start, other, cost)
    matched = (cost < 1.0) & (cost == best_end[one]) & (cost == best_start[other])
    return one[matched], other[matched], cost[matched]


def _followers(ends: Ends, starts: Ends, longest: int) -> tuple[Ints, Ints]:
    """Pairs of an end and a start 1 to `longest` frames after it."""
    return _starting(ends, starts, 1, longest)


def _forerunners(ends: Ends, starts: Ends, longest: int) -> tuple[Ints, Ints]:
    """Pairs of an end and a start 0 to `longest` - 1 frames before it: as many frames."""
    return _starting(ends, starts, 1 - longest, 0)


def _starting(ends: Ends, starts: Ends, soonest: int, latest: int) -> tuple[Ints, Ints]:
    """Pairs of an end and a start so many frames after it."""
    order = np.argsort(starts.frame, kind="stable")
    frames = starts.frame[order]
    first = np.searchsorted(frames, ends.frame + soonest)
    counts = np.searchsorted(frames, ends.frame + latest, side="right") - first
    one = np.repeat(np.arange(len(ends.frame)), counts)
    begun = np.cumsum(counts) - counts
    return one, order[first[one] + np.arange(len(one)) - begun[one]]


def _middle(corners: Floats) -> Floats:
    return (corners[:, :2] + corners[:, 2:]) / 2


def _unlike(one: Floats, other: Floats) -> Floats:
    """The larger difference of the logarithms of widths and heights."""
    sides = (np.maximum(box[:, 2:] - box[:, :2], 0.5) for box in (one, other))
    return np.asarray(np.abs(np.subtract(*map(np.log, sides))).max(axis=1))
