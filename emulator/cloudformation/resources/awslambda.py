"""Functions, who may call them, and what they are fed from."""

from typing import Any, Final

from emulator.cloudformation.resource_type import (
    Properties,
    ResourceType,
    chosen,
    tag_map,
)

_CONFIGURATION: Final = (
    "DeadLetterConfig",
    "Description",
    "Environment",
    "EphemeralStorage",
    "Handler",
    "LoggingConfig",
    "MemorySize",
    "Role",
    "Runtime",
    "Timeout",
    "TracingConfig",
)


class Function(ResourceType):
    """A function."""

    name = "AWS::Lambda::Function"
    properties = frozenset(
        {
            *_CONFIGURATION,
            "Architectures",
            "Code",
            "FunctionName",
            "PackageType",
            "ReservedConcurrentExecutions",
            "Tags",
        }
    )
    immutable = frozenset({"FunctionName", "PackageType"})
    attributes = frozenset({"Arn"})

    def create(self, properties: Properties) -> str:
        name = properties.get("FunctionName") or self.place.generated_name()
        self.place.call(
            "lambda",
            "create_function",
            FunctionName=name,
            Code=properties["Code"],
            Tags=tag_map(properties),
            **chosen(properties, "Architectures", "PackageType", *_CONFIGURATION),
        )
        self._limit(name, properties)
        return str(name)

    def update(self, physical_id: str, properties: Properties, previous: Properties) -> None:
        code = ("Code", "Architectures")
        if any(properties.get(key) != previous.get(key) for key in code):
            self.place.call(
                "lambda",
                "update_function_code",
                FunctionName=physical_id,
                **properties["Code"],
                **chosen(properties, "Architectures"),
            )
        if any(properties.get(key) != previous.get(key) for key in _CONFIGURATION):
            self.place.call(
                "lambda",
                "update_function_configuration",
                FunctionName=physical_id,
                **{**_defaults(previous), **chosen(properties, *_CONFIGURATION)},
            )
        self._limit(physical_id, properties, previous)
        self._tag(physical_id, properties, previous)

    def delete(self, physical_id: str, properties: Properties) -> None:
        client = self.place.client("lambda")
        try:
            client.delete_function(FunctionName=physical_id)
        except client.exceptions.ResourceNotFoundException:
            return

    def attribute(self, physical_id: str, properties: Properties, name: str) -> str:
        return f"arn:aws:lambda:{self.place.region}:{self.place.account_id}:function:{physical_id}"

    def _limit(self, name: str, properties: Properties, previous: Properties | None = None) -> None:
        wanted = properties.get("ReservedConcurrentExecutions")
        if wanted is not None:
            self.place.call(
                "lambda",
                "put_function_concurrency",
                FunctionName=name,
                ReservedConcurrentExecutions=wanted,
            )
        elif previous and "ReservedConcurrentExecutions" in previous:
            self.place.call("lambda", "delete_function_concurrency", FunctionName=name)

    def _tag(self, name: str, properties: Properties, previous: Properties) -> None:
        new, old = tag_map(properties), tag_map(previous)
        arn = self.attribute(name, properties, "Arn")
        if gone := sorted(old.keys() - new.keys()):
            self.place.call("lambda", "untag_resource", Resource=arn, TagKeys=gone)
        if new != old:
            self.place.call("lambda", "tag_resource", Resource=arn, Tags=new)


class Permission(ResourceType):
    """Who may call a function."""

    name = "AWS::Lambda::Permission"
    properties = frozenset({"Action", "FunctionName", "Principal", "SourceAccount", "SourceArn"})

    def create(self, properties: Properties) -> str:
        statement_id = self.place.generated_name(100)
        self.place.call("lambda", "add_permission", StatementId=statement_id, **properties)
        return statement_id

    def delete(self, physical_id: str, properties: Properties) -> None:
        client = self.place.client("lambda")
        try:
            client.remove_permission(
                FunctionName=properties["FunctionName"], StatementId=physical_id
            )
        except client.exceptions.ResourceNotFoundException:
            return


class EventSourceMapping(ResourceType):
    """A queue that feeds a function."""

    name = "AWS::Lambda::EventSourceMapping"
    properties = frozenset(
        {
            "BatchSize",
            "Enabled",
            "EventSourceArn",
            "FilterCriteria",
            "FunctionName",
            "FunctionResponseTypes",
            "MaximumBatchingWindowInSeconds",
            "ScalingConfig",
            "Tags",
        }
    )
    immutable = frozenset({"EventSourceArn"})
    attributes = frozenset({"Id"})

    def create(self, properties: Properties) -> str:
        made = self.place.call(
            "lambda",
            "create_event_source_mapping",
            **{**properties, "Tags": tag_map(properties)},
        )
        return str(made["UUID"])

    def update(self, physical_id: str, properties: Properties, previous: Properties) -> None:
        request: dict[str, Any] = {
            key: value for key, value in properties.items() if key not in ("EventSourceArn", "Tags")
        }
        self.place.call("lambda", "update_event_source_mapping", UUID=physical_id, **request)

    def delete(self, physical_id: str, properties: Properties) -> None:
        client = self.place.client("lambda")
        try:
            client.delete_event_source_mapping(UUID=physical_id)
        except client.exceptions.ResourceNotFoundException:
            return

    def attribute(self, physical_id: str, properties: Properties, name: str) -> str:
        return physical_id


def _defaults(previous: Properties) -> dict[str, Any]:
    """What the settings that were there before go back to when they are no longer in it."""
    defaults = {
        "DeadLetterConfig": {},
        "Description": "",
        "Environment": {"Variables": {}},
        "EphemeralStorage": {"Size": 512},
        "LoggingConfig": {"LogFormat": "Text"},
        "MemorySize": 128,
        "Timeout": 3,
        "TracingConfig": {"Mode": "PassThrough"},
    }
    return {key: value for key, value in defaults.items() if key in previous}


RESOURCE_TYPES = (Function, Permission, EventSourceMapping)
