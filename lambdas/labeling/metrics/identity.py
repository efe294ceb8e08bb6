"""IDF1: how long objects keep the one track that explains them best.

E. Ristani et al., "Performance Measures and a Data Set for Multi-Target, Multi-Camera Tracking",
ECCV Workshops 2016. Numbers equal those of TrackEval.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from labeling.metrics.assignment import best_pairs
from labeling.metrics.overlaps import Overlaps
from labeling.quality.tracks import Ints


@dataclass(frozen=True)
class Identity:
    """Boxes, summed: `idtp` lie on the one track that their object is paired with, `idfn` of the
    truth do not, `idfp` of the judged do not."""

    idtp: int = 0
    idfn: int = 0
    idfp: int = 0

    def __add__(self, other: Identity) -> Identity:
        return Identity(self.idtp + other.idtp, self.idfn + other.idfn, self.idfp + other.idfp)

    @property
    def idr(self) -> float:
        return self.idtp / max(1, self.idtp + self.idfn)

    @property
    def idp(self) -> float:
        return self.idtp / max(1, self.idtp + self.idfp)

    @property
    def idf1(self) -> float:
        return self.idtp / max(1, self.idtp + 0.5 * self.idfp + 0.5 * self.idfn)


def identity(sequence: Overlaps, *, threshold: float = 0.5) -> Identity:
    """Identity of the judged tracks: true and judged tracks are paired one to one for the whole
    sequence so that most boxes overlap by `threshold` or more."""
    width = max(1, len(sequence.judged_lengths))
    near = [
        moment.truth[rows] * width + moment.judged[columns]
        for moment in sequence.moments
        for rows, columns in [np.nonzero(moment.similarity >= threshold)]
    ]
    pairs, counts = np.unique(np.concatenate([np.zeros(0, np.int64), *near]), return_counts=True)
    idtp = _most(pairs // width, pairs % width, counts)
    return Identity(idtp, sequence.truths - idtp, sequence.judgeds - idtp)


def _most(truth: Ints, judged: Ints, counts: Ints) -> int:
    """The largest sum of `counts` of pairs, each track in one pair. Tracks that never meet, not
    even through others, are looked at apart: a matrix of all tracks might not fit into memory."""
    total = 0
    group = _groups(truth, judged)
    order = np.argsort(group, kind="stable")
    for rows in np.split(order, np.flatnonzero(np.diff(group[order])) + 1):
        if len(rows) <= 1:
            total += int(counts[rows].sum())
            continue
        ours, row = np.unique(truth[rows], return_inverse=True)
        theirs, column = np.unique(judged[rows], return_inverse=True)
        matrix = np.zeros((len(ours), len(theirs)))
        matrix[row, column] = counts[rows]
        total += int(matrix[best_pairs(matrix)].sum())
    return total


def _groups(truth: Ints, judged: Ints) -> Ints:
    """For each pair of tracks the number of the group that hangs together with it."""
    group = np.arange(len(truth))
    while len(group):
        before = group
        for tracks in (truth, judged):
            least = np.full(int(tracks.max()) + 1, len(truth))
            np.minimum.at(least, tracks, group)
            group = least[tracks]
        if np.array_equal(group, before):
            break
    return group
