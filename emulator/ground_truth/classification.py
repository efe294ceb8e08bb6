"""Classifying things: one class of a list, or several; the label is in the manifest."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from emulator.ground_truth.answers import Answer, Classes
from emulator.ground_truth.categories import LabelCategories
from emulator.ground_truth.consolidation.classes import Verdict, any_classes, one_class
from emulator.ground_truth.errors import LabelUnusable
from emulator.ground_truth.kind import Answered, StoredLabel, WorkerContent
from emulator.ground_truth.limits import Limits
from emulator.ground_truth.ports import ObjectStore
from emulator.ground_truth.sources import Source


class Read(Protocol):
    """How a line of the manifest is read; raises `InputUnusable`."""

    def __call__(
        self, line: Mapping[str, Any], *, objects: ObjectStore, limits: Limits
    ) -> Source: ...


@dataclass(frozen=True)
class Classification:
    """One object a task. `element` is the name of the form's crowd element; with `several`, any
    number of classes may be chosen."""

    read: Read
    element: str
    several: bool = False

    def max_objects(self, limits: Limits) -> int:
        return limits.dataset_objects

    def read_source(
        self, line: Mapping[str, Any], *, objects: ObjectStore, limits: Limits
    ) -> Source:
        return self.read(line, objects=objects, limits=limits)

    def read_label(
        self,
        line: Mapping[str, Any],
        attribute: str,
        *,
        objects: ObjectStore,
        source: Source,
        categories: LabelCategories,
    ) -> Classes:
        raise LabelUnusable("classes cannot be audited")

    def problems(self, answer: Answer, *, source: Source, categories: LabelCategories) -> list[str]:
        if not isinstance(answer, Classes):
            return ["a classification task is answered with classes"]
        if not answer.labels:
            return ["a class must be chosen"]
        if len(answer.labels) != 1 and not self.several:
            return [f"one class must be chosen, not {len(answer.labels)}"]
        return [
            f"the label {label} is not one of {', '.join(categories.labels)}"
            for label in answer.labels
            if label not in categories.labels
        ]

    def worker_content(
        self, answer: Answer, *, source: Source, categories: LabelCategories, folder: str
    ) -> WorkerContent:
        labels = _classes(answer).labels
        chosen = {"labels": list(labels)} if self.several else {"label": labels[0]}
        return WorkerContent(content={self.element: chosen})

    def consolidate(
        self, batch: Sequence[Answered], *, categories: LabelCategories, folder: str
    ) -> list[StoredLabel]:
        votes = [
            {given.worker: _classes(given.answer).labels for given in item.answers}
            for item in batch
        ]
        if self.several:
            return [
                classes_label(agreed, categories)
                for agreed in any_classes(votes, categories.labels)
            ]
        single = [{worker: labels[0] for worker, labels in given.items()} for given in votes]
        return [class_label(verdict, categories) for verdict in one_class(single)]


def class_label(verdict: Verdict, categories: LabelCategories) -> StoredLabel:
    """One class, as the manifest has it: by its number."""
    return StoredLabel(
        value=categories.class_id(verdict.label),
        metadata={"confidence": verdict.confidence, "class-name": verdict.label},
    )


def classes_label(agreed: Mapping[str, float], categories: LabelCategories) -> StoredLabel:
    """Several classes, each with its confidence, as the manifest has them: by their numbers."""
    return StoredLabel(
        value=[categories.class_id(label) for label in agreed],
        metadata={
            "class-map": {str(categories.class_id(label)): label for label in agreed},
            "confidence-map": {
                str(categories.class_id(label)): confidence for label, confidence in agreed.items()
            },
        },
    )


def _classes(answer: Answer) -> Classes:
    if not isinstance(answer, Classes):
        raise TypeError(f"expected classes, got {type(answer).__name__}")
    return answer
