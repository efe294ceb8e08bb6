"""Answers of custom jobs without a function of their own: read from where their label leads to.

What passes through has the label `{}`, and `worker-response-ref` in its metadata names the file
with the answers ("Processing with AWS Lambda" of the SageMaker developer guide).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from labeling.errors import LabelingError
from labeling.labels import (
    ClassLabel,
    Fetch,
    Frame,
    Label,
    LabeledObject,
    Labels,
    LabelsUnreadable,
    Span,
    WorkerAnswer,
    read_worker_response,
)
from labeling.labels.members import member
from labeling.merging.report import MergeReport

MOST_FILES = 20_000  # a call each
LARGEST = 4 * 1024 * 1024  # bytes; the answer of one task has some kilobytes


class CustomAnswers:
    """Reads them; after `most` files it says so in the report, and labels stay empty."""

    def __init__(self, fetch: Fetch, report: MergeReport, *, most: int = MOST_FILES) -> None:
        self._fetch = fetch
        self._report = report
        self._left = most
        self._told = False

    def put_into(self, labels: Labels, found: LabeledObject, job: str) -> Labels:
        """The labels with the answers as their content, if they only lead to some. Entities and
        classes are labels, too, where all people gave the same."""
        uri = answers_uri(found.line, labels.attribute)
        if uri is None:
            return labels
        if self._left == 0:
            if not self._told:
                self._told = True
                self._report.add(job, found.source, "answers were not read from here on")
            return labels
        self._left -= 1
        try:
            answers = self._read(uri)
        except (LabelsUnreadable, LabelingError, OSError, LookupError) as error:
            self._report.add(job, found.source, f"its answers cannot be read: {error}")
            return labels
        frames = (Frame(labels=agreed),) if (agreed := _agreed(answers)) else ()
        return replace(labels, content=_content(answers), frames=frames)

    def _read(self, uri: str) -> tuple[WorkerAnswer, ...]:
        written = self._fetch(uri)
        if len(written) > LARGEST:
            raise LabelsUnreadable(f"it has more than {LARGEST:,} bytes", file=uri)
        return read_worker_response(written, file=uri)


def answers_uri(line: Mapping[str, Any], attribute: str) -> str | None:
    """Where the answers to a line lie whose label is empty; None where it is not, or nobody says
    where."""
    metadata = line.get(f"{attribute}-metadata")
    if line.get(attribute) != {} or not isinstance(metadata, dict):
        return None
    uri = member(metadata, "worker-response-ref")
    return uri if isinstance(uri, str) else None


def _content(answers: Sequence[WorkerAnswer]) -> dict[str, Any]:
    return {"answers": [{"workerId": it.worker_id, "content": it.content} for it in answers]}


def _agreed(answers: Sequence[WorkerAnswer]) -> tuple[Label, ...]:
    """The entities and classes that everybody gave, in the order of the first; none where two
    people differ in any."""
    given = [_typed(answer) for answer in answers]
    if not given or any(labels.keys() != given[0].keys() for labels in given):
        return ()
    return tuple(given[0].values())


def _typed(answer: WorkerAnswer) -> dict[tuple[Any, ...], Label]:
    found: dict[tuple[Any, ...], Label] = {}
    for label in answer.labels:
        if isinstance(label, Span):
            found[label.label, label.start, label.end] = label
        elif isinstance(label, ClassLabel):
            found[label.label,] = label
    return found
