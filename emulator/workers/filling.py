"""Filling in the forms of custom tasks."""

from collections.abc import Mapping
from random import Random
from typing import Any

from emulator.ground_truth.answers import Answer, Custom
from emulator.ground_truth.desk import Task
from emulator.ground_truth.errors import AnswerInvalid
from emulator.ground_truth.ports import ObjectStore, StoreError
from emulator.ground_truth.ui import TemplateUnusable, render
from emulator.workers.form_fields import fields_of, filled
from emulator.workers.skill import entry_for

WRONG_SHARE = 1 / 3


class Filling:
    """Fills in what the template asks for; a mistake is another value of a field.

    In a label file: `{"objects": {"dog.jpg": {"form": {"category": {"label": "Dog"}}}}}`.
    """

    def prepared(self, document: Mapping[str, Any], task: Task) -> Answer | None:
        entry = entry_for(document, task)
        form = entry.get("form") if isinstance(entry, dict) else None
        return Custom(form) if isinstance(form, dict) else None

    def seen(self, task: Task, chance: Random, *, objects: ObjectStore) -> Answer:
        """Raises `AnswerInvalid` for a form that cannot be shown: nobody can answer it."""
        try:
            template = objects.read(task.template_uri).decode(errors="replace")
            html = render(template, task.source.task_input)
        except (StoreError, TemplateUnusable) as error:
            raise AnswerInvalid([f"the form cannot be shown: {error}"]) from error
        return Custom(filled(fields_of(html), chance))

    def submitted(
        self, answer: Answer, task: Task, chance: Random, *, wrong: float, objects: ObjectStore
    ) -> Answer:
        if not isinstance(answer, Custom) or not wrong:
            return answer
        other = self.seen(task, chance, objects=objects)
        values = other.content if isinstance(other, Custom) else {}
        return Custom(
            {
                name: values[name]
                if name in values and chance.random() < wrong * WRONG_SHARE
                else value
                for name, value in answer.content.items()
            }
        )
