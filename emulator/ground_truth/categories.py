"""Label category configuration files: what may be labeled, and the questions about it.

The rules here are those of video frame and 3D point cloud jobs; `label_lists` has those of the
other types.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from emulator.ground_truth.errors import InputUnusable
from emulator.ground_truth.label_lists import MAX_NAME, problems_of_list, repeated
from emulator.ground_truth.ports import ObjectStore, StoreError
from emulator.ground_truth.task_types import TaskType

FRAME_FAMILIES = ("video-frame", "point-cloud")
ANNOTATION_TYPES = ("BoundingBox", "Polyline", "Polygon", "Keypoint")

# Quotas of the file (page "Labeling Category Configuration File with Label Category and Frame
# Attributes Reference"). It also says that names have at most 16 characters; a file of Amazon's own
# Ground Truth workshop has 18. The limit of names in general is on the page "Input Data Quotas".
MAX_LABELS = 30
MAX_ATTRIBUTES = 10
MAX_FREE_TEXT = 5
MAX_DESCRIPTION = 128
MAX_ENUM = 10
MAX_FRAME_TEXT = 1000
MAX_LABEL_TEXT = 80


@dataclass(frozen=True)
class Attribute:
    """A question about a label or a frame."""

    name: str
    type: str
    choices: tuple[str, ...] = ()
    minimum: float | None = None
    maximum: float | None = None
    required: bool = False
    description: str = ""

    def problems(self, value: Any, *, longest: int) -> Iterator[str]:
        if self.type == "number":
            if isinstance(value, bool) or not isinstance(value, int | float):
                yield f"attribute {self.name} must be a number"
            elif self.minimum is not None and value < self.minimum:
                yield f"attribute {self.name} must be at least {self.minimum}"
            elif self.maximum is not None and value > self.maximum:
                yield f"attribute {self.name} must be at most {self.maximum}"
        elif not isinstance(value, str):
            yield f"attribute {self.name} must be a text"
        elif self.choices and value not in self.choices:
            yield f"attribute {self.name} must be one of {', '.join(self.choices)}"
        elif len(value) > longest:
            yield f"attribute {self.name} must have at most {longest} characters"


@dataclass(frozen=True)
class LabelCategories:
    """What may be labeled. A label's class id is its place in `labels`. Labels that are not
    `editable` are only looked at: a verification. `short_names` are those that labels of texts are
    shown with."""

    labels: tuple[str, ...] = ()
    annotation_type: str = "BoundingBox"
    label_attributes: Mapping[str, tuple[Attribute, ...]] | None = None
    frame_attributes: tuple[Attribute, ...] = ()
    audited_attribute: str | None = None
    short_instruction: str = ""
    full_instruction: str = ""
    editable: bool = True
    short_names: Mapping[str, str] = field(default_factory=dict)

    def attributes_of(self, label: str) -> tuple[Attribute, ...]:
        return (self.label_attributes or {}).get(label, ())

    def class_id(self, label: str) -> int:
        return self.labels.index(label)


def read_categories(uri: str, *, task_type: TaskType, objects: ObjectStore) -> LabelCategories:
    """The file at `uri` as this type of task needs it; raises `InputUnusable` with everything that
    is wrong with it."""
    try:
        document = json.loads(objects.read(uri))
    except StoreError as error:
        raise InputUnusable(
            f"The label category configuration file cannot be read: {error}"
        ) from error
    except ValueError as error:
        raise InputUnusable(
            f"The label category configuration file {uri} is not valid JSON: {error}"
        ) from error
    try:
        problems = list(_problems(document, task_type))
        if not problems:
            return _categories(document)
    except (AttributeError, KeyError, TypeError) as error:
        problems = [f"its structure is not that of a label category file ({error!r})"]
    raise InputUnusable(
        f"The label category configuration file {uri} is invalid: {'; '.join(problems)}"
    )


def _categories(document: Mapping[str, Any]) -> LabelCategories:
    shared = [_attribute(item) for item in (document.get("categoryGlobalAttributes") or [])]
    labels = document["labels"]
    instructions = document.get("instructions") or {}
    return LabelCategories(
        labels=tuple(label["label"] for label in labels),
        annotation_type=document.get("annotationType", "BoundingBox"),
        label_attributes={
            label["label"]: _without_twins(shared, map(_attribute, _own_attributes(label)))
            for label in labels
        },
        frame_attributes=tuple(map(_attribute, (document.get("frameAttributes") or []))),
        audited_attribute=document.get("auditLabelAttributeName") or None,
        short_instruction=instructions.get("shortInstruction", ""),
        full_instruction=instructions.get("fullInstruction", ""),
        editable=not labels or any(label.get("editsAllowed", "any") != "none" for label in labels),
        short_names={
            label["label"]: label["shortDisplayName"]
            for label in labels
            if "shortDisplayName" in label
        },
    )


def _without_twins(shared: Sequence[Attribute], own: Iterable[Attribute]) -> tuple[Attribute, ...]:
    """An attribute of one label hides that of all labels with its name. The documentation says
    that names differ; a file of Amazon's own Ground Truth workshop has some that do not."""
    return tuple({attribute.name: attribute for attribute in (*shared, *own)}.values())


