"""Whether what a box lost, or won back, was hidden meanwhile: boxes around what is visible change
their size and shape where something passes in front."""

from __future__ import annotations

import numpy as np

from labeling.quality.clip import Clip
from labeling.quality.motion import Steps
from labeling.quality.tracks import Flags, Floats, Ints

STILL = 0.25
"""An edge that moves by less than this part of what its opposite does stays where it was."""

BEHIND = 0.2
"""The share of the whole object that another box must hide to explain a change."""


def hidden_changes(steps: Steps, first: Ints, last: Ints) -> Flags:
    """For each run of steps, whether something that passed in front explains it.

    Then of both pairs of opposite edges one edge keeps its path, and where the box is smallest
    another one that can stand in front covers `BEHIND` and more of the whole object: of a box as
    wide and high as the largest of the run, over the one that is drawn.
    """
    clip = steps.clip
    run, box = _boxes(clip, first - 1, last + 2)
    pulls = steps.edge_pulls
    kept = _kept(pulls[:2], clip.w, run, box) & _kept(pulls[2:], clip.h, run, box)
    wide, high = (np.zeros(len(first)) for _ in range(2))
    np.maximum.at(wide, run, clip.w[box])
    np.maximum.at(high, run, clip.h[box])
    smallest = box[_largest(-clip.w[box] * clip.h[box], run)]
    left, top, right, bottom = clip.corners[smallest].T
    whole = np.column_stack([
        np.minimum(left, right - wide),
        np.minimum(top, bottom - high),
        np.maximum(right, left + wide),
        np.maximum(bottom, top + high),
    ])  # fmt: skip
    behind = clip.covered(clip.frame[smallest], whole, clip.track[smallest], in_front=True)
    return np.asarray(kept & (behind >= BEHIND))


def _boxes(clip: Clip, first: Ints, last: Ints) -> tuple[Ints, Ints]:
    """Run and box for all boxes of each run, without those of neighbouring tracks."""
    counts = last - first + 1
    run = np.repeat(np.arange(len(first)), counts)
    box = np.arange(len(run)) - (np.cumsum(counts) - counts)[run] + first[run]
    own = clip.track[np.clip(first + 1, 0, len(clip) - 1)]
    within = (box >= 0) & (box < len(clip))
    within[within] = clip.track[box[within]] == own[run[within]]
    return run[within], box[within]


def _kept(edges: tuple[Floats, ...], side: Floats, run: Ints, box: Ints) -> Flags:
    """Whether of two opposite edges, where they move most, one stays; or neither moves by more
    than 2 pixels and 3 % of the side."""
    one, other = (np.abs(edge[box]) for edge in edges)
    more, less = np.maximum(one, other), np.minimum(one, other)
    at = _largest(more, run)
    still = more[at] <= 2.0 + 0.03 * side[box[at]]
    return np.asarray(still | (less[at] <= STILL * more[at]))


def _largest(values: Floats, run: Ints) -> Ints:
    """Where each run has its largest value."""
    order = np.lexsort((-values, run))
    return order[np.flatnonzero(np.diff(run[order], prepend=-1))]
