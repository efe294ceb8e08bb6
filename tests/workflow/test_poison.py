"""A message that the listener can never handle: it is put aside, and nothing else waits for it."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest

from tests.workflow.conftest import Pipeline

HIDDEN = timedelta(seconds=361)  # as long as a message that failed stays hidden, and a moment
TRIES = 10
POISON = [
    "no JSON",
    json.dumps({"type": "dance"}),
    json.dumps({"detail-type": "SageMaker Ground Truth Labeling Job State Change"}),
]


@pytest.fixture
def outputs(pipeline: Pipeline) -> dict[str, str]:
    return pipeline.client.outputs


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """An empty queue is believed to be empty at once."""
    monkeypatch.setattr("smgt._dead_letters.WAIT", 0)


def send(pipeline: Pipeline, outputs: dict[str, str], *bodies: str) -> None:
    sqs = pipeline.cloud.client("sqs")
    for body in bodies:
        sqs.send_message(QueueUrl=outputs["ListenerQueueUrl"], MessageBody=body)


def give_up(pipeline: Pipeline) -> None:
    """Time enough for every try, and for the receipt that finds that there were enough."""
    for _ in range(TRIES):
        pipeline.cloud.settle()
        pipeline.cloud.clock.advance(HIDDEN)
    pipeline.cloud.settle()


def put_aside(pipeline: Pipeline, outputs: dict[str, str]) -> str:
    """The only message in the queue becomes a dead letter, as after ten tries."""
    sqs = pipeline.cloud.client("sqs")
    queue = outputs["ListenerQueueUrl"]
    [message] = sqs.receive_message(QueueUrl=queue, MaxNumberOfMessages=10)["Messages"]
    sqs.send_message(QueueUrl=outputs["DeadLetterQueueUrl"], MessageBody=message["Body"])
    sqs.delete_message(QueueUrl=queue, ReceiptHandle=message["ReceiptHandle"])
    return str(message["Body"])


def left_in_the_queue(pipeline: Pipeline, outputs: dict[str, str]) -> int:
    attributes: dict[str, Any] = pipeline.cloud.client("sqs").get_queue_attributes(
        QueueUrl=outputs["ListenerQueueUrl"], AttributeNames=["All"]
    )["Attributes"]
    return sum(int(attributes[f"ApproximateNumberOfMessages{kind}"]) for kind in ("", "NotVisible"))


def test_poison_becomes_dead_letters_and_a_batch_beside_it_completes(pipeline, outputs):
    send(pipeline, outputs, *POISON)
    pipeline.create("clip")
    pipeline.run()

    assert pipeline.show("clip")["status"] == "COMPLETE"
    assert pipeline.client.dead_letters.show() == []

    give_up(pipeline)

    letters = pipeline.client.dead_letters.show()
    assert sorted(letter.body for letter in letters) == sorted(POISON)
    assert all(letter.received > TRIES for letter in letters)
    assert left_in_the_queue(pipeline, outputs) == 0
    assert pipeline.show("clip")["status"] == "COMPLETE"


def test_the_alarm_watches_the_queue_that_they_come_to_and_tells_the_topic(pipeline, outputs):
    [alarm] = pipeline.cloud.client("cloudwatch").describe_alarms()["MetricAlarms"]

    [dimension] = alarm["Dimensions"]
    assert alarm["MetricName"] == "ApproximateNumberOfMessagesVisible"
    assert outputs["DeadLetterQueueUrl"].rsplit("/", 1)[1] == dimension["Value"]
    assert alarm["AlarmActions"] == [outputs["StatusTopicArn"]]


def test_a_batch_that_waits_for_a_message_that_was_put_aside_goes_on_when_it_is_sent_back(
    pipeline, outputs
):
    pipeline.create("clip", approveBeforeLevels=[2])
    pipeline.run()
    pipeline.cloud.pollers.pause()
    pipeline.client.approve("clip")
    wake = put_aside(pipeline, outputs)
    pipeline.cloud.pollers.resume()
    pipeline.run(moments=1)
    assert set(pipeline.statuses("clip").values()) == {"COMPLETE", "QUEUED"}

    assert [letter.body for letter in pipeline.client.dead_letters.redrive()] == [wake]
    pipeline.run()

    assert pipeline.show("clip")["status"] == "COMPLETE"
    assert pipeline.client.dead_letters.show() == []
