"""How a scripted worker answers: from the script, by confirming, or by drawing something plausible.

Everything is seeded by the object, so that the same task has the same answer in every run.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from random import Random
from typing import Any
from uuid import UUID

import numpy as np

from emulator.ground_truth.answers import (
    Annotation,
    Answer,
    FrameLabels,
    Labels,
    PointClasses,
)
from emulator.ground_truth.desk import Task
from emulator.ground_truth.ports import ObjectStore
from emulator.workers.forms import completed, values_for
from emulator.workers.geometry import Extent, draw, moved, size
from emulator.workers.label_script import LabelScript
from emulator.workers.viewing import cloud_extent, picture_extent, points_of

OBJECTS_A_LABEL = 2
FORGOTTEN_SHARE = 0.3
REACH = 3.0
"""Metres around a center that a scripted worker takes for one thing in a point cloud."""


@dataclass(frozen=True)
class Accuracy:
    """How good the answers are, 0 to 1: at 1 nothing is wrong, at 0 shapes are off by up to a
    third of their size and three in ten are forgotten."""

    first: float = 1.0
    audit: float = 1.0


class Answers:
    """Gives answers to tasks."""

    def __init__(
        self,
        *,
        objects: ObjectStore,
        script: LabelScript | None = None,
        accuracy: Accuracy | None = None,
        seed: str = "",
    ) -> None:
        self._objects = objects
        self._script = script or LabelScript()
        self._accuracy = accuracy or Accuracy()
        self._seed = seed

    def to(self, task: Task) -> Answer:
        """The answer to a task."""
        chance = Random(f"{self._seed} {task.source.uri} {' '.join(task.categories.labels)}")
        audit = task.existing is not None
        accuracy = self._accuracy.audit if audit else self._accuracy.first
        if task.existing is not None and not task.categories.editable:
            return task.existing
        answer = self._script.labels_for(task) or task.existing or self._drawn(task, chance)
        if isinstance(answer, PointClasses):
            return _with_wrong_points(answer, accuracy, chance)
        if accuracy < 1.0:
            answer = _with_mistakes(answer, self._extent(task), accuracy, chance)
        return completed(answer, task, chance)

    def _drawn(self, task: Task, chance: Random) -> Answer:
        if task.task_type.endswith("SemanticSegmentation"):
            return self._classed_points(task, chance)
        tracks = list(self._tracks(task, chance))
        said = values_for(task.categories.frame_attributes, chance)
        return Labels(
            tuple(
                FrameLabels(
                    frame.name,
                    tuple(
                        replace(first, geometry=moved(first.geometry, by(frame.number), extent))
                        for first, by, extent in tracks
                    ),
                    said,
                )
                for frame in task.source.frames
            )
        )

    def _tracks(self, task: Task, chance: Random) -> Iterator[tuple[Annotation, Any, Extent]]:
        """Objects where they are first, how far they have moved by a frame, and within what."""
        extent = self._extent(task)
        shape = "Cuboid" if task.in_3d else task.categories.annotation_type
        span = max(high - low for low, high in extent)
        for label in task.categories.labels:
            for number in range(1, 1 + chance.randint(1, OBJECTS_A_LABEL)):
                step = [chance.uniform(-0.002, 0.002) * span for _ in extent[:2]]
                first = Annotation(
                    label=label,
                    geometry=draw(shape, extent, chance),
                    attributes=values_for(task.categories.attributes_of(label), chance),
                    object_id=str(UUID(int=chance.getrandbits(128), version=4)),
                    object_name=f"{label}:{number}",
                )
                yield first, lambda n, step=step: [n * part for part in step], extent

    def _extent(self, task: Task) -> Extent:
        frame = task.source.frames[0]
        if task.in_3d:
            return cloud_extent(points_of(frame, objects=self._objects))
        return picture_extent(frame, objects=self._objects)

    def _classed_points(self, task: Task, chance: Random) -> PointClasses:
        points = points_of(task.source.frames[0], objects=self._objects)
        classes = np.zeros(len(points), dtype=np.uint8)
        for number in range(1, 1 + len(task.categories.labels)):
            if len(points):
                center = points[chance.randrange(len(points))]
                near = np.linalg.norm(points[:, :2] - center[:2], axis=1) < REACH
                classes[near] = number
        return PointClasses(classes.tobytes(), values_for(task.categories.frame_attributes, chance))


def _with_mistakes(labels: Labels, extent: Extent, accuracy: float, chance: Random) -> Labels:
    wrong = 1.0 - accuracy

    def seen(annotation: Annotation) -> Iterator[Annotation]:
        if chance.random() < wrong * FORGOTTEN_SHARE:
            return
        reach = wrong * size(annotation.geometry) / 3
        by = [chance.uniform(-reach, reach) for _ in extent[:2]]
        yield replace(annotation, geometry=moved(annotation.geometry, by, extent))

    return Labels(
        tuple(
            replace(
                frame,
                annotations=tuple(kept for item in frame.annotations for kept in seen(item)),
            )
            for frame in labels.frames
        )
    )


def _with_wrong_points(answer: PointClasses, accuracy: float, chance: Random) -> PointClasses:
    classes = bytearray(answer.classes)
    for place in chance.sample(range(len(classes)), round(len(classes) * (1 - accuracy) / 3)):
        classes[place] = 0
    return replace(answer, classes=bytes(classes))
