"""Checks on cuboids in point clouds over time."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from labeling.quality.findings import Finding, Kind, beyond
from labeling.quality.series import Series, runs, usual
from labeling.quality.tracks import Flags, Floats, Ints


@dataclass(frozen=True, eq=False)
class Cuboids:
    """One row a cuboid, sorted by track, then frame. Centers and dimensions (length, width,
    height) in metres, three columns each; `yaw` in radians."""

    frame: Ints
    track: Ints
    label: Ints
    center: Floats
    dimensions: Floats
    yaw: Floats
    track_names: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.frame)

    @cached_property
    def series(self) -> Series:
        return Series(self.track, self.frame)


def dimension_changes(cuboids: Cuboids, *, limit: float = 0.2) -> list[Finding]:
    """Cuboids of which a dimension differs from its track's median by more than `limit` of it:
    a car keeps its size. (Ground Truth lets workers lock it for that reason.)"""
    median = _medians(cuboids)
    change = np.abs(cuboids.dimensions / np.maximum(median, 1e-6) - 1.0).max(axis=1, initial=0.0)
    return [
        _finding(
            cuboids, first, last, Kind.DIMENSION_CHANGE,
            beyond(float(change[first : last + 1].max()), limit),
            f"differs from its usual size by {change[first : last + 1].max():.0%}",
        )
        for first, last in _runs(change > limit, cuboids)
    ]  # fmt: skip


def _medians(cuboids: Cuboids) -> Floats:
    """The median dimensions of each cuboid's track (the lower middle one)."""
    count = np.bincount(cuboids.track, minlength=len(cuboids.track_names))
    middle = np.cumsum(count) - count + np.maximum(count - 1, 0) // 2
    medians = np.empty_like(cuboids.dimensions)
    for axis in range(cuboids.dimensions.shape[1]):
        values = cuboids.dimensions[:, axis]
        medians[:, axis] = values[np.lexsort((values, cuboids.track))[middle[cuboids.track]]]
    return medians


def yaw_flips(cuboids: Cuboids, *, limit: float = 2.4) -> list[Finding]:
    """Cuboids that turn by more than `limit` radians (137 degrees) from a frame to the next:
    nothing on a road turns like this, but front and back are easily mixed up."""
    turn = np.zeros(len(cuboids))
    turn[:-1] = np.abs((np.diff(cuboids.yaw) + np.pi) % (2 * np.pi) - np.pi)
    flipped = cuboids.series.joined & (turn > limit)
    return [
        _finding(
            cuboids, index + 1, index + 1, Kind.YAW_FLIP, float(turn[index] / np.pi),
            f"turns by {np.degrees(turn[index]):.0f} degrees",
        )
        for index in np.flatnonzero(flipped).tolist()
    ]  # fmt: skip


def cuboid_jumps(cuboids: Cuboids, *, least: float = 0.5, times: float = 5.0) -> list[Finding]:
    """Cuboids that leave their path.

    Input: steps (`Series.steps`) of the center in metres. Limit: `times` the 95th percentile of
    the class in this clip, at least `least` metres.
    """
    series = cuboids.series
    steps = series.steps(*(series.second(cuboids.center[:, axis]) for axis in range(3)))
    learned = usual(steps, cuboids.label, series.inner, share=0.95, least=50)
    limit = np.maximum(least, times * learned) * np.where(series.outer, 2.0, 1.0)
    over = (series.inner | series.outer) & (steps > limit)
    return [
        _finding(
            cuboids, first + 1, max(first + 1, last), Kind.CUBOID_JUMP,
            beyond(float((steps[first : last + 1] / limit[first : last + 1]).max()), 1.0),
            f"leaves its path by {steps[first : last + 1].max():.1f} m",
        )
        for first, last in _runs(over, cuboids)
    ]  # fmt: skip


def sparse_cuboids(cuboids: Cuboids, points: Ints, *, least: int = 5) -> list[Finding]:
    """Cuboids with fewer than `least` points of the cloud inside (`points`, one count a cuboid;
    see `points_inside`): nobody can tell what is in them."""
    return [
        _finding(
            cuboids, first, last, Kind.SPARSE_CUBOID,
            0.5 + 0.5 * (1.0 - float(points[first : last + 1].min()) / least),
            f"holds {int(points[first : last + 1].min())} points of the cloud",
        )
        for first, last in _runs(points < least, cuboids)
    ]  # fmt: skip


def points_inside(cloud: Floats, center: Floats, dimensions: Floats, yaw: Floats) -> Ints:
    """How many points of a frame's cloud (rows of x, y, z) each of its cuboids holds."""
    offset = cloud[None, :, :] - center[:, None, :]
    cos, sin = np.cos(yaw)[:, None], np.sin(yaw)[:, None]
    along = cos * offset[:, :, 0] + sin * offset[:, :, 1]
    aside = cos * offset[:, :, 1] - sin * offset[:, :, 0]
    half = dimensions[:, None, :] / 2
    inside = (
        (np.abs(along) <= half[:, :, 0])
        & (np.abs(aside) <= half[:, :, 1])
        & (np.abs(offset[:, :, 2]) <= half[:, :, 2])
    )
    return np.asarray(inside.sum(axis=1))


def _runs(flags: Flags, cuboids: Cuboids) -> list[tuple[int, int]]:
    return list(zip(*(ends.tolist() for ends in runs(flags, cuboids.series.joined)), strict=True))


def _finding(
    cuboids: Cuboids, first: int, last: int, kind: Kind, severity: float, said: str
) -> Finding:
    begin, end = int(cuboids.frame[first]), int(cuboids.frame[last])
    name = cuboids.track_names[int(cuboids.track[first])]
    where = f"frame {begin}" if begin == end else f"frames {begin} to {end}"
    return Finding(
        kind, (name,), begin, end, severity, f"{name} {said} in {where}; see that it fits."
    )
