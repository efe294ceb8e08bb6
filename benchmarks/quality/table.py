"""Boxes of a clip that can be edited: what repairs and faults work on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from labeling.quality.tracks import Attribute, Flags, Floats, Ints, Tracks

COLUMNS = ("frame", "track", "label", "x", "y", "w", "h")


@dataclass(eq=False)
class Table:
    """A clip's columns, attributes as columns of codes. Methods answer a new table."""

    tracks: Tracks

    @property
    def rows(self) -> int:
        return len(self.tracks)

    def of(self, track: int) -> Ints:
        """The rows of a track, by frame."""
        rows = np.flatnonzero(self.tracks.track == track)
        return rows[np.argsort(self.tracks.frame[rows], kind="stable")]

    def only(self, keep: Flags | Ints) -> Table:
        """These rows alone, or in this order."""
        return self._columns(lambda column: column[keep])

    def without(self, rows: Ints) -> Table:
        keep = np.ones(self.rows, bool)
        keep[rows] = False
        return self.only(keep)

    def plus(self, rows: Ints, **changed: Floats | Ints | float) -> Table:
        """These rows once more, with columns changed."""
        copies = self.only(rows).put(np.arange(len(rows)), **changed)
        joined = {
            name: np.concatenate([getattr(self.tracks, name), getattr(copies.tracks, name)])
            for name in COLUMNS
        }
        attributes = {
            name: Attribute(
                np.concatenate([attribute.codes, copies.tracks.attributes[name].codes]),
                attribute.values,
            )
            for name, attribute in self.tracks.attributes.items()
        }
        return self._with(joined, attributes)

    def put(self, rows: Ints, **changed: Floats | Ints | float) -> Table:
        """These rows with columns changed."""
        columns = {name: getattr(self.tracks, name).copy() for name in COLUMNS}
        for name, values in changed.items():
            columns[name][rows] = values
        return self._with(columns, dict(self.tracks.attributes))

    def put_attribute(self, name: str, rows: Ints, codes: Ints) -> Table:
        attribute = self.tracks.attributes[name]
        changed = attribute.codes.copy()
        changed[rows] = codes
        attributes = {**self.tracks.attributes, name: Attribute(changed, attribute.values)}
        columns = {name: getattr(self.tracks, name) for name in COLUMNS}
        return self._with(columns, attributes)

    def named(self, name: str) -> tuple[Table, int]:
        """With one more track name, and its number."""
        names = (*self.tracks.track_names, name)
        return Table(replace(self.tracks, track_names=names)), len(names) - 1

    def labeled(self, name: str) -> Table:
        """With one more label name."""
        return Table(replace(self.tracks, label_names=(*self.tracks.label_names, name)))

    def _columns(self, change: Callable[[np.ndarray], np.ndarray]) -> Table:
        return self._with(
            {name: change(getattr(self.tracks, name)) for name in COLUMNS},
            {
                name: Attribute(change(attribute.codes), attribute.values)
                for name, attribute in self.tracks.attributes.items()
            },
        )

    def _with(self, columns: dict[str, Any], attributes: dict[str, Attribute]) -> Table:
        return Table(replace(self.tracks, attributes=attributes, **columns))
