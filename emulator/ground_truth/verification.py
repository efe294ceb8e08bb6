"""Verifying labels of pictures: people see them, and say whether they are right."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from emulator.ground_truth.answers import Answer, Classes
from emulator.ground_truth.categories import LabelCategories
from emulator.ground_truth.classification import Classification
from emulator.ground_truth.image_boxes import ImageBoxes
from emulator.ground_truth.image_masks import ImageMasks, color_map_of
from emulator.ground_truth.kind import Answered, StoredLabel, WorkerContent
from emulator.ground_truth.labels import class_names, metadata_of
from emulator.ground_truth.ports import ObjectStore
from emulator.ground_truth.sources import Source


@dataclass(frozen=True)
class Verification(Classification):
    """One labeled picture a task; `of` is what was labeled. The label category file lists what may
    be said about it, not the classes that were labeled."""

    of: ImageBoxes | ImageMasks = field(default_factory=ImageBoxes)

    def read_label(
        self,
        line: Mapping[str, Any],
        attribute: str,
        *,
        objects: ObjectStore,
        source: Source,
        categories: LabelCategories,
    ) -> Any:
        """The label as people see it, in its own classes."""
        if isinstance(self.of, ImageMasks):
            colors = color_map_of(line, attribute)
            by_number = sorted((int(number), about) for number, about in colors.items())
            labels = [str(about.get("class-name")) for number, about in by_number if number]
        else:
            labels = list(class_names(metadata_of(line, attribute)).values())
        return self.of.read_label(
            line,
            attribute,
            objects=objects,
            source=source,
            categories=replace(categories, labels=tuple(labels)),
        )

    def worker_content(
        self, answer: Answer, *, source: Source, categories: LabelCategories, folder: str
    ) -> WorkerContent:
        sent = super().worker_content(answer, source=source, categories=categories, folder=folder)
        comment = _comment(answer)
        # As the page "crowd-image-classifier" shows its output.
        said = {name: {**chosen, "workerComment": comment} for name, chosen in sent.content.items()}
        return WorkerContent(said) if comment else sent

    def consolidate(
        self, batch: Sequence[Answered], *, categories: LabelCategories, folder: str
    ) -> list[StoredLabel]:
        """As for one class, but the number is a text, and comments are kept."""
        labels = super().consolidate(batch, categories=categories, folder=folder)
        return [
            replace(label, value=str(label.value), metadata={**label.metadata, **_feedback(item)})
            for item, label in zip(batch, labels, strict=True)
        ]


def _feedback(item: Answered) -> dict[str, Any]:
    comments = [comment for given in item.answers if (comment := _comment(given.answer))]
    return {"worker-feedback": [{"comment": comment} for comment in comments]} if comments else {}


def _comment(answer: Answer) -> str:
    return answer.comment if isinstance(answer, Classes) else ""
