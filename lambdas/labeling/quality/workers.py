"""Whether the people who answered agree on a class."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from labeling.quality.findings import Finding, Kind
from labeling.quality.tracks import Ints


def disagreements(
    item: Ints, label: Ints, names: Sequence[str], labels: Sequence[str], *, share: float = 0.67
) -> list[Finding]:
    """Objects whose most frequent answer has less than `share` of the votes.

    `item` and `label` have one entry an answer: positions in `names` (of data objects) and
    `labels`. Objects with one answer say nothing. Two thirds: with three workers, all differ.
    Severity is the share of the votes that the best answer lacks.
    """
    votes = np.zeros((len(names), len(labels)), np.int64)
    np.add.at(votes, (item, label), 1)
    count, most = votes.sum(axis=1), votes.max(axis=1, initial=0)
    split = (count > 1) & (most < share * count)
    found = []
    for index in np.flatnonzero(split).tolist():
        order = [place for place in np.argsort(-votes[index], kind="stable") if votes[index, place]]
        said = ", ".join(f"{votes[index, place]} {labels[place]}" for place in order)
        found.append(
            Finding(
                Kind.DISAGREEMENT,
                (names[index],),
                index,
                index,
                float(1.0 - most[index] / count[index]),
                f"{names[index]} was answered {said}; decide.",
            )
        )
    return found
