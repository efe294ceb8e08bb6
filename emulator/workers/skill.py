"""What a scripted worker can do: one skill for each kind of answer."""

from collections.abc import Mapping
from random import Random
from typing import Any, Protocol

from emulator.ground_truth.answers import Answer
from emulator.ground_truth.desk import Task
from emulator.ground_truth.ports import ObjectStore


class Skill(Protocol):
    """How tasks with one kind of answer are done."""

    def prepared(self, document: Mapping[str, Any], task: Task) -> Answer | None:
        """The answer that a label file of the script has for this task, if there is one."""

    def seen(self, task: Task, chance: Random, *, objects: ObjectStore) -> Answer:
        """What everybody sees who looks closely: in an audit what is there already, else something
        plausible. `chance` is the same for all workers."""

    def submitted(
        self, answer: Answer, task: Task, chance: Random, *, wrong: float, objects: ObjectStore
    ) -> Answer:
        """The answer as one worker hands it in: with all that the form requires, and with mistakes.
        `wrong` is 0 for none to 1; `chance` is the worker's own."""


def entry_for(document: Mapping[str, Any], task: Task) -> Any:
    """What a label file of the form `{"objects": {"dog.jpg": ...}}` has for the object of a task,
    by the name of its file or by its text; `None` if it has nothing."""
    objects = document.get("objects", {})
    return objects.get(task.source.name) if isinstance(objects, dict) else None
