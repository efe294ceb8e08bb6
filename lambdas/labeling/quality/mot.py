"""Reading MOT Challenge CSV (gt.txt, det.txt, tracker results) into columns.

One box a line: frame (1-based), track, left, top, width, height, then confidence, class and
visibility as far as there are such columns (https://motchallenge.net/instructions/).
"""

from __future__ import annotations

import io

import numpy as np

from labeling.quality.tracks import Tracks, coded


class NotMotCsv(ValueError):
    """The text is no table of numbers with six columns or more; the message says where."""


def read(
    content: bytes, picture: tuple[float, float] | None = None, frames: int | None = None
) -> Tracks:
    """The boxes of a MOT Challenge CSV, in the order of the file.

    `frames` is the length of the sequence, by default up to the last box. Lines with a
    confidence of 0 are left out: ground truth marks with it what is not to be considered.
    Boxes with the track -1 (detections) have no identity.
    """
    if content.strip():
        try:
            table = np.loadtxt(io.BytesIO(content), delimiter=",", ndmin=2)
        except ValueError as error:
            raise NotMotCsv(str(error)) from error
    else:
        table = np.zeros((0, 6))
    columns = table.shape[1]
    if columns < 6:
        raise NotMotCsv(f"a line has {columns} columns, and six are needed")
    if columns > 6:
        table = table[table[:, 6] != 0]
    frame = table[:, 0].astype(np.int64) - 1
    tracked = not (table[:, 1] < 0).any()
    names = table[:, 1].astype(np.int64).tolist() if tracked else list(range(len(table)))
    track, track_names = coded(names)
    classes = table[:, 7] if columns > 7 else np.ones(len(table))
    label, labels = coded(classes.astype(np.int64).tolist())
    count = max(int(frame.max(initial=-1)) + 1, frames or 0)
    return Tracks(
        frame=frame,
        track=track,
        label=label,
        x=table[:, 2],
        y=table[:, 3],
        w=table[:, 4],
        h=table[:, 5],
        frames=tuple(f"{number:06}.jpg" for number in range(1, count + 1)),
        track_names=tuple(map(str, track_names)),
        label_names=tuple(map(str, labels)),
        picture=picture,
        tracked=tracked,
    )
