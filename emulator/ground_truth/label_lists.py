"""Label category files of pictures, texts, whole videos and custom tasks: lists of labels.

CreateLabelingJob's reference gives their form (`LabelCategoryConfigS3Uri`), the page "Input Data
Quotas" how many labels there may be.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from emulator.ground_truth.task_types import TaskType

MAX_NAME = 256

# Through the API; where a type is not named, any number will do.
MAX_LABELS: Mapping[str, int] = {
    "BoundingBox": 50,
    "AdjustmentBoundingBox": 50,
    "ImageMultiClassMultiLabel": 50,
    "TextMultiClassMultiLabel": 50,
    "VideoMultiClass": 30,
}
NAMED_ENTITIES = "NamedEntityRecognition"


def problems_of_list(document: Mapping[str, Any], task_type: TaskType) -> Iterator[str]:
    """Everything that is wrong with such a file. Raises what a document of another structure
    raises."""
    labels = document.get("labels")
    least = task_type.min_labels or 0
    if not isinstance(labels, list):
        yield "labels must be a list"
        return
    names = [label["label"] for label in labels]
    if len(names) < least:
        yield f"there are {len(names)} labels, {task_type.name} needs at least {least}"
    most = MAX_LABELS.get(task_type.name, len(names))
    if len(names) > most:
        yield f"there are {len(names)} labels, {task_type.name} allows at most {most}"
    yield from (f"label {name!r} occurs more than once" for name in repeated(names))
    yield from (
        f"label {name!r} must be a text of 1-{MAX_NAME} characters"
        for name in names
        if not isinstance(name, str) or not 1 <= len(name) <= MAX_NAME
    )
    if task_type.name == NAMED_ENTITIES:
        yield from _problems_of_entities(document)


def repeated(names: list[Any]) -> list[Any]:
    """Those that occur more than once."""
    return [name for name, count in Counter(names).items() if count > 1]


def _problems_of_entities(document: Mapping[str, Any]) -> Iterator[str]:
    """The rules of named entity recognition, whose interface is made from this file alone."""
    instructions = document.get("instructions")
    if not isinstance(instructions, dict):
        yield "instructions with shortInstruction and fullInstruction are required"
        return
    for name in ("shortInstruction", "fullInstruction"):
        text = instructions.get(name)
        if not isinstance(text, str) or (not text and name == "shortInstruction"):
            yield f"instructions.{name} must be a text or HTML"
