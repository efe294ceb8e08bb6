"""The formats by the names that people type; each is imported only when it is written."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from importlib import import_module
from typing import Protocol

from labeling.exporting.ledger import Holds
from labeling.exporting.options import Options
from labeling.exporting.report import Report
from labeling.exporting.sink import Sink
from labeling.merging.merged import MergedObject

REPORT = "export-report.json"
FORMATS: Mapping[str, str] = {
    "coco": "coco",
    "mot": "mot",
    "yolo": "yolo",
    "voc": "voc",
    "cvat": "cvat",
    "kitti": "kitti",
    "label-studio": "label_studio",
    "parquet": "parquet",
}


class Writer(Protocol):
    """A module of this package that writes one format."""

    @property
    def HOLDS(self) -> Holds: ...

    def write(
        self, objects: Iterable[MergedObject], sink: Sink, options: Options | None = None
    ) -> Report: ...


def writer(name: str) -> Writer:
    """Raises KeyError for a name that is not in `FORMATS`, ImportError where a library that only
    this format takes (pyarrow for `parquet`) is not installed."""
    module: Writer = import_module(f"labeling.exporting.{FORMATS[name]}")
    return module


def export(
    name: str, objects: Iterable[MergedObject], sink: Sink, options: Options | None = None
) -> Report:
    """Write a data set in one format, and `export-report.json` beside it; see `writer`.

    The same data set makes the same bytes. Objects are looked at one after another.
    """
    report = writer(name).write(objects, sink, options)
    with sink.open(REPORT) as file:
        text = json.dumps(report.document(), indent=2, ensure_ascii=False) + "\n"
        file.write(text.encode(errors="replace"))
    return report
