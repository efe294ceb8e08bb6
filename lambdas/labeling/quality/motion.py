"""How boxes move and change: their steps (see `series`) in units that objects of all sizes share.

What moves all boxes of a frame alike (a turning camera) is taken off before: the median second
difference of the frame, where it has at least three tracks.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from labeling.quality.clip import Clip
from labeling.quality.series import Series, minmod, ranked
from labeling.quality.tracks import Flags, Floats


@dataclass(frozen=True, eq=False)
class Steps:
    """Steps between each box and the next of its track, one entry a box.

    `shift` is the step in pixels, `scaled` in units of what a careful annotator may be off by,
    `grown` the step of the log of the side, `bent` and `reshaped` of log (width / height), these
    less for small boxes. `inner` and `outer` are the steps that can be judged.
    """

    clip: Clip

    @cached_property
    def series(self) -> Series:
        return Series(self.clip.track, self.clip.frame)

    @property
    def inner(self) -> Flags:
        return self.series.inner

    @property
    def outer(self) -> Flags:
        return self.series.outer

    def without_camera(self, second: Floats) -> Floats:
        """`second` less its median in the frame, where the frame has three tracks or more."""
        at = np.flatnonzero(self.series.usable)
        values, frames = second[at], self.clip.frame[at]
        number = self.clip.frames
        low = ranked(values, frames, number, lambda n: np.where(n >= 3, (n - 1) // 2, -1))
        high = ranked(values, frames, number, lambda n: np.where(n >= 3, n // 2, -1))
        median = (low + high) / 2
        return np.where(self.series.usable, second - median[self.clip.frame], 0.0)

    @cached_property
    def edge_pulls(self) -> tuple[Floats, Floats, Floats, Floats]:
        """Second differences of the left, right, upper and lower edge, without the camera's."""
        clip = self.clip
        left, right, top, bottom = (
            self.without_camera(self.series.second(edge))
            for edge in (clip.left, clip.right, clip.top, clip.bottom)
        )
        return left, right, top, bottom

    @cached_property
    def pull(self) -> tuple[Floats, Floats]:
        """Second differences of the place, across and down, without the camera's. Both edges
        must agree: a box that is partly hidden moves one edge alone."""
        left, right, top, bottom = self.edge_pulls
        return minmod(left, right), minmod(top, bottom)

    @cached_property
    def shift(self) -> Floats:
        return self.series.steps(*self.pull)

    @cached_property
    def pace(self) -> Floats:
        """How fast the object is around each step, in pixels a frame: of the two steps before and
        the two after, the second slowest (a jump back, or a bounce, is one of them)."""
        clip = self.clip
        across = self.series.speed((clip.left + clip.right) / 2)
        down = self.series.speed((clip.top + clip.bottom) / 2)
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
        """`shift` in units of the box's size, to which 2 pixels and half of the pace add; at a
        track's ends thrice the pace, as what comes near speeds up, and no step onto the border,
        which cuts it."""
        smaller = self.clip.size.copy()
        smaller[:-1] = np.where(
            self.clip.joined[:-1], np.minimum(smaller[:-1], smaller[1:]), smaller[:-1]
        )
        edge = self.clip.cut_across | self.clip.cut_down
        either = edge.copy()
        either[:-1] |= edge[1:]
        part = np.where(self.outer, 3.0, 0.5)
        return np.where(self.outer & either, 0.0, self.shift / (smaller + 2.0 + part * self.pace))

    @cached_property
    def _logs(self) -> tuple[Floats, Floats]:
        return self.series.second(np.log(self.clip.w)), self.series.second(np.log(self.clip.h))

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
        return self.series.mean_steps(both) / self._doubt

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
        return self.series.mean_steps(np.where(across | down, 0.0, second)) / self._doubt
