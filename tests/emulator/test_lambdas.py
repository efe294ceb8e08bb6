"""Functions run in this process, and fail as on AWS."""

from __future__ import annotations

import base64
import json
import logging
import os
import sys
import threading
from datetime import timedelta
from typing import Any

import pytest

from emulator.aws_services import AwsServices
from emulator.clock import VirtualClock
from emulator.lambdas import Crash, Function, LambdaRunner, running_function
from tests.emulator.conftest import ClientFactory
from tests.emulator.functions import Functions, until

Answer = tuple[Any, dict[str, Any]]


def invoke(client: ClientFactory, payload: Any = None, **options: Any) -> Answer:
    answer = client("lambda").invoke(
        FunctionName="work", Payload=json.dumps(payload).encode(), **options
    )
    body = answer["Payload"].read()
    return (json.loads(body) if body else None), answer


def test_invoke_gives_what_the_handler_returns(client: ClientFactory, functions: Functions) -> None:
    functions.deploy(lambda event, context: {"twice": event["number"] * 2})

    result, answer = invoke(client, {"number": 21})

    assert result == {"twice": 42}
    assert (answer["StatusCode"], answer["ExecutedVersion"]) == (200, "$LATEST")
    assert "FunctionError" not in answer


def test_an_exception_is_reported_as_by_the_python_runtime(
    client: ClientFactory, functions: Functions
) -> None:
    def handler(event: Any, context: Any) -> None:
        raise KeyError("batchId")

    functions.deploy(handler)

    error, answer = invoke(client)

    assert answer["FunctionError"] == "Unhandled"
    assert (error["errorType"], error["errorMessage"]) == ("KeyError", "'batchId'")
    assert [line for line in error["stackTrace"] if "in handler" in line] == error["stackTrace"]


def test_a_crash_is_not_caught_by_the_handler_and_ends_the_runtime(
    client: ClientFactory, functions: Functions
) -> None:
    def handler(event: Any, context: Any) -> str:
        try:
            raise Crash("gone")
        except Exception:
            return "saved"

    functions.deploy(handler)

    error, answer = invoke(client)

    assert answer["FunctionError"] == "Unhandled"
    assert error["errorType"] == "Runtime.ExitError"
    assert error["errorMessage"].endswith("Error: Runtime exited with error: exit status 1")


@pytest.mark.parametrize(
    ("result", "kind"),
    [({1, 2}, "Runtime.MarshalError"), ("x" * 6_291_600, "Function.ResponseSizeTooLarge")],
    ids=["not JSON", "over 6 MB"],
)
def test_a_result_that_lambda_cannot_send_is_an_error(
    functions: Functions, services: AwsServices, result: Any, kind: str
) -> None:
    functions.deploy(lambda event, context: result)

    error, answer = invoke(services.client)

    assert (error["errorType"], answer["FunctionError"]) == (kind, "Unhandled")


@pytest.mark.parametrize(
    ("handler", "kind", "message"),
    [
        ("nowhere.handler", "Runtime.ImportModuleError", "Unable to import module 'nowhere'"),
        ("json.handler", "Runtime.HandlerNotFound", "Handler 'handler' missing on module 'json'"),
    ],
)
def test_a_handler_that_is_not_there_is_an_error(handler: str, kind: str, message: str) -> None:
    runner = LambdaRunner(clock=VirtualClock())

    outcome = runner.run(Function(arn="arn", name="work", handler=handler), {})

    error = json.loads(outcome.payload)
    assert error["errorType"] == kind
    assert error["errorMessage"].startswith(message)


def test_handlers_are_imported_by_their_dotted_name() -> None:
    function = Function(arn="arn", name="work", handler="tests.emulator.test_lambdas.echo")

    assert LambdaRunner(clock=VirtualClock()).run(function, [1]).payload == '{"event": [1]}'


def echo(event: Any, context: Any) -> Any:
    return {"event": event}


def test_the_context_tells_the_function_who_it_is_and_how_long_it_may_run(
    functions: Functions, services: AwsServices
) -> None:
    seen: list[Any] = []

    def handler(event: Any, context: Any) -> None:
        before = context.get_remaining_time_in_millis()
        services.clock.advance(timedelta(seconds=20))
        after = context.get_remaining_time_in_millis()
        seen.extend([before, after, context, running_function.get()])

    arn = functions.deploy(handler, "wait_for_level", Timeout=60, MemorySize=256)
    services.client("lambda").invoke(FunctionName="wait_for_level")

    before, after, context, name = seen
    assert (before, after) == (60_000, 40_000)
    assert context.function_name == "wait_for_level"
    assert (context.invoked_function_arn, context.memory_limit_in_mb) == (arn, "256")
    assert context.aws_request_id
    assert name == "WaitForLevel"
    assert running_function.get() is None


