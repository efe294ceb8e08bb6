"""A small clip without a fault, and what can be asked of a report."""

from __future__ import annotations

import numpy as np

from benchmarks.quality.table import Table
from labeling.quality.check import Report, check
from labeling.quality.findings import Kind
from labeling.quality.tracks import Attribute, Tracks

FRAMES = 60
PICTURE = (1280.0, 720.0)


def clip(*, picture: tuple[float, float] | None = PICTURE) -> Tracks:
    """Four cars that go right and one that goes left, 60 frames, all in the picture throughout:
    car:0 and car:1 side by side, the last one faster. Drawn with half a pixel of error."""
    random = np.random.default_rng(4)
    frame = np.tile(np.arange(FRAMES), 5)
    track = np.repeat(np.arange(5), FRAMES)
    start = np.array([60.0, 60.0, 300.0, 500.0, 1100.0])[track]
    speed = np.array([6.0, 6.0, 4.0, 3.0, -14.0])[track]
    error = random.normal(0, 0.5, (2, len(frame)))
    return Tracks(
        frame=frame,
        track=track,
        label=np.zeros(len(frame), np.int64),
        x=start + speed * frame + error[0],
        y=np.array([100.0, 240.0, 400.0, 500.0, 600.0])[track] + error[1],
        w=np.array([80.0, 80.0, 60.0, 70.0, 50.0])[track],
        h=np.array([50.0, 50.0, 40.0, 60.0, 40.0])[track],
        frames=tuple(f"{number:06}.jpg" for number in range(FRAMES)),
        track_names=tuple(f"car:{number}" for number in range(5)),
        label_names=("car", "bus"),
        picture=picture,
        attributes={"color": Attribute(track % 2, ("red", "blue"))},
    )


def rows(table: Table, name: str, first: int, last: int) -> np.ndarray:
    """The rows of a track from a frame to another one."""
    tracks = table.tracks
    mine = tracks.track == tracks.track_names.index(name)
    return np.flatnonzero(mine & (tracks.frame >= first) & (tracks.frame <= last))


def said(table: Table) -> list[tuple[Kind, tuple[str, ...], int, int]]:
    """Kind, objects and frames of all findings."""
    return summary(check(table.tracks))


def summary(report: Report) -> list[tuple[Kind, tuple[str, ...], int, int]]:
    return [
        (finding.kind, finding.objects, finding.first_frame, finding.last_frame)
        for finding in report.findings
    ]
