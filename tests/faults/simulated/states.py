"""The parts of Amazon States Language that the state machine uses; anything else is an error."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from copy import deepcopy
from typing import Any

EVERYTHING = "States.ALL"


def value_at(path: str, data: Any, context: Mapping[str, Any]) -> Any:
    """What a reference path (`$.a.b`, `$$.a.b`) or `States.JsonToString(path)` leads to."""
    if path.startswith("States.JsonToString(") and path.endswith(")"):
        inner = path.removeprefix("States.JsonToString(").removesuffix(")")
        return json.dumps(value_at(inner, data, context))
    found: Any = context if path.startswith("$$") else data
    for step in path.lstrip("$").split(".")[1:]:
        found = found[step]
    return found


def filled(template: Mapping[str, Any], data: Any, context: Mapping[str, Any]) -> dict[str, Any]:
    """A payload template with its paths replaced."""
    written: dict[str, Any] = {}
    for key, value in template.items():
        if key.endswith(".$"):
            written[key[:-2]] = value_at(value, data, context)
        elif isinstance(value, Mapping):
            written[key] = filled(value, data, context)
        else:
            written[key] = value
    return written


def with_result(data: Any, state: Mapping[str, Any], result: Any) -> Any:
    """The output of a state: its input with the result where ResultPath puts it."""
    path = state.get("ResultPath", "$")
    if path is None:
        return data
    if path == "$":
        return result
    output = deepcopy(data)
    place = output
    *steps, last = path.removeprefix("$.").split(".")
    for step in steps:
        place = place.setdefault(step, {})
    place[last] = result
    return output


def chosen(state: Mapping[str, Any], data: Any) -> str:
    """The next state of a Choice."""
    for rule in state["Choices"]:
        if not set(rule) <= {"Variable", "BooleanEquals", "Next"}:
            raise NotImplementedError(f"a choice by {sorted(rule)}")
        if value_at(rule["Variable"], data, {}) is rule["BooleanEquals"]:
            return str(rule["Next"])
    return str(state["Default"])


def first_match(entries: Sequence[Mapping[str, Any]], error: str) -> int | None:
    """The place of the first Retry or Catch entry for an error."""
    for place, entry in enumerate(entries):
        if error in entry["ErrorEquals"] or EVERYTHING in entry["ErrorEquals"]:
            return place
    return None


def pause(retry: Mapping[str, Any], tries: int) -> float:
    """Seconds before the next try, after so many by this entry."""
    seconds = retry["IntervalSeconds"] * retry.get("BackoffRate", 2.0) ** tries
    return float(min(seconds, retry.get("MaxDelaySeconds", seconds)))
