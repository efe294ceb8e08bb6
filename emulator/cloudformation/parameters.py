"""Checks the parameters of a template, all mistakes at once."""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from emulator.cloudformation.errors import TemplateError

_FROM_SSM: Final = "AWS::SSM::Parameter::Value<"


def resolve_parameters(
    declared: Mapping[str, Mapping[str, Any]],
    given: Mapping[str, str],
    *,
    ssm_parameter: Callable[[str], str],
) -> dict[str, Any]:
    """The value of each declared parameter, as `Ref` gives it.

    Args:
        declared: the template's `Parameters`.
        given: the caller's values.
        ssm_parameter: looks up parameters of the `AWS::SSM::Parameter::Value<…>` types.

    Raises:
        TemplateError: names every unknown, missing and refused parameter.
    """
    texts = {name: str(item["Default"]) for name, item in declared.items() if "Default" in item}
    texts.update(given)

    problems = []
    if unknown := sorted(set(given) - set(declared)):
        problems.append(f"Parameters: [{', '.join(unknown)}] do not exist in the template")
    if missing := sorted(set(declared) - set(texts)):
        problems.append(f"Parameters: [{', '.join(missing)}] must have values")
    for name in sorted(set(declared) & set(texts)):
        problems.extend(_violations(name, texts[name], declared[name]))
    if problems:
        raise TemplateError("; ".join(problems))

    return {
        name: _typed(texts[name], item.get("Type", "String"), ssm_parameter)
        for name, item in declared.items()
    }


def _violations(name: str, text: str, declared: Mapping[str, Any]) -> Iterator[str]:
    """What AWS would say of the value; only the first constraint that it breaks."""
    for constraint, broken, said in _CONSTRAINTS:
        if constraint in declared and broken(text, declared[constraint]):
            yield (
                f"Parameter {name} failed to satisfy constraint: "
                f"{declared['ConstraintDescription']}"
                if "ConstraintDescription" in declared
                else f"Parameter '{name}' {said} {declared[constraint]}"
            )
            return
    if declared.get("Type") == "Number" and not _is_number(text):
        yield f"Parameter '{name}' must be a number."


def _is_number(text: str) -> bool:
    return re.fullmatch(r"-?\d+(\.\d+)?", text) is not None


_CONSTRAINTS: Final[tuple[tuple[str, Callable[[str, Any], bool], str], ...]] = (
    (
        "AllowedValues",
        lambda text, allowed: text not in [str(item) for item in allowed],
        "must be one of AllowedValues",
    ),
    (
        "AllowedPattern",
        lambda text, pattern: re.fullmatch(pattern, text) is None,
        "must match pattern",
    ),
    (
        "MinLength",
        lambda text, least: len(text) < int(least),
        "must have a length of at least",
    ),
    (
        "MaxLength",
        lambda text, most: len(text) > int(most),
        "must have a length of at most",
    ),
    (
        "MinValue",
        lambda text, least: _is_number(text) and float(text) < float(least),
        "must be a number not less than",
    ),
    (
        "MaxValue",
        lambda text, most: _is_number(text) and float(text) > float(most),
        "must be a number not greater than",
    ),
)


def _typed(text: str, kind: str, ssm_parameter: Callable[[str], str]) -> Any:
    if kind.startswith(_FROM_SSM):
        return _typed(ssm_parameter(text), kind.removeprefix(_FROM_SSM)[:-1], ssm_parameter)
    if kind == "CommaDelimitedList" or kind.startswith("List<"):
        return [item.strip() for item in text.split(",")]
    return text
