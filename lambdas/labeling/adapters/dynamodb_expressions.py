"""Writes of the table, as TransactWriteItems takes them, and the conditions they are made under."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from labeling.adapters.dynamodb_items import encode, encode_value
from labeling.adapters.dynamodb_keys import Key

Action = dict[str, dict[str, Any]]


class Placeholders:
    """The names and values of one expression; every name has one, as many words are reserved."""

    def __init__(self) -> None:
        self.names: dict[str, str] = {}
        self.values: dict[str, Any] = {}

    def name(self, attribute: str) -> str:
        self.names[f"#{attribute}"] = attribute
        return f"#{attribute}"

    def value(self, value: Any) -> str:
        placeholder = f":{len(self.values)}"
        self.values[placeholder] = encode_value(value)
        return placeholder


Condition = Callable[[Placeholders], str]


def equals(**attributes: Any) -> Condition:
    return lambda at: " AND ".join(
        f"{at.name(name)} = {at.value(value)}" for name, value in attributes.items()
    )


def differs(attribute: str, value: Any) -> Condition:
    return lambda at: f"{at.name(attribute)} <> {at.value(value)}"


def less(attribute: str, value: Any) -> Condition:
    return lambda at: f"{at.name(attribute)} < {at.value(value)}"


def one_of(attribute: str, values: Iterable[Any]) -> Condition:
    return lambda at: f"{at.name(attribute)} IN ({', '.join(map(at.value, values))})"


def absent(attribute: str) -> Condition:
    return lambda at: f"attribute_not_exists({at.name(attribute)})"


def present(attribute: str) -> Condition:
    return lambda at: f"attribute_exists({at.name(attribute)})"


def all_of(*conditions: Condition) -> Condition:
    return lambda at: " AND ".join(f"({condition(at)})" for condition in conditions)


def any_of(*conditions: Condition) -> Condition:
    return lambda at: " OR ".join(f"({condition(at)})" for condition in conditions)


def put(key: Key, attributes: Mapping[str, Any], when: Condition | None = None) -> Action:
    return {"Put": {"Item": encode({**key, **attributes}), **_expressions(when)}}


def update(
    key: Key,
    *,
    values: Mapping[str, Any] | None = None,
    add: Mapping[str, int] | None = None,
    initial: Mapping[str, Any] | None = None,
    remove: Iterable[str] = (),
    copy: Mapping[str, str] | None = None,
    when: Condition,
) -> Action:
    """Sets `values` (None removes), adds to numbers, sets `initial` only where nothing is yet,
    sets attributes to what another one is (`copy`: new name by old)."""
    at = Placeholders()
    values = values or {}
    sets = [
        f"{at.name(name)} = {at.value(value)}"
        for name, value in values.items()
        if value is not None
    ]
    sets += [
        f"{at.name(name)} = if_not_exists({at.name(name)}, {at.value(value)})"
        for name, value in (initial or {}).items()
    ]
    sets += [f"{at.name(new)} = {at.name(old)}" for old, new in (copy or {}).items()]
    adds = [f"{at.name(name)} {at.value(value)}" for name, value in (add or {}).items()]
    removes = [at.name(name) for name in remove]
    removes += [at.name(name) for name, value in values.items() if value is None]
    clauses = [("SET", sets), ("ADD", adds), ("REMOVE", removes)]
    expression = " ".join(f"{word} {', '.join(parts)}" for word, parts in clauses if parts)
    return {
        "Update": {
            "Key": encode(key),
            "UpdateExpression": expression,
            **_expressions(when, at),
        }
    }


def check(key: Key, when: Condition) -> Action:
    return {"ConditionCheck": {"Key": encode(key), **_expressions(when)}}


def delete(key: Key, when: Condition | None = None) -> Action:
    return {"Delete": {"Key": encode(key), **_expressions(when)}}


def _expressions(when: Condition | None, at: Placeholders | None = None) -> dict[str, Any]:
    at = at or Placeholders()
    parameters: dict[str, Any] = {}
    if when is not None:
        parameters["ConditionExpression"] = when(at)
        parameters["ReturnValuesOnConditionCheckFailure"] = "ALL_OLD"
    if at.names:
        parameters["ExpressionAttributeNames"] = at.names
    if at.values:
        parameters["ExpressionAttributeValues"] = at.values
    return parameters
