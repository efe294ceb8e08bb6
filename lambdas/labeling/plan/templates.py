"""Worker templates of one's own: whether workers would see something, and could send an answer.

After the pages "Create a Custom Worker Task Template" and "Crowd HTML Elements Reference" of the
SageMaker developer guide.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from labeling.errors import ObjectUnreadable, Problem
from labeling.modalities import Modality
from labeling.plan.findings import Finding, Loc
from labeling.plan.findings import problems as as_problems
from labeling.ports import Objects
from labeling.problems import near

LONGEST = 128_000  # characters (RenderUiTemplate, UiTemplate.Content)
SCRIPT = "crowd-html-elements.js"
FORM = "crowd-form"
ENTITIES = "crowd-entity-annotation"  # has a button of its own
ELEMENTS = (
    "crowd-alert",
    "crowd-badge",
    "crowd-bounding-box",
    "crowd-button",
    "crowd-card",
    "crowd-checkbox",
    "crowd-classifier",
    "crowd-classifier-multi-select",
    ENTITIES,
    "crowd-fab",
    FORM,
    "crowd-icon-button",
    "crowd-image-classifier",
    "crowd-image-classifier-multi-select",
    "crowd-input",
    "crowd-instance-segmentation",
    "crowd-instructions",
    "crowd-keypoint",
    "crowd-line",
    "crowd-modal",
    "crowd-polygon",
    "crowd-polyline",
    "crowd-radio-button",
    "crowd-radio-group",
    "crowd-semantic-segmentation",
    "crowd-slider",
    "crowd-tab",
    "crowd-tabs",
    "crowd-text-area",
    "crowd-toast",
    "crowd-toggle-button",
)
# What the consolidation function of a task type reads the answers of; the first is the usual one.
_ONE_CLASS = ("crowd-image-classifier", "crowd-classifier")
_CLASSES = ("crowd-image-classifier-multi-select", "crowd-classifier-multi-select")
ANSWERED_BY: Mapping[str, tuple[str, ...]] = {
    "BoundingBox": ("crowd-bounding-box",),
    "AdjustmentBoundingBox": ("crowd-bounding-box",),
    "VerificationBoundingBox": _ONE_CLASS,
    "SemanticSegmentation": ("crowd-semantic-segmentation",),
    "AdjustmentSemanticSegmentation": ("crowd-semantic-segmentation",),
    "VerificationSemanticSegmentation": _ONE_CLASS,
    "ImageMultiClass": _ONE_CLASS,
    "ImageMultiClassMultiLabel": _CLASSES,
    "TextMultiClass": _ONE_CLASS[::-1],
    "TextMultiClassMultiLabel": _CLASSES[::-1],
    "VideoMultiClass": _ONE_CLASS[::-1],
}
# Elements that give an answer of a form of their own.
_ANSWERS = (
    *_ONE_CLASS,
    *_CLASSES,
    "crowd-bounding-box",
    "crowd-semantic-segmentation",
    "crowd-instance-segmentation",
    "crowd-keypoint",
    "crowd-line",
    "crowd-polygon",
    "crowd-polyline",
    ENTITIES,
)

_TAG = re.compile(r"<\s*(crowd-[a-z0-9-]*[a-z0-9])", re.IGNORECASE)
_SCRIPT = re.compile(r"<\s*script[^>]*>", re.IGNORECASE)
_FORM = re.compile(r"<\s*form[\s>]", re.IGNORECASE)
_COMMENT = re.compile(r"<!--.*?-->|\{%-?\s*comment\s*-?%\}.*?\{%-?\s*endcomment\s*-?%\}", re.DOTALL)
_RAW = re.compile(r"\{%-?\s*raw\s*-?%\}.*?\{%-?\s*endraw\s*-?%\}", re.DOTALL)
_INPUT = re.compile(r"\{[{%][^}]*\btask\.input\b")
_BLOCK = re.compile(r"\{%-?\s*(end)?(if|for|unless|case|capture|tablerow)\b")


@dataclass(frozen=True, kw_only=True)
class TemplateFacts:
    """`text` None: it cannot be read, and the findings say why."""

    uri: str
    text: str | None
    findings: tuple[Finding, ...] = ()


def look(uri: str, *, objects: Objects) -> TemplateFacts:
    try:
        text = objects.read(uri)
    except ObjectUnreadable as error:
        message = f"The template cannot be read: {error}. Upload it, or correct the address."
        return TemplateFacts(uri=uri, text=None, findings=(Finding("unreadable", message),))
    return TemplateFacts(uri=uri, text=text)


def problems(
    facts: TemplateFacts,
    *,
    modality: Modality,
    loc: Loc,
    audited_attribute: str | None = None,
    earlier_attributes: Collection[str] = (),
    own_consolidation: bool = False,
) -> Iterator[Problem]:
    """What is wrong with the template for a job of this modality.

    `audited_attribute` is the label attribute that an audit or a verification shows,
    and `earlier_attributes` are those that a custom job is given and may show.
    `own_consolidation`: answers go to a function of the caller's, which may read what it likes.
    """
    yield from as_problems(facts.findings, loc)
    if facts.text is None:
        return
    text = _COMMENT.sub("", facts.text)
    yield from as_problems(_form(facts.text, text), loc)
    if not text.strip():
        return
    yield from as_problems(_liquid(_RAW.sub("", text), modality), loc)
    if not own_consolidation:
        yield from as_problems(_answer(text, modality), loc)
    if modality.audits is not None and audited_attribute is not None:
        yield from as_problems(_audit(text, modality, audited_attribute), loc)
    if earlier_attributes:
        yield from as_problems(_chain(text, earlier_attributes), loc)


def _form(whole: str, text: str) -> Iterator[Finding]:
    if not text.strip():
        yield Finding("template_empty", "The template is empty: write what workers are to see.")
        return
    if len(whole) > LONGEST:
        message = (
            f"The template has {len(whole):,} characters, and may have {LONGEST:,}: shorten it."
        )
        yield Finding("template_too_long", message)
    elements = _elements(text)
    # A script may make the form, where nobody but a browser sees it.
    unsure = _has_own_script(text)
    if not elements and not _FORM.search(text):
        message = (
            "The template has no <crowd-form> and no other form, so workers could not send an "
            "answer: put its elements into one."
        )
        yield Finding("template_without_form", message, warning=unsure)
    elif elements.isdisjoint((FORM, ENTITIES)) and not _FORM.search(text):
        message = (
            "The template has no <crowd-form>, so workers would find no button to submit with: put "
            "its elements into one."
        )
        yield Finding("template_without_form", message, warning=unsure)
    if elements and SCRIPT not in text:
        message = (
            "The template does not load the elements that it uses: begin it with <script "
            f'src="https://assets.crowd.aws/{SCRIPT}"></script>.'
        )
        yield Finding("template_without_script", message)
    for name in sorted(elements.difference(ELEMENTS)):
        message = f"The template uses <{name}>, which is no crowd element.{near(name, ELEMENTS)}"
        yield Finding("template_element", message, warning=True)


def _liquid(text: str, modality: Modality) -> Iterator[Finding]:
    if not _INPUT.search(text):
        message = (
            "The template never shows what is to be labeled: use {{ task.input.… }} (such as "
            "task.input.taskObject)."
        )
        yield Finding("template_without_input", message)
    for begin, end in (("{{", "}}"), ("{%", "%}")):
        if text.count(begin) > text.count(end):
            message = f"The template opens {begin} more often than it closes it: add {end}."
            yield Finding("template_liquid", message)
    opened: list[str] = []
    for ends, name in _BLOCK.findall(text):
        if not ends:
            opened.append(name)
        elif not opened or opened.pop() != name:
            message = f"The template has {{% end{name} %}} where no {{% {name} %}} is open."
            yield Finding("template_liquid", message)
            return
    if opened:
        message = f"The template never closes {{% {opened[-1]} %}}: add {{% end{opened[-1]} %}}."
        yield Finding("template_liquid", message)
    if modality.family in ("image", "video") and "grant_read_access" not in text:
        message = (
            "The template shows files in S3 without grant_read_access, so browsers may not open "
            "them: write {{ task.input.taskObject | grant_read_access }}."
        )
        yield Finding("template_without_access", message, warning=True)


def _answer(text: str, modality: Modality) -> Iterator[Finding]:
    """A form of one's own may send what such an element would; another element does not."""
    wanted = ANSWERED_BY.get(modality.task_type, ())
    elements = _elements(text)
    if not wanted or not elements.isdisjoint(wanted):
        return
    others = sorted(elements.intersection(_ANSWERS))
    has = f"has <{others[0]}> instead" if others else "has none"
    message = (
        f"{modality.acs} puts answers of <{wanted[0]}> together, and the template {has}: use "
        f"<{wanted[0]}>, or make this a Custom job with a function of your own."
    )
    yield Finding("template_answer", message, warning=not others)


