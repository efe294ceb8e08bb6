"""What happened to labels between one level and the next: counted, and measured."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from labeling.metrics.assignment import best_pairs
from labeling.quality.tracks import Flags, Floats, Ints

SAME_PLACE = 0.5
"""From this likeness on (0 to 1) two labels can be the same thing, whatever they are called."""

SAME_NAME = 0.5
"""What an equal identity counts for, added to the likeness: an object that was moved far is still
itself, but two objects that lie where they lay and have swapped their names are renamed."""

QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)


@dataclass(frozen=True, eq=False)
class Changes:
    """Labels before and after, and how many were what.

    A label of before and one of after that are the same thing are a pair. A pair is `unchanged`,
    or it is one or more of `moved` (any other place, size or shape), `relabeled` (another class),
    `renamed` (another identity) and `attributes` (answers changed). Labels without a partner were
    `removed` or `added`. `measured` has a column for each measure of agreement, with an entry for
    each pair.
    """

    before: int = 0
    after: int = 0
    unchanged: int = 0
    moved: int = 0
    relabeled: int = 0
    renamed: int = 0
    attributes: int = 0
    added: int = 0
    removed: int = 0
    measured: Mapping[str, Floats] = field(default_factory=dict)

    def __add__(self, other: Changes) -> Changes:
        counts = {name: getattr(self, name) + getattr(other, name) for name in _COUNTS}
        columns = {
            name: np.concatenate(
                [said[name] for said in (self.measured, other.measured) if name in said]
            )
            for name in dict.fromkeys([*self.measured, *other.measured])
        }
        return Changes(**counts, measured=columns)

    @property
    def share(self) -> float | None:
        """The share of labels (pairs, removed and added ones) that were changed; None of none."""
        labels = self.before + self.added
        return (labels - self.unchanged) / labels if labels else None

    @property
    def f1(self) -> float | None:
        """F1 of labels that are equal in everything: 1 where nothing was changed. For spans it is
        the usual exact-match F1, for classes the agreement rate."""
        labels = self.before + self.after
        return 2 * self.unchanged / labels if labels else None

    def as_answer(self) -> dict[str, Any]:
        """As it stands in answers of the API and in reports; null for what is undefined."""
        return {
            "before": self.before,
            "after": self.after,
            "unchanged": self.unchanged,
            "moved": self.moved,
            "relabeled": self.relabeled,
            "identitiesChanged": self.renamed,
            "attributesChanged": self.attributes,
            "added": self.added,
            "removed": self.removed,
            "changedShare": self.share,
            "exactF1": self.f1,
            **{name: _statistics(values) for name, values in self.measured.items()},
        }


_COUNTS = (
    "before", "after", "unchanged", "moved", "relabeled", "renamed", "attributes", "added",
    "removed",
)  # fmt: skip


@dataclass(frozen=True, eq=False)
class Pairs:
    """Which label is which, in columns.

    `before_class` and `after_class` number the class of each label. `row` and `column` are the
    positions of the two labels of each pair; the other columns have an entry for each pair.
    """

    before_class: Ints
    after_class: Ints
    row: Ints
    column: Ints
    moved: Flags
    renamed: Flags
    attributes: Flags
    measured: Mapping[str, Floats]

    def changes(self, label: int | None = None) -> Changes:
        """All changes, or those of one class: of pairs, the class before counts."""
        before = _of(self.before_class, label)
        after = _of(self.after_class, label)
        here = before[self.row]
        relabeled = self.before_class[self.row] != self.after_class[self.column]
        changed = self.moved | relabeled | self.renamed | self.attributes
        removed, added = before.copy(), after.copy()
        removed[self.row] = False
        added[self.column] = False
        return Changes(
            before=_count(before),
            after=_count(after),
            unchanged=_count(here & ~changed),
            moved=_count(here & self.moved),
            relabeled=_count(here & relabeled),
            renamed=_count(here & self.renamed),
            attributes=_count(here & self.attributes),
            added=_count(added),
            removed=_count(removed),
            measured={name: values[here] for name, values in self.measured.items()},
        )


def partners(likeness: Floats, same: Flags) -> tuple[Ints, Ints]:
    """Which labels of one frame are the same thing before (rows) and after (columns).

    `likeness` is 0 to 1, `same` says whether two have the same identity. Labels that are neither
    alike by `SAME_PLACE` nor of one identity are never the same.
    """
    possible = same | (likeness >= SAME_PLACE)
    return best_pairs(np.where(possible, likeness, 0.0) + SAME_NAME * same)


def _of(classes: Ints, label: int | None) -> Flags:
    return np.ones(len(classes), bool) if label is None else classes == label


def _count(flags: Flags) -> int:
    return int(np.count_nonzero(flags))


def _statistics(values: Floats) -> dict[str, Any]:
    values = values[np.isfinite(values)]
    if not len(values):
        return {"mean": None, "median": None, "quantiles": dict.fromkeys(map(str, QUANTILES))}
    quantiles = np.quantile(values, QUANTILES).tolist()
    return {
        "mean": float(values.mean()),
        "median": float(np.median(values)),
        "quantiles": dict(zip(map(str, QUANTILES), quantiles, strict=True)),
    }
