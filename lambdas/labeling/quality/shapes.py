"""Polylines, polygons and key points of a clip, as columns of vertices."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from labeling.quality.tracks import Floats, Ints


@dataclass(frozen=True, eq=False)
class Shapes:
    """One row a shape, sorted by track, then frame; `x, y` are the vertices of all shapes one
    after another (pixels of the original picture), those of shape i from `offset[i]` up to
    `offset[i + 1]`. `closed` tells polygons, whose first vertex is not repeated at the end, from
    polylines. Columns as in `Tracks`.
    """

    frame: Ints
    track: Ints
    label: Ints
    offset: Ints
    x: Floats
    y: Floats
    closed: bool
    frames: int
    track_names: tuple[str, ...]
    picture: tuple[float, float] | None = None

    def __len__(self) -> int:
        return len(self.frame)

    @cached_property
    def points(self) -> Ints:
        """Vertices of each shape."""
        return np.diff(self.offset)

    @cached_property
    def owner(self) -> Ints:
        """The shape of each vertex."""
        return np.repeat(np.arange(len(self)), self.points)

    @cached_property
    def segments(self) -> tuple[Ints, Ints]:
        """Both vertices of each side; a polygon's last side leads back to its first vertex."""
        begin = np.arange(len(self.x))
        end = begin + 1
        last = self.offset[1:][self.points > 0] - 1
        if self.closed:
            end[last] = self.offset[:-1][self.points > 0]
            return begin, end
        inside = np.ones(len(self.x), bool)
        inside[last] = False
        return begin[inside], end[inside]

    @cached_property
    def length(self) -> Floats:
        """The length of each shape, of a polygon its circumference. Pixels."""
        begin, end = self.segments
        sides = np.hypot(self.x[end] - self.x[begin], self.y[end] - self.y[begin])
        length = np.bincount(self.owner[begin], sides, minlength=len(self))
        return length.astype(np.float64)

    def along(self, places: int) -> tuple[Floats, Floats]:
        """So many points of each shape (of two vertices and more), evenly spread over its length
        from its first vertex: shapes with different numbers of vertices can be compared."""
        begin, end = self.segments
        sides = np.hypot(self.x[end] - self.x[begin], self.y[end] - self.y[begin])
        share = sides / np.maximum(self.length[self.owner[begin]], 1e-9)
        # each shape takes one unit of the parameter: shape i runs from i to i + 1
        run = np.cumsum(share)
        shape = self.owner[begin]
        first = np.concatenate([[True], shape[1:] != shape[:-1]])
        base = np.zeros(len(self))
        base[shape[first]] = (run - share)[first]
        at = shape + run - share - base[shape]
        wanted = np.arange(len(self))[:, None] + np.arange(places) / places * (1 - 1e-9)
        if not self.closed:
            wanted = np.arange(len(self))[:, None] + np.linspace(0, 1 - 1e-9, places)
        side = np.clip(np.searchsorted(at, wanted.ravel(), side="right") - 1, 0, len(at) - 1)
        part = (wanted.ravel() - at[side]) / np.maximum(share[side], 1e-12)
        part = np.clip(part, 0, 1)
        x, y = (
            (axis[begin[side]] + part * (axis[end[side]] - axis[begin[side]])).reshape(-1, places)
            for axis in (self.x, self.y)
        )
        return x, y
