"""What a template asks for in one stack with given parameters, checked before anything is made."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from emulator.cloudformation.errors import TemplateError
from emulator.cloudformation.intrinsics import Scope
from emulator.cloudformation.parameters import resolve_parameters
from emulator.cloudformation.resource_type import ResourceType
from emulator.cloudformation.stack import Stack
from emulator.cloudformation.template import Template


@dataclass(frozen=True, kw_only=True)
class Plan:
    """The wanted resources of a template, in the order in which they can be made."""

    template: Template
    parameters: Mapping[str, str]
    """The value of every parameter, defaults included."""
    scope: Scope
    order: tuple[str, ...]
    kinds: Mapping[str, type[ResourceType]]

    def outputs(self) -> list[dict[str, Any]]:
        """The template's outputs as DescribeStacks shows them."""
        return [
            {
                "OutputKey": name,
                "OutputValue": str(self.scope.resolve(output["Value"])),
                **({"Description": output["Description"]} if "Description" in output else {}),
            }
            for name, output in self.template.section("Outputs").items()
            if "Condition" not in output or self.scope.holds(output["Condition"])
        ]


def plan_for(
    stack: Stack,
    template: Template,
    given: Mapping[str, str],
    *,
    kinds: Mapping[str, type[ResourceType]],
    ssm_parameter: Callable[[str], str],
) -> Plan:
    """Checks a template and its parameters.

    Args:
        stack: gives the references to resources their values later.
        kinds: every type of resource there is, by name.
        ssm_parameter: looks up a parameter of the Systems Manager.

    Raises:
        TemplateError: says what is wrong.
    """
    declared = template.section("Parameters")
    values = {
        **resolve_parameters(declared, given, ssm_parameter=ssm_parameter),
        "AWS::AccountId": stack.account_id,
        "AWS::NotificationARNs": [],
        "AWS::Partition": "aws",
        "AWS::Region": stack.region,
        "AWS::StackId": stack.stack_id,
        "AWS::StackName": stack.name,
        "AWS::URLSuffix": "amazonaws.com",
    }
    scope = Scope(
        values=values,
        mappings=template.section("Mappings"),
        conditions=template.section("Conditions"),
        references=stack,
    )
    template.check_rules(scope)
    template.check_references(scope)
    _check_types(template, kinds)

    wanted = {
        name
        for name, resource in template.resources.items()
        if "Condition" not in resource or scope.holds(resource["Condition"])
    }
    return Plan(
        template=template,
        parameters={
            name: str(given.get(name, item.get("Default"))) for name, item in declared.items()
        },
        scope=scope,
        order=tuple(template.order(wanted)),
        kinds={name: kinds[template.resources[name]["Type"]] for name in wanted},
    )


def _check_types(template: Template, kinds: Mapping[str, type[ResourceType]]) -> None:
    types = {name: resource["Type"] for name, resource in template.resources.items()}
    if unknown := sorted({kind for kind in types.values() if kind not in kinds}):
        raise TemplateError(
            f"Template format error: Unrecognized resource types: [{', '.join(unknown)}]"
        )
    for name, attribute in sorted(template.attributes_used()):
        if name in types and attribute not in kinds[types[name]].attributes:
            raise TemplateError(
                f"Template error: resource {name} does not support attribute type {attribute} "
                "in Fn::GetAtt"
            )
