"""What a target of an EventBridge rule gets: the event, a part of it, a constant, or a template.

EventBridge's guide, "Amazon EventBridge input transformation" and API_Target.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any

from jsonpath_ng.ext.parser import parse

PLACEHOLDER = re.compile(r"<([A-Za-z0-9_.-]+)>")


def target_input(
    target: Mapping[str, Any], event: dict[str, Any], *, rule: Mapping[str, str], now: datetime
) -> str:
    """The text that is sent to a target."""
    if "Input" in target:
        return str(target["Input"])
    if "InputPath" in target:
        return _compact(_at(target["InputPath"], event))
    if transformer := target.get("InputTransformer"):
        values = {
            "aws.events.rule-arn": rule["arn"],
            "aws.events.rule-name": rule["name"],
            "aws.events.event.ingestion-time": f"{now:%Y-%m-%dT%H:%M:%SZ}",
            "aws.events.event": {name: value for name, value in event.items() if name != "detail"},
            "aws.events.event.json": event,
        }
        for name, path in (transformer.get("InputPathsMap") or {}).items():
            values[name] = _at(path, event)
        return _filled(transformer["InputTemplate"], values)
    return _compact(event)


def _filled(template: str, values: Mapping[str, Any]) -> str:
    """Values take the place of `<name>`: as JSON, or, inside of quotes, as the text of a string."""

    def value(match: re.Match[str]) -> str:
        if match[1] not in values:
            return match[0]
        found = values[match[1]]
        before = re.sub(r"\\.", "", template[: match.start()])
        if before.count('"') % 2 == 0:
            return _compact(found)
        text = found if isinstance(found, str) else "" if found is None else _compact(found)
        return json.dumps(text)[1:-1]

    return PLACEHOLDER.sub(value, template)


def _at(path: str, event: dict[str, Any]) -> Any:
    matches = _parsed(path).find(event)
    return matches[0].value if matches else None


@lru_cache(maxsize=100)
def _parsed(path: str) -> Any:
    # names with hyphens, like detail-type, have to be quoted for the library
    return parse(re.sub(r"\.([A-Za-z0-9_]*-[A-Za-z0-9_-]*)", r".'\1'", path))


def _compact(value: Any) -> str:
    return json.dumps(value, separators=(",", ":"))
