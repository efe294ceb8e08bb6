"""How much one level changed the boxes of the level before it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import reduce
from operator import add
from typing import Any

import numpy as np

from labeling.metrics.box_changes import box_pairs
from labeling.metrics.changes import Changes
from labeling.metrics.overlaps import Boxes
from labeling.metrics.scores import Scores, scores
from labeling.metrics.side import Side, side
from labeling.quality.tracks import Tracks

_NO_BOXES = Boxes(*(np.zeros(0, np.int64),) * 2, *(np.zeros(0),) * 4)


@dataclass(frozen=True, eq=False)
class Compared:
    """One class: its scores and its changes."""

    scores: Scores
    changes: Changes

    def __add__(self, other: Compared) -> Compared:
        return Compared(self.scores + other.scores, self.changes + other.changes)


@dataclass(frozen=True, eq=False)
class Comparison:
    """Two levels of the same labels: the one before, judged by the one after.

    `scores` are those of all classes together: each box is compared with boxes of its class, so
    one whose class was corrected counts as wrong and as missing. `changes` knows it as relabeled.
    `tracked` is False where labels have no identities. `before_set_aside` and `after_set_aside`
    count boxes that are no boxes (no size, no number) or repeat a track in its frame.
    """

    frames: int
    tracked: bool
    before_set_aside: int
    after_set_aside: int
    scores: Scores
    changes: Changes
    classes: Mapping[str, Compared]

    def __add__(self, other: Comparison) -> Comparison:
        names = dict.fromkeys([*self.classes, *other.classes])
        return Comparison(
            frames=self.frames + other.frames,
            tracked=self.tracked and other.tracked,
            before_set_aside=self.before_set_aside + other.before_set_aside,
            after_set_aside=self.after_set_aside + other.after_set_aside,
            scores=self.scores + other.scores,
            changes=self.changes + other.changes,
            classes={
                name: reduce(
                    add, [own[name] for own in (self.classes, other.classes) if name in own]
                )
                for name in names
            },
        )

    def as_answer(self) -> dict[str, Any]:
        """As it stands in answers of the API and in reports; null for what is undefined."""
        return {
            "frames": self.frames,
            "tracked": self.tracked,
            "setAside": {"before": self.before_set_aside, "after": self.after_set_aside},
            "scores": self.scores.as_answer(tracked=self.tracked),
            "changes": self.changes.as_answer(),
            "classes": {
                name: {
                    "scores": compared.scores.as_answer(tracked=self.tracked),
                    "changes": compared.changes.as_answer(),
                }
                for name, compared in self.classes.items()
            },
        }


def compare(before: Tracks, after: Tracks, *, frames: Iterable[str] | None = None) -> Comparison:
    """Compares the labels of a sequence with what the next level made of them.

    Frames are joined by name, classes by name, and identities by the names of tracks. `frames` are
    those to compare: where only a part was audited, the others must not count as emptied. Without
    it, all frames of either side are compared.
    """
    wanted = dict.fromkeys([*before.frames, *after.frames] if frames is None else frames)
    positions = {name: position for position, name in enumerate(wanted)}
    labels = tuple(dict.fromkeys([*before.label_names, *after.label_names]))
    ours, theirs = (side(tracks, positions, labels) for tracks in (before, after))
    tracked = before.tracked and after.tracked
    pairs = box_pairs(ours, theirs, tracked=tracked)
    classes = {
        name: Compared(_of_class(ours, theirs, label), pairs.changes(label))
        for label, name in enumerate(labels)
    }
    return Comparison(
        frames=len(positions),
        tracked=tracked,
        before_set_aside=ours.set_aside,
        after_set_aside=theirs.set_aside,
        scores=reduce(add, [compared.scores for compared in classes.values()], _nothing()),
        changes=pairs.changes(),
        classes=classes,
    )


def by_worker(comparisons: Iterable[tuple[str, Comparison]]) -> dict[str, Comparison]:
    """For each worker, everything of theirs that was compared, together."""
    workers: dict[str, Comparison] = {}
    for worker, comparison in comparisons:
        workers[worker] = workers[worker] + comparison if worker in workers else comparison
    return workers


def _of_class(before: Side, after: Side, label: int) -> Scores:
    judged, truth = (
        of.boxes.of(np.flatnonzero(of.label == label)) for of in (before, after)
    )  # fmt: skip
    return scores(truth, judged)


def _nothing() -> Scores:
    return scores(_NO_BOXES, _NO_BOXES)
