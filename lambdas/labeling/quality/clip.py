"""A clip made ready for the checks: sound boxes sorted by track and time, and who stands where."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from labeling.quality.tracks import Flags, Floats, Ints, Tracks


@dataclass(frozen=True, eq=False)
class Clip:
    """The sound boxes of `tracks` (finite, with a size, the first of a track's rows in a frame),
    sorted by track, then frame. All columns have one entry a box; pixels and frames.

    `row` leads back to `tracks`; `width` and `height` are the picture's, known or guessed from
    the boxes themselves (`guessed`).
    """

    tracks: Tracks
    row: Ints
    doubled: Ints
    frame: Ints
    track: Ints
    label: Ints
    left: Floats
    top: Floats
    right: Floats
    bottom: Floats
    width: float
    height: float
    guessed: bool

    def __len__(self) -> int:
        return len(self.row)

    @property
    def frames(self) -> int:
        return len(self.tracks.frames)

    def name(self, index: int) -> str:
        """The name of the track that a box belongs to."""
        return self.tracks.track_names[int(self.track[index])]

    def label_name(self, index: int) -> str:
        return self.tracks.label_names[int(self.label[index])]

    @cached_property
    def w(self) -> Floats:
        return self.right - self.left

    @cached_property
    def h(self) -> Floats:
        return self.bottom - self.top

    @cached_property
    def size(self) -> Floats:
        """The side of a square as large as the box."""
        return np.sqrt(self.w * self.h)

    @cached_property
    def joined(self) -> Flags:
        """For each box, whether the next row is a later box of the same track."""
        joined = np.zeros(len(self), bool)
        joined[:-1] = self.track[1:] == self.track[:-1]
        return joined

    @cached_property
    def step(self) -> Ints:
        """Frames from each box to the next of its track; 1 where there is none."""
        step = np.ones(len(self), np.int64)
        step[:-1] = np.where(self.joined[:-1], np.diff(self.frame), 1)
        return step

    @cached_property
    def starts(self) -> Ints:
        """The first box of each track."""
        follows = np.zeros(len(self), bool)
        follows[1:] = self.joined[:-1]
        return np.flatnonzero(~follows)

    @cached_property
    def ends(self) -> Ints:
        """The last box of each track, in the order of `starts`."""
        return np.flatnonzero(~self.joined)

    @cached_property
    def margin(self) -> float:
        """How near to the border counts as at the border: 1 % of the picture's longer side, as
        annotators stop there. Pixels."""
        return 0.01 * max(self.width, self.height)

    @cached_property
    def cut_across(self) -> Flags:
        """Boxes that the left or right border cuts: their width says nothing."""
        return (self.left <= self.margin) | (self.right >= self.width - self.margin)

    @cached_property
    def cut_down(self) -> Flags:
        """Boxes that the upper or lower border cuts: their height says nothing."""
        return (self.top <= self.margin) | (self.bottom >= self.height - self.margin)

    @cached_property
    def _by_frame(self) -> tuple[Ints, Ints]:
        order = np.argsort(self.frame, kind="stable")
        return order, np.searchsorted(self.frame[order], np.arange(self.frames + 1))

    @property
    def in_time(self) -> Ints:
        """Boxes by frame."""
        return self._by_frame[0]

    @cached_property
    def boxes_in_frame(self) -> Ints:
        """How many sound boxes each frame has."""
        return np.diff(self._by_frame[1])

    def beside(self, frames: Ints) -> tuple[Ints, Ints]:
        """All pairs (query, box) where the box lies in the query's frame."""
        order, offsets = self._by_frame
        inside = (frames >= 0) & (frames < self.frames)
        frames = np.where(inside, frames, 0)
        counts = np.where(inside, offsets[frames + 1] - offsets[frames], 0)
        query = np.repeat(np.arange(len(frames)), counts)
        begun = np.cumsum(counts) - counts
        within = np.arange(len(query)) - begun[query]
        return query, order[offsets[frames[query]] + within]

    def covered(self, frames: Ints, boxes: Floats, own: Ints, *, in_front: bool = False) -> Floats:
        """The share (0–1) of each asked box (rows of left, top, right, bottom) that the one box
        covers best that another track (`own` is the asked one's) has in that frame.

        `in_front` counts only boxes that can hide the asked one: on level ground what is nearer
        stands lower in the picture, so those that reach down at least as far, but for a tenth of
        the asked one's height.
        """
        query, box = self.beside(frames)
        across = np.minimum(boxes[query, 2], self.right[box])
        across -= np.maximum(boxes[query, 0], self.left[box])
        meet = across > 0
        query, box, across = query[meet], box[meet], across[meet]
        asked = boxes[query]
        down = np.minimum(asked[:, 3], self.bottom[box]) - np.maximum(asked[:, 1], self.top[box])
        height = asked[:, 3] - asked[:, 1]
        area = (asked[:, 2] - asked[:, 0]) * height
        share = across * np.clip(down, 0, None) / np.maximum(area, 1e-9)
        share[self.track[box] == own[query]] = 0.0
        if in_front:
            share[self.bottom[box] < asked[:, 3] - 0.1 * height] = 0.0
        best = np.zeros(len(frames))
        np.maximum.at(best, query, share)
        return best

    @cached_property
    def sample(self) -> Ints:
        """Some thousand boxes, evenly taken: enough to say what is usual."""
        return np.arange(0, len(self), max(1, len(self) // 4000))

    def vanishing(self, boxes: Ints, *, shrunk: float = 0.5, around: int = 5) -> Flags:
        """Which of these boxes are under `shrunk` of the area that their track has within `around`
        boxes, and touch another box (2 pixels and 5 % of their size) that can stand in front: where
        boxes are drawn around what is visible, such an object is going out of sight."""
        area = self.w * self.h
        most = area[boxes]
        for by in (*range(-around, 0), *range(1, around + 1)):
            index = np.clip(boxes + by, 0, len(self) - 1)
            same = self.track[index] == self.track[boxes]
            most = np.maximum(most, np.where(same, area[index], 0.0))
        small = np.flatnonzero(area[boxes] < shrunk * most)
        chosen = boxes[small]
        near = (2.0 + 0.05 * self.size[chosen])[:, None] * np.array([-1.0, -1.0, 1.0, 1.0])
        wider = self.corners[chosen] + near
        touching = np.zeros(len(boxes), bool)
        touching[small] = (
            self.covered(self.frame[chosen], wider, self.track[chosen], in_front=True) > 0
        )
        return touching

    def inside(self, corners: Floats) -> Flags:
        """Boxes (rows of corners) that keep clear of the picture's border."""
        return np.asarray(
            (corners[:, 0] > self.margin)
            & (corners[:, 1] > self.margin)
            & (corners[:, 2] < self.width - self.margin)
            & (corners[:, 3] < self.height - self.margin)
        )

    @cached_property
    def corners(self) -> Floats:
        """Left, top, right, bottom of each box, one row a box."""
        return np.column_stack([self.left, self.top, self.right, self.bottom])


def sound(tracks: Tracks) -> Flags:
    """Rows whose box is finite and has a positive width and height."""
    with np.errstate(invalid="ignore"):
        finite = np.isfinite(tracks.x + tracks.y + tracks.w + tracks.h)
        return finite & (tracks.w > 0) & (tracks.h > 0)


COMMON = ((640.0, 480.0), (1280.0, 720.0), (1920.0, 1080.0), (2560.0, 1440.0), (3840.0, 2160.0))
"""Picture sizes, of which the smallest that holds all boxes is taken where nobody knows it."""


def measured(tracks: Tracks) -> Clip:
    """The clip of `tracks`. Where the picture's size is unknown, it is guessed (`_guessed`)."""
    usable = np.flatnonzero(sound(tracks))
    key = tracks.track[usable] * (len(tracks.frames) + 1) + tracks.frame[usable]
    order = usable[np.argsort(key, kind="stable")]
    key = np.sort(key, kind="stable")
    again = np.zeros(len(order), bool)
    again[1:] = key[1:] == key[:-1]
    row = order[~again]
    left, top = tracks.x[row], tracks.y[row]
    right, bottom = left + tracks.w[row], top + tracks.h[row]
    guessed = tracks.picture is None
    if tracks.picture is not None:
        width, height = tracks.picture
    else:
        width, height = _guessed(tracks.track[row], right, bottom)
    return Clip(
        tracks=tracks,
        row=row,
        doubled=order[again],
        frame=tracks.frame[row],
        track=tracks.track[row],
        label=tracks.label[row],
        left=left,
        top=top,
        right=right,
        bottom=bottom,
        width=width,
        height=height,
        guessed=guessed,
    )


STRAYED = 3
"""Boxes that may lie over a border that nobody knows: the others say where it is."""


def _guessed(track: Ints, right: Floats, bottom: Floats) -> tuple[float, float]:
    """A border is where at least three tracks stop within half a percent of each other, at the
    farthest; where nothing piles up, that of the smallest common picture that holds the boxes.

    The `STRAYED` farthest boxes have no say in it, if they lie far beyond all others (2 %) and
    need a larger picture than these.
    """
    if len(track) <= 10 * STRAYED:
        return _common(*(float(edge.max(initial=0.0)) for edge in (right, bottom)))
    starts = np.flatnonzero(np.diff(track, prepend=track[0] - 1))
    extent, most, piled = [], [], []
    for edge in (right, bottom):
        far = float(np.partition(edge, -STRAYED - 1)[-STRAYED - 1])
        farthest = np.maximum.reduceat(edge, starts)
        extent.append(far)
        most.append(float(edge.max()))
        piled.append(np.count_nonzero(np.abs(farthest - far) <= 0.005 * far) >= 3)
    apart = [end > 1.02 * far for end, far in zip(most, extent, strict=True)]
    usual = _common(
        *(far if alone else end for far, end, alone in zip(extent, most, apart, strict=True))
    )
    width, height = (
        far if pile else common for far, pile, common in zip(extent, piled, usual, strict=True)
    )
    return width, height


def _common(width: float, height: float) -> tuple[float, float]:
    """The smallest common picture of that size and more; that size where there is none."""
    holds = [size for size in COMMON if size[0] >= width and size[1] >= height]
    return holds[0] if holds else (width, height)
