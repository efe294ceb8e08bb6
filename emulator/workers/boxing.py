"""Drawing boxes on a picture."""

from collections.abc import Mapping
from random import Random
from typing import Any

from emulator.ground_truth.answers import BOX, Annotation, Answer, FrameLabels, Labels
from emulator.ground_truth.desk import Task
from emulator.ground_truth.image_boxes import size_of
from emulator.ground_truth.ports import ObjectStore
from emulator.workers.geometry import Extent, draw
from emulator.workers.shapes import OBJECTS_A_LABEL, with_mistakes
from emulator.workers.skill import entry_for


class Boxing:
    """Draws one or two boxes of each label; mistakes are as those of all shapes.

    In a label file: `{"objects": {"dog.jpg": {"shapes": [...]}}}`, where a shape has a `label` and
    `left`, `top`, `width`, `height`.
    """

    def prepared(self, document: Mapping[str, Any], task: Task) -> Answer | None:
        entry = entry_for(document, task)
        shapes = entry.get("shapes") if isinstance(entry, dict) else None
        if shapes is None:
            return None
        return _labels(
            task,
            [
                Annotation(shape["label"], {member: shape[member] for member in BOX})
                for shape in shapes
                if shape["label"] in task.categories.labels
            ],
        )

    def seen(self, task: Task, chance: Random, *, objects: ObjectStore) -> Answer:
        if task.existing is not None:
            return task.existing
        return _labels(
            task,
            [
                Annotation(label, draw("BoundingBox", _extent(task), chance))
                for label in task.categories.labels
                for _ in range(chance.randint(1, OBJECTS_A_LABEL))
            ],
        )

    def submitted(
        self, answer: Answer, task: Task, chance: Random, *, wrong: float, objects: ObjectStore
    ) -> Answer:
        if not isinstance(answer, Labels) or not wrong:
            return answer
        return with_mistakes(answer, _extent(task), wrong, chance)


def _labels(task: Task, boxes: list[Annotation]) -> Labels:
    return Labels((FrameLabels(task.source.frames[0].name, tuple(boxes)),))


def _extent(task: Task) -> Extent:
    width, height, _ = size_of(task.source)
    return [(0.0, float(width)), (0.0, float(height))]
