"""Classing every point of a cloud."""

from collections.abc import Mapping
from dataclasses import replace
from random import Random
from typing import Any

import numpy as np

from emulator.ground_truth.answers import Answer, PointClasses
from emulator.ground_truth.desk import Task
from emulator.ground_truth.ports import ObjectStore
from emulator.workers.forms import values_for
from emulator.workers.viewing import points_of

REACH = 3.0
"""Metres around a center that a scripted worker takes for one thing in a point cloud."""


class PointClassing:
    """Takes what is near a point for one thing; mistakes leave points in the background."""

    def prepared(self, document: Mapping[str, Any], task: Task) -> None:
        """Label files of points are not read."""

    def seen(self, task: Task, chance: Random, *, objects: ObjectStore) -> Answer:
        if task.existing is not None:
            return task.existing
        points = points_of(task.source.frames[0], objects=objects)
        classes = np.zeros(len(points), dtype=np.uint8)
        for number in range(1, 1 + len(task.categories.labels)):
            if len(points):
                center = points[chance.randrange(len(points))]
                near = np.linalg.norm(points[:, :2] - center[:2], axis=1) < REACH
                classes[near] = number
        return PointClasses(classes.tobytes(), values_for(task.categories.frame_attributes, chance))

    def submitted(
        self, answer: Answer, task: Task, chance: Random, *, wrong: float, objects: ObjectStore
    ) -> Answer:
        if not isinstance(answer, PointClasses):
            return answer
        classes = bytearray(answer.classes)
        for place in chance.sample(range(len(classes)), round(len(classes) * wrong / 3)):
            classes[place] = 0
        return replace(answer, classes=bytes(classes))
