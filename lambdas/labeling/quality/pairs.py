"""All pairs within groups, without a loop."""

from __future__ import annotations

import numpy as np

from labeling.quality.tracks import Ints


def pairs(key: Ints) -> tuple[Ints, Ints]:
    """All pairs of positions with equal keys, each pair once."""
    order = np.argsort(key, kind="stable")
    key = key[order]
    ends = np.searchsorted(key, key, side="right")
    counts = ends - np.arange(len(key)) - 1
    one = np.repeat(np.arange(len(key)), counts)
    begun = np.cumsum(counts) - counts
    other = one + 1 + np.arange(len(one)) - begun[one]
    return order[one], order[other]
