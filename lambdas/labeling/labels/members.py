"""Members of JSON objects, each of the kind that it has to be.

What is not raises `LabelsUnreadable` with the member's name. Names are given with hyphens; files
that have underscores instead are read as well (`class-map` and `class_map` both occur).
"""

from __future__ import annotations

from collections.abc import Mapping
from math import isfinite
from typing import Any

from labeling.labels.errors import LabelsUnreadable

# Beyond it floating point numbers are not exact, and no coordinate, id or frame gets there.
_LARGEST = 2**53

_KINDS = {
    bool: "true or false",
    dict: "an object",
    float: "a number",
    int: "a number",
    list: "a list",
    str: "a text",
    type(None): "null",
}


def member(item: Mapping[str, Any], name: str) -> Any:
    """The member, or None where there is none."""
    found = item.get(name)
    return item.get(name.replace("-", "_")) if found is None else found


def an_object(value: Any, name: str = "") -> Mapping[str, Any]:
    """The value, which must be an object."""
    if not isinstance(value, dict):
        raise not_a("an object", value, name)
    return value


def a_list(value: Any, name: str = "") -> list[Any]:
    """The value, which must be a list."""
    if not isinstance(value, list):
        raise not_a("a list", value, name)
    return value


def a_text(value: Any, name: str = "") -> str:
    """The value, which must be a text."""
    if not isinstance(value, str):
        raise not_a("a text", value, name)
    return value


def number(item: Mapping[str, Any], name: str) -> float:
    """A number as the file has it, whole or not."""
    value = member(item, name)
    # The type itself, not isinstance: true is no number here.
    if type(value) is int:
        if -_LARGEST <= value <= _LARGEST:
            return value
    elif type(value) is float and isfinite(value) and abs(value) <= _LARGEST:
        return value
    if value is None:
        raise LabelsUnreadable("it is missing", member=name)
    raise not_a("a number", value, name)


def whole_number(value: Any, name: str) -> int:
    """A whole number: `3`, `3.0` and `"3"` all occur."""
    if type(value) is int and abs(value) <= _LARGEST:
        return value
    if type(value) is float and value.is_integer() and abs(value) <= _LARGEST:
        return int(value)
    if isinstance(value, str) and len(value) < len(str(_LARGEST)):
        try:
            return int(value)
        except ValueError:
            pass
    raise not_a("a whole number", value, name)


def attributes(item: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    """What workers filled in; empty where the file has nothing."""
    value = member(item, name)
    return {} if value is None else an_object(value, name)


def confidence(value: Any) -> float | None:
    """A confidence, or None for what is none: labels are worth reading without."""
    if type(value) in (int, float) and 0 <= value <= 1:
        return float(value)
    return None


def not_a(wanted: str, value: Any, name: str) -> LabelsUnreadable:
    """The mistake of a value that is something else than it has to be."""
    kind = _KINDS.get(type(value), type(value).__name__)
    shown = "" if isinstance(value, dict | list | None) else f" ({str(value)[:40]!r})"
    return LabelsUnreadable(f"{wanted} is expected, not {kind}{shown}", member=name)
