"""What every type of resource offers to a stack."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from moto.moto_api._internal import mock_random

from emulator.cloudformation.clients import call, client
from emulator.cloudformation.errors import ResourceError

Properties = Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where in the account a resource of a stack lives."""

    account_id: str
    region: str
    stack_name: str
    logical_id: str

    def call(self, service: str, operation: str, **parameters: Any) -> Any:
        """Calls a service as CloudFormation does, values fitted to the API's types."""
        return call(service, self.region, operation, parameters)

    def client(self, service: str) -> Any:
        """The in-process client of a service."""
        return client(service, self.region)

    def generated_name(self, longest: int = 64) -> str:
        """A physical name: stack, logical id and twelve random characters."""
        suffix = mock_random.get_random_string(length=12)
        prefix = f"{self.stack_name}-{self.logical_id}"[: longest - len(suffix) - 1]
        return f"{prefix.rstrip('-')}-{suffix}"


class ResourceType(ABC):
    """How one type of resource is made, changed and deleted.

    A type that does not define `update` is replaced whenever a property changes.
    """

    name: ClassVar[str]
    properties: ClassVar[frozenset[str]]
    """Every property that is carried over to the service; others are refused."""
    immutable: ClassVar[frozenset[str]] = frozenset()
    """Properties whose change makes a new resource."""
    attributes: ClassVar[frozenset[str]] = frozenset()
    """What `Fn::GetAtt` may ask for."""

    def __init__(self, place: Place) -> None:
        self.place = place

    @abstractmethod
    def create(self, properties: Properties) -> str:
        """Makes the resource and returns its physical id, which is what `Ref` gives."""

    def update(self, physical_id: str, properties: Properties, previous: Properties) -> None:
        """Changes the resource from the previous properties to the given ones."""
        raise ResourceError(f"{self.name} cannot be updated")

    @abstractmethod
    def delete(self, physical_id: str, properties: Properties) -> None:
        """Deletes the resource; one that is gone already is no error."""

    def attribute(self, physical_id: str, properties: Properties, name: str) -> Any:
        """The value of one of `attributes`."""
        raise ResourceError(f"{self.name} has no attribute {name}")

    @classmethod
    def needs_replacement(cls, old: Properties, new: Properties) -> bool:
        """Whether going from the old to the new properties takes a new resource."""
        if cls.update is ResourceType.update:
            return True
        return any(old.get(key) != new.get(key) for key in cls.immutable)


def check_properties(kind: type[ResourceType], properties: Properties) -> None:
    """Refuses a property that would be dropped.

    Raises:
        ResourceError: names the properties.
    """
    if unsupported := sorted(set(properties) - kind.properties):
        raise ResourceError(
            f"Properties validation failed for {kind.name}: "
            f"Encountered unsupported property {', '.join(unsupported)}"
        )


def chosen(properties: Properties, *names: str) -> dict[str, Any]:
    """Those of the named properties that are set."""
    return {name: properties[name] for name in names if name in properties}


def tag_map(properties: Properties) -> dict[str, str]:
    """A template's list of tags as the map that some APIs want."""
    return {tag["Key"]: str(tag["Value"]) for tag in properties.get("Tags", [])}


def lower_camel(value: Any) -> Any:
    """The value with the first letter of every key in lower case, as some APIs spell them."""
    if isinstance(value, dict):
        return {key[:1].lower() + key[1:]: lower_camel(item) for key, item in value.items()}
    if isinstance(value, list):
        return [lower_camel(item) for item in value]
    return value
