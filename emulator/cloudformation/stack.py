"""A stack: what it is made of, its status and its history."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from emulator.cloudformation.errors import TemplateError
from emulator.cloudformation.resource_type import Place, Properties, ResourceType
from emulator.cloudformation.template import Template

STACK_TYPE: Final = "AWS::CloudFormation::Stack"


@dataclass(frozen=True, kw_only=True)
class Resource:
    """A resource that exists."""

    kind: type[ResourceType]
    place: Place
    physical_id: str
    properties: Properties
    declared: dict[str, Any]
    """What the template says of it: policies, conditions, dependencies."""
    depends_on: frozenset[str]
    status: str
    since: datetime

    @property
    def logical_id(self) -> str:
        """Its name in the template."""
        return self.place.logical_id

    @property
    def handler(self) -> ResourceType:
        """What changes and deletes it."""
        return self.kind(self.place)


@dataclass(frozen=True, kw_only=True)
class Event:
    """One line of a stack's history."""

    at: datetime
    logical_id: str
    physical_id: str
    type_name: str
    status: str
    reason: str | None


@dataclass(kw_only=True, eq=False)
class Stack:
    """One stack and its history, as DescribeStacks and DescribeStackEvents show it."""

    stack_id: str
    name: str
    account_id: str
    region: str
    now: Callable[[], datetime]
    tags: dict[str, str] = field(default_factory=dict)
    status: str = "REVIEW_IN_PROGRESS"
    reason: str | None = None
    created_at: datetime = field(init=False)
    updated_at: datetime | None = None
    deleted_at: datetime | None = None
    template: Template | None = None
    parameters: dict[str, str] = field(default_factory=dict)
    resources: dict[str, Resource] = field(default_factory=dict)
    outputs: list[dict[str, Any]] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.created_at = self.now()

    def ref(self, logical_id: str) -> Any:
        """What `Ref` gives for a resource that was made.

        Raises:
            TemplateError: there is none.
        """
        return self._made(logical_id).physical_id

    def attribute(self, logical_id: str, name: str) -> Any:
        """What `Fn::GetAtt` gives for a resource that was made.

        Raises:
            TemplateError: there is none.
        """
        made = self._made(logical_id)
        return made.handler.attribute(made.physical_id, made.properties, name)

    def becomes(self, status: str, reason: str | None = None) -> None:
        """Changes the stack's status and writes it down."""
        self.status, self.reason = status, reason
        self.record(self.name, self.stack_id, STACK_TYPE, status, reason)

    def record(
        self,
        logical_id: str,
        physical_id: str,
        type_name: str,
        status: str,
        reason: str | None = None,
    ) -> None:
        """Adds a line to the history."""
        self.events.append(
            Event(
                at=self.now(),
                logical_id=logical_id,
                physical_id=physical_id,
                type_name=type_name,
                status=status,
                reason=reason,
            )
        )

    def _made(self, logical_id: str) -> Resource:
        try:
            return self.resources[logical_id]
        except KeyError as error:
            raise TemplateError(
                f"Template format error: Unresolved resource dependencies [{logical_id}]"
            ) from error
