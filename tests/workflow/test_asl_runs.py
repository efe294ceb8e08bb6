"""The definition run by the interpreter, with functions of the test behind it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest

from emulator.aws_services import AwsServices
from emulator.clock import VirtualClock
from statemachine.builder import definition
from tests.emulator.functions import Functions, until
from tests.emulator.machines import Machine, quiet
from tests.workflow.test_asl import FUNCTIONS, WAY


class InvalidBatch(Exception):
    pass


class Workflow:
    """The deployed machine; its functions do nothing unless a test gives them something to do."""

    def __init__(self, services: AwsServices, functions: Functions) -> None:
        self.services = services
        self.events: list[tuple[str, dict[str, Any]]] = []
        self.does: dict[str, Callable[[dict[str, Any]], Any]] = {}
        text = json.dumps(definition(3))
        for name in FUNCTIONS:
            arn = functions.deploy(self._function(name), name, Timeout=300)
            text = re.sub(rf"\$\{{{name}}}", arn, text)
        self.machine = Machine(services.client, json.loads(text))

    def run(self) -> str:
        execution = self.machine.start("b-1", batchId="b")
        self.settle(execution)
        return execution

    def settle(self, execution: str) -> None:
        until(lambda: self.status(execution) != "RUNNING" or quiet(self.services), "quiet")

    def status(self, execution: str) -> str:
        return str(self.machine.describe(execution)["status"])

    def answer(self, execution: str) -> None:
        """Answer the newest token."""
        self.machine.states.send_task_success(
            taskToken=self.events[-1][1]["taskToken"], output="{}"
        )
        self.settle(execution)

    def entered(self, execution: str) -> list[str]:
        names = self.machine.entered(execution)
        return [name for name in names if not name.startswith("Is")]

    def _function(self, name: str) -> Callable[[Any, Any], Any]:
        def handler(event: dict[str, Any], context: Any) -> Any:
            self.events.append((name, event))
            return self.does.get(name, lambda _: None)(event)

        return handler


@pytest.fixture(scope="module")
def services() -> Iterator[AwsServices]:
    with AwsServices(clock=VirtualClock()) as services:
        yield services


@pytest.fixture
def workflow(services: AwsServices) -> Iterator[Workflow]:
    services.clock.close()
    services.reset()
    functions = Functions(services)
    workflow = Workflow(services, functions)
    workflow.does["PostProcessLevel"] = lambda _: {"approvalRequired": False}
    yield workflow
    functions.close()


def test_a_batch_goes_through_the_eleven_states(workflow: Workflow) -> None:
    execution = workflow.run()
    for _ in range(3):
        workflow.answer(execution)

    assert workflow.status(execution) == "SUCCEEDED"
    assert workflow.entered(execution) == WAY


def test_a_level_that_needs_approval_waits_for_it(workflow: Workflow) -> None:
    workflow.does["PostProcessLevel"] = lambda event: {"approvalRequired": event["level"] == 2}

    execution = workflow.run()
    workflow.answer(execution)

    assert workflow.entered(execution)[-1] == "WaitForSecondLevelApproval"
    assert workflow.events[-1][1]["level"] == 2
    workflow.answer(execution)
    assert workflow.entered(execution)[-1] == "CheckForSecondLevelComplete"


def test_every_function_is_told_which_execution_state_and_try_it_works_for(
    workflow: Workflow,
) -> None:
    workflow.run()

    assert workflow.events[0] == (
        "TransformBatch",
        {"batchId": "b", "execution": "b-1", "state": "TransformationStep", "retryCount": 0},
    )


def test_a_failed_batch_is_a_failed_execution_with_the_reason(workflow: Workflow) -> None:
    def refuse(_: dict[str, Any]) -> None:
        raise InvalidBatch('line 3 of "input.manifest" is not JSON')

    workflow.does["TransformBatch"] = refuse

    execution = workflow.run()

    ended = workflow.machine.end(execution)
    assert ended["status"] == "FAILED"
    assert ended["error"] == "InvalidBatch"
    reason = json.loads(json.loads(ended["cause"])["Cause"])
    assert reason["errorMessage"] == 'line 3 of "input.manifest" is not JSON'
    assert workflow.events[-1][0] == "FailBatch"
    assert workflow.events[-1][1]["error"]["Error"] == "InvalidBatch"


def test_the_first_reason_is_told_even_when_batch_error_fails(workflow: Workflow) -> None:
    def fail(event: dict[str, Any]) -> None:
        raise InvalidBatch if event["state"] == "TransformationStep" else ZeroDivisionError

    workflow.does["TransformBatch"] = workflow.does["FailBatch"] = fail

    execution = workflow.run()

    assert workflow.machine.end(execution)["error"] == "InvalidBatch"
    assert workflow.entered(execution) == ["TransformationStep", "BatchError", "BatchFailed"]


def test_a_level_that_nobody_answers_for_a_year_fails_the_batch(workflow: Workflow) -> None:
    execution = workflow.run()

    workflow.services.clock.advance(timedelta(seconds=31_000_001))

    ended = workflow.machine.end(execution)
    assert (ended["status"], ended["error"]) == ("FAILED", "States.Timeout")
