"""CLEAR MOT: MOTA, MOTP, switches of identity, tracks found and tracks in pieces.

K. Bernardin and R. Stiefelhagen, "Evaluating Multiple Object Tracking Performance: The CLEAR MOT
Metrics", EURASIP Journal on Image and Video Processing, 2008; tracks mostly tracked, partly
tracked and mostly lost: Y. Li, C. Huang and R. Nevatia, CVPR 2009. Numbers equal those of
TrackEval.
"""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np

from labeling.metrics.assignment import best_pairs
from labeling.metrics.overlaps import Overlaps
from labeling.quality.tracks import Flags, Ints

_EPS = float(np.finfo(np.float64).eps)
_NONE = -1

# Far more than any overlap: tracks go on as they are wherever they can.
_CONTINUED = 1000


@dataclass(frozen=True)
class Clear:
    """Sums. Boxes: `tp` found, `fn` missed, `fp` too many; `idsw` found ones whose object had
    another track before. Objects: `mt` found in more than 80 % of their frames, `pt` in 20 % or
    more, `ml` in fewer; `frag`: how often an object is found again after it was lost.
    `overlap` is the sum of overlaps of found boxes."""

    tp: int = 0
    fn: int = 0
    fp: int = 0
    idsw: int = 0
    mt: int = 0
    pt: int = 0
    ml: int = 0
    frag: int = 0
    overlap: float = 0.0

    def __add__(self, other: Clear) -> Clear:
        names = [field.name for field in fields(self)]
        return Clear(*(getattr(self, name) + getattr(other, name) for name in names))

    @property
    def mota(self) -> float:
        """At most 1, and below 0 where there are more mistakes than true boxes; 0 where there is
        no true box."""
        truths = self.tp + self.fn
        return (self.tp - self.fp - self.idsw) / truths if truths else 0.0

    @property
    def motp(self) -> float:
        """The mean overlap of found boxes, 0 where there is none."""
        return self.overlap / max(1, self.tp)

    @property
    def recall(self) -> float:
        return self.tp / max(1, self.tp + self.fn)

    @property
    def precision(self) -> float:
        return self.tp / max(1, self.tp + self.fp)


def clear(sequence: Overlaps, *, threshold: float = 0.5) -> Clear:
    """CLEAR MOT of the judged tracks: boxes match from an overlap of `threshold` on."""
    matching = _Matching(len(sequence.truth_lengths))
    for moment in sequence.moments:
        # A frame without boxes of either side ends no track here, as in TrackEval.
        if len(moment.truth) and len(moment.judged):
            continued = matching.track[moment.truth][:, None] == moment.judged
            scores = _CONTINUED * continued + moment.similarity
            scores[moment.similarity < threshold - _EPS] = 0
            rows, columns = best_pairs(scores)
            matching.add(moment.truth[rows], moment.judged[columns])
            matching.overlap += float(moment.similarity[rows, columns].sum())
    tp = int(matching.found.sum())
    mt, pt = _kept(matching.found / sequence.truth_lengths)
    return Clear(
        tp=tp,
        fn=sequence.truths - tp,
        fp=sequence.judgeds - tp,
        idsw=matching.switches,
        mt=mt,
        pt=pt,
        ml=len(sequence.truth_lengths) - mt - pt,
        frag=int(np.maximum(matching.begun - 1, 0).sum()),
        overlap=matching.overlap,
    )


class _Matching:
    """What is known of each object, frame by frame: its track in this frame and its last one
    (-1: none), in how many frames it was found, and how often anew."""

    def __init__(self, objects: int) -> None:
        self.track: Ints = np.full(objects, _NONE)
        self.found: Ints = np.zeros(objects, np.int64)
        self.begun: Ints = np.zeros(objects, np.int64)
        self.switches = 0
        self.overlap = 0.0
        self._last: Ints = np.full(objects, _NONE)

    def add(self, truth: Ints, judged: Ints) -> None:
        """The next frame in which these objects have these tracks, and no others any."""
        last = self._last[truth]
        self.switches += int(np.count_nonzero((last != _NONE) & (last != judged)))
        lost: Flags = self.track[truth] == _NONE
        self.begun[truth[lost]] += 1
        self.found[truth] += 1
        self._last[truth] = judged
        self.track[:] = _NONE
        self.track[truth] = judged


def _kept(shares: np.ndarray[tuple[int], np.dtype[np.float64]]) -> tuple[int, int]:
    mostly = int(np.count_nonzero(shares > 0.8))
    return mostly, int(np.count_nonzero(shares >= 0.2)) - mostly
