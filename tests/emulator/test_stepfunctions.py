"""Executions wait, retry, end and answer as on AWS."""

from __future__ import annotations

import json
import threading
from datetime import timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError

from emulator.aws_services import AwsServices
from emulator.clock import SystemClock
from emulator.lambdas import Crash
from tests.emulator.conftest import ClientFactory
from tests.emulator.functions import Functions, until
from tests.emulator.machines import ROLE, Machine, batch_states, call, quiet, wait

PASS: dict[str, Any] = {"StartAt": "Only", "States": {"Only": {"Type": "Succeed"}}}


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


class InvalidManifest(Exception):
    pass


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


@pytest.fixture
def machine(client: ClientFactory, level: Recorder, failed: Recorder) -> Machine:
    return waiting(client)


def test_a_function_gets_what_the_context_object_says(machine: Machine, level: Recorder) -> None:
    machine.start("b1-0a1b2c3d", batchId="b1")
    until(lambda: level.events)

    token = level.token
    assert token
    assert level.events == [
        {
            "batchId": "b1",
            "execution": "b1-0a1b2c3d",
            "state": "CheckForFirstLevelComplete",
            "retryCount": 0,
            "taskToken": token,
        }
    ]


def test_an_answer_ends_the_wait_and_the_input_survives(machine: Machine, level: Recorder) -> None:
    execution = machine.start(batchId="b1")
    until(lambda: level.events)

    machine.states.send_task_success(taskToken=level.token, output='{"done": true}')

    end = machine.end(execution)
    assert (end["status"], json.loads(end["output"])) == ("SUCCEEDED", {"batchId": "b1"})
    assert machine.entered(execution) == ["CheckForFirstLevelComplete", "Complete"]


def test_a_second_answer_is_too_late_whether_the_execution_runs_or_not(
    client: ClientFactory, level: Recorder, failed: Recorder
) -> None:
    definition = {
        "StartAt": "First",
        "States": {
            "First": wait("level", "Second"),
            "Second": wait("level", None),
            **batch_states("failed"),
        },
    }
    machine = Machine(client, definition)
    api = machine.states
    execution = machine.start(batchId="b1")
    until(lambda: level.events)
    first = level.token
    api.send_task_success(taskToken=first, output="1")

    for _ in range(2):
        with pytest.raises(api.exceptions.TaskTimedOut):
            api.send_task_success(taskToken=first, output="2")
        with pytest.raises(api.exceptions.TaskTimedOut):
            api.send_task_failure(taskToken=first, error="No")
        with pytest.raises(api.exceptions.TaskTimedOut):
            api.send_task_heartbeat(taskToken=first)
        if machine.describe(execution)["status"] == "RUNNING":
            until(lambda: len(level.events) == 2)
            api.send_task_success(taskToken=level.token, output="2")
            machine.end(execution)

    assert machine.describe(execution)["status"] == "SUCCEEDED"


def test_an_unknown_token_is_invalid(machine: Machine) -> None:
    api = machine.states
    with pytest.raises(api.exceptions.InvalidToken):
        api.send_task_success(taskToken="made up", output="1")
    with pytest.raises(api.exceptions.InvalidToken):
        api.send_task_failure(taskToken="made up")
    with pytest.raises(api.exceptions.InvalidToken):
        api.send_task_heartbeat(taskToken="made up")


def test_an_answer_has_to_be_json(machine: Machine, level: Recorder) -> None:
    machine.start(batchId="b1")
    until(lambda: level.events)

    with pytest.raises(machine.states.exceptions.InvalidOutput):
        machine.states.send_task_success(taskToken=level.token, output="not JSON")

    machine.states.send_task_success(taskToken=level.token, output="{}")


