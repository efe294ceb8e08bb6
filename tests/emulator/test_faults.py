"""Faults meet what they are meant for, as often as they say, and calls are counted."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any, Literal

import boto3
import pytest
from botocore.exceptions import ClientError, ReadTimeoutError

from emulator.aws_calls import Call, resources_of
from emulator.aws_services import AwsServices
from emulator.faults import Faults
from emulator.mends.events import DefaultBus
from tests.emulator.functions import Functions, until
from tests.emulator.machines import TRANSIENT, Machine, call, quiet, wait

TABLE = "batches"


@pytest.fixture
def faults(services: AwsServices, functions: Functions) -> Iterator[Faults]:
    with Faults(
        clock=services.clock, account_id=services.account_id, region=services.region
    ) as faults:
        functions.runner.interference = faults
        yield faults


@pytest.fixture
def table(services: AwsServices) -> Any:
    dynamodb = services.client("dynamodb")
    dynamodb.create_table(
        TableName=TABLE,
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    return dynamodb


def names(dynamodb: Any) -> list[str]:
    items = dynamodb.scan(TableName=TABLE)["Items"]
    return sorted(item["pk"]["S"] for item in items)


def writer(event: Any, context: Any) -> list[str]:
    """Writes the items that it is told to, and tells what happened to each."""
    dynamodb = boto3.client("dynamodb")
    outcomes = []
    for name in event:
        try:
            dynamodb.put_item(TableName=TABLE, Item={"pk": {"S": name}})
            outcomes.append("written")
        except ClientError as error:
            outcomes.append(error.response["Error"]["Code"])
        except ReadTimeoutError:
            outcomes.append("no answer")
    return outcomes


def invoke(services: AwsServices, *items: str, function: str = "write_items") -> Any:
    answer = services.client("lambda").invoke(
        FunctionName=function, Payload=json.dumps(items).encode()
    )
    return json.loads(answer["Payload"].read())


def test_calls_of_functions_are_counted_and_those_of_others_are_not(
    services: AwsServices, functions: Functions, faults: Faults, table: Any
) -> None:
    functions.deploy(writer, "write_items")

    invoke(services, "a", "b")
    table.put_item(TableName=TABLE, Item={"pk": {"S": "ours"}})

    put = Call("WriteItems", "dynamodb", "PutItem", (TABLE,))
    assert list(faults.calls) == [put, put]


@pytest.mark.parametrize(
    ("when", "written"), [("before", ["a"]), ("after", ["a", "b"])], ids=["before", "after"]
)
def test_a_function_crashes_at_its_nth_call(
    services: AwsServices,
    functions: Functions,
    faults: Faults,
    table: Any,
    when: Literal["before", "after"],
    written: list[str],
) -> None:
    functions.deploy(writer, "write_items")
    faults.crash("WriteItems", at_call=2, when=when)

    assert invoke(services, "a", "b", "c")["errorType"] == "Runtime.ExitError"
    assert names(table) == written
    assert invoke(services, "a", "b", "c") == ["written"] * 3


def test_calls_are_throttled_as_often_as_asked_for(
    services: AwsServices, functions: Functions, faults: Faults, table: Any
) -> None:
    functions.deploy(writer, "write_items")
    faults.throttle("dynamodb", "PutItem", times=2, at_call=2)

    outcomes = invoke(services, "a", "b", "c", "d")

    assert outcomes == ["written", "ThrottlingException", "ThrottlingException", "written"]
    assert names(table) == ["a", "d"]


def test_a_fault_of_one_function_leaves_the_others_alone(
    services: AwsServices, functions: Functions, faults: Faults, table: Any
) -> None:
    functions.deploy(writer, "write_items")
    functions.deploy(writer, "other")
    faults.fail("dynamodb", "PutItem", "InternalServerError", function="WriteItems")

    assert invoke(services, "a", function="other") == ["written"]
    assert invoke(services, "b") == ["InternalServerError"]


def test_a_call_is_done_but_its_answer_is_lost(
    services: AwsServices, functions: Functions, faults: Faults, table: Any
) -> None:
    functions.deploy(writer, "write_items")
    faults.lose_answer("dynamodb", "PutItem")

    assert invoke(services, "a", "b") == ["no answer", "written"]
    assert names(table) == ["a", "b"]


def test_a_repeated_call_gives_what_its_second_try_gives(
    services: AwsServices, functions: Functions, faults: Faults, table: Any
) -> None:
    def create(event: Any, context: Any) -> str:
        try:
            boto3.client("dynamodb").put_item(
                TableName=TABLE,
                Item={"pk": {"S": "once"}},
                ConditionExpression="attribute_not_exists(pk)",
            )
        except ClientError as error:
            return str(error.response["Error"]["Code"])
        return "written"

    functions.deploy(create, "create")
    faults.repeat("dynamodb", "PutItem")

    assert invoke(services, function="create") == "ConditionalCheckFailedException"
    assert names(table) == ["once"]


def test_a_transaction_meets_a_conflict(
    services: AwsServices, functions: Functions, faults: Faults, table: Any
) -> None:
    def transact(event: Any, context: Any) -> Any:
        dynamodb = boto3.client("dynamodb")
        put: Any = {"Put": {"TableName": TABLE, "Item": {"pk": {"S": "a"}}}}
        try:
            dynamodb.transact_write_items(TransactItems=[put])
        except dynamodb.exceptions.TransactionCanceledException as error:
            return [reason["Code"] for reason in error.response["CancellationReasons"]]
        return "written"

    functions.deploy(transact, "transact")
    faults.conflict()

    assert invoke(services, function="transact") == ["TransactionConflict"]
    assert names(table) == []
    assert invoke(services, function="transact") == "written"


def test_clear_ends_all_faults(
    services: AwsServices, functions: Functions, faults: Faults, table: Any
) -> None:
    functions.deploy(writer, "write_items")
    faults.crash("WriteItems")
    faults.throttle("dynamodb", "PutItem", times=5)
    faults.refuse("WriteItems")
    faults.stall("WriteItems")

    faults.clear()

    assert invoke(services, "a") == ["written"]


def test_a_function_that_lambda_does_not_start_is_tried_again(
    services: AwsServices, functions: Functions, faults: Faults
) -> None:
    events: list[Any] = []
    functions.deploy(lambda event, context: events.append(event), "level")
    state = call("level", None)
    del state["Catch"]
    machine = Machine(services.client, {"StartAt": "Call", "States": {"Call": state}})
    faults.refuse("Level", times=2)

    end = machine.end(machine.start(batchId="b1"))

    assert end["status"] == "SUCCEEDED"
    assert [event["retryCount"] for event in events] == [2]


def test_a_stalled_try_wakes_late_with_its_old_token(
    services: AwsServices, functions: Functions, faults: Faults
) -> None:
    tokens: list[str] = []
    functions.deploy(lambda event, context: tokens.append(event["taskToken"]), "level")
    state = wait("level", None)
    del state["Catch"]
    machine = Machine(services.client, {"StartAt": "Wait", "States": {"Wait": state}})
    assert "Sandbox.Timedout" in TRANSIENT
    faults.stall("Level")
    execution = machine.start(batchId="b1")
    until(lambda: tokens and quiet(services))

    [outcome] = faults.wake_stalled()

    assert not outcome.failed
    second, first = tokens
    with pytest.raises(machine.states.exceptions.TaskTimedOut):
        machine.states.send_task_success(taskToken=first, output="1")
    machine.states.send_task_success(taskToken=second, output="1")
    assert machine.end(execution)["status"] == "SUCCEEDED"


@pytest.mark.parametrize(
    ("parameters", "resources"),
    [
        ({"TableName": "t", "Key": {}}, ("t",)),
        ({"TableName": "t", "IndexName": "i"}, ("t/i",)),
        ({"Bucket": "b", "Key": "k/l"}, ("b/k/l",)),
        ({"Bucket": "b", "Prefix": "k"}, ("b",)),
        (
            {"TransactItems": [{"Put": {"TableName": "u"}}, {"Update": {"TableName": "t"}}]},
            ("t", "u"),
        ),
        ({"RequestItems": {"t": {}}}, ("t",)),
        ({"QueueUrl": "q", "MessageBody": "m"}, ("q",)),
        ({"taskToken": "x", "output": "1"}, ()),
    ],
)
def test_a_call_tells_what_it_is_about(parameters: Any, resources: tuple[str, ...]) -> None:
    assert resources_of(parameters) == resources


class Deliveries:
    """A rule for labeling jobs, and the statuses that arrive at its queue."""

    def __init__(self, services: AwsServices) -> None:
        self.sqs = services.client("sqs")
        self.bus = DefaultBus(services.account_id, services.region)
        self.url = self.sqs.create_queue(QueueName="events")["QueueUrl"]
        events = services.client("events")
        pattern = {"source": ["aws.sagemaker", "aws.states"]}
        events.put_rule(Name="jobs", EventPattern=json.dumps(pattern))
        arn = "arn:aws:sqs:us-east-1:123456789012:events"
        events.put_targets(Rule="jobs", Targets=[{"Id": "queue", "Arn": arn}])

    def publish(self, *statuses: str, source: str = "aws.sagemaker") -> None:
        for status in statuses:
            detail = {"LabelingJobStatus": status}
            self.bus.publish(source=source, detail_type="change", detail=detail)

    def arrived(self) -> list[Any]:
        events = []
        while messages := self.sqs.receive_message(QueueUrl=self.url).get("Messages"):
            for message in messages:
                events.append(json.loads(message["Body"]))
                self.sqs.delete_message(QueueUrl=self.url, ReceiptHandle=message["ReceiptHandle"])
        return events

    @property
    def statuses(self) -> list[str]:
        return [event["detail"]["LabelingJobStatus"] for event in self.arrived()]


@pytest.fixture
def deliveries(services: AwsServices) -> Deliveries:
    return Deliveries(services)


def test_an_event_is_lost(faults: Faults, deliveries: Deliveries) -> None:
    faults.events.lose_next_event("aws.sagemaker")

    deliveries.publish("other", source="aws.states")
    deliveries.publish("first", "second")

    assert deliveries.statuses == ["other", "second"]


def test_an_event_that_nobody_wants_is_not_the_next(faults: Faults, deliveries: Deliveries) -> None:
    faults.events.lose_next_event()

    deliveries.publish("unseen", source="aws.s3")
    deliveries.publish("first", "second")

    assert deliveries.statuses == ["second"]


def test_an_event_comes_twice(faults: Faults, deliveries: Deliveries) -> None:
    faults.events.double_next_event()

    deliveries.publish("first", "second")

    events = deliveries.arrived()
    assert [event["detail"]["LabelingJobStatus"] for event in events] == ["first"] * 2 + ["second"]
    assert events[0] == events[1]


def test_an_event_comes_late(faults: Faults, deliveries: Deliveries, services: AwsServices) -> None:
    faults.events.delay_next_event(timedelta(hours=1))

    deliveries.publish("first", "second")

    assert deliveries.statuses == ["second"]
    services.clock.advance(timedelta(hours=1))
    assert deliveries.statuses == ["first"]


def test_events_come_in_another_order(faults: Faults, deliveries: Deliveries) -> None:
    faults.events.reverse_next_events(3)

    deliveries.publish("first", "second", "third", "fourth")

    assert deliveries.statuses == ["third", "second", "first", "fourth"]


def test_an_event_is_held_until_it_is_released(faults: Faults, deliveries: Deliveries) -> None:
    faults.events.hold_next_event(times=2)

    deliveries.publish("first", "second", "third")
    assert deliveries.statuses == ["third"]
    faults.events.release_events()

    assert deliveries.statuses == ["first", "second"]


def test_jobs_of_others_have_events_too(faults: Faults, deliveries: Deliveries) -> None:
    faults.events.foreign_event("somebody-elses", "Failed")

    [event] = deliveries.arrived()
    assert event["detail-type"] == "SageMaker Ground Truth Labeling Job State Change"
    assert event["resources"] == [
        "arn:aws:sagemaker:us-east-1:123456789012:labeling-job/somebody-elses"
    ]
    assert event["detail"] == {"LabelingJobStatus": "Failed"}
