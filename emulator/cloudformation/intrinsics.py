"""Evaluates the intrinsic functions and conditions of a template."""

import base64
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Protocol

from emulator.cloudformation.errors import TemplateError


class _NoValue:
    """What `AWS::NoValue` stands for: the property that has it is left out."""


NO_VALUE: Final = _NoValue()
_PLACEHOLDER = re.compile(r"\$\{(!?)([^${}]+)\}")


class References(Protocol):
    """Where the resources of a template get their values from."""

    def ref(self, logical_id: str) -> Any:
        """What `Ref` gives for a resource."""

    def attribute(self, logical_id: str, name: str) -> Any:
        """What `Fn::GetAtt` gives for a resource."""


@dataclass(frozen=True, kw_only=True)
class Scope:
    """All that the functions of one template can refer to."""

    values: Mapping[str, Any]
    """Parameters and pseudo parameters."""
    mappings: Mapping[str, Any] = field(default_factory=dict)
    conditions: Mapping[str, Any] = field(default_factory=dict)
    references: References | None = None

    def resolve(self, value: Any) -> Any:
        """The value with every function in it evaluated.

        Raises:
            TemplateError: a function is unknown or refers to nothing.
        """
        if isinstance(value, list):
            items = (self.resolve(item) for item in value)
            return [item for item in items if item is not NO_VALUE]
        if not isinstance(value, dict):
            return value
        if len(value) == 1:
            name, argument = next(iter(value.items()))
            if name in _FUNCTIONS:
                return _FUNCTIONS[name](self, argument)
            if name.startswith("Fn::"):
                raise TemplateError(f"Template error: {name} is not supported")
        members = {key: self.resolve(item) for key, item in value.items()}
        return {key: item for key, item in members.items() if item is not NO_VALUE}

    def holds(self, condition: str) -> bool:
        """Whether a named condition of the template is true."""
        if condition not in self.conditions:
            raise TemplateError(
                f"Template error: unresolved condition dependency {condition} in the template"
            )
        return self.test(self.conditions[condition])

    def test(self, expression: Any) -> bool:
        """Whether a condition's expression is true, in `Conditions` as in `Rules`."""
        if isinstance(expression, bool):
            return expression
        name, argument = next(iter(expression.items()))
        if name == "Condition":
            return self.holds(argument)
        if name == "Fn::And":
            return all(self.test(item) for item in argument)
        if name == "Fn::Or":
            return any(self.test(item) for item in argument)
        if name == "Fn::Not":
            return not self.test(argument[0])
        if name == "Fn::Equals":
            left, right = (_text(self.resolve(item)) for item in argument)
            return left == right
        if name == "Fn::Contains":
            return self.resolve(argument[1]) in self.resolve(argument[0])
        raise TemplateError(f"Template error: {name} is not supported in a condition")

    def value_of(self, name: str) -> Any:
        """What `Ref` gives: a parameter, a pseudo parameter or a resource."""
        if name == "AWS::NoValue":
            return NO_VALUE
        if name in self.values:
            return self.values[name]
        if self.references is None:
            raise TemplateError(f"Template error: {name} cannot be referred to here")
        return self.references.ref(name)

    def attribute(self, logical_id: str, name: str) -> Any:
        """What `Fn::GetAtt` gives."""
        if self.references is None:
            raise TemplateError(f"Template error: {logical_id}.{name} cannot be used here")
        return self.references.attribute(logical_id, name)


def placeholders(text: str) -> list[str]:
    """The names between `${` and `}` in the text of an `Fn::Sub`, `${!literal}` left out."""
    return [match[2].strip() for match in _PLACEHOLDER.finditer(text) if not match[1]]


def split_attribute(argument: Any) -> tuple[str, str]:
    """The resource and the attribute that an `Fn::GetAtt` names, in either spelling."""
    if isinstance(argument, str):
        logical_id, _, name = argument.partition(".")
        return logical_id, name
    return argument[0], argument[1]


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def _sub(scope: Scope, argument: Any) -> str:
    text, own = (argument, {}) if isinstance(argument, str) else argument

    def replacement(match: re.Match[str]) -> str:
        name = match[2].strip()
        if match[1]:
            return "${" + match[2] + "}"
        if name in own:
            return _text(scope.resolve(own[name]))
        if "." in name:
            return _text(scope.attribute(*split_attribute(name)))
        return _text(scope.value_of(name))

    return _PLACEHOLDER.sub(replacement, text)


def _if(scope: Scope, argument: Any) -> Any:
    condition, true, false = argument
    return scope.resolve(true if scope.holds(condition) else false)


def _find_in_map(scope: Scope, argument: Any) -> Any:
    name, first, second = (scope.resolve(item) for item in argument[:3])
    try:
        return scope.mappings[name][first][second]
    except KeyError as error:
        raise TemplateError(
            f"Template error: Unable to get mapping for {name}::{first}::{second}"
        ) from error


def _join(scope: Scope, argument: Any) -> str:
    separator, items = argument
    return str(separator.join(_text(item) for item in scope.resolve(items)))


def _select(scope: Scope, argument: Any) -> Any:
    index, items = int(scope.resolve(argument[0])), scope.resolve(argument[1])
    if not 0 <= index < len(items):
        raise TemplateError(f"Template error: Fn::Select cannot select nonexistent value {index}")
    return items[index]


def _split(scope: Scope, argument: Any) -> list[str]:
    return str(scope.resolve(argument[1])).split(argument[0])


def _base64(scope: Scope, argument: Any) -> str:
    return base64.b64encode(_text(scope.resolve(argument)).encode()).decode()


_FUNCTIONS: Final[dict[str, Callable[[Scope, Any], Any]]] = {
    "Ref": lambda scope, argument: scope.value_of(argument),
    "Fn::GetAtt": lambda scope, argument: scope.attribute(*split_attribute(argument)),
    "Fn::Sub": _sub,
    "Fn::If": _if,
    "Fn::FindInMap": _find_in_map,
    "Fn::Join": _join,
    "Fn::Select": _select,
    "Fn::Split": _split,
    "Fn::Base64": _base64,
    "Fn::Length": lambda scope, argument: len(scope.resolve(argument)),
    "Fn::ToJsonString": lambda scope, argument: json.dumps(scope.resolve(argument)),
}
