"""Consolidation responses: the labels of a batch of objects, before they are in a manifest.

They lie in `annotations/consolidated-annotation/consolidation-response/` of a job, and are what an
annotation consolidation Lambda function returns.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from labeling.labels.errors import LabelsUnreadable
from labeling.labels.json_text import read_json
from labeling.labels.label_attributes import read_label_attributes
from labeling.labels.labeled import Labels
from labeling.labels.members import a_list, an_object, whole_number
from labeling.labels.output_types import Fetch

Document: TypeAlias = str | bytes | Sequence[Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsolidatedObject:
    """The labels of one object; `index` is its line in the input manifest, from 0."""

    index: int
    labels: Mapping[str, Labels]
    unlabeled: Mapping[str, str]


def read_consolidation(
    document: Document, *, fetch: Fetch | None = None, file: str = ""
) -> tuple[ConsolidatedObject, ...]:
    """The objects of a consolidation response; raises `LabelsUnreadable` naming `file`."""
    try:
        return tuple(_objects(a_list(read_json(document)), fetch))
    except LabelsUnreadable as error:
        raise error.within(file=file) from error.__cause__


def _objects(items: list[Any], fetch: Fetch | None) -> Iterator[ConsolidatedObject]:
    for place, value in enumerate(items):
        try:
            item = an_object(value)
            index = whole_number(item.get("datasetObjectId"), "datasetObjectId")
            annotation = an_object(item.get("consolidatedAnnotation"), "consolidatedAnnotation")
            content = an_object(annotation.get("content"), "consolidatedAnnotation.content")
            found = read_label_attributes(content, None, fetch)
        except LabelsUnreadable as error:
            raise error.within(member=f"[{place}]") from error.__cause__
        yield ConsolidatedObject(index=index, labels=found.labels, unlabeled=found.unlabeled)
