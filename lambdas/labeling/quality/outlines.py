"""Checks on polylines and polygons: jumps over time, crossings, too few points."""

from __future__ import annotations

import numpy as np

from labeling.quality.findings import Finding, Kind, beyond
from labeling.quality.pairs import pairs
from labeling.quality.series import Series, runs, usual
from labeling.quality.shapes import Shapes
from labeling.quality.tracks import Flags, Floats, Ints

PLACES = 12
"""Points of a shape whose paths are followed over time."""


def vertex_jumps(
    shapes: Shapes, *, least: float = 0.1, times: float = 4.0, pixels: float = 5.0
) -> list[Finding]:
    """Shapes of which a part leaves its path.

    Input: the steps (`Series.steps`) of points spread evenly over each shape, the largest of a
    shape, in units of its length. Limit: `times` the 95th percentile of the class in this clip,
    at least `least` (a tenth of its length) and `pixels`.
    """
    shapes = _drawn(shapes)
    if not len(shapes):
        return []
    series = Series(shapes.track, shapes.frame)
    x, y = shapes.along(PLACES)
    steps = np.max(
        [
            series.steps(series.second(x[:, place]), series.second(y[:, place]))
            for place in range(PLACES)
        ],
        axis=0,
    )
    length = np.maximum(shapes.length, 1.0)
    limit = _limit(series, shapes, steps / length, least, times)
    limit = np.maximum(limit, pixels / length)
    said = "leaves its path with a part by {:.0%} of its length"
    return _jumps(shapes, series, steps / length, limit, Kind.VERTEX_JUMP, said)


def length_jumps(shapes: Shapes, *, least: float = 0.2, times: float = 4.0) -> list[Finding]:
    """Shapes that become longer or shorter at once.

    Input: steps of the log of the length (0.2 is 22 %). Limits as in `vertex_jumps`.
    """
    shapes = _drawn(shapes)
    if not len(shapes):
        return []
    series = Series(shapes.track, shapes.frame)
    steps = series.mean_steps(series.second(np.log(np.maximum(shapes.length, 1.0))))
    limit = _limit(series, shapes, steps, least, times)
    return _jumps(shapes, series, steps, limit, Kind.LENGTH_JUMP, "changes its length by {:.0%}")


def _limit(series: Series, shapes: Shapes, steps: Floats, least: float, times: float) -> Floats:
    learned = usual(steps, shapes.label, series.inner, share=0.95, least=50)
    return np.maximum(least, times * learned) * np.where(series.outer, 2.0, 1.0)


def _drawn(shapes: Shapes) -> Shapes:
    """The shapes that have a length."""
    keep = np.flatnonzero(shapes.points >= 2)
    if len(keep) == len(shapes):
        return shapes
    vertex = np.isin(shapes.owner, keep)
    return Shapes(
        shapes.frame[keep],
        shapes.track[keep],
        shapes.label[keep],
        np.concatenate([[0], np.cumsum(shapes.points[keep])]),
        shapes.x[vertex],
        shapes.y[vertex],
        shapes.closed,
        shapes.frames,
        shapes.track_names,
        shapes.picture,
    )


def _jumps(
    shapes: Shapes, series: Series, steps: Floats, limit: Floats, kind: Kind, said: str
) -> list[Finding]:
    over = (series.inner | series.outer) & (steps > limit)
    found = []
    for first, last in zip(*(ends.tolist() for ends in runs(over, series.joined)), strict=True):
        begin = int(shapes.frame[first + 1])
        name = shapes.track_names[int(shapes.track[first])]
        size = float(steps[first : last + 1].max())
        ratio = float((steps[first : last + 1] / limit[first : last + 1]).max())
        found.append(
            Finding(
                kind,
                (name,),
                begin,
                max(begin, int(shapes.frame[last])),
                beyond(ratio, 1.0),
                f"{name} {said.format(size)} in frame {begin}; see that it is drawn well.",
            )
        )
    return found


