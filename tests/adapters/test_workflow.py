"""labeling.ports.Workflow, in memory and on Step Functions."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from typing import Any, Protocol

import pytest
from botocore.exceptions import ClientError

from emulator.aws_services import AwsServices
from labeling.adapters import aws
from labeling.adapters.step_functions import StepFunctions
from labeling.errors import ExecutionNameTaken, TokenOver
from labeling.model import Batch
from labeling.ports import Workflow
from tests.adapters.conftest import IMPLEMENTATIONS
from tests.adapters.samples import a_batch
from tests.fakes import FakeWorkflow

PAUSE = threading.Event()  # never set: waiting for it is a pause


class Machine(Protocol):
    workflow: Workflow

    def token(self, batch: Batch) -> str:
        """The token on which the batch's execution waits."""

    def ended(self, batch: Batch) -> Any:
        """The state of the execution, once it does not run any more."""

    def stopped(self, batch: Batch) -> Any:
        """The same for an execution that was stopped."""


class FakeMachine:
    def __init__(self) -> None:
        self._fake = FakeWorkflow()
        self.workflow: Workflow = self._fake

    def token(self, batch: Batch) -> str:
        return f"token of {batch.execution}"

    def ended(self, batch: Batch) -> Any:
        [answer] = self._fake.answers
        status = "FAILED" if answer.error else "SUCCEEDED"
        self._fake.finish(batch, status, error=answer.error, cause=answer.cause)
        return self.workflow.status(batch)

    def stopped(self, batch: Batch) -> Any:
        return self.workflow.status(batch)


class RealMachine:
    """One state that sends its token to a queue, and waits."""

    def __init__(self, services: AwsServices) -> None:
        self._sqs = services.client("sqs")
        self._states = services.client("stepfunctions")
        self._queue = self._sqs.create_queue(QueueName="tokens")["QueueUrl"]
        wait = {
            "Type": "Task",
            "Resource": "arn:aws:states:::sqs:sendMessage.waitForTaskToken",
            "Parameters": {
                "QueueUrl": self._queue,
                "MessageBody": {"token.$": "$$.Task.Token", "batchId.$": "$.batchId"},
            },
            "End": True,
        }
        self.arn = self._states.create_state_machine(
            name="machine",
            definition=json.dumps({"StartAt": "Wait", "States": {"Wait": wait}}),
            roleArn="arn:aws:iam::123456789012:role/machine",
        )["stateMachineArn"]
        self.workflow: Workflow = StepFunctions(
            aws.client("stepfunctions", region=services.region), self.arn
        )

    def token(self, batch: Batch) -> str:
        answer = self._sqs.receive_message(QueueUrl=self._queue, WaitTimeSeconds=5)
        [message] = answer["Messages"]
        body = json.loads(message["Body"])
        assert body["batchId"] == batch.batch_id
        return str(body["token"])

    def ended(self, batch: Batch) -> Any:
        return until(lambda: self.workflow.status(batch), lambda state: state.status != "RUNNING")

    stopped = ended

    def stop_all(self) -> None:
        running = self._states.list_executions(stateMachineArn=self.arn, statusFilter="RUNNING")
        for execution in running["executions"]:
            self._states.stop_execution(executionArn=execution["executionArn"])


def until(look: Callable[[], Any], wanted: Callable[[Any], bool], tries: int = 250) -> Any:
    for _ in range(tries):
        seen = look()
        if wanted(seen):
            return seen
        PAUSE.wait(0.02)
    raise AssertionError(f"still {seen}")


@pytest.fixture(params=IMPLEMENTATIONS)
def machine(request: pytest.FixtureRequest) -> Iterator[Machine]:
    if request.param == "fake":
        yield FakeMachine()
        return
    real = RealMachine(request.getfixturevalue("services"))
    yield real
    real.stop_all()


def test_a_batch_without_an_execution_has_no_status(machine: Machine) -> None:
    assert machine.workflow.status(a_batch()) is None


def test_starting_again_what_runs_already_is_fine(machine: Machine) -> None:
    batch = a_batch()
    machine.workflow.start(batch)
    machine.token(batch)

    machine.workflow.start(batch)

    state = machine.workflow.status(batch)
    assert state is not None
    assert state.status == "RUNNING"