def test_functions_run_one_at_a_time(functions: Functions, services: AwsServices) -> None:
    running: list[int] = []
    most: list[int] = []
    meanwhile = threading.Event()

    def handler(event: Any, context: Any) -> None:
        running.append(1)
        most.append(len(running))
        meanwhile.wait(0.01)
        running.pop()

    functions.deploy(handler)
    threads = [threading.Thread(target=invoke, args=(services.client,)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert most == [1, 1, 1, 1]


def test_variables_of_the_function_are_set_and_taken_back(
    functions: Functions, services: AwsServices
) -> None:
    changes: list[str | None] = []
    functions.runner.on_new_environment = lambda: changes.append(os.environ.get("TABLE_NAME"))
    functions.deploy(
        lambda event, context: os.environ["TABLE_NAME"],
        Environment={"Variables": {"TABLE_NAME": "batches"}},
    )

    assert invoke(services.client)[0] == "batches"
    assert invoke(services.client)[0] == "batches"
    functions.runner.close()
    assert "TABLE_NAME" not in os.environ
    assert changes == ["batches", None]


def test_a_function_has_its_variables_again_after_it_had_another_one_invoked(
    functions: Functions, services: AwsServices
) -> None:
    seen = []

    def outer(event: Any, context: Any) -> None:
        services.client("lambda").invoke(FunctionName="inner")
        seen.append(os.environ["WHO"])

    functions.deploy(
        lambda event, context: seen.append(os.environ["WHO"]),
        "inner",
        Environment={"Variables": {"WHO": "inner"}},
    )
    functions.deploy(outer, "outer", Environment={"Variables": {"WHO": "outer"}})

    services.client("lambda").invoke(FunctionName="outer")

    assert seen == ["inner", "outer"]


def test_what_a_function_prints_and_logs_is_its_log(
    client: ClientFactory, functions: Functions, capsys: pytest.CaptureFixture[str]
) -> None:
    early = logging.getLogger("made before the function ran")
    early.addHandler(logging.StreamHandler(sys.stdout))

    def handler(event: Any, context: Any) -> None:
        print("printed")
        early.warning("logged")

    functions.deploy(handler)

    answer = invoke(client, LogType="Tail")[1]

    lines = list(functions.runner.logs["Work"])
    assert lines[0].startswith("START RequestId: ")
    assert lines[1:3] == ["printed", "logged"]
    assert base64.b64decode(answer["LogResult"]).decode().splitlines() == lines
    assert "printed" not in capsys.readouterr().out
    early.warning("after it")
    assert "after it" in capsys.readouterr().out


def test_asynchronous_calls_return_at_once_and_run_later(
    client: ClientFactory, functions: Functions
) -> None:
    go, done = threading.Event(), threading.Event()

    def handler(event: Any, context: Any) -> None:
        go.wait(5)
        done.set()

    functions.deploy(handler)

    _, answer = invoke(client, InvocationType="Event")

    assert answer["StatusCode"] == 202
    assert not done.is_set()
    assert not functions.runner.idle
    go.set()
    until(lambda: functions.runner.idle)
    assert done.is_set()


def test_failed_asynchronous_calls_are_tried_twice_more_and_then_given_away(
    functions: Functions, services: AwsServices
) -> None:
    attempts: list[Any] = []
    sqs = services.client("sqs")
    queues = {}
    for name in ("dead", "failures"):
        url = sqs.create_queue(QueueName=name)["QueueUrl"]
        queues[name] = (url, f"arn:aws:sqs:us-east-1:123456789012:{name}")

    def handler(event: Any, context: Any) -> None:
        attempts.append(event)
        raise ValueError("no")

    functions.deploy(handler, DeadLetterConfig={"TargetArn": queues["dead"][1]})
    services.client("lambda").put_function_event_invoke_config(
        FunctionName="work",
        DestinationConfig={"OnFailure": {"Destination": queues["failures"][1]}},
    )

    invoke(services.client, {"n": 1}, InvocationType="Event")
    for minutes in (1, 2):
        until(lambda: functions.runner.idle and services.clock.next_due())
        services.clock.advance(timedelta(minutes=minutes))
    until(lambda: functions.runner.idle)

    assert attempts == [{"n": 1}] * 3
    [dead] = sqs.receive_message(QueueUrl=queues["dead"][0], MessageAttributeNames=["All"])[
        "Messages"
    ]
    assert json.loads(dead["Body"]) == {"n": 1}
    assert dead["MessageAttributes"]["ErrorMessage"]["StringValue"] == "no"
    [failure] = sqs.receive_message(QueueUrl=queues["failures"][0])["Messages"]
    record = json.loads(failure["Body"])
    assert record["requestContext"]["condition"] == "RetriesExhausted"
    assert record["requestContext"]["approximateInvokeCount"] == 3
    assert record["responsePayload"]["errorType"] == "ValueError"


def test_settings_that_do_not_matter_here_are_kept(
    client: ClientFactory, functions: Functions
) -> None:
    logging_config = {"LogFormat": "JSON", "ApplicationLogLevel": "INFO"}
    functions.deploy(echo, TracingConfig={"Mode": "Active"}, LoggingConfig=logging_config)

    configuration = client("lambda").get_function_configuration(FunctionName="work")

    assert configuration["TracingConfig"] == {"Mode": "Active"}
    assert configuration["LoggingConfig"] == logging_config
