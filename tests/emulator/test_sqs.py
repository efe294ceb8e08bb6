"""Queues do not lose messages, and feed functions as on AWS."""

from __future__ import annotations

import functools
import json
import threading
from datetime import timedelta
from typing import Any

import pytest

from emulator.aws_services import AwsServices
from tests.emulator.conftest import ClientFactory
from tests.emulator.functions import Functions, until


@pytest.fixture
def sqs(services: AwsServices) -> Any:
    return services.client("sqs")


class Batches:
    """A handler that keeps what it got and fails what it is told to fail."""

    def __init__(self) -> None:
        self.records: list[list[dict[str, Any]]] = []
        self.failing: set[str] = set()
        self.error: Exception | None = None

    def __call__(self, event: dict[str, Any], context: Any) -> Any:
        self.records.append(event["Records"])
        if self.error:
            raise self.error
        failed = [r["messageId"] for r in event["Records"] if r["body"] in self.failing]
        return {"batchItemFailures": [{"itemIdentifier": name} for name in failed]}

    @property
    def bodies(self) -> list[list[str]]:
        return [[record["body"] for record in batch] for batch in self.records]


def queue(sqs: Any, name: str = "work", **attributes: Any) -> tuple[str, str]:
    url = sqs.create_queue(
        QueueName=name, Attributes={key: str(value) for key, value in attributes.items()}
    )["QueueUrl"]
    answer = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])
    return url, answer["Attributes"]["QueueArn"]


def left(sqs: Any, url: str) -> tuple[int, int]:
    """Visible and in-flight messages."""
    names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
    answer = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=names)["Attributes"]
    return int(answer[names[0]]), int(answer[names[1]])


def feeding(
    functions: Functions, sqs: Any, batches: Batches, attributes: Any = None, **mapping: Any
) -> str:
    url, arn = queue(sqs, **{"VisibilityTimeout": 60, **(attributes or {})})
    functions.deploy(batches)
    settings = {"FunctionResponseTypes": ["ReportBatchItemFailures"], **mapping}
    functions.feed(arn, "work", **settings)
    return url


def test_a_record_looks_as_it_does_on_aws(
    client: ClientFactory, functions: Functions, sqs: Any
) -> None:
    batches = Batches()
    url = feeding(functions, sqs, batches)

    client("sqs").send_message(
        QueueUrl=url,
        MessageBody="hello",
        MessageAttributes={"kind": {"DataType": "Number", "StringValue": "100"}},
    )
    until(lambda: batches.records and functions.pollers.idle)

    [[record]] = batches.records
    assert record.keys() == {
        "messageId",
        "receiptHandle",
        "body",
        "attributes",
        "messageAttributes",
        "md5OfBody",
        "md5OfMessageAttributes",
        "eventSource",
        "eventSourceARN",
        "awsRegion",
    }
    assert record["attributes"].keys() == {
        "ApproximateReceiveCount",
        "SentTimestamp",
        "SenderId",
        "ApproximateFirstReceiveTimestamp",
    }
    assert record["attributes"]["ApproximateReceiveCount"] == "1"
    assert record["messageAttributes"]["kind"]["stringValue"] == "100"
    assert record["messageAttributes"]["kind"]["dataType"] == "Number"
    assert record["md5OfBody"] == "5d41402abc4b2a76b9719d911017c592"
    assert record["eventSourceARN"] == "arn:aws:sqs:us-east-1:123456789012:work"
    assert left(sqs, url) == (0, 0)


def test_messages_come_in_batches(functions: Functions, sqs: Any) -> None:
    batches = Batches()
    url = feeding(functions, sqs, batches, BatchSize=4)
    functions.pollers.pause()
    for number in range(10):
        sqs.send_message(QueueUrl=url, MessageBody=str(number))

    functions.pollers.resume()
    until(lambda: functions.pollers.idle)

    assert batches.bodies == [["0", "1", "2", "3"], ["4", "5", "6", "7"], ["8", "9"]]


def test_only_failed_messages_come_again_after_the_visibility_timeout(
    functions: Functions, services: AwsServices, sqs: Any
) -> None:
    batches = Batches()
    batches.failing = {"b"}
    url = feeding(functions, sqs, batches)
    functions.pollers.pause()
    for body in "abc":
        sqs.send_message(QueueUrl=url, MessageBody=body)
    functions.pollers.resume()
    until(lambda: functions.pollers.idle)
    assert left(sqs, url) == (0, 1)

    batches.failing = set()
    services.clock.advance(timedelta(seconds=59))
    assert functions.pollers.idle
    services.clock.advance(timedelta(seconds=2))
    until(lambda: len(batches.records) == 2 and functions.pollers.idle)

    assert batches.bodies == [["a", "b", "c"], ["b"]]
    assert batches.records[1][0]["attributes"]["ApproximateReceiveCount"] == "2"
    assert left(sqs, url) == (0, 0)


@pytest.mark.parametrize(
    ("answer", "failed"),
    [
        (None, 0),
        ({}, 0),
        ({"batchItemFailures": None}, 0),
        ({"batchItemFailures": [{"itemIdentifier": ""}]}, 2),
        ({"batchItemFailures": [{"itemIdentifier": None}]}, 2),
        ({"batchItemFailures": [{"itemId": "x"}]}, 2),
        ("done", 2),
    ],
)
def test_reports_of_failures_are_read_as_lambda_reads_them(
    functions: Functions, sqs: Any, answer: Any, failed: int
) -> None:
    url, arn = queue(sqs, VisibilityTimeout=60)
    functions.deploy(lambda event, context: answer)
    functions.pollers.pause()
    functions.feed(arn, "work", FunctionResponseTypes=["ReportBatchItemFailures"])
    for body in "ab":
        sqs.send_message(QueueUrl=url, MessageBody=body)

    functions.pollers.resume()
    until(lambda: functions.pollers.idle)

    assert left(sqs, url) == (0, failed)


