"""State machines for tests, in the shape of the one that the project deploys."""

from __future__ import annotations

import json
from typing import Any

from emulator.aws_services import AwsServices
from tests.emulator.conftest import ClientFactory
from tests.emulator.functions import until

ROLE = "arn:aws:iam::123456789012:role/machine"

TRANSIENT = ["Lambda.ServiceException", "Lambda.TooManyRequestsException", "Sandbox.Timedout"]


def call(function: str, following: str | None, **settings: Any) -> dict[str, Any]:
    """A state that calls a function with what all functions get."""
    payload = {
        "batchId.$": "$.batchId",
        "execution.$": "$$.Execution.Name",
        "state.$": "$$.State.Name",
        "retryCount.$": "$$.State.RetryCount",
        **settings.pop("Payload", {}),
    }
    return {
        "Type": "Task",
        "Resource": "arn:aws:states:::lambda:invoke",
        "Parameters": {"FunctionName": function, "Payload": payload},
        "ResultPath": None,
        "Retry": [
            {"ErrorEquals": TRANSIENT, "IntervalSeconds": 2, "MaxAttempts": 3, "BackoffRate": 2}
        ],
        "Catch": [{"ErrorEquals": ["States.ALL"], "ResultPath": "$.error", "Next": "BatchError"}],
        **({"Next": following} if following else {"End": True}),
        **settings,
    }


def wait(function: str, following: str | None, **settings: Any) -> dict[str, Any]:
    """A state that gives its function a token and waits for the answer."""
    return call(
        function,
        following,
        Payload={"taskToken.$": "$$.Task.Token", **settings.pop("Payload", {})},
        **{
            "Resource": "arn:aws:states:::lambda:invoke.waitForTaskToken",
            "TimeoutSeconds": 31_000_000,
            **settings,
        },
    )


def batch_states(fail: str) -> dict[str, Any]:
    """What a failed state leads to; `fail` is the function that is told of the error."""
    return {
        "BatchError": {
            **call(fail, "BatchFailed", Payload={"error.$": "$.error"}),
            "Catch": [{"ErrorEquals": ["States.ALL"], "ResultPath": None, "Next": "BatchFailed"}],
        },
        "BatchFailed": {"Type": "Fail", "ErrorPath": "$.error.Error", "CausePath": "$.error.Cause"},
    }


class Machine:
    """A state machine that is deployed, seen through a client."""

    def __init__(self, client: ClientFactory, definition: dict[str, Any], **settings: Any) -> None:
        self.states = client("stepfunctions")
        self.arn = self.states.create_state_machine(
            name=settings.pop("name", "machine"),
            definition=json.dumps(definition),
            roleArn=ROLE,
            **settings,
        )["stateMachineArn"]

    def start(self, name: str | None = None, **execution_input: Any) -> str:
        """Start an execution; returns its ARN."""
        named = {"name": name} if name else {}
        return str(
            self.states.start_execution(
                stateMachineArn=self.arn, input=json.dumps(execution_input), **named
            )["executionArn"]
        )

    def describe(self, execution: str) -> Any:
        """DescribeExecution."""
        return self.states.describe_execution(executionArn=execution)

    def end(self, execution: str) -> Any:
        """DescribeExecution, when it has ended."""
        until(lambda: self.describe(execution)["status"] != "RUNNING", "the end of the execution")
        return self.describe(execution)

    def history(self, execution: str) -> list[Any]:
        """All events."""
        pages = self.states.get_paginator("get_execution_history")
        return list(pages.paginate(executionArn=execution).search("events"))

    def entered(self, execution: str) -> list[str]:
        """The names of the states in the order in which they were entered."""
        details = [event.get("stateEnteredEventDetails") for event in self.history(execution)]
        return [detail["name"] for detail in details if detail]


def quiet(services: AwsServices) -> bool:
    """Whether all executions wait."""
    from moto.stepfunctions.models import stepfunctions_backends

    backend = stepfunctions_backends[services.account_id][services.region]
    return bool(backend.idle)


class Recorder:
    """A handler that keeps its events, and raises what it is told to raise."""

    def __init__(self) -> None:
        self.events: list[dict[str, Any]] = []
        self.errors: list[BaseException] = []

    def __call__(self, event: dict[str, Any], context: Any) -> dict[str, Any]:
        self.events.append(event)
        if self.errors:
            raise self.errors.pop(0)
        return {"number": len(self.events)}

    @property
    def token(self) -> str:
        """The token of the latest event."""
        return str(self.events[-1]["taskToken"])


def waiting(client: ClientFactory, **settings: Any) -> Machine:
    """One state that waits, and what a failure leads to."""
    states = {"CheckForFirstLevelComplete": wait("level", "Complete", **settings)}
    return Machine(
        client,
        {
            "StartAt": "CheckForFirstLevelComplete",
            "States": {**states, "Complete": {"Type": "Succeed"}, **batch_states("failed")},
        },
    )
