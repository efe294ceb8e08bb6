"""Choosing classes: for a picture, a text or a video, or for labels that are to be verified."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from random import Random
from typing import Any

from emulator.ground_truth.answers import Answer, Classes
from emulator.ground_truth.desk import Task
from emulator.ground_truth.ports import ObjectStore
from emulator.workers.skill import entry_for

WRONG_SHARE = 1 / 3
REMARK = "Please look at this again."


@dataclass(frozen=True)
class Choosing:
    """Takes one class, or with `several` one to three; a mistake is another class. Who has to
    verify finds that the first class of the file fits (`Good`), and remarks on everything else.

    In a label file: `{"objects": {"dog.jpg": {"classes": ["Dog"], "comment": "..."}}}`.
    """

    several: bool = False
    verifies: bool = False

    def prepared(self, document: Mapping[str, Any], task: Task) -> Answer | None:
        entry = entry_for(document, task)
        chosen = entry.get("classes") if isinstance(entry, dict) else None
        if not chosen or not set(chosen) <= set(task.categories.labels):
            return None
        return Classes(tuple(chosen), comment=entry.get("comment", ""))

    def seen(self, task: Task, chance: Random, *, objects: ObjectStore) -> Answer:
        labels = task.categories.labels
        if self.verifies:
            return Classes(labels[:1])
        count = min(chance.randint(1, 3), len(labels)) if self.several else 1
        chosen = chance.sample(labels, count)
        return Classes(tuple(label for label in labels if label in chosen))

    def submitted(
        self, answer: Answer, task: Task, chance: Random, *, wrong: float, objects: ObjectStore
    ) -> Answer:
        if not isinstance(answer, Classes) or not answer.labels:
            return answer
        labels = task.categories.labels
        others = [label for label in labels if label not in answer.labels]
        if not others or chance.random() >= wrong * WRONG_SHARE:
            return answer
        chosen = {*answer.labels[1:], chance.choice(others)}
        comment = REMARK if self.verifies else answer.comment
        return replace(
            answer, labels=tuple(label for label in labels if label in chosen), comment=comment
        )
