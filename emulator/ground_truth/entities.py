"""Named entity recognition: labeled stretches of a text."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any

from emulator.ground_truth.answers import Answer, Span, Spans
from emulator.ground_truth.categories import LabelCategories
from emulator.ground_truth.consolidation.spans import AgreedSpan, agreed_spans
from emulator.ground_truth.errors import LabelUnusable
from emulator.ground_truth.kind import Answered, StoredLabel, WorkerContent
from emulator.ground_truth.limits import Limits
from emulator.ground_truth.ports import ObjectStore
from emulator.ground_truth.sources import Source
from emulator.ground_truth.texts import read_text


class NamedEntities:
    """One text a task; the label is in the manifest. Offsets count code points."""

    def max_objects(self, limits: Limits) -> int:
        return limits.dataset_objects

    def read_source(
        self, line: Mapping[str, Any], *, objects: ObjectStore, limits: Limits
    ) -> Source:
        return read_text(line, objects=objects, limits=limits)

    def read_label(
        self,
        line: Mapping[str, Any],
        attribute: str,
        *,
        objects: ObjectStore,
        source: Source,
        categories: LabelCategories,
    ) -> Spans:
        raise LabelUnusable("named entities cannot be audited")

    def problems(self, answer: Answer, *, source: Source, categories: LabelCategories) -> list[str]:
        if not isinstance(answer, Spans):
            return ["a named entity task is answered with spans"]
        return list(_problems(answer.spans, source.text, categories))

    def worker_content(
        self, answer: Answer, *, source: Source, categories: LabelCategories, folder: str
    ) -> WorkerContent:
        entities = [
            {"endOffset": span.end, "label": span.label, "startOffset": span.start}
            for span in _in_order(_spans(answer))
        ]
        return WorkerContent(content={"crowd-entity-annotation": {"entities": entities}})

    def consolidate(
        self, batch: Sequence[Answered], *, categories: LabelCategories, folder: str
    ) -> list[StoredLabel]:
        return [
            _stored(agreed_spans([_spans(given.answer) for given in item.answers]), categories)
            for item in batch
        ]


def _stored(agreed: Sequence[AgreedSpan], categories: LabelCategories) -> StoredLabel:
    short = categories.short_names
    return StoredLabel(
        value={
            "annotations": {
                "entities": [
                    {
                        "endOffset": item.span.end,
                        "startOffset": item.span.start,
                        "label": item.span.label,
                    }
                    for item in agreed
                ],
                "labels": [
                    {"shortDisplayName": short[label], "label": label}
                    if label in short
                    else {"label": label}
                    for label in categories.labels
                ],
            }
        },
        metadata={"entities": [{"confidence": item.confidence} for item in agreed]},
    )


def _problems(spans: Sequence[Span], text: str, categories: LabelCategories) -> Iterator[str]:
    for span in spans:
        place = f"span {span.start}-{span.end}"
        if not 0 <= span.start < span.end <= len(text):
            yield f"{place} is not inside of the text, which has {len(text)} characters"
        if span.label not in categories.labels:
            yield f"{place}: the label {span.label} is not one of {', '.join(categories.labels)}"
    yield from (
        f"span {second.start}-{second.end} overlaps the one before it"
        for first, second in pairwise(_in_order(spans))
        if second.start < first.end
    )


def _in_order(spans: Sequence[Span]) -> list[Span]:
    return sorted(spans, key=lambda span: (span.start, span.end))


def _spans(answer: Answer) -> tuple[Span, ...]:
    if not isinstance(answer, Spans):
        raise TypeError(f"expected spans, got {type(answer).__name__}")
    return answer.spans
