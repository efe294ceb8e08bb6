"""Values of tracks over time, and how they step.

A value that is wrong, or a track that was led astray, *steps*: it accelerates and at once
accelerates back. Objects do not. Fast ones have large but even steps, bouncing or braking ones
accelerate once. So a step is measured from the second differences a(i) and a(i+1) at two
neighbouring entries of a track, where they point against each other: for places by the smaller of
both, for sizes and shapes by their geometric mean. What is off by d in one frame steps by d
(1.4 d) before and after, what is off by d from some frame on steps by d there, even motion, a
bounce and a turn by 0. At both ends of a track only one second difference is there; its length
counts, against a limit of its own.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from labeling.quality.tracks import Flags, Floats, Ints

LONGEST = 3
"""Frames between two entries of a track over which motion is still worth predicting."""


@dataclass(frozen=True, eq=False)
class Series:
    """Entries of tracks, sorted by track, then frame, at most one a frame. Steps lie between each
    entry and the next of its track, and are given at the first of both."""

    track: Ints
    frame: Ints

    def __len__(self) -> int:
        return len(self.track)

    @cached_property
    def joined(self) -> Flags:
        """Entries whose next one is of the same track."""
        joined = np.zeros(len(self), bool)
        joined[:-1] = self.track[1:] == self.track[:-1]
        return joined

    @cached_property
    def gap(self) -> Ints:
        """Frames from each entry to the next of its track; 1 where there is none."""
        gap = np.ones(len(self), np.int64)
        gap[:-1] = np.where(self.joined[:-1], np.diff(self.frame), 1)
        return gap

    @cached_property
    def usable(self) -> Flags:
        """Entries that have one shortly before and one shortly after in their track."""
        near = self.joined & (self.gap <= LONGEST)
        usable = np.zeros(len(self), bool)
        usable[1:] = near[:-1] & near[1:]
        return usable

    @cached_property
    def inner(self) -> Flags:
        """Steps that have a second difference on both sides."""
        inner = np.zeros(len(self), bool)
        inner[:-1] = self.usable[:-1] & self.usable[1:] & self.joined[:-1]
        return inner

    @cached_property
    def outer(self) -> Flags:
        """Steps at a track's ends, that have one on one side only."""
        outer = np.zeros(len(self), bool)
        outer[:-1] = (self.usable[:-1] ^ self.usable[1:]) & self.joined[:-1]
        return outer & (self.gap <= LONGEST)

    def speed(self, column: Floats) -> Floats:
        """Change per frame from each entry to the next of its track, 0 where there is none."""
        speed = np.zeros(len(self))
        speed[:-1] = np.diff(column) / self.gap[:-1]
        speed[~self.joined] = 0.0
        return speed

    def second(self, column: Floats) -> Floats:
        """The second difference per frame at each usable entry, 0 elsewhere."""
        second = np.zeros(len(self))
        second[1:] = np.diff(self.speed(column))
        second[~self.usable] = 0.0
        return second

    def steps(self, *seconds: Floats) -> Floats:
        """Steps of a place, given the second differences of its coordinates: the smaller of both,
        along the other one. A bounce is a large one beside a small one."""
        reach = np.sqrt(sum((second * second for second in seconds), np.zeros(len(self))))
        larger = np.zeros(len(self))
        larger[:-1] = np.maximum(reach[:-1], reach[1:])
        inner = self._against(*seconds) / np.maximum(larger, 1e-12)
        return np.where(self.outer, larger, inner) * self.gap

    def mean_steps(self, second: Floats) -> Floats:
        """Steps by the geometric mean of both: sizes and shapes do not bounce."""
        larger = np.zeros(len(self))
        larger[:-1] = np.maximum(np.abs(second[:-1]), np.abs(second[1:]))
        return np.where(self.outer, larger, np.sqrt(self._against(second))) * self.gap

    def _against(self, *seconds: Floats) -> Floats:
        """How far the second differences of a step point against each other: their negative
        product, 0 where they agree, and where there are not two."""
        product = np.zeros(len(self))
        for second in seconds:
            product[:-1] += second[:-1] * second[1:]
        return np.where(self.inner, np.clip(-product, 0, None), 0.0)


def minmod(one: Floats, other: Floats) -> Floats:
    """The smaller of both where they agree in direction, else 0: what two measures both say."""
    return np.where(one * other > 0, np.where(np.abs(one) < np.abs(other), one, other), 0.0)


def usual(values: Floats, groups: Ints, chosen: Flags, *, share: float, least: int) -> Floats:
    """For each entry, the `share` quantile of the chosen values of its group, where the group has
    at least `least` of them, else of all chosen ones. 0 without any."""
    if not chosen.any():
        return np.zeros(len(values))
    table = np.full(int(groups.max()) + 1, _quantile(values[chosen], share))
    for group in np.unique(groups):
        mine = values[chosen & (groups == group)]
        if len(mine) >= least:
            table[group] = _quantile(mine, share)
    return table[groups]


def _quantile(values: Floats, share: float, *, spared: int = 4) -> float:
    """The quantile without the `spared` largest values: in a short clip one or two faults would
    else make themselves usual."""
    kept = max(0, len(values) - 1 - spared) / max(1, len(values) - 1)
    return float(np.quantile(values, share * kept))


def ranked(values: Floats, groups: Ints, number: int, rank: Callable[[Ints], Ints]) -> Floats:
    """For each of `number` groups the value of the rank (0-based) that `rank` gives for the
    counts of all groups; negative ranks, and groups without a value, answer 0.

    Group and value are sorted as one number, which is many times as fast as sorting by both;
    values are held to ± 500,000 and to some millionths.
    """
    ordered = np.sort(groups * 1e6 + np.clip(values, -5e5, 5e5))
    counts = np.bincount(groups, minlength=number)
    places = rank(counts)
    asked = np.flatnonzero((counts > 0) & (places >= 0))
    found = np.zeros(number)
    found[asked] = ordered[(np.cumsum(counts) - counts + places)[asked]] - asked * 1e6
    return found


def runs(flags: Flags, joined: Flags) -> tuple[Ints, Ints]:
    """First and last index of each run of flagged neighbours of one track."""
    before = np.zeros(len(flags), bool)
    before[1:] = flags[:-1] & joined[:-1]
    after = np.zeros(len(flags), bool)
    after[:-1] = flags[1:] & joined[:-1]
    return np.flatnonzero(flags & ~before), np.flatnonzero(flags & ~after)
