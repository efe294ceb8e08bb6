"""How boxes move and change, and how far a step lies outside of what is usual.

A box that was drawn wrong, or a track that was led astray, *steps*: it accelerates and at once
accelerates back. Objects do not. Fast ones have large but even steps, bouncing or braking ones
accelerate once. So a step is measured from two neighbouring second differences that point in
opposite directions: for boxes i and i+1 of a track, with second differences a(i) and a(i+1),

    step = sqrt(max(0, -a(i) · a(i+1))) · (frames from i to i+1)

A box that is off by d in one frame steps by √2 d before and after, a track that is off by d from
some frame on steps by d there, even motion, a bounce and a turn by 0. At both ends of a track
only one second difference is there; its length counts, against a limit of its own.

What moves all boxes of a frame alike (a turning camera) is taken off before: the median second
difference of the frame, where it has at least three tracks.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from labeling.quality.clip import Clip
from labeling.quality.tracks import Flags, Floats, Ints

LONGEST = 3
"""Frames between two boxes of a track over which motion is still worth predicting."""


def minmod(one: Floats, other: Floats) -> Floats:
    """The smaller of both where they agree in direction, else 0: what two measures both say."""
    return np.where(one * other > 0, np.where(np.abs(one) < np.abs(other), one, other), 0.0)


@dataclass(frozen=True, eq=False)
class Steps:
    """Steps between each box and the next of its track, one entry a box.

    `inner` marks steps that have a second difference on both sides, `outer` those at a track's
    first or last box that have one. `shift` is the step in pixels, `scaled` in units of what a
    careful annotator may be off by (see `_tolerance`), `grown` the step of log area, `bent` of
    log (width / height), both in units of the tolerance likewise.
    """

    clip: Clip

    @cached_property
    def usable(self) -> Flags:
        """Boxes that have a box shortly before and one shortly after in their track."""
        clip = self.clip
        near = clip.joined & (clip.step <= LONGEST)
        usable = np.zeros(len(clip), bool)
        usable[1:] = near[:-1] & near[1:]
        return usable

    @cached_property
    def inner(self) -> Flags:
        inner = np.zeros(len(self.clip), bool)
        inner[:-1] = self.usable[:-1] & self.usable[1:] & self.clip.joined[:-1]
        return inner

    @cached_property
    def outer(self) -> Flags:
        """Steps where only one of both boxes has neighbours on both sides."""
        outer = np.zeros(len(self.clip), bool)
        outer[:-1] = (self.usable[:-1] ^ self.usable[1:]) & self.clip.joined[:-1]
        return outer & (self.clip.step <= LONGEST)

    def speed(self, column: Floats) -> Floats:
        """Change per frame from each box to the next of its track, 0 where there is none."""
        speed = np.zeros(len(self.clip))
        speed[:-1] = np.diff(column) / self.clip.step[:-1]
        speed[~self.clip.joined] = 0.0
        return speed

    def second(self, column: Floats) -> Floats:
        """The second difference per frame at each usable box, 0 elsewhere."""
        speed = self.speed(column)
        second = np.zeros(len(self.clip))
        second[1:] = np.diff(speed)
        second[~self.usable] = 0.0
        return second

    def without_camera(self, second: Floats) -> Floats:
        """`second` less its median in the frame, where the frame has three tracks or more."""
        at = np.flatnonzero(self.usable)
        frame = self.clip.frame[at]
        order = at[np.lexsort((second[at], frame))]
        counts = np.bincount(frame, minlength=self.clip.frames)
        first = np.cumsum(counts) - counts
        median = np.zeros(self.clip.frames)
        many = np.flatnonzero(counts >= 3)
        low = second[order[first[many] + (counts[many] - 1) // 2]]
        high = second[order[first[many] + counts[many] // 2]]
        median[many] = (low + high) / 2
        return np.where(self.usable, second - median[self.clip.frame], 0.0)

    @cached_property
    def pull(self) -> tuple[Floats, Floats]:
        """Second differences of the place, across and down, without the camera's. Both edges
        must agree: a box that is partly hidden moves one edge alone."""
        clip = self.clip
        across = minmod(
            self.without_camera(self.second(clip.left)),
            self.without_camera(self.second(clip.right)),
        )
        down = minmod(
            self.without_camera(self.second(clip.top)),
            self.without_camera(self.second(clip.bottom)),
        )
        return across, down

    @cached_property
    def shift(self) -> Floats:
        across, down = self.pull
        return self._steps((across, down))

    def _steps(self, seconds: tuple[Floats, ...]) -> Floats:
        product = np.zeros(len(self.clip))
        length = sum(second * second for second in seconds)
        for second in seconds:
            product[:-1] += second[:-1] * second[1:]
        steps = np.where(self.inner, np.sqrt(np.clip(-product, 0, None)), 0.0)
        reach = np.sqrt(length)
        single = np.zeros(len(self.clip))
        single[:-1] = np.maximum(reach[:-1], reach[1:])
        return np.where(self.outer, single, steps) * self.clip.step

    @cached_property
    def pace(self) -> Floats:
        """How fast the object is around each step, in pixels a frame: of the two steps before and
        the two after, the second slowest (a jump back, or a bounce, is one of them)."""
        clip = self.clip
        across = self.speed((clip.left + clip.right) / 2)
        down = self.speed((clip.top + clip.bottom) / 2)
        pace = np.hypot(across, down)
        around = np.full((4, len(clip)), np.inf)
        for place, by in enumerate((-2, -1, 1, 2)):
            index = np.clip(np.arange(len(clip)) + by, 0, len(clip) - 1)
            same = (clip.track[index] == clip.track) & clip.joined[index]
            around[place] = np.where(same & (index != np.arange(len(clip))), pace[index], np.inf)
        slowest = np.sort(around, axis=0)[:2]
        second = np.where(np.isfinite(slowest[1]), slowest[1], slowest[0])
        return np.where(np.isfinite(second), second, 0.0)

    @cached_property
    def scaled(self) -> Floats:
        """`shift` in units of the box's size, to which 2 pixels and half of the pace add."""
        smaller = self.clip.size.copy()
        smaller[:-1] = np.where(
            self.clip.joined[:-1], np.minimum(smaller[:-1], smaller[1:]), smaller[:-1]
        )
        return self.shift / (smaller + 2.0 + 0.5 * self.pace)

    @cached_property
    def _logs(self) -> tuple[Floats, Floats]:
        return self.second(np.log(self.clip.w)), self.second(np.log(self.clip.h))

    @cached_property
    def _doubt(self) -> Floats:
        """What rounding to pixels does to a logarithm of a small box's sides; of the two boxes of
        a step the larger one tells how small they really are."""
        shorter = np.minimum(self.clip.w, self.clip.h)
        shorter[:-1] = np.where(
            self.clip.joined[:-1], np.maximum(shorter[:-1], shorter[1:]), shorter[:-1]
        )
        return 1.0 + 8.0 / shorter

    @cached_property
    def _cut(self) -> tuple[Flags, Flags]:
        """Second differences that touch a box cut by the border."""
        return self._near(self.clip.cut_across), self._near(self.clip.cut_down)

    def _near(self, flags: Flags) -> Flags:
        near = flags.copy()
        near[1:] |= flags[:-1]
        near[:-1] |= flags[1:]
        return near

    @cached_property
    def cut(self) -> Flags:
        """Steps of which a box is cut by the border, or its neighbour is."""
        across, down = self._cut
        return self._near(across | down)

    @cached_property
    def grown(self) -> Floats:
        """Steps of the log of the size that width and height agree on."""
        wide, high = self._logs
        cut_wide, cut_high = self._cut
        both = minmod(wide, high)
        both = np.where(cut_wide & ~cut_high, high, both)
        both = np.where(cut_high & ~cut_wide, wide, both)
        both = np.where(cut_high & cut_wide, 0.0, both)
        return self._steps((both,)) / self._doubt

    @cached_property
    def bent(self) -> Floats:
        """Steps of the log of width over height, where no border cuts the box."""
        wide, high = self._logs
        return self._whole(wide - high)

    @cached_property
    def reshaped(self) -> Floats:
        """As `bent`, as far as one side grows while the other shrinks: what passes in front of an
        object moves one edge of its box alone, a box drawn wrongly has all edges wrong."""
        wide, high = self._logs
        return self._whole(2.0 * minmod(wide, -high))

    def _whole(self, second: Floats) -> Floats:
        across, down = self._cut
        return self._steps((np.where(across | down, 0.0, second),)) / self._doubt


def usual(values: Floats, groups: Ints, chosen: Flags, *, share: float, least: int) -> Floats:
    """For each entry, the `share` quantile of the chosen values of its group, where the group has
    at least `least` of them, else of all chosen ones. 0 without any."""
    if not chosen.any():
        return np.zeros(len(values))
    overall = float(np.quantile(values[chosen], share))
    table = np.full(int(groups.max()) + 1, overall)
    for group in np.unique(groups):
        mine = values[chosen & (groups == group)]
        if len(mine) >= least:
            table[group] = np.quantile(mine, share)
    return table[groups]
