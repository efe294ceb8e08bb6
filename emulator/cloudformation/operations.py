"""Brings a stack to what a plan says, undoes what failed, and deletes stacks."""

import logging
from collections.abc import Callable, Iterable
from dataclasses import replace

from botocore.exceptions import BotoCoreError, ClientError

from emulator.cloudformation.errors import ResourceError, TemplateError
from emulator.cloudformation.plan import Plan
from emulator.cloudformation.resource_type import Place, Properties, check_properties
from emulator.cloudformation.stack import Resource, Stack

_logger = logging.getLogger(__name__)
_EXPECTED = (BotoCoreError, ClientError, ResourceError, TemplateError)


class Rollout:
    """One creation or update of a stack."""

    def __init__(self, stack: Stack, plan: Plan) -> None:
        self._stack = stack
        self._plan = plan
        self._undo: list[Callable[[], None]] = []
        self._retired: list[Resource] = []

    def create(self, *, rollback: bool = True) -> None:
        """Makes every resource: CREATE_COMPLETE, ROLLBACK_COMPLETE or CREATE_FAILED."""
        self._adopt()
        self._stack.becomes("CREATE_IN_PROGRESS", "User Initiated")
        failed = self._bring_all()
        if failed is None:
            self._stack.becomes("CREATE_COMPLETE")
        elif not rollback:
            self._stack.becomes("CREATE_FAILED", failed)
        else:
            self._stack.becomes("ROLLBACK_IN_PROGRESS", f"{failed} Rollback requested by user.")
            self._roll_back()
            left = f"Left behind: {', '.join(self._stack.resources)}."
            if self._stack.resources:
                self._stack.becomes("ROLLBACK_FAILED", left)
            else:
                self._stack.becomes("ROLLBACK_COMPLETE")

    def update(self) -> None:
        """Changes what differs: UPDATE_COMPLETE or UPDATE_ROLLBACK_COMPLETE."""
        before = (self._stack.template, self._stack.parameters, self._stack.outputs)
        self._adopt()
        self._stack.updated_at = self._stack.now()
        self._stack.becomes("UPDATE_IN_PROGRESS", "User Initiated")
        failed = self._bring_all()
        if failed is None:
            self._stack.becomes("UPDATE_COMPLETE_CLEANUP_IN_PROGRESS")
            delete_resources(self._stack, self._retired, keep="UpdateReplacePolicy")
            self._stack.becomes("UPDATE_COMPLETE")
            return
        self._stack.becomes("UPDATE_ROLLBACK_IN_PROGRESS", failed)
        self._stack.template, self._stack.parameters, self._stack.outputs = before
        self._roll_back()
        self._stack.becomes("UPDATE_ROLLBACK_COMPLETE")

    def _adopt(self) -> None:
        self._stack.template = self._plan.template
        self._stack.parameters = dict(self._plan.parameters)

    def _bring_all(self) -> str | None:
        """Brings resource after resource; the sentence that says which one failed, if any did."""
        for logical_id in self._plan.order:
            try:
                self._bring(logical_id)
            except Exception as error:
                verb = "UPDATE" if logical_id in self._stack.resources else "CREATE"
                self._record_failure(logical_id, f"{verb}_FAILED", error)
                operation = verb.lower()
                return f"The following resource(s) failed to {operation}: [{logical_id}]."
        for logical_id in [name for name in self._stack.resources if name not in self._plan.order]:
            self._retire(logical_id)
        self._stack.outputs = self._plan.outputs()
        return None

    def _bring(self, logical_id: str) -> None:
        declared = self._plan.template.resources[logical_id]
        kind = self._plan.kinds[logical_id]
        properties = self._plan.scope.resolve(declared.get("Properties", {}))
        check_properties(kind, properties)

        existing = self._stack.resources.get(logical_id)
        if existing is None or existing.kind is not kind:
            self._create(logical_id, properties)
        elif existing.properties != properties:
            if kind.needs_replacement(existing.properties, properties):
                self._create(logical_id, properties)
            else:
                self._update(existing, properties)
        else:
            self._stack.resources[logical_id] = replace(existing, declared=declared)

    def _create(self, logical_id: str, properties: Properties) -> None:
        stack = self._stack
        kind = self._plan.kinds[logical_id]
        replaced = stack.resources.get(logical_id)
        verb = "CREATE" if replaced is None else "UPDATE"
        place = Place(
            account_id=stack.account_id,
            region=stack.region,
            stack_name=stack.name,
            logical_id=logical_id,
        )
        stack.record(logical_id, "", kind.name, f"{verb}_IN_PROGRESS")
        made = Resource(
            kind=kind,
            place=place,
            physical_id=kind(place).create(properties),
            properties=properties,
            declared=self._plan.template.resources[logical_id],
            depends_on=frozenset(self._plan.template.dependencies(logical_id)),
            status=f"{verb}_COMPLETE",
            since=stack.now(),
        )
        stack.resources[logical_id] = made
        if replaced is not None:
            self._retired.append(replaced)
        stack.record(logical_id, made.physical_id, kind.name, made.status)

        def undo() -> None:
            # What is retained, stays even of a stack that never came about ("DeletionPolicy
            # attribute": RetainExceptOnCreate is there for that).
            delete_resources(stack, [made], keep=None if replaced else "DeletionPolicy", new=True)
            if replaced is not None:
                stack.resources[logical_id] = replaced

        self._undo.append(undo)

    def _update(self, existing: Resource, properties: Properties) -> None:
        stack, logical_id = self._stack, existing.logical_id
        name, physical_id = existing.kind.name, existing.physical_id

        def undo() -> None:
            existing.handler.update(physical_id, existing.properties, properties)
            stack.resources[logical_id] = existing

        stack.record(logical_id, physical_id, name, "UPDATE_IN_PROGRESS")
        self._undo.append(undo)
        existing.handler.update(physical_id, properties, existing.properties)
        stack.resources[logical_id] = replace(
            existing,
            properties=properties,
            declared=self._plan.template.resources[logical_id],
            depends_on=frozenset(self._plan.template.dependencies(logical_id)),
            status="UPDATE_COMPLETE",
            since=stack.now(),
        )
        stack.record(logical_id, physical_id, name, "UPDATE_COMPLETE")

    def _retire(self, logical_id: str) -> None:
        self._retired.append(self._stack.resources[logical_id])
        del self._stack.resources[logical_id]

    def _roll_back(self) -> None:
        for undo in reversed(self._undo):
            try:
                undo()
            except _EXPECTED:
                _logger.exception("rollback of %s went on after a failure", self._stack.name)

    def _record_failure(self, logical_id: str, status: str, error: Exception) -> None:
        existing = self._stack.resources.get(logical_id)
        self._stack.record(
            logical_id,
            existing.physical_id if existing else "",
            self._plan.kinds[logical_id].name,
            status,
            reason_of(error),
        )


