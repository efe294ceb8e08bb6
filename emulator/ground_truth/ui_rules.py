"""What makes a worker template unusable, found before any worker opens a task.

The service tells (RenderUiTemplate: `Errors`); its texts are not published, these are ours. The
rules are those of the "Crowd HTML Elements Reference".
"""

from collections.abc import Iterator, Mapping
from html.parser import HTMLParser
from re import DOTALL, compile

from liquid import BoundTemplate
from liquid.exceptions import LiquidError

from emulator.ground_truth.ui import compiled, sentence

MAX_TEMPLATE = 128_000  # characters (TemplateContent)
SCRIPT = "https://assets.crowd.aws/crowd-html-elements.js"
FORM = "crowd-form"
ENTITIES = "crowd-entity-annotation"

_CHOICE = ("name", "header", "categories")
_DRAWING = ("name", "header", "src", "labels")
REQUIRED: Mapping[str, tuple[str, ...]] = {
    "crowd-bounding-box": _DRAWING,
    "crowd-instance-segmentation": _DRAWING,
    "crowd-keypoint": _DRAWING,
    "crowd-line": _DRAWING,
    "crowd-polygon": _DRAWING,
    "crowd-polyline": _DRAWING,
    "crowd-semantic-segmentation": _DRAWING,
    "crowd-image-classifier": (*_CHOICE, "src"),
    "crowd-image-classifier-multi-select": (*_CHOICE, "src"),
    "crowd-classifier": _CHOICE,
    "crowd-classifier-multi-select": _CHOICE,
    ENTITIES: ("name", "header", "labels", "text"),
}
# What the consolidation function of a task type reads answers of.
ELEMENTS: Mapping[str, str] = {
    "BoundingBox": "crowd-bounding-box",
    "AdjustmentBoundingBox": "crowd-bounding-box",
    "VerificationBoundingBox": "crowd-image-classifier",
    "SemanticSegmentation": "crowd-semantic-segmentation",
    "AdjustmentSemanticSegmentation": "crowd-semantic-segmentation",
    "VerificationSemanticSegmentation": "crowd-image-classifier",
    "ImageMultiClass": "crowd-image-classifier",
    "ImageMultiClassMultiLabel": "crowd-image-classifier-multi-select",
    "TextMultiClass": "crowd-classifier",
    "TextMultiClassMultiLabel": "crowd-classifier-multi-select",
    "VideoMultiClass": "crowd-classifier",
}
# What the built-in pre-annotation functions hand over, as far as templates of the developer guide
# tell. A function of one's own hands over what it likes.
BUILT_IN_INPUT = ("taskObject", "labels", "manifestLine")

_LIQUID = compile(r"\{%.*?%\}|\{\{.*?\}\}", DOTALL)


def problems(template: str, *, task_type: str | None = None) -> list[str]:
    """Why workers could not use the template; nothing where they can.

    `task_type` names a built-in type (`TaskType.name`), whose functions hand over and take
    something definite; leave it out for custom jobs.
    """
    if not 1 <= len(template) <= MAX_TEMPLATE:
        return [f"The template has {len(template)} characters; 1 to {MAX_TEMPLATE} are allowed."]
    try:
        liquid = compiled(template)
    except LiquidError as error:
        return [f"The template is no Liquid: {sentence(error)}."]
    element = ELEMENTS.get(task_type or "")
    return [
        *_of_filters(liquid),
        *_of_variables(liquid, BUILT_IN_INPUT if element else None),
        *_of_elements(_Elements.of(template), element),
    ]


def _of_filters(liquid: BoundTemplate) -> Iterator[str]:
    for name in liquid.analyze().filters:
        if name not in liquid.env.filters:
            yield f"There is no filter {name}."


def _of_variables(liquid: BoundTemplate, members: tuple[str, ...] | None) -> Iterator[str]:
    named = [use.segments for uses in liquid.analyze().globals.values() for use in uses]
    for segments in named:
        name = ".".join(map(str, segments))
        if segments[:2] != ["task", "input"]:
            yield f"The variable {name} has no value: a template gets task.input only."
        elif members and len(segments) > 2 and segments[2] not in members:
            yield (
                f"The variable {name} has no value: "
                f"built-in functions hand over task.input's {', '.join(members)}."
            )


def _of_elements(found: "_Elements", element: str | None) -> Iterator[str]:
    if SCRIPT not in found.scripts:
        yield f'The crowd elements are not loaded: begin with <script src="{SCRIPT}"></script>.'
    alone = ENTITIES in found.names  # it has a form of its own
    if alone and FORM in found.names:
        yield f"<{ENTITIES}> submits itself: leave out <{FORM}>."
    if not alone and (forms := found.names.count(FORM)) != 1:
        yield f"Answers are submitted by one <{FORM}> around all else; this template has {forms}."
    for name, attributes in found.tags:
        for missing in (a for a in REQUIRED.get(name, ()) if a not in attributes):
            yield f"<{name}> needs the attribute {missing}."
    if element and element not in found.names:
        yield f"Answers of this task type come from <{element}>, which the template does not have."


class _Elements(HTMLParser):
    """The elements of a template, with the names of their attributes."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, frozenset[str]]] = []
        self.scripts: list[str | None] = []

    @classmethod
    def of(cls, template: str) -> "_Elements":
        found = cls()
        found.feed(_LIQUID.sub("", template))  # its quotes are not those of HTML
        found.close()
        return found

    @property
    def names(self) -> list[str]:
        return [name for name, _ in self.tags]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, frozenset(name for name, _ in attrs)))
        if tag == "script":
            self.scripts.append(dict(attrs).get("src"))