def self_crossings(shapes: Shapes) -> list[Finding]:
    """Shapes two of whose sides cross each other. Sides that share a vertex do not count."""
    begin, end = shapes.segments
    one, other = pairs(shapes.owner[begin])
    apart = (begin[one] != end[other]) & (end[one] != begin[other])
    one, other = one[apart], other[apart]
    crossing = np.unique(shapes.owner[begin[one[_cross(shapes, one, other)]]])
    return [
        _of_shape(shapes, index, Kind.SELF_CROSSING, 0.8, "crosses itself; put its points in order")
        for index in crossing.tolist()
    ]


def crossing_neighbours(shapes: Shapes) -> list[Finding]:
    """Two shapes of one frame whose sides cross: lanes do not, where they are drawn to their
    ends. Shapes whose bounding boxes keep apart are not looked at."""
    kept = np.flatnonzero(shapes.points > 1)
    low, high = _bounds(shapes)
    one, other = (kept[index] for index in pairs(shapes.frame[kept]))
    near = ((low[one] <= high[other]) & (low[other] <= high[one])).all(axis=1)
    one, other = one[near], other[near]
    begin, _ = shapes.segments
    count = np.bincount(shapes.owner[begin], minlength=len(shapes))
    first = np.cumsum(count) - count
    group = np.repeat(np.arange(len(one)), count[one] * count[other])
    within = np.arange(len(group)) - np.repeat(
        np.cumsum(count[one] * count[other]) - count[one] * count[other],
        count[one] * count[other],
    )
    left = first[one[group]] + within // count[other[group]]
    right = first[other[group]] + within % count[other[group]]
    found = []
    for index in np.unique(group[_cross(shapes, left, right)]).tolist():
        names = tuple(shapes.track_names[int(shapes.track[side[index]])] for side in (one, other))
        frame = int(shapes.frame[one[index]])
        found.append(
            Finding(
                Kind.CROSSING,
                names,
                frame,
                frame,
                0.6,
                f"{names[0]} and {names[1]} cross in frame {frame}; see which one is off.",
            )
        )
    return found


def _bounds(shapes: Shapes) -> tuple[Floats, Floats]:
    low, high = np.full((len(shapes), 2), np.inf), np.full((len(shapes), 2), -np.inf)
    places = np.column_stack([shapes.x, shapes.y])
    np.minimum.at(low, shapes.owner, places)
    np.maximum.at(high, shapes.owner, places)
    return low, high


def _cross(shapes: Shapes, one: Ints, other: Ints) -> Flags:
    """Whether the sides with these numbers really cross (touching is no crossing)."""
    begin, end = shapes.segments
    places = np.column_stack([shapes.x, shapes.y])
    a, b, c, d = places[begin[one]], places[end[one]], places[begin[other]], places[end[other]]
    return np.asarray((_turn(a, b, c) * _turn(a, b, d) < 0) & (_turn(c, d, a) * _turn(c, d, b) < 0))


def _turn(a: Floats, b: Floats, c: Floats) -> Floats:
    """Positive where c lies to one side of the line from a to b, negative on the other."""
    return np.asarray(
        (b[:, 0] - a[:, 0]) * (c[:, 1] - a[:, 1]) - (b[:, 1] - a[:, 1]) * (c[:, 0] - a[:, 0])
    )


def too_few_points(shapes: Shapes) -> list[Finding]:
    """Polygons with fewer than three different vertices, polylines with fewer than two."""
    least = 3 if shapes.closed else 2
    rows = np.column_stack([shapes.owner, shapes.x, shapes.y])
    different = np.unique(rows, axis=0)[:, 0].astype(np.int64)
    count = np.bincount(different, minlength=len(shapes))
    return [
        _of_shape(
            shapes, index, Kind.FEW_POINTS, 1.0,
            f"has {int(count[index])} different points where {least} are needed; draw it anew",
        )
        for index in np.flatnonzero(count < least).tolist()
    ]  # fmt: skip


def _of_shape(shapes: Shapes, index: int, kind: Kind, severity: float, said: str) -> Finding:
    name, frame = shapes.track_names[int(shapes.track[index])], int(shapes.frame[index])
    return Finding(kind, (name,), frame, frame, severity, f"{name} {said} (frame {frame}).")
