"""Parquet: all that is known, in three tables.

`objects.parquet` has a row for each layer of each data object, `frames.parquet` one for each frame,
and `annotations.parquet` one for each annotation. `object` counts data objects from 0, and `frame`
the frames of one: rows are joined by both. Answers, and the labels of custom jobs, may be anything:
they are texts of JSON.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any

from labeling.exporting.kinds import NAMES, is_tracking
from labeling.exporting.ledger import Holds, Ledger
from labeling.exporting.options import Options
from labeling.exporting.parquet_shapes import shape
from labeling.exporting.parquet_table import Table
from labeling.exporting.report import Report
from labeling.exporting.sink import Sink
from labeling.merging.merged import (
    Layer,
    MergedAnnotation,
    MergedFrame,
    MergedObject,
    Provenance,
)

HOLDS = Holds(
    format="Parquet",
    kinds=frozenset(NAMES.values()),
    tracks=True,
    attributes=True,
    frame_attributes=True,
    confidence=True,
    provenance=True,
    custom=True,
)

_JSON = json.JSONEncoder(separators=(",", ":")).encode


def write(objects: Iterable[MergedObject], sink: Sink, options: Options | None = None) -> Report:
    """Write the three tables. `options` change nothing: sizes and classes are as they are known."""
    ledger = Ledger(HOLDS, sink)
    with ExitStack() as files:

        def table(name: str) -> Table:
            file = files.enter_context(ledger.open(f"{name}.parquet"))
            return files.enter_context(Table.opened(name, file))

        tables = _Tables(table("objects"), table("frames"), table("annotations"))
        for number, merged in enumerate(objects):
            tables.add(number, merged, ledger)
    return ledger.report()


@dataclass(frozen=True, slots=True)
class _Tables:
    objects: Table
    frames: Table
    annotations: Table

    def add(self, number: int, merged: MergedObject, ledger: Ledger) -> None:
        ledger.object(merged)
        for layer in merged.layers:
            self.objects.add(_layer(number, merged, layer))
        tracked = {layer.attribute for layer in merged.layers if is_tracking(layer.type)}
        tracks: set[tuple[str, str]] = set()
        for place, frame in enumerate(merged.frames):
            ledger.frame(frame)
            self.frames.add(_frame(number, place, frame))
            for annotation in frame.annotations:
                track = annotation.label.track
                followed = track is not None and annotation.attribute in tracked
                if track is not None and followed:
                    tracks.add((annotation.attribute, track.key))
                self.annotations.add(_annotation(number, place, annotation))
                ledger.wrote(annotation, frame, tracked=followed)
        ledger.tracks(len(tracks))


def _layer(number: int, merged: MergedObject, layer: Layer) -> dict[str, Any]:
    has_content = layer.provenance is not None
    return {
        "object": number,
        "source": merged.source,
        "is_text": merged.is_text,
        "attribute": layer.attribute,
        "first_job": layer.job,
        "modality": layer.modality,
        "type": layer.type,
        "unlabeled": layer.unlabeled,
        "judges": layer.judges,
        "content": _JSON(layer.content) if has_content else None,
        **(_provenance(layer.provenance) if layer.provenance else {}),
    }


def _frame(number: int, place: int, frame: MergedFrame) -> dict[str, Any]:
    size = frame.size
    return {
        "object": number,
        "frame": place,
        "source": frame.source,
        "name": frame.name,
        "number": frame.number,
        "sensor": frame.sensor,
        "uri": frame.uri,
        "width": size and size.width,
        "height": size and size.height,
        "depth": size and size.depth,
        "attributes": _JSON(frame.attributes),
        "unlabeled": _JSON(frame.unlabeled),
    }


def _annotation(number: int, place: int, annotation: MergedAnnotation) -> dict[str, Any]:
    label = annotation.label
    return {
        "object": number,
        "frame": place,
        "attribute": annotation.attribute,
        "kind": NAMES[type(label)],
        "label": label.label,
        "class_id": label.class_id,
        "object_id": label.track and label.track.object_id,
        "object_name": label.track and label.track.object_name,
        "attributes": _JSON(label.attributes),
        "confidence": label.confidence,
        **shape(label),
        **_provenance(annotation.provenance),
    }


def _provenance(provenance: Provenance) -> dict[str, Any]:
    return {
        "job": provenance.job,
        "level": provenance.level,
        "labeling_job": provenance.labeling_job,
        "origin": provenance.origin,
        "edited": provenance.edited,
        "workers": provenance.workers,
        "checks": provenance.checks,
        "created_at": provenance.created_at,
    }
