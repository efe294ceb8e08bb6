"""Executions of the state machine, and answers to its task tokens."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Self

from labeling.adapters import aws
from labeling.errors import ExecutionNameTaken, TokenOver
from labeling.model import Batch
from labeling.ports import ExecutionState
from labeling.settings import Settings

if TYPE_CHECKING:
    from mypy_boto3_stepfunctions.client import SFNClient

# API_SendTaskFailure and API_StopExecution, in characters.
LONGEST_ERROR = 256
LONGEST_CAUSE = 32_768
LARGEST_PAGE = 1000  # API_ListExecutions


class StepFunctions:
    """`labeling.ports.Workflow`."""

    def __init__(self, client: SFNClient, state_machine_arn: str) -> None:
        self._client = client
        self._state_machine_arn = state_machine_arn

    @classmethod
    def from_settings(cls, settings: Settings) -> Self:
        client = aws.client("stepfunctions", region=settings.region)
        return cls(client, settings.state_machine_arn)

    def start(self, batch: Batch) -> None:
        try:
            self._client.start_execution(
                stateMachineArn=self._state_machine_arn,
                name=batch.execution,
                input=json.dumps({"batchId": batch.batch_id}),
            )
        except self._client.exceptions.ExecutionAlreadyExists as error:
            raise ExecutionNameTaken(f"an execution {batch.execution} has ended") from error

    def status(self, batch: Batch) -> ExecutionState | None:
        try:
            answer = self._client.describe_execution(executionArn=self.execution_arn(batch))
        except self._client.exceptions.ExecutionDoesNotExist:
            return None
        return ExecutionState(
            status=answer["status"],
            error=answer.get("error") or "",
            cause=answer.get("cause") or "",
        )

    def running(self) -> frozenset[str]:
        pages = self._client.get_paginator("list_executions").paginate(
            stateMachineArn=self._state_machine_arn,
            statusFilter="RUNNING",
            PaginationConfig={"PageSize": LARGEST_PAGE},
        )
        return frozenset(execution["name"] for page in pages for execution in page["executions"])

    def stop(self, batch: Batch, *, cause: str) -> None:
        try:
            self._client.stop_execution(
                executionArn=self.execution_arn(batch), cause=cause[:LONGEST_CAUSE]
            )
        except self._client.exceptions.ExecutionDoesNotExist:
            return

    def execution_arn(self, batch: Batch) -> str:
        machine = self._state_machine_arn.replace(":stateMachine:", ":execution:")
        return f"{machine}:{batch.execution}"

    def succeed(self, token: str) -> None:
        over = self._client.exceptions
        try:
            self._client.send_task_success(taskToken=token, output="{}")
        except (over.TaskTimedOut, over.TaskDoesNotExist) as error:
            raise TokenOver("the state does not wait any more") from error

    def fail(self, token: str, *, error: str, cause: str) -> None:
        over = self._client.exceptions
        try:
            self._client.send_task_failure(
                taskToken=token, error=error[:LONGEST_ERROR], cause=cause[:LONGEST_CAUSE]
            )
        except (over.TaskTimedOut, over.TaskDoesNotExist) as refusal:
            raise TokenOver("the state does not wait any more") from refusal
