"""A template as the promises ask about it: by type and by role, never by generated name."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

Properties = dict[str, Any]


@dataclass(frozen=True)
class Template:
    body: dict[str, Any]

    @classmethod
    def read(cls, path: Path) -> Template:
        return cls(json.loads(path.read_text()))

    def of_type(self, type_: str) -> dict[str, Properties]:
        """The properties of every resource of this type, by logical id."""
        return {
            id_: resource.get("Properties", {})
            for id_, resource in self.body["Resources"].items()
            if resource["Type"] == type_
        }

    def one(self, type_: str, *, having: str = "") -> Properties:
        """The only resource of this type whose logical id begins so."""
        [found] = [p for id_, p in self.of_type(type_).items() if id_.startswith(having)]
        return found

    @cached_property
    def functions(self) -> dict[str, Properties]:
        """The functions by the names of their handlers' modules."""
        return {
            properties["Handler"].split(".")[2]: properties
            for properties in self.of_type("AWS::Lambda::Function").values()
        }

    def allowed(self, function: str) -> set[tuple[str, str]]:
        """What the function's role allows, as pairs of action and resource."""
        return set(self._allowed_by(self.functions[function]["Role"]["Fn::GetAtt"][0]))

    def users_of(self, action: str) -> set[str]:
        """The functions that are allowed this action, on whatever resource."""
        return {
            function
            for function in self.functions
            if any(allowed == action for allowed, _ in self.allowed(function))
        }

    def statements(self) -> Iterator[tuple[str, dict[str, Any]]]:
        """Every statement of every role's policies, with the role's logical id."""
        for properties in self.of_type("AWS::IAM::Policy").values():
            for role in properties["Roles"]:
                for statement in properties["PolicyDocument"]["Statement"]:
                    yield role["Ref"], statement

    def _allowed_by(self, role: str) -> Iterator[tuple[str, str]]:
        for id_, statement in self.statements():
            if id_ == role and statement["Effect"] == "Allow":
                for action in as_list(statement["Action"]):
                    for resource in as_list(statement["Resource"]):
                        yield action, text(resource)


def as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def text(value: Any) -> str:
    """A value as people would say it: references become the names of what they refer to."""
    match value:
        case str():
            return value
        case {"Ref": str(name)} | {"Fn::GetAtt": [str(name), "Arn"]}:
            return f"<{re.sub(r'[0-9A-F]{8}$', '', name)}>"
        case {"Fn::Join": [str(separator), parts]}:
            return separator.join(text(part) for part in parts)
        case _:
            return json.dumps(value)
