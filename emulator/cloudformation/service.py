"""The CloudFormation API in front of the stacks; answers come when everything is done."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar
from urllib.parse import unquote, urlsplit

from botocore.exceptions import ClientError
from moto.core.base_backend import BackendDict, BaseBackend
from moto.core.utils import utcnow
from moto.moto_api._internal import mock_random

from emulator.cloudformation.clients import client
from emulator.cloudformation.errors import AlreadyExists, TemplateError, ValidationError
from emulator.cloudformation.operations import Rollout, delete_stack
from emulator.cloudformation.plan import Plan, plan_for
from emulator.cloudformation.resource_type import ResourceType
from emulator.cloudformation.resources import RESOURCE_TYPES
from emulator.cloudformation.stack import Stack
from emulator.cloudformation.template import Template

NOTHING_CHANGED = "No updates are to be performed."


@dataclass(kw_only=True, eq=False)
class ChangeSet:
    """A plan that waits to be executed."""

    arn: str
    name: str
    kind: str
    stack: Stack
    plan: Plan
    differs: bool
    execution_status: str

    def changes(self) -> list[dict[str, Any]]:
        """What would be added, looked at again and removed, as DescribeChangeSet lists it."""
        old = self.stack.resources
        actions = {
            **{name: "Modify" if name in old else "Add" for name in self.plan.order},
            **{name: "Remove" for name in old if name not in self.plan.order},
        }
        return [
            {
                "Type": "Resource",
                "ResourceChange": {
                    "Action": action,
                    "LogicalResourceId": name,
                    "ResourceType": (
                        old[name].kind if action == "Remove" else self.plan.kinds[name]
                    ).name,
                },
            }
            for name, action in actions.items()
        ]


class StackBackend(BaseBackend):
    """The stacks of one account and region."""

    kinds: ClassVar[Mapping[str, type[ResourceType]]] = RESOURCE_TYPES

    def __init__(self, region_name: str, account_id: str) -> None:
        super().__init__(region_name, account_id)
        self.stacks: dict[str, Stack] = {}
        self.change_sets: dict[str, ChangeSet] = {}

    @property
    def _url_module(self) -> Any:
        from emulator.cloudformation import urls

        return urls

    def new_stack(self, name: str, tags: dict[str, str]) -> Stack:
        """A stack without resources, not listed yet."""
        return Stack(
            stack_id=(
                f"arn:aws:cloudformation:{self.region_name}:{self.account_id}:"
                f"stack/{name}/{mock_random.uuid4()}"
            ),
            name=name,
            account_id=self.account_id,
            region=self.region_name,
            now=utcnow,
            tags=tags,
        )

    def stack(self, name_or_id: str) -> Stack:
        """The stack of an id, or the living one of a name.

        Raises:
            ValidationError: there is none.
        """
        stack = self.stacks.get(name_or_id) or self.living(name_or_id)
        if stack is None:
            raise ValidationError(f"Stack with id {name_or_id} does not exist")
        return stack

    def living(self, name: str) -> Stack | None:
        """The stack of this name that is not deleted."""
        return next(
            (
                stack
                for stack in self.stacks.values()
                if stack.name == name and stack.status != "DELETE_COMPLETE"
            ),
            None,
        )

    def plan(self, stack: Stack, body: str, given: Mapping[str, str]) -> Plan:
        """What a template asks of a stack.

        Raises:
            ValidationError: the template or its parameters are wrong.
        """
        try:
            return plan_for(
                stack,
                parse(body),
                given,
                kinds=self.kinds,
                ssm_parameter=self._ssm_parameter,
            )
        except TemplateError as error:
            raise ValidationError(str(error)) from error

    def create(
        self,
        name: str,
        body: str,
        given: Mapping[str, str],
        tags: dict[str, str],
        on_failure: str,
    ) -> Stack:
        """CreateStack."""
        if self.living(name):
            raise AlreadyExists(f"Stack [{name}] already exists")
        stack = self.new_stack(name, tags)
        plan = self.plan(stack, body, given)
        self.stacks[stack.stack_id] = stack
        Rollout(stack, plan).create(rollback=on_failure != "DO_NOTHING")
        if on_failure == "DELETE" and stack.status == "ROLLBACK_COMPLETE":
            delete_stack(stack)
        return stack

    def update(
        self,
        name: str,
        body: str | None,
        parameters: list[dict[str, Any]],
        tags: dict[str, str],
    ) -> Stack:
        """UpdateStack."""
        stack = self.stack(name)
        self.check_updatable(stack)
        given = merged(stack, parameters)
        plan = self.plan(stack, body or body_of(stack), given)
        if not differs(stack, plan) and (not tags or tags == stack.tags):
            raise ValidationError(NOTHING_CHANGED)
        stack.tags = tags or stack.tags
        Rollout(stack, plan).update()
        return stack

    def check_updatable(self, stack: Stack) -> None:
        """Refuses a stack that only can be deleted.

        Raises:
            ValidationError: with its status.
        """
        if not stack.status.endswith(("CREATE_COMPLETE", "UPDATE_COMPLETE")) and (
            stack.status != "UPDATE_ROLLBACK_COMPLETE"
        ):
            raise ValidationError(
                f"Stack:{stack.stack_id} is in {stack.status} state and can not be updated."
            )

    def template_at(self, url: str) -> str:
        """The template behind a `TemplateURL`: an object of S3, in either style of address.

        Raises:
            ValidationError: it cannot be read.
        """
        parts = urlsplit(url)
        host, path = parts.hostname or "", unquote(parts.path.lstrip("/"))
        in_host = host.endswith(".amazonaws.com") and not host.startswith(("s3.", "s3-"))
        bucket, key = (host.split(".s3")[0], path) if in_host else path.split("/", 1)
        s3 = client("s3", self.region_name)
        try:
            body: bytes = s3.get_object(Bucket=bucket, Key=key)["Body"].read()
        except ClientError as error:
            raise ValidationError(f"S3 error: {error}") from error
        return body.decode()

    def _ssm_parameter(self, name: str) -> str:
        ssm = client("ssm", self.region_name)
        try:
            return str(ssm.get_parameter(Name=name)["Parameter"]["Value"])
        except ssm.exceptions.ParameterNotFound as error:
            raise TemplateError(
                f"Unable to fetch parameters [{name}] from parameter store for this account."
            ) from error


def parse(body: str) -> Template:
    """A template from its text.

    Raises:
        ValidationError: it is none.
    """
    try:
        return Template.parse(body)
    except TemplateError as error:
        raise ValidationError(str(error)) from error


def body_of(stack: Stack) -> str:
    """The template that a stack was made from, as it was sent."""
    return stack.template.body if stack.template else ""


def merged(stack: Stack | None, parameters: list[dict[str, Any]]) -> dict[str, str]:
    """The caller's parameters, `UsePreviousValue` resolved."""
    values: dict[str, str] = {}
    for parameter in parameters:
        name = parameter["ParameterKey"]
        if parameter.get("UsePreviousValue") in (True, "true"):
            if stack is None or name not in stack.parameters:
                raise ValidationError(f"Parameters: [{name}] must have values")
            values[name] = stack.parameters[name]
        else:
            values[name] = parameter.get("ParameterValue", "")
    return values


def differs(stack: Stack, plan: Plan) -> bool:
    """Whether a plan asks for anything but what a stack is."""
    return (
        stack.template is None
        or stack.template.document != plan.template.document
        or stack.parameters != dict(plan.parameters)
    )


cloudformation_backends = BackendDict(StackBackend, "cloudformation")
