"""The questions of a label category file: about an object (label attributes) or a frame.

Rules and quotas of the page "Labeling Category Configuration File with Label Category and Frame
Attributes Reference" of the SageMaker developer guide.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

from labeling.plan.findings import Findings
from labeling.plan.json_files import is_number
from labeling.problems import near, quote

# The page's limit of names, and that of names in general ("Input Data Quotas"): a file of Amazon's
# own workshop has an attribute of 18 characters, so what is between may work or not.
ADVISED_NAME = 16
LONGEST_NAME = 256
MOST_ATTRIBUTES = 10
MOST_FREE_TEXTS = 5
MOST_CHOICES = 10
LONGEST_DESCRIPTION = 128
TYPES = ("string", "number")
EDITS = ("none", "any")

_KNOWN = (
    "name",
    "type",
    "enum",
    "description",
    "minimum",
    "maximum",
    "editsAllowed",
    "isRequired",
)


def look_at_frame_attributes(document: Mapping[str, Any], findings: Findings) -> None:
    attributes = _attributes(document.get("frameAttributes"), "frameAttributes", findings)
    _look("frameAttributes", attributes, findings)
    for attribute in attributes:
        if not attribute.get("description"):
            place = _place("frameAttributes", attribute)
            message = f"{place} needs a description: workers see it as the question."
            findings.add("description_missing", place, message)


def look_at_label_attributes(
    document: Mapping[str, Any], labels: list[dict[str, Any]], findings: Findings
) -> None:
    """Those of all labels (`categoryGlobalAttributes`) and of each (`categoryAttributes`, which
    Amazon's own examples also call `attributes`)."""
    shared = _attributes(
        document.get("categoryGlobalAttributes"), "categoryGlobalAttributes", findings
    )
    _look("categoryGlobalAttributes", shared, findings)
    for label in labels:
        place = f"label {quote(label['label'])}"
        if "categoryAttributes" in label and "attributes" in label:
            message = f"{place} has both categoryAttributes and attributes: put all into the first."
            findings.add("attributes_twice", place, message)
        given = label.get("categoryAttributes", label.get("attributes"))
        own = _attributes(given, f"{place}: categoryAttributes", findings)
        _look(place, own, findings)
        with_all = f"{place} (with those of all labels)" if shared else place
        _count(with_all, [*shared, *own], findings)
        for name in sorted(_names(shared) & _names(own)):
            message = (
                f"{place}: the attribute {quote(name)} is one of categoryGlobalAttributes too: "
                "give one of them another name."
            )
            findings.add("attribute_of_all_labels", place, message, warning=True)


def check_name(what: str, name: object, place: str, findings: Findings, *, advised: int) -> bool:
    """Whether it may be a name; over `advised` characters it is one to wonder about."""
    if not isinstance(name, str) or not name.strip():
        message = f"{what} must be a text that is not empty, and is {quote(name)}."
        findings.add("name", place, message)
        return False
    if len(name) > LONGEST_NAME:
        message = f"{what} has {len(name)} characters, and may have {LONGEST_NAME}: shorten it."
        findings.add("name_too_long", place, message)
    elif len(name) > advised:
        message = (
            f"{what} has {len(name)} characters; Ground Truth documents {advised} at most: shorten "
            "it to be safe."
        )
        findings.add("name_long", place, message, warning=True)
    if name != name.strip() or not name.isprintable():
        message = f"{what} begins or ends with a space, or has a character that nobody sees."
        findings.add("name_with_space", place, message, warning=True)
    return True


def check_edits(holder: Mapping[str, Any], place: str, findings: Findings) -> None:
    value = holder.get("editsAllowed")
    if value is not None and value not in EDITS:
        message = f'{place}: editsAllowed is {quote(value)}: give "none" or "any".'
        findings.add("edits_allowed", place, message)


def check_keys(
    holder: Mapping[str, Any], known: tuple[str, ...], place: str, findings: Findings
) -> None:
    """Misspelt, it would silently do nothing."""
    for name in holder:
        if name not in known:
            hint = near(name, known) or f" Known here: {', '.join(known)}."
            message = f"{place}: Ground Truth does not read {quote(name)}.{hint}"
            findings.add("unknown_field", place, message, warning=True)


def _attributes(given: object, place: str, findings: Findings) -> list[dict[str, Any]]:
    if given is None:
        return []
    if not isinstance(given, list):
        findings.add("attributes", place, f"{place} must be a list, and is {quote(given)}.")
        return []
    for item in given:
        if not isinstance(item, dict):
            message = f"{place} must be objects with name and type, and one is {quote(item)}."
            findings.add("attributes", place, message)
    return [item for item in given if isinstance(item, dict)]


def _names(attributes: list[dict[str, Any]]) -> set[str]:
    return {item["name"] for item in attributes if isinstance(item.get("name"), str)}


def _place(holder: str, attribute: Mapping[str, Any]) -> str:
    return f"{holder}: attribute {quote(attribute.get('name'))}"


def _look(holder: str, attributes: list[dict[str, Any]], findings: Findings) -> None:
    _count(holder, attributes, findings)
    names = [item["name"] for item in attributes if isinstance(item.get("name"), str)]
    for name, count in Counter(names).items():
        if count > 1:
            message = (
                f"{holder}: the attribute {quote(name)} occurs {count} times: rename all but one."
            )
            findings.add("attribute_twice", holder, message)
    for attribute in attributes:
        place = _place(holder, attribute)
        check_keys(attribute, _KNOWN, place, findings)
        check_name(
            f"{place}: the name", attribute.get("name"), place, findings, advised=ADVISED_NAME
        )
        check_edits(attribute, place, findings)
        _look_at_type(attribute, place, findings)
        description = attribute.get("description")
        if description is not None and not isinstance(description, str):
            message = f"{place}: description must be a text, and is {quote(description)}."
            findings.add("description", place, message)
        elif description is not None and len(description) > LONGEST_DESCRIPTION:
            message = (
                f"{place}: the description has {len(description)} characters, and may have "
                f"{LONGEST_DESCRIPTION}: shorten it."
            )
            findings.add("description", place, message)
        if not isinstance(attribute.get("isRequired", False), bool):
            message = f"{place}: isRequired must be true or false."
            findings.add("is_required", place, message)


def _count(holder: str, attributes: list[dict[str, Any]], findings: Findings) -> None:
    if len(attributes) > MOST_ATTRIBUTES:
        message = (
            f"{holder} has {len(attributes)} attributes, and may have {MOST_ATTRIBUTES}: leave "
            "some out."
        )
        findings.add("too_many_attributes", holder, message)
    texts = [item for item in attributes if item.get("type") == "string" and not item.get("enum")]
    if len(texts) > MOST_FREE_TEXTS:
        message = (
            f"{holder} has {len(texts)} attributes of free text, and may have {MOST_FREE_TEXTS}: "
            "give some of them an enum."
        )
        findings.add("too_many_free_texts", holder, message)


def _look_at_type(attribute: Mapping[str, Any], place: str, findings: Findings) -> None:
    kind, choices = attribute.get("type"), attribute.get("enum")
    if kind not in TYPES:
        message = f'{place}: type is {quote(kind)}: give "string" or "number".'
        findings.add("attribute_type", place, message)
    if choices is not None:
        if kind == "number":
            message = f"{place}: only texts have an enum: take it out, or make this a string."
            findings.add("enum_of_number", place, message)
        _look_at_choices(choices, place, findings)
    bounds = [attribute.get(name) for name in ("minimum", "maximum")]
    for name, bound in zip(("minimum", "maximum"), bounds, strict=True):
        if bound is not None and not is_number(bound):
            message = f"{place}: {name} must be a number, and is {quote(bound)}."
            findings.add("bounds", place, message)
    lowest, highest = bounds
    if is_number(lowest) and is_number(highest) and lowest > highest:  # type: ignore[operator]
        message = f"{place}: the minimum {lowest} is above the maximum {highest}: correct one."
        findings.add("bounds", place, message)
    if kind == "number" and None in bounds:
        message = (
            f"{place} is a number without minimum and maximum, which Ground Truth documents as "
            "required: give both."
        )
        findings.add("bounds_missing", place, message, warning=True)


def _look_at_choices(choices: object, place: str, findings: Findings) -> None:
    if not isinstance(choices, list) or not 1 <= len(choices) <= MOST_CHOICES:
        count = len(choices) if isinstance(choices, list) else quote(choices)
        message = f"{place}: enum must be a list of 1 to {MOST_CHOICES} texts, and is {count}."
        if isinstance(choices, list):
            message = f"{place}: enum has {count} values: give 1 to {MOST_CHOICES}."
        findings.add("enum", place, message)
        return
    for choice in choices:
        what = f"{place}: the value {quote(choice)} of enum"
        check_name(what, choice, place, findings, advised=ADVISED_NAME)
    texts = [choice for choice in choices if isinstance(choice, str)]
    if len(set(texts)) < len(texts):
        findings.add("enum_twice", place, f"{place}: a value of enum occurs twice: take one out.")
