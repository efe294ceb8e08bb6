"""`pictures.csv`: what each picture of an export is called there, and where it lies.

Exports hold labels, never pictures: whoever trains on them puts the pictures beside them, under the
names that this list says.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

from labeling.exporting.ledger import Ledger, place
from labeling.merging.merged import MergedFrame

FILE = "pictures.csv"


class AddPicture(Protocol):
    def __call__(self, file: str, frame: MergedFrame) -> None:
        """`file` is where the format looks for the picture of the frame."""
        ...


@contextmanager
def picture_list(ledger: Ledger) -> Iterator[AddPicture]:
    """Write the list: columns `file` and `uri`."""
    with ledger.text(FILE) as out:
        rows = csv.writer(out, lineterminator="\n")
        rows.writerow(("file", "uri"))

        def add(file: str, frame: MergedFrame) -> None:
            rows.writerow((file, place(frame)))

        yield add
