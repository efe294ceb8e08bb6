"""Who overlaps whom in each frame: what all scores of tracks are computed from."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from labeling.quality.tracks import Floats, Ints

_EPS = float(np.finfo(np.float64).eps)


@dataclass(frozen=True, eq=False)
class Boxes:
    """Boxes of one sequence, one entry a box, in any order.

    `frame` and `track` are numbers from 0, each track at most once a frame; `x, y` is the upper
    left corner and `w, h` the size, in pixels.
    """

    frame: Ints
    track: Ints
    x: Floats
    y: Floats
    w: Floats
    h: Floats

    def __len__(self) -> int:
        return len(self.frame)

    def of(self, rows: Ints) -> Boxes:
        """Only these rows."""
        sides = (self.x[rows], self.y[rows], self.w[rows], self.h[rows])
        return Boxes(self.frame[rows], self.track[rows], *sides)

    @cached_property
    def corners(self) -> Floats:
        """Left, top, right, bottom: a row each."""
        return np.stack([self.x, self.y, self.x + self.w, self.y + self.h])


@dataclass(frozen=True, eq=False)
class Moment:
    """One frame: the tracks of the truth, those to be judged, and how similar each is to each
    (0 to 1, one row for each of the truth)."""

    truth: Ints
    judged: Ints
    similarity: Floats


@dataclass(frozen=True, eq=False)
class Overlaps:
    """A sequence: its frames in order, with tracks numbered from 0 without holes.

    `truth_lengths` and `judged_lengths` are the number of frames of each track.
    """

    moments: tuple[Moment, ...]
    truth_lengths: Ints
    judged_lengths: Ints

    @property
    def truths(self) -> int:
        """How many boxes the truth has."""
        return int(self.truth_lengths.sum())

    @property
    def judgeds(self) -> int:
        """How many boxes are judged."""
        return int(self.judged_lengths.sum())


def overlaps(truth: Boxes, judged: Boxes) -> Overlaps:
    """The overlaps (intersection over union) of two sets of boxes of one sequence.

    Frames without any box are left out: no score depends on them.
    """
    frames = np.union1d(truth.frame, judged.frame)
    names, tracks = zip(*(_numbered(boxes.track) for boxes in (truth, judged)), strict=True)
    orders = [np.argsort(boxes.frame, kind="stable") for boxes in (truth, judged)]
    edges = [
        np.searchsorted(boxes.frame[order], np.append(frames, np.iinfo(np.int64).max))
        for boxes, order in zip((truth, judged), orders, strict=True)
    ]
    moments = []
    for here in range(len(frames)):
        ours, theirs = (
            order[edge[here] : edge[here + 1]]
            for order, edge in zip(orders, edges, strict=True)
        )  # fmt: skip
        similarity = iou(truth.corners[:, ours], judged.corners[:, theirs])
        moments.append(Moment(tracks[0][ours], tracks[1][theirs], similarity))
    lengths = [np.bincount(of, minlength=count) for of, count in zip(tracks, names, strict=True)]
    return Overlaps(tuple(moments), *lengths)


def iou(first: Floats, second: Floats) -> Floats:
    """Intersection over union of each with each, 0 to 1; boxes without area overlap nothing.

    Columns of left, top, right, bottom. The operations and their order are those of TrackEval,
    so that limits and ties come out the same.
    """
    left, top = (np.maximum(first[side][:, None], second[side]) for side in (0, 1))
    right, bottom = (np.minimum(first[side][:, None], second[side]) for side in (2, 3))
    shared = np.maximum(right - left, 0) * np.maximum(bottom - top, 0)
    areas = [(box[2] - box[0]) * (box[3] - box[1]) for box in (first, second)]
    union = areas[0][:, None] + areas[1] - shared
    shared[areas[0] <= _EPS, :] = 0
    shared[:, areas[1] <= _EPS] = 0
    union[union <= _EPS] = 1
    ratio: Floats = shared / union
    return ratio


def _numbered(tracks: Ints) -> tuple[int, Ints]:
    """How many tracks there are, and each box's with numbers without holes."""
    names, numbers = np.unique(tracks, return_inverse=True)
    return len(names), numbers
