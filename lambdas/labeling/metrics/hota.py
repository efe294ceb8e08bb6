"""HOTA: detection, association and location in one score, over nineteen limits of overlap.

J. Luiten et al., "HOTA: A Higher Order Metric for Evaluating Multi-Object Tracking", International
Journal of Computer Vision 129, 2021 (online 2020). Numbers equal those of TrackEval, the authors'
own code.
"""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np

from labeling.metrics.assignment import best_pairs
from labeling.metrics.overlaps import Moment, Overlaps
from labeling.quality.tracks import Floats, Ints

ALPHAS: Floats = np.arange(0.05, 0.99, 0.05)
"""The limits of overlap: 0.05, 0.10 … 0.95."""

_EPS = float(np.finfo(np.float64).eps)


@dataclass(frozen=True, eq=False)
class Hota:
    """Sums over a sequence, of classes or of sequences; an entry for each of `ALPHAS`.

    `tp` boxes were found, `fn` missed, `fp` are too many. `associated` is the sum, over found
    boxes, of how far their two tracks agree (0 to 1); `recalled` and `precise` are the same with
    respect to the true and the judged track alone. `located` is the sum of overlaps.
    """

    tp: Floats
    fn: Floats
    fp: Floats
    associated: Floats
    recalled: Floats
    precise: Floats
    located: Floats

    def __add__(self, other: Hota) -> Hota:
        names = [field.name for field in fields(self)]
        return Hota(*(getattr(self, name) + getattr(other, name) for name in names))

    @property
    def det_a(self) -> Floats:
        return self.tp / np.maximum(1, self.tp + self.fn + self.fp)

    @property
    def det_re(self) -> Floats:
        return self.tp / np.maximum(1, self.tp + self.fn)

    @property
    def det_pr(self) -> Floats:
        return self.tp / np.maximum(1, self.tp + self.fp)

    @property
    def ass_a(self) -> Floats:
        return self.associated / np.maximum(1, self.tp)

    @property
    def ass_re(self) -> Floats:
        return self.recalled / np.maximum(1, self.tp)

    @property
    def ass_pr(self) -> Floats:
        return self.precise / np.maximum(1, self.tp)

    @property
    def loc_a(self) -> Floats:
        """The mean overlap of found boxes; 1 where none was found."""
        return np.maximum(1e-10, self.located) / np.maximum(1e-10, self.tp)

    @property
    def hota(self) -> Floats:
        return np.sqrt(self.det_a * self.ass_a)


def hota(sequence: Overlaps) -> Hota:
    """HOTA of the judged tracks. Pairs are chosen once, by overlap times how well their whole
    tracks fit together, and count at each limit that their overlap reaches."""
    matched: list[tuple[Ints, Ints, Floats]] = []
    for moment, fit in zip(sequence.moments, _fits(sequence), strict=True):
        rows, columns = best_pairs(fit * moment.similarity)
        similar = moment.similarity[rows, columns]
        matched.append((moment.truth[rows], moment.judged[columns], similar))
    truth, judged, similar = _joined(matched)
    counts = [_counted(sequence, truth, judged, similar, alpha) for alpha in ALPHAS.tolist()]
    tp, associated, recalled, precise, located = np.array(counts, np.float64).T
    return Hota(
        tp=tp,
        fn=sequence.truths - tp,
        fp=sequence.judgeds - tp,
        associated=associated,
        recalled=recalled,
        precise=precise,
        located=located,
    )


def _counted(
    sequence: Overlaps, truth: Ints, judged: Ints, similar: Floats, alpha: float
) -> tuple[float, float, float, float, float]:
    found = similar >= alpha - _EPS
    width = max(1, len(sequence.judged_lengths))
    pairs, counts = np.unique(truth[found] * width + judged[found], return_counts=True)
    ours = sequence.truth_lengths[pairs // width]
    theirs = sequence.judged_lengths[pairs % width]
    return (
        float(np.count_nonzero(found)),
        float(np.sum(counts * (counts / (ours + theirs - counts)))),
        float(np.sum(counts * (counts / ours))),
        float(np.sum(counts * (counts / theirs))),
        float(np.sum(similar[found])),
    )


def _fits(sequence: Overlaps) -> list[Floats]:
    """For each frame, how well the tracks of each two boxes fit together over the whole sequence
    (0 to 1): the share of frames in which they overlap, less where others overlap them too."""
    shares = [_shares(moment) for moment in sequence.moments]
    width = max(1, len(sequence.judged_lengths))
    keys = [(moment.truth[:, None] * width + moment.judged).ravel() for moment in sequence.moments]
    if not keys:
        return []
    pairs, where = np.unique(np.concatenate(keys), return_inverse=True)
    # bincount adds in the order of frames, as a loop over them would
    together = np.bincount(where, np.concatenate([share.ravel() for share in shares]))
    lengths = sequence.truth_lengths[pairs // width] + sequence.judged_lengths[pairs % width]
    fit: Floats = (together / (lengths - together))[where]
    ends = np.cumsum([share.size for share in shares])
    return [
        fit[end - share.size : end].reshape(share.shape)
        for share, end in zip(shares, ends.tolist(), strict=True)
    ]


def _shares(moment: Moment) -> Floats:
    """How much of what two boxes overlap with, in all, is each other."""
    similarity = moment.similarity
    rest = similarity.sum(0)[None, :] + similarity.sum(1)[:, None] - similarity
    shares = np.zeros_like(similarity)
    np.divide(similarity, rest, out=shares, where=rest > _EPS)
    return shares


def _joined(matched: list[tuple[Ints, Ints, Floats]]) -> tuple[Ints, Ints, Floats]:
    if not matched:
        return np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros(0)
    truth, judged, similar = zip(*matched, strict=True)
    return np.concatenate(truth), np.concatenate(judged), np.concatenate(similar)
