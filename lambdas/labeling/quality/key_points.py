"""Checks on key points of a clip: one track a point."""

from __future__ import annotations

import numpy as np

from labeling.quality.findings import Finding, Kind, beyond
from labeling.quality.series import Series, runs, usual
from labeling.quality.shapes import Shapes


def point_jumps(points: Shapes, *, least: float = 10.0, times: float = 5.0) -> list[Finding]:
    """Key points that leave their path.

    Input: shapes of one vertex each; their steps (`Series.steps`) in pixels. Limit: `times` the
    95th percentile of the class in this clip, at least `least` pixels.
    """
    series = Series(points.track, points.frame)
    steps = series.steps(series.second(points.x), series.second(points.y))
    learned = usual(steps, points.label, series.inner, share=0.95, least=50)
    limit = np.maximum(least, times * learned) * np.where(series.outer, 2.0, 1.0)
    over = (series.inner | series.outer) & (steps > limit)
    found = []
    for first, last in zip(*(ends.tolist() for ends in runs(over, series.joined)), strict=True):
        begin = int(points.frame[first + 1])
        name = points.track_names[int(points.track[first])]
        step = float(steps[first : last + 1].max())
        found.append(
            Finding(
                Kind.POINT_JUMP,
                (name,),
                begin,
                max(begin, int(points.frame[last])),
                beyond(step, float(limit[first : last + 1].min())),
                f"{name} leaves its path by {step:.0f} pixels in frame {begin}; "
                "see that it is the same point.",
            )
        )
    return found


def points_outside(points: Shapes) -> list[Finding]:
    """Key points outside of the picture (left and above of it where its size is unknown)."""
    width, height = points.picture or (np.inf, np.inf)
    outside = (points.x < 0) | (points.y < 0) | (points.x > width) | (points.y > height)
    return [
        Finding(
            Kind.POINT_OUTSIDE,
            (points.track_names[track],),
            frame,
            frame,
            1.0,
            f"{points.track_names[track]} lies outside of the picture in frame {frame}.",
        )
        for track, frame in zip(
            points.track[outside].tolist(), points.frame[outside].tolist(), strict=True
        )
    ]