def test_the_executions_that_run_are_known_by_their_names(machine: Machine) -> None:
    batch = a_batch()
    assert machine.workflow.running() == frozenset()
    machine.workflow.start(batch)
    assert machine.workflow.running() == {batch.execution}

    machine.workflow.succeed(machine.token(batch))
    machine.ended(batch)

    assert machine.workflow.running() == frozenset()


def test_an_execution_that_ended_keeps_its_name(machine: Machine) -> None:
    batch = a_batch()
    machine.workflow.start(batch)
    machine.workflow.succeed(machine.token(batch))
    assert machine.ended(batch).status == "SUCCEEDED"

    with pytest.raises(ExecutionNameTaken):
        machine.workflow.start(batch)


def test_a_retry_is_another_execution(machine: Machine) -> None:
    first, second = a_batch(), a_batch(run=1)
    machine.workflow.start(first)

    assert machine.workflow.status(second) is None
    assert machine.workflow.execution_arn(first) != machine.workflow.execution_arn(second)
    assert machine.workflow.execution_arn(second).endswith(":clip-01234567-1")


def test_an_execution_is_stopped_with_its_reason(machine: Machine) -> None:
    batch = a_batch()
    machine.workflow.start(batch)
    machine.token(batch)

    machine.workflow.stop(batch, cause="stopped on request")

    state = machine.stopped(batch)
    assert (state.status, state.cause) == ("ABORTED", "stopped on request")


def test_stopping_again_or_what_is_over_changes_nothing(machine: Machine) -> None:
    batch = a_batch()
    machine.workflow.start(batch)
    machine.workflow.succeed(machine.token(batch))
    machine.ended(batch)

    machine.workflow.stop(batch, cause="stopped on request")

    state = machine.workflow.status(batch)
    assert state is not None
    assert state.status == "SUCCEEDED"


def test_stopping_what_was_never_started_is_fine(machine: Machine) -> None:
    batch = a_batch()

    machine.workflow.stop(batch, cause="stopped on request")

    assert machine.workflow.status(batch) is None


def test_only_the_batchs_current_run_is_stopped(machine: Machine) -> None:
    first, second = a_batch(), a_batch(run=1)
    machine.workflow.start(first)

    machine.workflow.stop(second, cause="stopped on request")

    state = machine.workflow.status(first)
    assert state is not None
    assert state.status == "RUNNING"


def test_a_failed_token_fails_its_state_with_name_and_reason(machine: Machine) -> None:
    batch = a_batch()
    machine.workflow.start(batch)

    machine.workflow.fail(machine.token(batch), error="LabelingJobFailed", cause="no labels")

    state = machine.ended(batch)
    assert (state.status, state.error, state.cause) == (
        "FAILED",
        "LabelingJobFailed",
        "no labels",
    )


def test_a_token_is_answered_once(machine: Machine) -> None:
    batch = a_batch()
    machine.workflow.start(batch)
    token = machine.token(batch)
    machine.workflow.succeed(token)

    with pytest.raises(TokenOver):
        machine.workflow.succeed(token)
    with pytest.raises(TokenOver):
        machine.workflow.fail(token, error="Late", cause="")


@pytest.fixture
def real_machine(services: AwsServices) -> Iterator[RealMachine]:
    machine = RealMachine(services)
    yield machine
    machine.stop_all()


def test_an_execution_has_the_arn_that_the_machine_gave_it(real_machine: RealMachine) -> None:
    batch = a_batch()
    real_machine.workflow.start(batch)

    assert (
        real_machine.workflow.execution_arn(batch)
        == real_machine.arn.replace("stateMachine", "execution") + f":{batch.execution}"
    )


def test_what_is_no_token_at_all_is_a_mistake_of_ours(real_machine: RealMachine) -> None:
    with pytest.raises(ClientError, match="InvalidToken"):
        real_machine.workflow.succeed("nonsense")


def test_a_long_reason_is_cut_to_what_is_taken(real_machine: RealMachine) -> None:
    batch = a_batch()
    real_machine.workflow.start(batch)

    real_machine.workflow.fail(real_machine.token(batch), error="E" * 300, cause="c" * 40_000)

    state = real_machine.ended(batch)
    assert (len(state.error), len(state.cause)) == (256, 32_768)
