"""State machines."""

import json
import re
from typing import Any

from emulator.cloudformation.errors import ResourceError
from emulator.cloudformation.resource_type import Properties, ResourceType, lower_camel


class StateMachine(ResourceType):
    """A state machine, its definition's substitutions filled in."""

    name = "AWS::StepFunctions::StateMachine"
    properties = frozenset(
        {
            "Definition",
            "DefinitionString",
            "DefinitionSubstitutions",
            "LoggingConfiguration",
            "RoleArn",
            "StateMachineName",
            "StateMachineType",
            "Tags",
            "TracingConfiguration",
        }
    )
    immutable = frozenset({"StateMachineName", "StateMachineType"})
    attributes = frozenset({"Arn", "Name"})

    def create(self, properties: Properties) -> str:
        made = self.place.call(
            "stepfunctions",
            "create_state_machine",
            name=properties.get("StateMachineName") or self.place.generated_name(80),
            type=properties.get("StateMachineType", "STANDARD"),
            tags=lower_camel(properties.get("Tags", [])),
            **_settings(properties),
        )
        return str(made["stateMachineArn"])

    def update(self, physical_id: str, properties: Properties, previous: Properties) -> None:
        self.place.call(
            "stepfunctions",
            "update_state_machine",
            stateMachineArn=physical_id,
            **_settings(properties),
        )
        new = {tag["Key"] for tag in properties.get("Tags", [])}
        gone = [tag["Key"] for tag in previous.get("Tags", []) if tag["Key"] not in new]
        if gone:
            self.place.call(
                "stepfunctions", "untag_resource", resourceArn=physical_id, tagKeys=gone
            )
        if new:
            self.place.call(
                "stepfunctions",
                "tag_resource",
                resourceArn=physical_id,
                tags=lower_camel(properties["Tags"]),
            )

    def delete(self, physical_id: str, properties: Properties) -> None:
        self.place.call("stepfunctions", "delete_state_machine", stateMachineArn=physical_id)

    def attribute(self, physical_id: str, properties: Properties, name: str) -> str:
        return physical_id if name == "Arn" else physical_id.rsplit(":", 1)[-1]


def _settings(properties: Properties) -> dict[str, Any]:
    logging = lower_camel(properties.get("LoggingConfiguration", {"Level": "OFF"}))
    tracing = lower_camel(properties.get("TracingConfiguration", {"Enabled": False}))
    return {
        "definition": _definition(properties),
        "roleArn": properties["RoleArn"],
        "loggingConfiguration": logging,
        "tracingConfiguration": tracing,
    }


def _definition(properties: Properties) -> str:
    if "Definition" in properties:
        text = json.dumps(properties["Definition"])
    else:
        text = properties["DefinitionString"]
    substitutions = properties.get("DefinitionSubstitutions", {})
    for name, value in substitutions.items():
        text = text.replace("${" + name + "}", str(value))
    if unfilled := sorted(set(re.findall(r"\$\{(\w+)\}", text))):
        raise ResourceError(f"DefinitionSubstitutions lacks {', '.join(unfilled)}")
    return str(text)


RESOURCE_TYPES = (StateMachine,)
