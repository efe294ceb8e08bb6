"""The local cloud in one object: it becomes quiet, and can be emptied without a deployment."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from emulator.clock import VirtualClock
from emulator.cloud import LocalCloud
from emulator.quiet import NotQuiet
from labeling import wiring
from tests.emulator.apis import resources
from tests.emulator.small_stacks import ROLE, bucket, queue

CODE = {"ZipFile": "def handler(event, context): ..."}
ROLE_ARN = {"Fn::GetAtt": ["Role", "Arn"]}
START = datetime(2026, 1, 31, tzinfo=UTC)


class Handlers:
    """What the functions of the template below do, and what they were given."""

    def __init__(self) -> None:
        self.received: list[Any] = []
        self.go_on = threading.Event()
        self.go_on.set()
        self.cloud: LocalCloud

    def listen(self, event: Any, context: Any) -> None:
        """Receives messages; one with a number sends the next lower number."""
        self.go_on.wait(10)
        for record in event["Records"]:
            message = json.loads(record["body"])
            self.received.append(message)
            if isinstance(message, int) and message:
                self.send(message - 1)

    def answer(self, event: Any, context: Any) -> Any:
        return {"statusCode": 200, "body": "hello"}

    def wait(self, event: Any, context: Any) -> None:
        """Stores a task token where nobody looks."""
        self.cloud.client("s3").put_object(Bucket="labels", Key="token", Body=event["token"])

    def send(self, message: Any) -> None:
        sqs = self.cloud.client("sqs")
        url = sqs.get_queue_url(QueueName="messages")["QueueUrl"]
        sqs.send_message(QueueUrl=url, MessageBody=json.dumps(message))


def function(name: str) -> dict[str, Any]:
    return {
        "Type": "AWS::Lambda::Function",
        "Properties": {
            "FunctionName": name,
            "Code": CODE,
            "Handler": f"tests.{name}",
            "Role": ROLE_ARN,
            "Runtime": "python3.13",
        },
    }


def template() -> dict[str, Any]:
    arn = "arn:aws:lambda:us-east-1:123456789012:function:answer"
    machine = {
        "StartAt": "Wait",
        "States": {
            "Wait": {
                "Type": "Task",
                "Resource": "arn:aws:states:::lambda:invoke.waitForTaskToken",
                "Parameters": {"FunctionName": "wait", "Payload": {"token.$": "$$.Task.Token"}},
                "End": True,
            }
        },
    }
    made = {
        **resources(arn),
        "Role": ROLE,
        "Listen": function("listen"),
        "Answer": function("answer"),
        "WaitFor": function("wait"),
        "Bucket": bucket("labels"),
        "Messages": queue(QueueName="messages"),
        "Feed": {
            "Type": "AWS::Lambda::EventSourceMapping",
            "Properties": {
                "EventSourceArn": {"Fn::GetAtt": ["Messages", "Arn"]},
                "FunctionName": {"Ref": "Listen"},
            },
        },
        "Tick": {
            "Type": "AWS::Events::Rule",
            "Properties": {
                "ScheduleExpression": "rate(5 minutes)",
                "Targets": [
                    {
                        "Id": "t",
                        "Arn": {"Fn::GetAtt": ["Messages", "Arn"]},
                        "Input": '"tick"',
                    }
                ],
            },
        },
        "Machine": {
            "Type": "AWS::StepFunctions::StateMachine",
            "Properties": {
                "DefinitionString": json.dumps(machine),
                "RoleArn": ROLE_ARN,
                "StateMachineName": "process",
            },
        },
        "Table": {
            "Type": "AWS::DynamoDB::Table",
            "Properties": {
                "AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "S"}],
                "BillingMode": "PAY_PER_REQUEST",
                "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}],
                "TableName": "batches",
            },
        },
        "Topic": {"Type": "AWS::SNS::Topic"},
        "Mail": {
            "Type": "AWS::SNS::Subscription",
            "Properties": {
                "TopicArn": {"Ref": "Topic"},
                "Protocol": "email",
                "Endpoint": "ann@example.com",
                "FilterPolicy": {"status": ["FAILED"]},
            },
        },
    }
    for name in ("GetEcho", "PostEcho", "AnyRest", "GetId", "May"):
        depends = made[name].get("DependsOn", [])
        made[name] = {**made[name], "DependsOn": [*depends, "Answer"]}
    outputs = {
        "ApiUrl": {"Value": {"Fn::Sub": "https://${Api}.execute-api.${AWS::Region}.x/prod"}},
        "Topic": {"Value": {"Ref": "Topic"}},
        "Machine": {"Value": {"Ref": "Machine"}},
    }
    return {"Resources": made, "Outputs": outputs}


@pytest.fixture(scope="module")
def handlers() -> Handlers:
    return Handlers()


@pytest.fixture(scope="module")
def deployed(handlers: Handlers) -> Iterator[LocalCloud]:
    cloud = LocalCloud(
        clock=VirtualClock(START),
        workers="none",
        handlers={
            "tests.listen": handlers.listen,
            "tests.answer": handlers.answer,
            "tests.wait": handlers.wait,
        },
    )
    handlers.cloud = cloud
    with cloud:
        cloud.deploy(template())
        yield cloud


@pytest.fixture
def cloud(deployed: LocalCloud, handlers: Handlers) -> LocalCloud:
    deployed.reset()
    handlers.received.clear()
    handlers.go_on.set()
    return deployed


def output(cloud: LocalCloud, name: str) -> str:
    return cloud.deployments.stack("stack").outputs[name]


def test_it_is_quiet_when_every_message_has_led_to_its_last_consequence(
    cloud: LocalCloud, handlers: Handlers
) -> None:
    handlers.send(20)

    cloud.settle()

    assert handlers.received == list(range(20, -1, -1))


def test_it_is_quiet_when_only_an_answer_or_a_later_time_is_missing(
    cloud: LocalCloud, handlers: Handlers
) -> None:
    machine = output(cloud, "Machine")
    started = cloud.client("stepfunctions").start_execution(stateMachineArn=machine)

    cloud.settle()

    described = cloud.client("stepfunctions").describe_execution(
        executionArn=started["executionArn"]
    )
    assert described["status"] == "RUNNING"
    assert cloud.client("s3").get_object(Bucket="labels", Key="token")["Body"].read()
    assert handlers.received == []


def test_what_is_due_happens_before_it_is_quiet(cloud: LocalCloud, handlers: Handlers) -> None:
    cloud.clock.advance(timedelta(minutes=5))

    cloud.settle()

    assert handlers.received == ["tick"]


def test_it_says_what_is_not_quiet(cloud: LocalCloud, handlers: Handlers) -> None:
    handlers.go_on.clear()
    handlers.send("slow")

    with pytest.raises(NotQuiet, match="there was still work: a function, a queue"):
        cloud.settle(timeout=0.1)

    handlers.go_on.set()
    cloud.settle()
    assert handlers.received == ["slow"]


def test_after_a_reset_everything_is_empty_and_still_deployed(
    cloud: LocalCloud, handlers: Handlers
) -> None:
    dynamodb, s3, sqs = (cloud.client(name) for name in ("dynamodb", "s3", "sqs"))
    steps = cloud.client("stepfunctions")
    machine = output(cloud, "Machine")
    dynamodb.put_item(TableName="batches", Item={"pk": {"S": "a"}})
    s3.put_object(Bucket="labels", Key="a", Body=b"1")
    s3.create_multipart_upload(Bucket="labels", Key="b")
    steps.start_execution(stateMachineArn=machine, name="once")
    cloud.settle()
    cloud.pollers.pause()
    handlers.send("waiting")

    cloud.reset()

    assert dynamodb.scan(TableName="batches")["Items"] == []
    assert "Contents" not in s3.list_objects_v2(Bucket="labels")
    assert "Uploads" not in s3.list_multipart_uploads(Bucket="labels")
    assert steps.list_executions(stateMachineArn=machine)["executions"] == []
    url = sqs.get_queue_url(QueueName="messages")["QueueUrl"]
    attributes = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
    assert attributes["ApproximateNumberOfMessages"] == "0"
    cloud.settle()
    assert handlers.received == []

    steps.start_execution(stateMachineArn=machine, name="once")
    handlers.send("new")
    cloud.clock.advance(timedelta(minutes=5))
    cloud.settle()
    assert sorted(handlers.received) == ["new", "tick"]
    assert len(steps.list_executions(stateMachineArn=machine)["executions"]) == 1


def test_a_reset_ends_what_is_under_way(cloud: LocalCloud, handlers: Handlers) -> None:
    handlers.go_on.clear()
    handlers.send(3)
    timer = threading.Timer(0.05, handlers.go_on.set)
    timer.start()

    cloud.reset()
    cloud.settle()

    timer.join()
    assert handlers.received in ([], [3])


def test_subscribers_find_their_mail(cloud: LocalCloud) -> None:
    def publish(status: str) -> None:
        cloud.client("sns").publish(
            TopicArn=output(cloud, "Topic"),
            Subject=f"It is {status}",
            Message=json.dumps({"status": status}),
            MessageAttributes={"status": {"DataType": "String", "StringValue": status}},
        )

    publish("SUCCESS")
    publish("FAILED")

    [mail] = cloud.inbox.mails("ann@example.com")
    assert (mail.subject, mail.json()) == ("It is FAILED", {"status": "FAILED"})
    assert mail.attributes == {"status": "FAILED"}
    assert cloud.inbox.mails("bob@example.com") == []
    cloud.reset()
    assert cloud.inbox.mails() == []


def test_the_functions_take_their_time_from_it(cloud: LocalCloud) -> None:
    before = wiring.now()

    cloud.clock.advance(timedelta(days=14))

    assert wiring.now() - before == timedelta(days=14)
