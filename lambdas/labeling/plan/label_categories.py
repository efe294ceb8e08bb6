"""Label category configuration files: which labels there are, and what is asked about them.

Rules of CreateLabelingJob (`LabelCategoryConfigS3Uri`) and of the pages "Labeling Category
Configuration File …", "Named Entity Recognition" and "Input Data Quotas" of the SageMaker
developer guide.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from labeling.errors import Problem
from labeling.modalities import Modality
from labeling.plan.findings import Finding, Findings, Loc
from labeling.plan.findings import problems as as_problems
from labeling.plan.json_files import misspelt, read_object
from labeling.plan.label_attributes import (
    ADVISED_NAME,
    LONGEST_NAME,
    check_edits,
    check_keys,
    check_name,
    look_at_frame_attributes,
    look_at_label_attributes,
)
from labeling.plan.label_audits import AUDITED, DRAWN, compare, look_at_audit
from labeling.plan.label_lists import label_names, labels_of
from labeling.ports import Objects
from labeling.problems import quote

# "Input Data Quotas", through the API; without one, any number will do.
MOST_LABELS: Mapping[str, int] = {
    "BoundingBox": 50,
    "AdjustmentBoundingBox": 50,
    "ImageMultiClassMultiLabel": 50,
    "TextMultiClassMultiLabel": 50,
}
MOST_LABELS_OF: Mapping[str, int] = {"video": 30, "video-frame": 30, "point-cloud": 30}
# DescribeLabelingJob's reference says that boxes have 10 labels, the quotas 50.
ADVISED_BOX_LABELS = 10
BOXES_AND_CUBOIDS = ["BoundingBox", "Cuboid"]
LONGEST_INSTRUCTIONS = {"shortInstruction": 254, "fullInstruction": 2_047}

_ATTRIBUTES = ("categoryAttributes", "attributes")
_KNOWN = (
    "document-version",
    "documentVersion",
    "labels",
    "frameAttributes",
    "categoryGlobalAttributes",
    "annotationType",
    "instructions",
    AUDITED,
)
_KNOWN_OF_LABEL = ("label", *_ATTRIBUTES, "editsAllowed", "shortDisplayName")
# One page spells them otherwise.
_SPELLINGS = {"shortIntroduction": "shortInstruction", "fullIntroduction": "fullInstruction"}


@dataclass(frozen=True, kw_only=True)
class CategoryFacts:
    """`document` None: it cannot be read, and the findings say why."""

    uri: str
    document: Mapping[str, Any] | None
    findings: tuple[Finding, ...]


def look(uri: str, *, objects: Objects) -> CategoryFacts:
    document, findings = read_object(uri, what="The label category file", objects=objects)
    return CategoryFacts(uri=uri, document=document, findings=tuple(findings))


def problems(
    facts: CategoryFacts,
    *,
    modality: Modality,
    loc: Loc,
    source: Mapping[str, Any] | None = None,
    audited_attribute: str | None = None,
) -> Iterator[Problem]:
    """What is wrong with the file for a job of this modality.

    For an audit, `source` is the label category document of the audited job, where it could be
    read, and `audited_attribute` that job's label attribute.
    """
    yield from as_problems(facts.findings, loc)
    if facts.document is None:
        return
    findings = Findings("places")
    _look(facts.document, modality, findings)
    look_at_audit(facts.document, modality, audited_attribute, findings)
    if source is not None and modality.audits is not None and not modality.judges:
        compare(facts.document, source, modality, findings)
    yield from as_problems(findings, loc)


def _look(document: Mapping[str, Any], modality: Modality, findings: Findings) -> None:
    check_keys(document, _KNOWN, "The label category file", findings)
    version = document.get("document-version", document.get("documentVersion"))
    if not isinstance(version, str):
        shown = "2020-03-01" if modality.of_frames else "2018-11-28"
        message = f'The label category file has no document-version: give "{shown}".'
        findings.add("version_missing", "document-version", message, warning=True)
    _look_at_labels(document, modality, findings)
    _look_at_instructions(document, modality, findings)
    _look_at_annotation_type(document, modality, findings)
    ignored = [name for name in ("frameAttributes", "categoryGlobalAttributes") if name in document]
    if modality.of_frames:
        look_at_frame_attributes(document, findings)
        look_at_label_attributes(document, labels_of(document), findings)
        ignored = []
    labels_ask = any(name in label for label in labels_of(document) for name in _ATTRIBUTES)
    if "SemanticSegmentation" in modality.task_type and "categoryGlobalAttributes" in document:
        ignored = ["categoryGlobalAttributes"]
    if labels_ask and (not modality.of_frames or "SemanticSegmentation" in modality.task_type):
        ignored.append("attributes of labels")
    for name in ignored:
        message = f"{modality.name} jobs ask for no {name}: workers will not see them."
        findings.add("attributes_ignored", name, message, warning=True)


def _look_at_labels(document: Mapping[str, Any], modality: Modality, findings: Findings) -> None:
    labels = document.get("labels")
    if not isinstance(labels, list):
        if labels is None and modality.family == "custom":
            return  # a task of one's own may have no classes
        hint = misspelt("labels", set(document) - set(_KNOWN)) if labels is None else ""
        message = f'The label category file needs labels: a list of {{"label": "…"}}.{hint}'
        findings.add("labels", "labels", message)
        return
    _count_labels(len(labels), modality, findings)
    advised = ADVISED_NAME if modality.of_frames else LONGEST_NAME
    for index, label in enumerate(labels):
        place = f"labels[{index}]"
        if isinstance(label, str):
            message = f'{place} is {quote(label)}: write {{"label": {quote(label)}}}.'
            findings.add("label", place, message)
        elif not isinstance(label, dict) or "label" not in label:
            hint = (
                misspelt("label", set(label) - set(_KNOWN_OF_LABEL))
                if isinstance(label, dict)
                else ""
            )
            message = f'{place} must be an object like {{"label": "Car"}}.{hint}'
            findings.add("label", place, message)
        else:
            what = f"The label {quote(label['label'])}"
            check_keys(label, _KNOWN_OF_LABEL, place, findings)
            check_edits(label, place, findings)
            check_name(what, label["label"], place, findings, advised=advised)
    _look_for_twins(label_names(document), "label", "label", findings)
    short = [label.get("shortDisplayName") for label in labels_of(document)]
    _look_for_twins(
        tuple(name for name in short if isinstance(name, str)),
        "shortDisplayName",
        "short_name",
        findings,
    )


def _count_labels(count: int, modality: Modality, findings: Findings) -> None:
    # of a judgement, as of any other choice, there must be two
    least = max(modality.min_labels, 2 if modality.judges else 0)
    most = MOST_LABELS.get(modality.task_type, MOST_LABELS_OF.get(modality.family))
    if count < least:
        has = "has no label" if not count else f"has {count} label"
        message = (
            f"The label category file {has}, and {modality.name} needs {least} or more: add some."
        )
        findings.add("too_few_labels", "labels", message)
    elif most is not None and count > most:
        message = (
            f"The label category file has {count} labels, and {modality.name} takes {most}: leave "
            "some out."
        )
        findings.add("too_many_labels", "labels", message)
    elif modality.task_type.endswith("BoundingBox") and count > ADVISED_BOX_LABELS:
        message = (
            f"The label category file has {count} labels. For boxes, AWS documents {most} in one "
            f"place and {ADVISED_BOX_LABELS} in another."
        )
        findings.add("many_labels", "labels", message, warning=True)


def _look_for_twins(names: tuple[str, ...], what: str, kind: str, findings: Findings) -> None:
    for name, count in Counter(names).items():
        if count > 1:
            message = f"The {what} {quote(name)} occurs {count} times: rename all but one."
            findings.add(f"{kind}_twice", quote(name), message)
    folded: dict[str, str] = {}
    for name in dict.fromkeys(names):
        other = folded.setdefault(" ".join(name.casefold().split()), name)
        if other != name:
            message = f"The {what}s {quote(other)} and {quote(name)} are easily confused."
            findings.add(f"{kind}_alike", quote(name), message, warning=True)


def _look_at_instructions(
    document: Mapping[str, Any], modality: Modality, findings: Findings
) -> None:
    needed = modality.task_type == "NamedEntityRecognition"
    given = document.get("instructions")
    if given is None and not needed:
        return
    if not isinstance(given, dict):
        message = (
            f"{modality.name}: instructions must be an object with shortInstruction and "
            "fullInstruction, which workers see beside the task."
        )
        findings.add("instructions", "instructions", message)
        return
    texts = {_SPELLINGS.get(str(name), str(name)): text for name, text in given.items()}
    check_keys(texts, tuple(LONGEST_INSTRUCTIONS), "instructions", findings)
    for name, longest in LONGEST_INSTRUCTIONS.items():
        text = texts.get(name)
        if text is None and not needed:
            continue
        must_say = needed and name == "shortInstruction"
        if not isinstance(text, str) or (must_say and not text.strip()):
            message = f"instructions.{name} must be a text or HTML, and is {quote(text)}."
            findings.add("instructions", name, message)
        elif len(text) > longest:
            message = (
                f"instructions.{name} has {len(text):,} characters, and may have {longest:,}: "
                "shorten it."
            )
            # the page with these limits is that of video frames and point clouds
            unsure = not modality.of_frames
            findings.add("instructions_too_long", name, message, warning=unsure)


def _look_at_annotation_type(
    document: Mapping[str, Any], modality: Modality, findings: Findings
) -> None:
    given = document.get("annotationType")
    if given is None:
        return
    if modality.family == "video-frame":
        if given not in DRAWN:
            message = f"annotationType is {quote(given)}: give one of {', '.join(DRAWN)}."
            findings.add("annotation_type", "annotationType", message)
    elif modality.task_type.endswith("3DPointCloudObjectTracking") and isinstance(given, list):
        types = [item.get("type") if isinstance(item, dict) else None for item in given]
        if types not in (BOXES_AND_CUBOIDS, BOXES_AND_CUBOIDS[::-1]):
            message = (
                "annotationType as a list links boxes in camera images with cuboids: make it "
                '[{"type": "BoundingBox"}, {"type": "Cuboid"}].'
            )
            findings.add("annotation_type", "annotationType", message)
    else:
        message = f"{modality.name} jobs do not read annotationType: it changes nothing."
        findings.add("annotation_type_ignored", "annotationType", message, warning=True)
