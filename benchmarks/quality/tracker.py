"""Whether suspicion leads to the errors of a real tracker."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from benchmarks.quality.measure import WORST
from labeling.quality.check import check
from labeling.quality.clip import Clip, measured
from labeling.quality.doubles import overlap
from labeling.quality.tracks import Floats, Tracks


@dataclass(frozen=True)
class Agreement:
    """Errors are boxes missed, invented, and matched to another track than before (by greedy
    matching at an intersection over union of 0.5). `in_worst` is the share of them in the tenth
    of the frames with the highest suspicion, `at_most` in the tenth that has most of them,
    `rank_correlation` Spearman's, of errors and suspicion by frame."""

    errors: int
    in_worst: float
    at_most: float
    rank_correlation: float


def agreement(truth: Tracks, predicted: Tracks) -> Agreement:
    report = check(predicted)
    errors = errors_by_frame(measured(truth), measured(predicted))
    count = max(1, round(WORST * len(errors)))
    worst = np.argsort(-report.frames, kind="stable")[:count]
    return Agreement(
        errors=int(errors.sum()),
        in_worst=float(errors[worst].sum() / errors.sum()),
        at_most=float(np.sort(errors)[-count:].sum() / errors.sum()),
        rank_correlation=float(np.corrcoef(_ranks(errors), _ranks(report.frames))[0, 1]),
    )


def _ranks(values: Floats) -> Floats:
    """Ranks, the mean of them for equal values."""
    _, group, count = np.unique(values, return_inverse=True, return_counts=True)
    return (np.cumsum(count) - (count - 1) / 2.0)[group]


def errors_by_frame(truth: Clip, predicted: Clip) -> Floats:
    errors = np.zeros(truth.frames)
    followed: dict[int, int] = {}
    for frame in range(truth.frames):
        here = np.flatnonzero(truth.frame == frame)
        there = np.flatnonzero(predicted.frame == frame)
        pairs = _matched(truth.corners[here], predicted.corners[there])
        errors[frame] = len(here) + len(there) - 2 * len(pairs)
        for one, other in pairs:
            track, name = int(truth.track[here[one]]), int(predicted.track[there[other]])
            errors[frame] += followed.get(track, name) != name
            followed[track] = name
    return errors


def _matched(truth: Floats, predicted: Floats) -> list[tuple[int, int]]:
    """Pairs of boxes, the best overlap first."""
    one = np.repeat(np.arange(len(truth)), len(predicted))
    other = np.tile(np.arange(len(predicted)), len(truth))
    iou = overlap(truth[one], predicted[other])
    pairs: list[tuple[int, int]] = []
    left, right = set[int](), set[int]()
    for index in np.argsort(-iou, kind="stable").tolist():
        if iou[index] < 0.5:
            break
        pair = int(one[index]), int(other[index])
        if pair[0] not in left and pair[1] not in right:
            pairs.append(pair)
            left.add(pair[0])
            right.add(pair[1])
    return pairs
