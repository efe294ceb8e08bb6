"""Prepared answers: label files, and which jobs they are for.

A directory of them has a `script.json`:

    {"answers": [
      {"jobs": "*-vehicle", "labels": "vehicle.first.json"},
      {"jobs": "*-vehicle-audit", "labels": "vehicle.audited.json"},
      {"source": "*/clip-7.json", "categories": ["Lane"], "audit": true, "labels": "lane.json"}
    ]}

`labels` is a SeqLabel.json; all else are conditions, and may be left out: `jobs` and `source` are
patterns for the labeling job's name (without case; a retry's `-r1` does not count) and for the
`source-ref`, `categories` are label names that the job must have, `audit` says whether it is an
audit. The first entry that fits and has labels for a frame of the task is its answer. Classes are
known by the objects' names (`Car:1`), by a `class-map` in the file, or as the job numbers them.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any, Self

from emulator.ground_truth.answers import Annotation, FrameLabels, Labels
from emulator.ground_truth.desk import Task
from emulator.ground_truth.errors import LabelUnusable
from emulator.ground_truth.seq_label import read_seq_label

RETRY = re.compile(r"-r[0-9]+$")


@dataclass(frozen=True)
class ScriptEntry:
    """A label file and its conditions."""

    labels: Mapping[str, Any]
    jobs: str = "*"
    source: str = "*"
    categories: frozenset[str] = field(default_factory=frozenset)
    audit: bool | None = None

    def fits(self, task: Task) -> bool:
        name = RETRY.sub("", task.job_name.lower())
        return (
            fnmatchcase(name, self.jobs.lower())
            and fnmatchcase(task.source.uri, self.source)
            and self.categories <= set(task.categories.labels)
            and self.audit in (None, task.existing is not None)
        )


class LabelScript:
    """Prepared answers, looked up by task."""

    def __init__(self, entries: Sequence[ScriptEntry] = ()) -> None:
        self._entries = tuple(entries)

    @classmethod
    def from_directory(cls, directory: Path) -> Self:
        """Read `script.json` and the label files it names. Raises `OSError`, `ValueError` or
        `KeyError` when one of them is missing or broken."""
        script = json.loads((directory / "script.json").read_text())
        return cls(
            [
                ScriptEntry(
                    labels=json.loads((directory / entry["labels"]).read_text()),
                    jobs=entry.get("jobs", "*"),
                    source=entry.get("source", "*"),
                    categories=frozenset(entry.get("categories", ())),
                    audit=entry.get("audit"),
                )
                for entry in script["answers"]
            ]
        )

    @classmethod
    def from_jobs(cls, documents: Mapping[str, Mapping[str, Any]]) -> Self:
        """SeqLabel documents by job name pattern."""
        return cls([ScriptEntry(labels, jobs=jobs) for jobs, labels in documents.items()])

    def labels_for(self, task: Task) -> Labels | None:
        """The prepared answer to a task, if there is one."""
        for entry in self._entries:
            if entry.fits(task) and (labels := _labels(entry.labels, task)):
                return labels
        return None


def _labels(document: Mapping[str, Any], task: Task) -> Labels | None:
    """What of a label file belongs to the task; nothing when no frame of it does."""
    shape = "Cuboid" if task.in_3d else task.categories.annotation_type
    numbered = {str(number): name for number, name in enumerate(task.categories.labels)}
    try:
        named = read_seq_label(
            document, class_names=document.get("class-map", {}), annotation_type=shape
        )
        by_number = read_seq_label(document, class_names=numbered, annotation_type=shape)
    except LabelUnusable:
        return None
    frames = tuple(
        replace(frame, annotations=tuple(_known(frame, other, task)))
        for frame, other in zip(named.frames, by_number.frames, strict=True)
        if frame.frame in task.source.names
    )
    return Labels(frames) if frames else None


def _known(frame: FrameLabels, by_number: FrameLabels, task: Task) -> Iterator[Annotation]:
    for annotation, numbered in zip(frame.annotations, by_number.annotations, strict=True):
        chosen = annotation if annotation.label else numbered
        if chosen.label in task.categories.labels:
            yield chosen
