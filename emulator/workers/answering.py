"""How a scripted worker answers: from the script, by confirming, or by making something plausible.

Everything is seeded, so that the same task has the same answer in every run: what there is to see
by the object, for all workers alike, and the mistakes by the object and the worker.
"""

from dataclasses import dataclass
from random import Random

from emulator.ground_truth.answers import Answer
from emulator.ground_truth.desk import Task
from emulator.ground_truth.ports import ObjectStore
from emulator.workers.label_script import LabelScript
from emulator.workers.skill import Skill
from emulator.workers.skills import SKILLS


@dataclass(frozen=True)
class Accuracy:
    """How good the answers are, 0 to 1: at 1 nothing is wrong, at 0 shapes are off by up to a
    third of their size and three in ten are forgotten, and one in three pixels, points, spans or
    classes is not what it should be."""

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
        audit = task.existing is not None
        if task.existing is not None and not task.categories.editable:
            return task.existing
        skill = SKILLS[task.task_type]
        about = f"{task.source.uri or task.source.text} {' '.join(task.categories.labels)}"
        answer = self._prepared(skill, task) or skill.seen(
            task, Random(f"{self._seed} {about}"), objects=self._objects
        )
        return skill.submitted(
            answer,
            task,
            Random(f"{self._seed} {task.worker} {about}"),
            wrong=1.0 - (self._accuracy.audit if audit else self._accuracy.first),
            objects=self._objects,
        )

    def _prepared(self, skill: Skill, task: Task) -> Answer | None:
        return next(
            (
                answer
                for document in self._script.documents_for(task)
                if (answer := skill.prepared(document, task)) is not None
            ),
            None,
        )