@pytest.mark.usefixtures("eager_threads")
def test_of_many_answers_at_once_one_counts(machine: Machine, level: Recorder) -> None:
    execution = machine.start(batchId="b1")
    until(lambda: level.events)
    taken: list[int] = []

    def answer(number: int) -> None:
        try:
            machine.states.send_task_success(taskToken=level.token, output=str(number))
        except machine.states.exceptions.TaskTimedOut:
            return
        taken.append(number)

    threads = [threading.Thread(target=answer, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    machine.end(execution)
    [exited] = [
        event["stateExitedEventDetails"]
        for event in machine.history(execution)
        if event["type"] == "TaskStateExited"
    ]
    assert len(taken) == 1
    assert exited["name"] == "CheckForFirstLevelComplete"


def test_a_failure_reaches_catch_history_and_the_execution(
    machine: Machine, level: Recorder, failed: Recorder
) -> None:
    execution = machine.start(batchId="b1")
    until(lambda: level.events)

    machine.states.send_task_failure(
        taskToken=level.token, error="LevelFailed", cause="no object was labeled"
    )

    end = machine.end(execution)
    assert failed.events[0]["error"] == {"Error": "LevelFailed", "Cause": "no object was labeled"}
    assert (end["status"], end["error"], end["cause"]) == (
        "FAILED",
        "LevelFailed",
        "no object was labeled",
    )
    details = [event.get("taskFailedEventDetails") for event in machine.history(execution)]
    [detail] = [detail for detail in details if detail]
    assert (detail["error"], detail["cause"]) == ("LevelFailed", "no object was labeled")
    assert machine.entered(execution) == ["CheckForFirstLevelComplete", "BatchError", "BatchFailed"]


def test_an_exception_of_a_function_is_caught_by_its_name(
    machine: Machine, level: Recorder, failed: Recorder
) -> None:
    level.errors = [InvalidManifest("line 3 is no JSON")]

    end = machine.end(machine.start(batchId="b1"))

    assert (end["status"], end["error"]) == ("FAILED", "InvalidManifest")
    assert json.loads(end["cause"])["errorMessage"] == "line 3 is no JSON"
    assert len(level.events) == 1


def test_a_token_of_a_try_that_failed_is_over(
    services: AwsServices, level: Recorder, failed: Recorder
) -> None:
    retry = [{"ErrorEquals": ["Runtime.ExitError"], "IntervalSeconds": 60, "MaxAttempts": 2}]
    machine = waiting(services.client, Retry=retry)
    level.errors = [Crash("after it stored the token"), Crash("again")]
    execution = machine.start(batchId="b1")
    until(lambda: len(level.events) == 3 and quiet(services))

    assert [event["retryCount"] for event in level.events] == [0, 1, 2]
    tokens = [event["taskToken"] for event in level.events]
    assert len(set(tokens)) == 3
    for old in tokens[:2]:
        with pytest.raises(machine.states.exceptions.TaskTimedOut):
            machine.states.send_task_success(taskToken=old, output="1")
    machine.states.send_task_success(taskToken=tokens[2], output="1")
    assert machine.end(execution)["status"] == "SUCCEEDED"


def test_retries_by_name_end_when_they_are_used_up(
    services: AwsServices, level: Recorder, failed: Recorder
) -> None:
    retry = [
        {"ErrorEquals": ["InvalidManifest"], "IntervalSeconds": 3600, "MaxAttempts": 4},
    ]
    machine = waiting(services.client, Retry=retry)
    level.errors = [InvalidManifest("no")] * 10

    end = machine.end(machine.start(batchId="b1"))

    assert (end["status"], end["error"]) == ("FAILED", "InvalidManifest")
    assert [event["retryCount"] for event in level.events] == [0, 1, 2, 3, 4]


def test_a_token_expires_by_the_clock(
    client: ClientFactory, services: AwsServices, level: Recorder, failed: Recorder
) -> None:
    machine = waiting(client, TimeoutSeconds=14 * 24 * 3600)
    execution = machine.start(batchId="b1")
    until(lambda: quiet(services))
    services.clock.advance(timedelta(days=14, seconds=-1))
    assert quiet(services)
    assert machine.describe(execution)["status"] == "RUNNING"

    services.clock.advance(timedelta(seconds=1))

    end = machine.end(execution)
    assert (end["status"], end["error"]) == ("FAILED", "States.Timeout")
    assert end["stopDate"] - end["startDate"] == timedelta(days=14)
    assert "TaskTimedOut" in [event["type"] for event in machine.history(execution)]
    with pytest.raises(machine.states.exceptions.TaskTimedOut):
        machine.states.send_task_success(taskToken=level.token, output="1")


def test_a_timeout_can_be_retried_with_a_new_token(
    services: AwsServices, level: Recorder, failed: Recorder
) -> None:
    retry = [{"ErrorEquals": ["States.Timeout"], "IntervalSeconds": 1, "MaxAttempts": 1}]
    machine = waiting(services.client, TimeoutSeconds=60, Retry=retry)
    execution = machine.start(batchId="b1")
    until(lambda: quiet(services))

    services.clock.advance(timedelta(seconds=61))
    until(lambda: len(level.events) == 2 and quiet(services))

    machine.states.send_task_success(taskToken=level.token, output="1")
    assert machine.end(execution)["status"] == "SUCCEEDED"


def test_heartbeats_keep_a_token_alive(
    services: AwsServices, level: Recorder, failed: Recorder
) -> None:
    machine = waiting(services.client, HeartbeatSeconds=60)
    execution = machine.start(batchId="b1")
    until(lambda: quiet(services))

    def waits_anew() -> bool:
        due: Any = services.clock.next_due()
        return bool(due == services.clock.now() + timedelta(seconds=60))

    for _ in range(3):
        services.clock.advance(timedelta(seconds=50))
        machine.states.send_task_heartbeat(taskToken=level.token)
        until(waits_anew)

    services.clock.advance(timedelta(seconds=61))

    assert machine.end(execution)["error"] == "States.Timeout"


def test_a_wait_state_ends_by_the_clock(client: ClientFactory, services: AwsServices) -> None:
    definition = {
        "StartAt": "Wait",
        "States": {
            "Wait": {"Type": "Wait", "Seconds": 3600, "Next": "Until"},
            "Until": {"Type": "Wait", "TimestampPath": "$.until", "End": True},
        },
    }
    machine = Machine(client, definition)
    day_after = services.clock.now() + timedelta(days=1)
    execution = machine.start(until=f"{day_after:%Y-%m-%dT%H:%M:%SZ}")
    until(lambda: quiet(services))

    services.clock.advance(timedelta(hours=1))
    until(lambda: quiet(services))
    assert machine.entered(execution) == ["Wait", "Until"]
    services.clock.advance(timedelta(hours=22, minutes=59))
    assert machine.describe(execution)["status"] == "RUNNING"
    services.clock.advance(timedelta(minutes=1))

    assert machine.end(execution)["status"] == "SUCCEEDED"


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


@pytest.mark.usefixtures("clean_process")
def test_with_the_system_clock_retries_and_timeouts_take_their_time() -> None:
    with AwsServices(clock=SystemClock()) as services:
        functions = Functions(services)
        level, failed = Recorder(), Recorder()
        functions.deploy(level, "level")
        functions.deploy(failed, "failed")
        level.errors = [InvalidManifest("once")]
        retry = [{"ErrorEquals": ["InvalidManifest"], "IntervalSeconds": 1, "MaxAttempts": 1}]
        machine = waiting(services.client, TimeoutSeconds=1, Retry=retry)

        end = machine.end(machine.start(batchId="b1"))

        took = end["stopDate"] - end["startDate"]
        assert end["error"] == "States.Timeout"
        assert [event["retryCount"] for event in level.events] == [0, 1]
        assert timedelta(seconds=2) <= took < timedelta(seconds=4)
        functions.close()
        services.clock.close()


def test_a_plain_call_gives_its_result_to_the_path_that_asks_for_it(
    client: ClientFactory, level: Recorder
) -> None:
    state = call("level", None, ResultPath="$.check", ResultSelector={"n.$": "$.Payload.number"})
    del state["Catch"]
    machine = Machine(client, {"StartAt": "Check", "States": {"Check": state}})

    end = machine.end(machine.start(batchId="b1"))

    assert json.loads(end["output"]) == {"batchId": "b1", "check": {"n": 1}}
    assert (
        ROLE in machine.history(end["executionArn"])[0]["executionStartedEventDetails"]["roleArn"]
    )
