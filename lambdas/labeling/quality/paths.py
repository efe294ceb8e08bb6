"""Where tracks come from and go to: their ends carried on, and what explains that they end."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from labeling.quality.clip import Clip
from labeling.quality.tracks import Flags, Floats, Ints

SPEEDS = 3
"""Steps at a track's end whose median is its speed there."""


@dataclass(frozen=True, eq=False)
class Ends:
    """One end of every track, in the order of `Clip.starts`: `late` the last box, else the first.

    `speed` is the change per frame, forward in time, of the corners (left, top, right, bottom).
    """

    clip: Clip
    late: bool

    @cached_property
    def box(self) -> Ints:
        return self.clip.ends if self.late else self.clip.starts

    @cached_property
    def frame(self) -> Ints:
        return self.clip.frame[self.box]

    @cached_property
    def corners(self) -> Floats:
        return self.clip.corners[self.box]

    @cached_property
    def outward(self) -> int:
        """The direction in time in which the track has no box any more."""
        return 1 if self.late else -1

    @cached_property
    def speed(self) -> Floats:
        clip = self.clip
        back = np.arange(SPEEDS)[None, :]
        begin = self.box[:, None] - 1 - back if self.late else self.box[:, None] + back
        begin = np.clip(begin, 0, len(clip) - 2) if len(clip) > 1 else begin * 0
        if len(clip) < 2:
            return np.zeros((len(self.box), 4))
        mine = (clip.track[begin] == clip.track[self.box][:, None]) & clip.joined[begin]
        steps = clip.corners[begin + 1] - clip.corners[begin]
        speeds = steps / clip.step[begin][:, :, None]
        ordered = np.sort(np.where(mine[:, :, None], speeds, np.inf), axis=1)
        count = mine.sum(axis=1)
        every = np.arange(len(count))
        low = ordered[every, np.maximum(count - 1, 0) // 2]
        high = ordered[every, np.minimum(count // 2, SPEEDS - 1)]
        return np.where(count[:, None] > 0, (low + high) / 2, 0.0)

    def carried(self, frames: float | Floats) -> Floats:
        """The corners so many frames further outward, never turned inside out."""
        frames = np.broadcast_to(np.asarray(frames, np.float64), (len(self.box),))[:, None]
        corners = self.corners + self.outward * self.speed * frames
        middle = (corners[:, :2] + corners[:, 2:]) / 2
        half = np.maximum((corners[:, 2:] - corners[:, :2]) / 2, 0.5)
        return np.concatenate([middle - half, middle + half], axis=1)

    def inside(self, corners: Floats) -> Flags:
        """Boxes that keep clear of the picture's border."""
        return self.clip.inside(corners)

    @property
    def within(self) -> int:
        """How many tracks have this end within the clip, not with the clip."""
        return int((self.frame != (self.clip.frames - 1 if self.late else 0)).sum())

    @cached_property
    def unexplained(self) -> Flags:
        """Ends inside the picture and the clip that no border explains and no other box hides."""
        edge = self.clip.frames - 1 if self.late else 0
        onward = self.carried(1.0)
        clear = (self.frame != edge) & self.inside(self.corners) & self.inside(onward)
        clear &= self.inside(self.carried(2.5))
        at = np.flatnonzero(clear)
        clear[at] = ~self.hidden(at)
        return np.asarray(clear)

    def hidden(self, tracks: Ints) -> Flags:
        """Which of these tracks another one hides, in part, at this end or one frame beyond."""
        frame, own = self.frame[tracks], self.clip.track[self.box[tracks]]
        share = np.maximum(
            self.clip.covered(frame + self.outward, self.carried(1.0)[tracks], own, in_front=True),
            self.clip.covered(frame, self.corners[tracks], own, in_front=True),
        )
        return np.asarray(share >= HIDDEN)


HIDDEN = 0.3
"""The share of a box that another one covers from which on it may go unlabeled."""


def many(count: int, of: int, *, some: int = 2, share: float = 0.08) -> bool:
    """Whether so many look alike that it is how the clip was labeled, and no mistake: more than
    `some`, and more than `share` of all."""
    return count > max(some, share * of)