def _audit(text: str, modality: Modality, attribute: str) -> Iterator[Finding]:
    if attribute not in text:
        message = (
            f"The template never mentions {attribute}, the label that is to be audited: show it "
            f"with task.input.manifestLine['{attribute}']."
        )
        yield Finding("template_without_label", message)
    elif not modality.verifies and "initial-value" not in text:
        message = (
            "The template gives its elements no initial-value, so workers would begin anew instead "
            "of adjusting labels."
        )
        yield Finding("template_without_initial_value", message, warning=True)


def _chain(text: str, attributes: Collection[str]) -> Iterator[Finding]:
    if any(_names(text, attribute) for attribute in attributes):
        return
    known = " and ".join(attributes)
    message = (
        f"The template never mentions {known}, so workers will not see earlier labels: where it "
        f"names another label attribute, put {known.partition(' ')[0]} there."
    )
    yield Finding("template_without_earlier_label", message, warning=True)


def _names(text: str, attribute: str) -> bool:
    """Whether the attribute is in the text, and not as a part of a longer name."""
    return re.search(rf"(?<![\w-]){re.escape(attribute)}(?![\w-])", text) is not None


def _has_own_script(text: str) -> bool:
    return any(SCRIPT not in tag for tag in _SCRIPT.findall(text))


def _elements(text: str) -> set[str]:
    return {name.lower() for name in _TAG.findall(text)}
