"""Executions start, are listed, and end once, as on AWS."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError

from emulator.aws_services import AwsServices
from tests.emulator.conftest import ClientFactory
from tests.emulator.functions import Functions, until
from tests.emulator.machines import (
    Machine,
    Recorder,
    batch_states,
    quiet,
    wait,
    waiting,
)

PASS: dict[str, Any] = {"StartAt": "Only", "States": {"Only": {"Type": "Succeed"}}}


@pytest.fixture
def level(functions: Functions) -> Recorder:
    """The function of the waiting state."""
    level = Recorder()
    functions.deploy(level, "level")
    return level


@pytest.fixture
def failed(functions: Functions) -> Recorder:
    """The function of BatchError."""
    failed = Recorder()
    functions.deploy(failed, "failed")
    return failed


@pytest.fixture
def machine(client: ClientFactory, level: Recorder, failed: Recorder) -> Machine:
    return waiting(client)


def test_the_whole_execution_has_a_timeout(
    client: ClientFactory, services: AwsServices, level: Recorder, failed: Recorder
) -> None:
    states = {"Check": wait("level", None), **batch_states("failed")}
    machine = Machine(client, {"StartAt": "Check", "TimeoutSeconds": 3600, "States": states})
    execution = machine.start(batchId="b1")
    until(lambda: quiet(services))

    services.clock.advance(timedelta(hours=1))

    end = machine.end(execution)
    assert end["status"] == "TIMED_OUT"
    assert end["stopDate"] - end["startDate"] == timedelta(hours=1)
    assert machine.history(execution)[-1]["type"] == "ExecutionTimedOut"
    [listed] = machine.states.list_executions(stateMachineArn=machine.arn)["executions"]
    assert listed["stopDate"] == end["stopDate"]
    assert failed.events == []


def test_stopping_ends_a_waiting_execution_at_once(
    client: ClientFactory, machine: Machine, level: Recorder, failed: Recorder
) -> None:
    execution = machine.start(batchId="b1")
    until(lambda: level.events)

    machine.states.stop_execution(executionArn=execution, error="Stopped", cause="by a person")

    end = machine.describe(execution)
    assert (end["status"], end["error"], end["cause"]) == ("ABORTED", "Stopped", "by a person")
    assert end["stopDate"]
    last = machine.history(execution)[-1]
    assert last["type"] == "ExecutionAborted"
    assert last["executionAbortedEventDetails"] == {"error": "Stopped", "cause": "by a person"}
    with pytest.raises(machine.states.exceptions.TaskTimedOut):
        machine.states.send_task_success(taskToken=level.token, output="1")
    machine.states.stop_execution(executionArn=execution, error="Again")
    assert machine.describe(execution)["error"] == "Stopped"
    assert failed.events == []


@pytest.mark.usefixtures("eager_threads")
def test_executions_can_be_stopped_and_listed_while_they_start(machine: Machine) -> None:
    executions = []
    for number in range(10):
        execution = machine.start(f"e{number}", batchId="b1")
        machine.states.stop_execution(executionArn=execution)
        executions.append(execution)
        machine.states.list_executions(stateMachineArn=machine.arn)

    assert {machine.describe(execution)["status"] for execution in executions} == {"ABORTED"}


def test_the_same_start_twice_is_one_execution(
    machine: Machine, level: Recorder, services: AwsServices
) -> None:
    api = machine.states
    first = machine.start("b1-1", batchId="b1")
    until(lambda: quiet(services))

    assert machine.start("b1-1", batchId="b1") == first
    with pytest.raises(api.exceptions.ExecutionAlreadyExists):
        machine.start("b1-1", batchId="b2")
    machine.states.send_task_success(taskToken=level.token, output="1")
    machine.end(first)
    with pytest.raises(api.exceptions.ExecutionAlreadyExists):
        machine.start("b1-1", batchId="b1")
    assert len(level.events) == 1


def test_a_name_is_free_again_90_days_after_the_end(
    client: ClientFactory, services: AwsServices
) -> None:
    machine = Machine(client, PASS)
    execution = machine.start("b1-1")
    machine.end(execution)

    services.clock.advance(timedelta(days=89))
    with pytest.raises(machine.states.exceptions.ExecutionAlreadyExists):
        machine.start("b1-1")
    services.clock.advance(timedelta(days=1))

    with pytest.raises(machine.states.exceptions.ExecutionDoesNotExist):
        machine.describe(execution)
    assert machine.start("b1-1") == execution


def test_executions_without_a_name_get_one_each(client: ClientFactory) -> None:
    machine = Machine(client, PASS)

    assert len({machine.start() for _ in range(3)}) == 3


@pytest.mark.parametrize(
    ("request_", "code"),
    [
        ({"name": "a b"}, "InvalidName"),
        ({"name": "a:b"}, "InvalidName"),
        ({"name": "x" * 81}, "ValidationException"),
        ({"input": "{"}, "InvalidExecutionInput"),
        ({"input": f'"{"x" * 262_143}"'}, "ValidationException"),
    ],
    ids=["space", "colon", "81 characters", "no JSON", "too much"],
)
def test_a_wrong_start_is_refused(client: ClientFactory, request_: Any, code: str) -> None:
    machine = Machine(client, PASS)

    with pytest.raises(ClientError) as refusal:
        machine.states.start_execution(stateMachineArn=machine.arn, **request_)

    assert refusal.value.response["Error"]["Code"] == code


def test_the_history_comes_in_pages_both_ways(client: ClientFactory) -> None:
    states: dict[str, Any] = {
        f"S{number}": {"Type": "Pass", "Next": f"S{number + 1}"} for number in range(4)
    }
    machine = Machine(
        client, {"StartAt": "S0", "States": {**states, "S4": {"Type": "Pass", "End": True}}}
    )
    execution = machine.start()
    machine.end(execution)
    api = machine.states

    first = api.get_execution_history(executionArn=execution, maxResults=5)
    second = api.get_execution_history(
        executionArn=execution, maxResults=100, nextToken=first["nextToken"]
    )
    backwards = api.get_execution_history(executionArn=execution, maxResults=2, reverseOrder=True)

    ids = [event["id"] for event in first["events"] + second["events"]]
    assert ids == list(range(1, 13))
    assert "nextToken" not in second
    assert [event["id"] for event in backwards["events"]] == [12, 11]
    assert backwards["events"][0]["type"] == "ExecutionSucceeded"
    bare = api.get_execution_history(executionArn=execution, includeExecutionData=False)
    assert "input" not in bare["events"][1]["stateEnteredEventDetails"]
    with pytest.raises(api.exceptions.InvalidToken):
        api.get_execution_history(executionArn=execution, nextToken="bm90aGluZw==")


def test_what_a_state_machine_is_made_with_is_kept(client: ClientFactory) -> None:
    settings: dict[str, Any] = {
        "loggingConfiguration": {"level": "ALL", "includeExecutionData": False},
        "tracingConfiguration": {"enabled": True},
        "type": "EXPRESS",
    }
    machine = Machine(client, PASS, **settings)

    kept = machine.states.describe_state_machine(stateMachineArn=machine.arn)

    assert {name: kept[name] for name in settings} == settings


def test_a_wrong_definition_is_refused(client: ClientFactory) -> None:
    with pytest.raises(ClientError) as refusal:
        Machine(client, {"StartAt": "Nowhere"})

    assert refusal.value.response["Error"]["Code"] == "InvalidDefinition"


def test_the_same_state_machine_can_be_made_again_but_no_other_of_its_name(
    client: ClientFactory,
) -> None:
    machine = Machine(client, PASS)

    assert Machine(client, PASS).arn == machine.arn
    with pytest.raises(ClientError) as refusal:
        Machine(client, {**PASS, "Comment": "another"})
    assert refusal.value.response["Error"]["Code"] == "StateMachineAlreadyExists"


def test_changes_of_status_are_published(
    services: AwsServices, level: Recorder, failed: Recorder
) -> None:
    sqs, rules = services.client("sqs"), services.client("events")
    url = sqs.create_queue(QueueName="events")["QueueUrl"]
    machine = waiting(services.client)
    pattern = {
        "source": ["aws.states"],
        "detail-type": ["Step Functions Execution Status Change"],
        "detail": {"stateMachineArn": [machine.arn]},
    }
    rules.put_rule(Name="executions", EventPattern=json.dumps(pattern))
    queue = "arn:aws:sqs:us-east-1:123456789012:events"
    rules.put_targets(Rule="executions", Targets=[{"Id": "queue", "Arn": queue}])

    execution = machine.start("b1-1", batchId="b1")
    until(lambda: quiet(services))
    services.clock.advance(timedelta(seconds=1))
    machine.states.stop_execution(executionArn=execution, error="Stopped", cause="by a person")

    messages = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10)["Messages"]
    running, aborted = (json.loads(message["Body"]) for message in messages)
    start = int(services.clock.now().timestamp() * 1000) - 1000
    assert running["resources"] == [execution]
    assert running["detail"]["status"] == "RUNNING"
    assert aborted["detail"] == {
        "executionArn": execution,
        "stateMachineArn": machine.arn,
        "stateMachineVersionArn": None,
        "stateMachineAliasArn": None,
        "name": "b1-1",
        "status": "ABORTED",
        "startDate": start,
        "stopDate": start + 1000,
        "input": '{"batchId": "b1"}',
        "inputDetails": {"included": True},
        "output": None,
        "outputDetails": None,
        "error": "Stopped",
        "cause": "by a person",
        "redriveCount": 0,
        "redriveDate": None,
    }


def test_a_hundred_executions_wait_and_end(
    services: AwsServices, level: Recorder, failed: Recorder
) -> None:
    machine = waiting(services.client)
    executions = [machine.start(f"e{number}", batchId="b") for number in range(100)]
    until(lambda: len(level.events) == 100 and quiet(services))

    for event in level.events:
        machine.states.send_task_success(taskToken=event["taskToken"], output="1")
    until(lambda: quiet(services))

    statuses = {machine.describe(execution)["status"] for execution in executions}
    assert statuses == {"SUCCEEDED"}
