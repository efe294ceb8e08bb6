"""States wait, retry and take answers as on AWS."""

from __future__ import annotations

import json
import threading
from datetime import timedelta
from typing import Any

import pytest

from emulator.aws_services import AwsServices
from emulator.clock import SystemClock
from emulator.lambdas import Crash
from tests.emulator.conftest import ClientFactory
from tests.emulator.functions import Functions, until
from tests.emulator.machines import (
    ROLE,
    Machine,
    Recorder,
    batch_states,
    call,
    quiet,
    wait,
    waiting,
)


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