def _own_attributes(label: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
    attributes: Sequence[Mapping[str, Any]] = label.get(
        "categoryAttributes", label.get("attributes", [])
    )
    return attributes


def _attribute(item: Mapping[str, Any]) -> Attribute:
    return Attribute(
        name=item["name"],
        type=item["type"],
        choices=tuple(item.get("enum", ())),
        minimum=item.get("minimum"),
        maximum=item.get("maximum"),
        required=item.get("isRequired", False),
        description=item.get("description", ""),
    )


def _problems(document: Mapping[str, Any], task_type: TaskType) -> Iterator[str]:
    if task_type.family in FRAME_FAMILIES:
        return _problems_of_frames(document, task_type)
    return problems_of_list(document, task_type)


def _problems_of_frames(document: Mapping[str, Any], task_type: TaskType) -> Iterator[str]:
    labels = document.get("labels")
    if not isinstance(labels, list) or not labels:
        yield "labels must be a list of at least one label"
        return
    if len(labels) > MAX_LABELS:
        yield f"there are {len(labels)} labels, at most {MAX_LABELS} are allowed"
    names = [label["label"] for label in labels]
    yield from (f"label {name!r} occurs more than once" for name in repeated(names))
    yield from (
        f"label {name!r} must have 1-{MAX_NAME} characters" for name in names if not _fits(name)
    )
    yield from _problems_of_annotation_type(document.get("annotationType"), task_type)

    shared = document.get("categoryGlobalAttributes") or []
    frame = document.get("frameAttributes") or []
    for label in labels:
        own, place = _own_attributes(label), f"label {label['label']!r}"
        yield from _attribute_problems([*shared, *own], place)
        yield from _problems_of_names(own, place)
    yield from _problems_of_names(shared, "categoryGlobalAttributes")
    yield from _attribute_problems(frame, "frameAttributes")
    yield from _problems_of_names(frame, "frameAttributes")
    yield from (
        f"frame attribute {item['name']!r} needs a description"
        for item in frame
        if not item.get("description")
    )


def _problems_of_annotation_type(given: Any, task_type: TaskType) -> Iterator[str]:
    """Point clouds have cuboids and classes whatever it is, unless it is a list."""
    if isinstance(given, list):
        yield (
            "annotationType is a list, and the local Ground Truth links no cuboids with boxes in "
            "camera images"
        )
    elif task_type.family == "video-frame" and given not in (None, *ANNOTATION_TYPES):
        yield f"annotationType must be one of {', '.join(ANNOTATION_TYPES)}"


def _attribute_problems(items: Sequence[Mapping[str, Any]], place: str) -> Iterator[str]:
    if len(items) > MAX_ATTRIBUTES:
        yield f"{place} has {len(items)} attributes, at most {MAX_ATTRIBUTES} are allowed"
    free_text = [item for item in items if item["type"] == "string" and not item.get("enum")]
    if len(free_text) > MAX_FREE_TEXT:
        yield f"{place} has {len(free_text)} free text attributes, at most {MAX_FREE_TEXT}"
    for item in items:
        here = f"{place}: attribute {item['name']!r}"
        if not _fits(item["name"]):
            yield f"{here} must have a name of 1-{MAX_NAME} characters"
        if item["type"] not in ("string", "number"):
            yield f"{here} must have the type string or number"
        if len(item.get("description", "")) > MAX_DESCRIPTION:
            yield f"{here}: the description has more than {MAX_DESCRIPTION} characters"
        choices = item.get("enum")
        if choices is not None and not 1 <= len(choices) <= MAX_ENUM:
            yield f"{here} must have 1-{MAX_ENUM} values in its enum"
        if not all(map(_fits, choices or [])):
            yield f"{here}: enum values must have 1-{MAX_NAME} characters"


def _problems_of_names(items: Sequence[Mapping[str, Any]], place: str) -> Iterator[str]:
    for name in repeated([item["name"] for item in items]):
        yield f"{place}: attribute {name!r} occurs more than once"


def _fits(name: str) -> bool:
    return 1 <= len(name) <= MAX_NAME