def delete_stack(stack: Stack, *, retained: Iterable[str] = ()) -> None:
    """Deletes a stack's resources, dependents first: DELETE_COMPLETE or DELETE_FAILED.

    Args:
        retained: logical ids to leave alone, as RetainResources of DeleteStack.
    """
    stack.becomes("DELETE_IN_PROGRESS", "User Initiated")
    for logical_id in set(retained):
        stack.resources.pop(logical_id, None)
    order = stack.template.order(set(stack.resources)) if stack.template else []
    failed = delete_resources(
        stack, [stack.resources[name] for name in order], keep="DeletionPolicy"
    )
    if failed:
        names = ", ".join(failed)
        stack.becomes("DELETE_FAILED", f"The following resource(s) failed to delete: [{names}]. ")
    else:
        stack.outputs = []
        stack.deleted_at = stack.now()
        stack.becomes("DELETE_COMPLETE")


def delete_resources(
    stack: Stack, resources: list[Resource], *, keep: str | None = None, new: bool = False
) -> list[str]:
    """Deletes resources in reverse order of their making; the names of those that stayed.

    What a resource that cannot be deleted depends on stays with it.

    Args:
        keep: the attribute of the template (`DeletionPolicy`, `UpdateReplacePolicy`) whose
            `Retain` is respected; what it retains leaves the stack and stays in the account.
        new: the resources were made by the operation that is undone: `RetainExceptOnCreate`
            does not retain them.
    """
    retaining = {"Retain"} if new else {"Retain", "RetainExceptOnCreate"}
    failed: list[str] = []
    needed: set[str] = set()
    for resource in reversed(resources):
        logical_id, name = resource.logical_id, resource.kind.name
        if logical_id in needed:
            needed |= resource.depends_on
            continue
        status, reason = "DELETE_COMPLETE", None
        if keep and resource.declared.get(keep) in retaining:
            status = "DELETE_SKIPPED"
        else:
            stack.record(logical_id, resource.physical_id, name, "DELETE_IN_PROGRESS")
            try:
                resource.handler.delete(resource.physical_id, resource.properties)
            except Exception as error:
                status, reason = "DELETE_FAILED", reason_of(error)
                failed.append(logical_id)
                needed |= resource.depends_on
        stack.record(logical_id, resource.physical_id, name, status, reason)
        current = stack.resources.get(logical_id)
        if current is not None and current.physical_id == resource.physical_id:
            if status == "DELETE_FAILED":
                stack.resources[logical_id] = replace(resource, status=status)
            else:
                del stack.resources[logical_id]
    return failed


def reason_of(error: Exception) -> str:
    """The sentence about a failure that the history shows."""
    if isinstance(error, TemplateError | ResourceError):
        return str(error)
    if isinstance(error, _EXPECTED):
        return f'Resource handler returned message: "{error}"'
    _logger.error("resource handler crashed", exc_info=error)
    return f"Internal Failure: {type(error).__name__}: {error}"
