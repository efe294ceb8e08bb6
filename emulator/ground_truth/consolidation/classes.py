"""Votes for classes: who is often right counts more.

AWS calls its method a variant of Expectation Maximization that estimates each worker's accuracy.
Here it is A. P. Dawid and A. M. Skene, "Maximum Likelihood Estimation of Observer Error-Rates Using
the EM Algorithm" (1979), with a prior that people are mostly right, so that few votes do not turn
the truth around.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

MOST_CONFIDENT = 0.95
"""The highest confidence in real output of five workers an image."""
ONE_WORKER = 0.0
"""AWS: the confidence is 0.00 when there was one worker."""
MOST_ROUNDS = 50
SETTLED = 1e-5
# Votes that every worker is thought to have given before: for the right class, for all others
# together. With these, recorded answers of 87 workers to 121 pictures lead to the recorded classes.
RIGHT, WRONG = 20.0, 2.0


@dataclass(frozen=True)
class Verdict:
    """The class of an object, and how sure it is, 0 to 1."""

    label: str
    confidence: float


def one_class(votes: Sequence[Mapping[str, str]]) -> list[Verdict]:
    """The class of each object by the votes for it: a label by worker, one vote at least.

    Where nowhere more than two people voted, the majority decides, and the first vote a draw.
    """
    if max(map(len, votes), default=0) < 3:
        return [_majority(list(given.values())) for given in votes]
    labels = sorted({label for given in votes for label in given.values()})
    return [
        Verdict(labels[best], _rounded(row[best]))
        if len(given) > 1
        else _majority([*given.values()])
        for row, given in zip(_posteriors(votes, labels), votes, strict=True)
        for best in [int(np.argmax(row))]
    ]


def any_classes(
    votes: Sequence[Mapping[str, Sequence[str]]], labels: Sequence[str]
) -> list[dict[str, float]]:
    """The classes of each object, each with its confidence, in the order of `labels`: for each
    class at least half of those who were asked must have chosen it."""
    return [
        {
            label: ONE_WORKER if len(given) == 1 else _rounded(chosen / len(given))
            for label in labels
            if (chosen := sum(label in choice for choice in given.values())) * 2 >= len(given)
        }
        for given in votes
    ]


def _majority(given: Sequence[str]) -> Verdict:
    label, count = Counter(given).most_common(1)[0]
    return Verdict(label, ONE_WORKER if len(given) == 1 else _rounded(count / len(given)))


def _posteriors(votes: Sequence[Mapping[str, str]], labels: Sequence[str]) -> Array:
    """For each object (row) how likely each label is (column)."""
    number = {label: n for n, label in enumerate(labels)}
    names = {worker: n for n, worker in enumerate(sorted({w for given in votes for w in given}))}
    # One row for each vote: which object, whose, for what.
    cast = np.array(
        [
            (item, names[worker], number[label])
            for item, given in enumerate(votes)
            for worker, label in given.items()
        ]
    )
    items, workers, chosen = cast.T
    truth = np.zeros((len(votes), len(labels)))
    np.add.at(truth, (items, chosen), 1.0)
    truth /= truth.sum(axis=1, keepdims=True)
    wrong = WRONG / max(len(labels) - 1, 1)
    prior = np.full((len(labels), len(labels)), wrong) + np.eye(len(labels)) * (RIGHT - wrong)
    for _ in range(MOST_ROUNDS):
        errors = np.repeat(prior[np.newaxis], len(names), axis=0)
        np.add.at(errors.transpose(0, 2, 1), (workers, chosen), truth[items])
        errors /= errors.sum(axis=2, keepdims=True)
        shares = (truth.sum(axis=0) + 1.0) / (len(votes) + len(labels))
        scores = np.tile(np.log(shares), (len(votes), 1))
        np.add.at(scores, items, np.log(errors[workers, :, chosen]))
        scores = np.exp(scores - scores.max(axis=1, keepdims=True))
        before, truth = truth, scores / scores.sum(axis=1, keepdims=True)
        if np.abs(truth - before).max() < SETTLED:
            break
    return truth


def _rounded(confidence: float) -> float:
    return round(min(float(confidence), MOST_CONFIDENT), 2)
