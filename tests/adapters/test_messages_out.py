"""labeling.ports.Notifier and Queue, in memory and on SNS and SQS."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any, Protocol

import pytest

from emulator.aws_services import AwsServices
from labeling.adapters import aws
from labeling.adapters.sns import SnsNotifier
from labeling.adapters.sqs import SqsQueue
from labeling.errors import NotPublished, NotSent
from labeling.ports import Notifier, Queue
from tests.adapters.conftest import IMPLEMENTATIONS
from tests.fakes import FakeNotifier, FakeQueue

TOPICS = "arn:aws:sns:us-east-1:123456789012"
STATUS = f"{TOPICS}:status"


class Readers(Protocol):
    """Who reads the default topic (`status`) and another one (`mine`)."""

    notifier: Notifier

    def read(self, topic: str) -> tuple[str, str, dict[str, str]]:
        """Subject, body and attributes of its only message."""


class FakeReaders:
    def __init__(self) -> None:
        self._fake = FakeNotifier()
        self.notifier: Notifier = self._fake

    def read(self, topic: str) -> tuple[str, str, dict[str, str]]:
        arn = None if topic == "status" else f"{TOPICS}:{topic}"
        [message] = [sent for sent in self._fake.published if sent.topic_arn == arn]
        return message.subject, message.body, dict(message.attributes)


class SqsReaders:
    def __init__(self, services: AwsServices) -> None:
        self._sqs = services.client("sqs")
        sns = services.client("sns")
        for topic in ("status", "mine"):
            self._sqs.create_queue(QueueName=topic)
            sns.create_topic(Name=topic)
            sns.subscribe(
                TopicArn=f"{TOPICS}:{topic}",
                Protocol="sqs",
                Endpoint=f"arn:aws:sqs:us-east-1:123456789012:{topic}",
            )
        self.notifier: Notifier = SnsNotifier(aws.client("sns", region="us-east-1"), STATUS)

    def read(self, topic: str) -> tuple[str, str, dict[str, str]]:
        url = self._sqs.get_queue_url(QueueName=topic)["QueueUrl"]
        [message] = self._sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10)["Messages"]
        body = json.loads(message["Body"])
        attributes = body.get("MessageAttributes", {})
        values = {name: attribute["Value"] for name, attribute in attributes.items()}
        return body["Subject"], body["Message"], values


@pytest.fixture(params=IMPLEMENTATIONS)
def readers(request: pytest.FixtureRequest) -> Readers:
    if request.param == "fake":
        return FakeReaders()
    return SqsReaders(request.getfixturevalue("services"))


def test_a_message_reaches_the_default_topic(readers: Readers) -> None:
    readers.notifier.publish(
        None, subject="Batch clip is done", body='{"a": 1}', attributes={"status": "SUCCESS"}
    )

    assert readers.read("status") == ("Batch clip is done", '{"a": 1}', {"status": "SUCCESS"})


def test_a_batch_may_name_its_own_topic(readers: Readers) -> None:
    readers.notifier.publish(f"{TOPICS}:mine", subject="Done", body="b", attributes={})

    assert readers.read("mine") == ("Done", "b", {})


def test_a_subject_is_one_line_of_less_than_100_characters(readers: Readers) -> None:
    readers.notifier.publish(None, subject="a\nb " + "c" * 200, body="b", attributes={})

    assert readers.read("status")[0] == "a b " + "c" * 95


def test_a_topic_that_takes_nothing_is_told(services: AwsServices) -> None:
    notifier = SnsNotifier(aws.client("sns", region="us-east-1"), STATUS)

    with pytest.raises(NotPublished):
        notifier.publish(None, subject="s", body="b", attributes={})


# --- the listener's queue


class Listener(Protocol):
    queue: Queue

    def pass_time(self, by: timedelta) -> None: ...
    def receive(self) -> list[Any]:
        """Every message that is due."""


class FakeListener:
    def __init__(self) -> None:
        self._fake = FakeQueue()
        self.queue: Queue = self._fake
        self._passed = 0.0

    def pass_time(self, by: timedelta) -> None:
        self._passed += by.total_seconds()

    def receive(self) -> list[Any]:
        sent = zip(self._fake.messages, self._fake.delays, strict=True)
        return [message for message, delay in sent if delay <= self._passed]


class SqsListener:
    def __init__(self, services: AwsServices) -> None:
        self._services = services
        self._sqs = services.client("sqs")
        self._url = self._sqs.create_queue(QueueName="listener")["QueueUrl"]
        self.queue: Queue = SqsQueue(aws.client("sqs", region="us-east-1"), self._url)

    def pass_time(self, by: timedelta) -> None:
        self._services.clock.advance(by)

    def receive(self) -> list[Any]:
        received = []
        while messages := self._sqs.receive_message(
            QueueUrl=self._url, MaxNumberOfMessages=10, WaitTimeSeconds=0
        ).get("Messages", []):
            received += [json.loads(message["Body"]) for message in messages]
        return received


@pytest.fixture(params=IMPLEMENTATIONS)
def listener(request: pytest.FixtureRequest) -> Listener:
    if request.param == "fake":
        return FakeListener()
    return SqsListener(request.getfixturevalue("services"))


def test_the_listener_is_woken_for_a_batch(listener: Listener) -> None:
    listener.queue.wake("clip")

    assert listener.receive() == [{"type": "wake", "batchId": "clip"}]


def test_the_listener_is_woken_for_a_batch_later(listener: Listener) -> None:
    listener.queue.wake("clip", delay=60)
    assert listener.receive() == []

    listener.pass_time(timedelta(seconds=61))

    assert listener.receive() == [{"type": "wake", "batchId": "clip"}]


def test_the_listener_is_asked_to_start_jobs_now_or_later(listener: Listener) -> None:
    listener.queue.start_jobs(delay=30)
    assert listener.receive() == []

    listener.pass_time(timedelta(seconds=31))

    assert listener.receive() == [{"type": "start"}]


def test_any_number_of_messages_is_handed_on(listener: Listener) -> None:
    messages = [{"type": "check", "batchId": f"batch-{number}"} for number in range(23)]

    listener.queue.hand_on(messages)
    listener.queue.hand_on([])

    received = listener.receive()
    assert sorted(received, key=messages.index) == messages


def test_large_messages_are_handed_on_in_several_calls(services: AwsServices) -> None:
    listener = SqsListener(services)
    messages = [{"type": "check", "batchId": str(number) * 100_000} for number in range(5)]

    listener.queue.hand_on(messages)

    assert len(listener.receive()) == 5


def test_messages_that_the_queue_refuses_are_sent_again_and_then_told(
    services: AwsServices,
) -> None:
    client = aws.client("sqs", region="us-east-1")
    url = services.client("sqs").create_queue(QueueName="listener")["QueueUrl"]
    refusals = iter([["1"], ["1"], [], ["0"], ["0"], ["0"]])
    sent: list[int] = []

    def refuse(parsed: Any, **_: Any) -> None:
        sent.append(len(parsed["Successful"]))
        parsed["Failed"] = [{"Id": place} for place in next(refusals)]

    client.meta.events.register("after-call.sqs.SendMessageBatch", refuse)
    queue = SqsQueue(client, url)

    queue.hand_on([{"n": 0}, {"n": 1}])
    assert sent == [2, 1, 1]

    with pytest.raises(NotSent):
        queue.hand_on([{"n": 0}])
