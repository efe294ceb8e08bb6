"""The operations of CloudFormation that deployments use, change sets included."""

from typing import Any, Final

from moto.core.responses import ActionResult, BaseResponse, EmptyResult
from moto.moto_api._internal import mock_random

from emulator.cloudformation.errors import ChangeSetNotFound, ValidationError
from emulator.cloudformation.operations import Rollout, delete_stack
from emulator.cloudformation.service import (
    ChangeSet,
    StackBackend,
    body_of,
    cloudformation_backends,
    differs,
    merged,
    parse,
)
from emulator.cloudformation.stack import Resource, Stack

LONGEST_BODY: Final = 51_200
"""Bytes. A longer template has to be given as `TemplateURL`."""


class CloudFormationResponse(BaseResponse):
    """One request."""

    def __init__(self) -> None:
        super().__init__(service_name="cloudformation")
        self.automated_parameter_parsing = True

    @property
    def backend(self) -> StackBackend:
        """The stacks of the caller's account and region."""
        backend: StackBackend = cloudformation_backends[self.current_account][self.region]
        return backend

    def _body(self) -> str | None:
        if url := self._get_param("TemplateURL"):
            return self.backend.template_at(url)
        body: str | None = self._get_param("TemplateBody")
        if body and len(body.encode()) > LONGEST_BODY:
            raise ValidationError(
                "1 validation error detected: Value at 'templateBody' failed to satisfy "
                f"constraint: Member must have length less than or equal to {LONGEST_BODY}"
            )
        return body

    def _tags(self) -> dict[str, str]:
        return {tag["Key"]: tag["Value"] for tag in self._get_param("Tags", [])}

    def _stack(self) -> Stack:
        return self.backend.stack(self._get_param("StackName"))

    def create_stack(self) -> ActionResult:
        on_failure = self._get_param("OnFailure") or "ROLLBACK"
        if self._get_bool_param("DisableRollback", False):
            on_failure = "DO_NOTHING"
        stack = self.backend.create(
            self._get_param("StackName"),
            self._body() or "",
            merged(None, self._get_param("Parameters", [])),
            self._tags(),
            on_failure,
        )
        return ActionResult({"StackId": stack.stack_id})

    def update_stack(self) -> ActionResult:
        stack = self.backend.update(
            self._get_param("StackName"),
            self._body(),
            self._get_param("Parameters", []),
            self._tags(),
        )
        return ActionResult({"StackId": stack.stack_id})

    def delete_stack(self) -> ActionResult:
        name = self._get_param("StackName")
        stack = self.backend.stacks.get(name) or self.backend.living(name)
        if stack and stack.status != "DELETE_COMPLETE":
            delete_stack(stack, retained=self._get_param("RetainResources", []))
        return EmptyResult()

    def describe_stacks(self) -> ActionResult:
        if self._get_param("StackName"):
            stacks = [self._stack()]
        else:
            stacks = [
                stack for stack in self.backend.stacks.values() if stack.status != "DELETE_COMPLETE"
            ]
        return ActionResult({"Stacks": [_described(stack) for stack in stacks]})

    def list_stacks(self) -> ActionResult:
        wanted = self._get_param("StackStatusFilter", [])
        return ActionResult(
            {
                "StackSummaries": [
                    _summary(stack)
                    for stack in self.backend.stacks.values()
                    if not wanted or stack.status in wanted
                ]
            }
        )

    def describe_stack_events(self) -> ActionResult:
        stack = self._stack()
        events = [
            {
                "EventId": f"{event.logical_id}-{number}",
                "StackId": stack.stack_id,
                "StackName": stack.name,
                "LogicalResourceId": event.logical_id,
                "PhysicalResourceId": event.physical_id,
                "ResourceType": event.type_name,
                "Timestamp": event.at,
                "ResourceStatus": event.status,
                "ResourceStatusReason": event.reason,
            }
            for number, event in enumerate(stack.events)
        ]
        return ActionResult({"StackEvents": events[::-1]})

    def describe_stack_resource(self) -> ActionResult:
        stack, name = self._stack(), self._get_param("LogicalResourceId")
        if name not in stack.resources:
            raise ValidationError(f"Resource {name} does not exist for stack {stack.name}")
        shown = _resource(stack, stack.resources[name])
        return ActionResult(
            {"StackResourceDetail": {**shown, "LastUpdatedTimestamp": shown["Timestamp"]}}
        )

    def describe_stack_resources(self) -> ActionResult:
        stack, name = self._stack(), self._get_param("LogicalResourceId")
        resources = [
            _resource(stack, resource)
            for resource in stack.resources.values()
            if name in (None, resource.logical_id)
        ]
        return ActionResult({"StackResources": resources})

    def list_stack_resources(self) -> ActionResult:
        stack = self._stack()
        shown = [_resource(stack, resource) for resource in stack.resources.values()]
        summaries = [{**item, "LastUpdatedTimestamp": item["Timestamp"]} for item in shown]
        return ActionResult({"StackResourceSummaries": summaries})

    def get_template(self) -> ActionResult:
        return ActionResult({"TemplateBody": body_of(self._stack())})

    def get_template_summary(self) -> ActionResult:
        name = self._get_param("StackName")
        body = body_of(self.backend.stack(name)) if name else self._body()
        template = parse(body or "")
        return ActionResult(
            {
                "Parameters": [
                    {
                        "ParameterKey": key,
                        "ParameterType": item.get("Type", "String"),
                        "NoEcho": bool(item.get("NoEcho", False)),
                        "Description": item.get("Description"),
                        "DefaultValue": str(item["Default"]) if "Default" in item else None,
                    }
                    for key, item in template.section("Parameters").items()
                ],
                "Description": template.document.get("Description"),
                "ResourceTypes": [item["Type"] for item in template.resources.values()],
            }
        )

    def validate_template(self) -> ActionResult:
        parse(self._body() or "")
        return ActionResult({"Parameters": []})

    def create_change_set(self) -> ActionResult:
        name, stack_name = self._get_param("ChangeSetName"), self._get_param("StackName")
        kind = self._get_param("ChangeSetType") or "UPDATE"
        backend = self.backend
        stack = backend.living(stack_name)
        if kind == "UPDATE":
            stack = backend.stack(stack_name)
            backend.check_updatable(stack)
        elif stack is None:
            stack = backend.new_stack(stack_name, self._tags())
        elif stack.status != "REVIEW_IN_PROGRESS":
            raise ValidationError(
                f"Stack [{stack_name}] already exists and cannot be created again with "
                f"the changeSet [{name}]."
            )
        body = self._body()
        if self._get_bool_param("UsePreviousTemplate", False):
            body = body_of(stack)
        plan = backend.plan(stack, body or "", merged(stack, self._get_param("Parameters", [])))
        if stack.stack_id not in backend.stacks:
            backend.stacks[stack.stack_id] = stack
            stack.becomes("REVIEW_IN_PROGRESS", "User Initiated")
        different = differs(stack, plan)
        arn = (
            f"arn:aws:cloudformation:{self.region}:{self.current_account}:"
            f"changeSet/{name}/{mock_random.uuid4()}"
        )
        backend.change_sets[arn] = ChangeSet(
            arn=arn,
            name=name,
            kind=kind,
            stack=stack,
            plan=plan,
            differs=different,
            execution_status="AVAILABLE" if different else "UNAVAILABLE",
        )
        return ActionResult({"Id": arn, "StackId": stack.stack_id})

    def describe_change_set(self) -> ActionResult:
        change_set = self._change_set()
        shown: dict[str, Any] = {
            "ChangeSetName": change_set.name,
            "ChangeSetId": change_set.arn,
            "StackId": change_set.stack.stack_id,
            "StackName": change_set.stack.name,
            "Status": "CREATE_COMPLETE" if change_set.differs else "FAILED",
            "ExecutionStatus": change_set.execution_status,
            "Changes": change_set.changes(),
        }
        if not change_set.differs:
            shown["StatusReason"] = (
                "The submitted information didn't contain changes. "
                "Submit different information to create a change set."
            )
        return ActionResult(shown)

    def execute_change_set(self) -> ActionResult:
        change_set = self._change_set()
        if change_set.execution_status != "AVAILABLE":
            raise ValidationError(
                f"ChangeSet [{change_set.arn}] cannot be executed in its current "
                f"execution status of [{change_set.execution_status}]"
            )
        change_set.execution_status = "EXECUTE_COMPLETE"
        rollout = Rollout(change_set.stack, change_set.plan)
        if change_set.kind == "CREATE":
            rollout.create(rollback=not self._get_bool_param("DisableRollback", False))
        else:
            rollout.update()
        return EmptyResult()

    def delete_change_set(self) -> ActionResult:
        self.backend.change_sets.pop(self._change_set().arn)
        return EmptyResult()

    def _change_set(self) -> ChangeSet:
        name, stack_name = self._get_param("ChangeSetName"), self._get_param("StackName")
        for change_set in reversed(self.backend.change_sets.values()):
            stack = change_set.stack
            if name == change_set.arn or (
                name == change_set.name and stack_name in (stack.name, stack.stack_id)
            ):
                return change_set
        raise ChangeSetNotFound(f"ChangeSet [{name}] does not exist")


