"""Prepared answers: label files, and which jobs they are for.

A directory of them has a `script.json`:

    {"answers": [
      {"jobs": "*-vehicle", "labels": "vehicle.first.json"},
      {"jobs": "*-vehicle-audit", "labels": "vehicle.audited.json"},
      {"source": "*/clip-7.json", "categories": ["Lane"], "audit": true, "labels": "lane.json"}
    ]}

`labels` is a label file; all else are conditions, and may be left out: `jobs` and `source` are
patterns for the labeling job's name (without case; a retry's `-r1` does not count) and for the
`source-ref` or the text, `categories` are label names that the job must have, `audit` says whether
it is an audit. The first entry that fits and has labels for the task is its answer.

For clips and point clouds a label file is a SeqLabel.json. Classes are known by the objects' names
(`Car:1`), by a `class-map` in the file, or as the job numbers them. For all else it is what to say
about each object, by the name of its file or by its text; see each skill for how that is said:

    {"objects": {"dog.jpg": {"classes": ["Dog"]}, "street.jpg": {"shapes": [...]}}}
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any, Self

from emulator.ground_truth.desk import Task

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
            and fnmatchcase(task.source.uri or task.source.text, self.source)
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

    def documents_for(self, task: Task) -> Iterator[Mapping[str, Any]]:
        """The label files that are for such a task, the first one first."""
        return (entry.labels for entry in self._entries if entry.fits(task))
