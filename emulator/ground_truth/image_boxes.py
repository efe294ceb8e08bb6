"""Bounding boxes on pictures: the label is in the manifest."""

from collections.abc import Mapping, Sequence
from typing import Any

from emulator.ground_truth.answers import (
    BOX,
    Annotation,
    Answer,
    FrameLabels,
    Labels,
    problems_of_labels,
)
from emulator.ground_truth.categories import LabelCategories
from emulator.ground_truth.consolidation.boxes import Agreed, agreed_boxes
from emulator.ground_truth.errors import LabelUnusable
from emulator.ground_truth.kind import Answered, StoredLabel, WorkerContent
from emulator.ground_truth.labels import as_labels, class_names, metadata_of
from emulator.ground_truth.limits import Limits
from emulator.ground_truth.pictures import read_picture
from emulator.ground_truth.ports import ObjectStore
from emulator.ground_truth.sources import Source

STORED_BOX = ("top", "left", "height", "width")
"""The order in real output."""

ELEMENT = "boundingBox"
"""The name of the crowd element in AWS's own template."""


class ImageBoxes:
    """One picture a task. An answer has one frame, which is named as the picture."""

    def max_objects(self, limits: Limits) -> int:
        return limits.dataset_objects

    def read_source(
        self, line: Mapping[str, Any], *, objects: ObjectStore, limits: Limits
    ) -> Source:
        return read_picture(line, objects=objects, limits=limits)

    def read_label(
        self,
        line: Mapping[str, Any],
        attribute: str,
        *,
        objects: ObjectStore,
        source: Source,
        categories: LabelCategories,
    ) -> Labels:
        names = class_names(metadata_of(line, attribute))
        try:
            boxes = tuple(_box(item, names) for item in line[attribute]["annotations"])
        except (AttributeError, KeyError, TypeError) as error:
            raise LabelUnusable(f"{attribute} has no bounding boxes ({error!r})") from error
        return Labels((FrameLabels(source.frames[0].name, boxes),))

    def problems(self, answer: Answer, *, source: Source, categories: LabelCategories) -> list[str]:
        if not isinstance(answer, Labels):
            return ["a bounding box task is answered with boxes"]
        return list(
            problems_of_labels(
                answer,
                source=source,
                categories=categories,
                annotation_type="BoundingBox",
                named=False,
                tracked=False,
            )
        )

    def worker_content(
        self, answer: Answer, *, source: Source, categories: LabelCategories, folder: str
    ) -> WorkerContent:
        boxes = [
            {"label": box.label, **{member: box.geometry[member] for member in BOX}}
            for box in _boxes(answer)
        ]
        return WorkerContent(
            content={ELEMENT: {"boundingBoxes": boxes, "inputImageProperties": image_size(source)}}
        )

    def consolidate(
        self, batch: Sequence[Answered], *, categories: LabelCategories, folder: str
    ) -> list[StoredLabel]:
        return [
            _stored(
                agreed_boxes([_boxes(given.answer) for given in item.answers]),
                source=item.source,
                categories=categories,
            )
            for item in batch
        ]


def image_size(source: Source) -> dict[str, int]:
    """Height and width of the picture, as interfaces send them."""
    width, height, _ = size_of(source)
    return {"height": height, "width": width}


def size_of(source: Source) -> tuple[int, int, int]:
    """Width, height and number of channels of the picture."""
    size = source.frames[0].size
    if size is None:
        raise RuntimeError(f"{source.uri} was not looked into")
    return size


def _stored(
    agreed: Sequence[Agreed], *, source: Source, categories: LabelCategories
) -> StoredLabel:
    width, height, channels = size_of(source)
    used = {item.annotation.label for item in agreed}
    return StoredLabel(
        value={
            "image_size": [{"width": width, "height": height, "depth": channels}],
            "annotations": [
                {
                    "class_id": categories.class_id(item.annotation.label),
                    **{member: item.annotation.geometry[member] for member in STORED_BOX},
                }
                for item in agreed
            ],
        },
        metadata={
            "objects": [{"confidence": item.confidence} for item in agreed],
            "class-map": {
                str(number): label
                for number, label in enumerate(categories.labels)
                if label in used
            },
        },
    )


def _box(item: Mapping[str, Any], names: Mapping[str, str]) -> Annotation:
    return Annotation(
        label=names[str(item["class_id"])], geometry={member: item[member] for member in BOX}
    )


def _boxes(answer: Answer) -> tuple[Annotation, ...]:
    return tuple(box for frame in as_labels(answer).frames for box in frame.annotations)