def _summary(stack: Stack) -> dict[str, Any]:
    return {
        "StackId": stack.stack_id,
        "StackName": stack.name,
        "CreationTime": stack.created_at,
        "LastUpdatedTime": stack.updated_at,
        "DeletionTime": stack.deleted_at,
        "StackStatus": stack.status,
        "StackStatusReason": stack.reason,
    }


def _described(stack: Stack) -> dict[str, Any]:
    declared = stack.template.section("Parameters") if stack.template else {}
    return {
        **_summary(stack),
        "Description": stack.template.document.get("Description") if stack.template else None,
        "Parameters": [
            {
                "ParameterKey": name,
                "ParameterValue": "****" if declared[name].get("NoEcho") else value,
            }
            for name, value in stack.parameters.items()
        ],
        "Outputs": stack.outputs,
        "Tags": [{"Key": key, "Value": value} for key, value in stack.tags.items()],
        "DisableRollback": False,
        "NotificationARNs": [],
        "Capabilities": ["CAPABILITY_IAM", "CAPABILITY_NAMED_IAM"],
        "EnableTerminationProtection": False,
    }


def _resource(stack: Stack, resource: Resource) -> dict[str, Any]:
    return {
        "StackName": stack.name,
        "StackId": stack.stack_id,
        "LogicalResourceId": resource.logical_id,
        "PhysicalResourceId": resource.physical_id,
        "ResourceType": resource.kind.name,
        "Timestamp": resource.since,
        "ResourceStatus": resource.status,
    }
