"""A parsed template: what it declares, and the order in which its resources can be made."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from graphlib import CycleError, TopologicalSorter
from typing import Any

import yaml

from emulator.cloudformation.errors import TemplateError
from emulator.cloudformation.intrinsics import Scope, placeholders, split_attribute


@dataclass(frozen=True)
class Template:
    """A template as it was sent, and its sections."""

    body: str
    document: Mapping[str, Any]

    @classmethod
    def parse(cls, body: str) -> "Template":
        """Reads JSON or YAML without short forms (`!Ref`).

        Raises:
            TemplateError: it is neither, or has no resources.
        """
        try:
            document = json.loads(body) if body.lstrip().startswith("{") else yaml.safe_load(body)
        except (ValueError, yaml.YAMLError) as error:
            raise TemplateError(f"Template format error: {error}") from error
        if not isinstance(document, dict) or not document.get("Resources"):
            raise TemplateError(
                "Template format error: At least one Resources member must be defined."
            )
        if "Transform" in document:
            raise TemplateError("Template format error: Transform is not supported")
        return cls(body, document)

    def section(self, name: str) -> dict[str, Any]:
        """`Parameters`, `Conditions`, `Outputs` …, empty when the template has none."""
        return self.document.get(name) or {}

    @cached_property
    def resources(self) -> dict[str, dict[str, Any]]:
        """All resources by logical id, those with a false condition included."""
        return self.section("Resources")

    def check_rules(self, scope: Scope) -> None:
        """Tests the assertions of `Rules`.

        Raises:
            TemplateError: with the description of each assertion that is false.
        """
        failed = [
            assertion.get("AssertDescription", "an assertion is false")
            for rule in self.section("Rules").values()
            if "RuleCondition" not in rule or scope.test(rule["RuleCondition"])
            for assertion in rule["Assertions"]
            if not scope.test(assertion["Assert"])
        ]
        if failed:
            raise TemplateError("Template error: " + "; ".join(failed))

    def check_references(self, scope: Scope) -> None:
        """Finds what resources and outputs refer to although it does not exist.

        Raises:
            TemplateError: with the names.
        """
        known = set(self.resources) | set(scope.values) | {"AWS::NoValue"}
        for block in ("Resources", "Outputs"):
            unresolved = {name for name, _ in _references(self.section(block))} - known
            if unresolved:
                raise TemplateError(
                    "Template format error: Unresolved resource dependencies "
                    f"[{', '.join(sorted(unresolved))}] in the {block} block of the template"
                )

    def attributes_used(self) -> set[tuple[str, str]]:
        """Every (logical id, attribute) that an `Fn::GetAtt` or `Fn::Sub` names."""
        found = _references([self.resources, self.section("Outputs")])
        return {(name, attribute) for name, attribute in found if attribute}

    def order(self, wanted: set[str]) -> list[str]:
        """The wanted resources, each after all that it depends on.

        Raises:
            TemplateError: they depend on each other in a circle.
        """
        graph = {name: self.dependencies(name) & wanted for name in sorted(wanted)}
        try:
            return list(TopologicalSorter(graph).static_order())
        except CycleError as error:
            names = ", ".join(sorted(set(error.args[1])))
            raise TemplateError(f"Circular dependency between resources: [{names}]") from error

    def dependencies(self, logical_id: str) -> set[str]:
        """The resources that a resource refers to or names in `DependsOn`."""
        resource = self.resources[logical_id]
        explicit = resource.get("DependsOn", [])
        names = {explicit} if isinstance(explicit, str) else set(explicit)
        names |= {name for name, _ in _references(resource.get("Properties", {}))}
        return names & set(self.resources)


def _references(value: Any) -> Iterator[tuple[str, str | None]]:
    """The (name, attribute or None) of every reference in a part of a template."""
    if isinstance(value, list):
        for item in value:
            yield from _references(item)
    elif isinstance(value, dict):
        for key, item in value.items():
            if key == "Ref" and isinstance(item, str):
                yield item, None
            elif key == "Fn::GetAtt":
                yield split_attribute(item)
            elif key == "Fn::Sub":
                text, own = (item, {}) if isinstance(item, str) else item
                for name in placeholders(text):
                    if name not in own:
                        yield split_attribute(name) if "." in name else (name, None)
                yield from _references(own)
            else:
                yield from _references(item)
