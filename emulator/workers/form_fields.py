"""The fields of a form, as its rendered HTML has them, and something to fill in.

What elements send is from their pages in the "Crowd HTML Elements Reference". Elements that only
draw on pictures in ways not known here, and those without a name, send nothing.
"""

import ast
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from html.parser import HTMLParser
from random import Random
from typing import Any

from emulator.workers.geometry import draw
from emulator.workers.marking import likely_spans
from emulator.workers.viewing import UNREADABLE_PICTURE

ONE_CLASS = ("crowd-classifier", "crowd-image-classifier")
CLASSES = ("crowd-classifier-multi-select", "crowd-image-classifier-multi-select")
SWITCHES = ("crowd-checkbox", "crowd-toggle-button")
TEXTS = ("crowd-input", "crowd-text-area", "textarea", "input")
RADIO, RADIO_GROUP = "crowd-radio-button", "crowd-radio-group"
AS_SEEN = "as seen"


@dataclass(frozen=True)
class Field:
    """An element that has a name. Of those with the same `group`, not 0, one is chosen."""

    element: str
    name: str
    attributes: Mapping[str, str]
    group: int = 0


def fields_of(html: str) -> list[Field]:
    """The fields in their order."""
    parser = _Fields()
    parser.feed(html)
    parser.close()
    return parser.found


def filled(fields: list[Field], chance: Random) -> dict[str, Any]:
    """Something plausible for every field, as the form sends it. Boxes and switches of one name
    are sent together."""
    sent: dict[str, Any] = {}
    chosen = {
        group: chance.choice([field for field in fields if field.group == group])
        for group in sorted({field.group for field in fields if field.group})
    }
    for field in fields:
        value = _value(field, chance)
        if field.group:
            value = {field.attributes.get("value") or "on": chosen[field.group] is field}
        if isinstance(value, dict) and isinstance(sent.get(field.name), dict):
            sent[field.name] |= value
        elif value is not None:
            sent[field.name] = value
    return sent


def _value(field: Field, chance: Random) -> Any:
    element, attributes = field.element, field.attributes
    if element in ONE_CLASS:
        return {"label": chance.choice(_names(attributes.get("categories")))}
    if element in CLASSES:
        names = _names(attributes.get("categories"))
        chosen = chance.sample(names, chance.randint(1, len(names)))
        return {"labels": [name for name in names if name in chosen]}
    if element == "crowd-entity-annotation":
        return {"entities": _entities(attributes, chance)}
    if element == "crowd-bounding-box":
        return _boxes(attributes, chance)
    if element in SWITCHES:
        return {attributes.get("value") or "on": chance.random() < 0.5}
    if element == "crowd-slider":
        low, high = (int(attributes.get(name) or end) for name, end in (("min", 0), ("max", 100)))
        return chance.randint(low, max(low, high))
    if element in TEXTS:
        return attributes.get("value") or AS_SEEN
    return None


def _entities(attributes: Mapping[str, str], chance: Random) -> list[dict[str, Any]]:
    """What is marked already, in an audit; else what looks like names."""
    marked = _json(attributes.get("initial-value"))
    if isinstance(marked, list):
        return [
            {member: entity[member] for member in ("endOffset", "label", "startOffset")}
            for entity in marked
        ]
    names = _names(attributes.get("labels"))
    return [
        {"endOffset": end, "label": chance.choice(names), "startOffset": start}
        for start, end in likely_spans(attributes.get("text", ""), chance)
    ]


def _boxes(attributes: Mapping[str, str], chance: Random) -> dict[str, Any]:
    width, height = UNREADABLE_PICTURE
    boxes = [
        {**draw("BoundingBox", [(0.0, width), (0.0, height)], chance), "label": name}
        for name in _names(attributes.get("labels"))
    ]
    return {
        "boundingBoxes": boxes,
        "inputImageProperties": {"height": height, "width": width},
    }


def _names(listed: str | None) -> list[str]:
    """The names of a list of texts, or of `{"label": ...}`; one at least."""
    given = _json(listed)
    names = [
        str(item.get("label", "")) if isinstance(item, dict) else str(item)
        for item in (given if isinstance(given, list) else [])
    ]
    return names or [AS_SEEN]


def _json(text: str | None) -> Any:
    """A list as JSON has it, or as JavaScript does with single quotes; None for anything else."""
    for read in (json.loads, ast.literal_eval):
        try:
            return read(text or "")
        except (ValueError, SyntaxError):
            continue
    return None


class _Fields(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[Field] = []
        self._groups = 0
        self._in_group = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == RADIO_GROUP:
            self._groups += 1
            self._in_group = True
        attributes = {name: value or "" for name, value in attrs}
        if name := attributes.get("name"):
            self.found.extend(self._field(tag, name, attributes))

    def handle_endtag(self, tag: str) -> None:
        if tag == RADIO_GROUP:
            self._in_group = False

    def _field(self, tag: str, name: str, attributes: dict[str, str]) -> Iterator[Field]:
        kind = attributes.get("type", "").lower() if tag == "input" else ""
        if tag == RADIO and self._in_group:
            yield Field(tag, name, attributes, group=self._groups)
        elif kind == "radio" or tag == RADIO:
            # Buttons of one name are a group of their own.
            same = [field for field in self.found if field.name == name and field.group]
            self._groups += 0 if same else 1
            yield Field(tag, name, attributes, group=same[0].group if same else self._groups)
        elif kind == "checkbox":
            yield Field(SWITCHES[0], name, attributes)
        else:
            yield Field(tag, name, attributes)
