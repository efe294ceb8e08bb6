"""Custom tasks: a form of one's own; the label is what a function of one's own makes of it."""

from collections.abc import Mapping, Sequence
from typing import Any

from emulator.ground_truth.answers import Answer, Custom
from emulator.ground_truth.categories import LabelCategories
from emulator.ground_truth.errors import InputUnusable, LabelUnusable
from emulator.ground_truth.kind import Answered, NoLabel, StoredLabel, WorkerContent
from emulator.ground_truth.labels import to_json
from emulator.ground_truth.limits import Limits
from emulator.ground_truth.output import FILE_TIME
from emulator.ground_truth.ports import ObjectStore
from emulator.ground_truth.sources import Source


class CustomForms:
    """One line a task. Without a post-annotation function the label is empty, and its metadata say
    where the answers are (page "Creating a custom worker task template")."""

    def max_objects(self, limits: Limits) -> int:
        return limits.dataset_objects

    def read_source(
        self, line: Mapping[str, Any], *, objects: ObjectStore, limits: Limits
    ) -> Source:
        """Whatever `source-ref` and `source` name: only the form knows what to do with it."""
        uri, text = line.get("source-ref", ""), line.get("source", "")
        if not isinstance(uri, str) or not isinstance(text, str):
            raise InputUnusable(f"source and source-ref must be texts, not {uri or text!r}.")
        return Source(uri=uri, text=text, task_input=line)

    def read_label(
        self,
        line: Mapping[str, Any],
        attribute: str,
        *,
        objects: ObjectStore,
        source: Source,
        categories: LabelCategories,
    ) -> Custom:
        raise LabelUnusable("a custom task starts from what its form shows")

    def problems(self, answer: Answer, *, source: Source, categories: LabelCategories) -> list[str]:
        if not isinstance(answer, Custom):
            return ["a custom task is answered with what its form sends"]
        try:
            to_json(answer.content)
        except (TypeError, ValueError) as error:
            return [f"the answer is not JSON: {error}"]
        return []

    def worker_content(
        self, answer: Answer, *, source: Source, categories: LabelCategories, folder: str
    ) -> WorkerContent:
        if not isinstance(answer, Custom):
            raise TypeError(f"expected what a form sends, got {type(answer).__name__}")
        return WorkerContent(content=answer.content)

    def consolidate(
        self, batch: Sequence[Answered], *, categories: LabelCategories, folder: str
    ) -> Sequence[StoredLabel | NoLabel]:
        annotations = folder.removesuffix("consolidated-annotation/output/")
        return [
            StoredLabel(
                value={},
                metadata={
                    "worker-response-ref": f"{annotations}worker-response/iteration-1/"
                    f"{item.index}/{item.done_at.strftime(FILE_TIME)}.json"
                },
            )
            for item in batch
        ]
