"""What a class is called: class map, object name, or nothing but its id."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from labeling.labels.errors import LabelsUnreadable
from labeling.labels.members import a_text, an_object, member, not_a, whole_number


def class_map(metadata: Mapping[str, Any], name: str = "class-map") -> Mapping[str, str]:
    """The names of classes by class id as text; empty where there is none."""
    found = member(metadata, name)
    if found is None:
        return {}
    return {
        str(class_id): a_text(class_name, f"{name}.{class_id}")
        for class_id, class_name in an_object(found, name).items()
    }


def class_of(
    value: Any, *, names: Mapping[str, str], object_name: str = "", place: str = "class-id"
) -> tuple[str, int | None]:
    """The name of a class and its id.

    A class that the class map does not know has the name in front of the number of its object's
    name (`Car` of `Car:1`), else its id as text. An id that is no number is its own name.
    """
    class_id = _class_id(value, place)
    if class_id is not None:
        name = names.get(str(class_id))
    else:
        name = names.get(value, value) if isinstance(value, str) else None
    if name is None:
        name = object_name.rpartition(":")[0] or object_name
    if not name and class_id is not None:
        name = str(class_id)
    if not name:
        raise LabelsUnreadable("there is neither a class nor an object name", member=place)
    return name, class_id


def _class_id(value: Any, place: str) -> int | None:
    if value is None:
        return None
    try:
        return whole_number(value, place)
    except LabelsUnreadable:
        if isinstance(value, str):
            return None
        raise not_a("a class id", value, place) from None