def test_a_batch_that_fails_too_often_goes_to_the_dead_letter_queue(
    functions: Functions, services: AwsServices, sqs: Any
) -> None:
    dead_url, dead_arn = queue(sqs, "dead")
    batches = Batches()
    batches.error = ValueError("no")
    redrive = json.dumps({"deadLetterTargetArn": dead_arn, "maxReceiveCount": 3})
    url = feeding(functions, sqs, batches, {"RedrivePolicy": redrive})

    def worked(times: int) -> bool:
        return len(batches.records) == times and functions.pollers.idle

    sqs.send_message(QueueUrl=url, MessageBody="poison")
    for tries in (1, 2, 3):
        until(functools.partial(worked, tries))
        services.clock.advance(timedelta(seconds=61))
    until(lambda: left(sqs, dead_url)[0] == 1)

    assert len(batches.records) == 3
    assert left(sqs, url) == (0, 0)
    [message] = sqs.receive_message(QueueUrl=dead_url)["Messages"]
    assert message["Body"] == "poison"


def test_delayed_messages_come_when_the_clock_says(
    functions: Functions, services: AwsServices, sqs: Any
) -> None:
    batches = Batches()
    url = feeding(functions, sqs, batches)

    sqs.send_message(QueueUrl=url, MessageBody="later", DelaySeconds=300)
    services.clock.advance(timedelta(seconds=299))
    assert functions.pollers.idle
    assert batches.records == []
    services.clock.advance(timedelta(seconds=1))
    until(lambda: batches.records)

    assert batches.bodies == [["later"]]


def test_a_queue_with_too_short_a_visibility_timeout_is_refused(
    client: ClientFactory, functions: Functions, sqs: Any
) -> None:
    _, arn = queue(sqs, VisibilityTimeout=59)
    functions.deploy(Batches(), Timeout=60)
    api = client("lambda")

    with pytest.raises(api.exceptions.InvalidParameterValueException) as refusal:
        api.create_event_source_mapping(EventSourceArn=arn, FunctionName="work")

    assert refusal.value.response["Error"]["Message"] == (
        "Queue visibility timeout: 59 seconds is less than Function timeout: 60 seconds"
    )


def test_a_deleted_mapping_polls_no_more(
    client: ClientFactory, functions: Functions, sqs: Any
) -> None:
    batches = Batches()
    url, arn = queue(sqs, VisibilityTimeout=60)
    functions.deploy(batches)
    mapping = functions.feed(arn, "work")

    client("lambda").delete_event_source_mapping(UUID=mapping)
    sqs.send_message(QueueUrl=url, MessageBody="stays")

    assert functions.pollers.idle
    assert left(sqs, url) == (1, 0)
    assert batches.records == []


def test_a_disabled_mapping_waits_until_it_is_enabled(
    client: ClientFactory, functions: Functions, sqs: Any
) -> None:
    batches = Batches()
    url, arn = queue(sqs, VisibilityTimeout=60)
    functions.deploy(batches)
    mapping = functions.feed(arn, "work", Enabled=False)
    sqs.send_message(QueueUrl=url, MessageBody="waits")
    assert functions.pollers.idle

    client("lambda").update_event_source_mapping(UUID=mapping, Enabled=True)
    until(lambda: batches.records)

    assert batches.bodies == [["waits"]]


def test_messages_are_kept_as_long_as_the_queue_says(
    client: ClientFactory, functions: Functions, services: AwsServices, sqs: Any
) -> None:
    url, _ = queue(sqs, MessageRetentionPeriod=3600)
    sqs.send_message(QueueUrl=url, MessageBody="old")
    services.clock.advance(timedelta(minutes=50))
    sqs.send_message(QueueUrl=url, MessageBody="new")
    services.clock.advance(timedelta(minutes=10))

    messages = client("sqs").receive_message(QueueUrl=url, MaxNumberOfMessages=10)["Messages"]

    assert [message["Body"] for message in messages] == ["new"]


def test_a_long_poll_is_answered_when_a_message_comes(client: ClientFactory, sqs: Any) -> None:
    url, _ = queue(sqs)
    answers: list[Any] = []
    receiver = threading.Thread(
        target=lambda: answers.append(
            client("sqs").receive_message(QueueUrl=url, WaitTimeSeconds=20)
        )
    )
    receiver.start()

    sqs.send_message(QueueUrl=url, MessageBody="here")
    receiver.join(5)

    assert [message["Body"] for message in answers[0]["Messages"]] == ["here"]


@pytest.mark.usefixtures("eager_threads")
def test_no_message_is_lost_or_doubled_when_many_send_receive_and_delete(
    client: ClientFactory, sqs: Any
) -> None:
    url, _ = queue(sqs, VisibilityTimeout=600)
    received: list[str] = []
    per_sender, senders = 15, 4

    def send(name: int) -> None:
        api = client("sqs")
        for number in range(per_sender):
            api.send_message(QueueUrl=url, MessageBody=f"{name}-{number}")

    def drain() -> None:
        api = client("sqs")
        while len(received) < per_sender * senders:
            answer = api.receive_message(QueueUrl=url, MaxNumberOfMessages=3)
            for message in answer.get("Messages", []):
                received.append(message["Body"])
                api.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])

    threads = [threading.Thread(target=send, args=(name,)) for name in range(senders)]
    threads += [threading.Thread(target=drain) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)

    assert sorted(received) == sorted(
        f"{name}-{number}" for name in range(senders) for number in range(per_sender)
    )
    assert left(sqs, url) == (0, 0)
