"""`smgt queue`: what it shows of the dead letters, and how it sends them back."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from typing import Any

import boto3
import pytest
from moto import mock_aws

import smgt
from smgt._dead_letters import DeadLetters
from smgt.cli import main
from tests.client.fake_api import URL

TEMPLATE = """
Resources:
  Queue: {Type: "AWS::SQS::Queue", Properties: {QueueName: listener}}
  Dead: {Type: "AWS::SQS::Queue", Properties: {QueueName: dead}}
Outputs:
  ListenerQueueUrl: {Value: {Ref: Queue}}
  DeadLetterQueueUrl: {Value: {Ref: Dead}}
"""
EVENT = {
    "detail-type": "SageMaker Ground Truth Labeling Job State Change",
    "resources": ["arn:aws:sagemaker:us-east-1:123456789012:labeling-job/clip-lane"],
}

Run = Callable[..., tuple[int, str, str]]


class Queues:
    """The two queues, as somebody else sees them."""

    def __init__(self) -> None:
        self.sqs = boto3.client("sqs")
        self.listener = self.sqs.get_queue_url(QueueName="listener")["QueueUrl"]
        self.dead = self.sqs.get_queue_url(QueueName="dead")["QueueUrl"]

    def bury(self, *bodies: str) -> None:
        for body in bodies:
            self.sqs.send_message(QueueUrl=self.dead, MessageBody=body)

    def bodies(self, url: str) -> list[str]:
        """What could be received now."""
        found = self.sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10, VisibilityTimeout=0)
        return [message["Body"] for message in found.get("Messages", [])]


@pytest.fixture
def queues(monkeypatch: pytest.MonkeyPatch) -> Iterator[Queues]:
    monkeypatch.setenv("SMGT_API_URL", URL)
    monkeypatch.setattr("smgt._dead_letters.WAIT", 0)
    with mock_aws():
        boto3.client("cloudformation").create_stack(
            StackName="smgt-workflow", TemplateBody=TEMPLATE
        )
        yield Queues()


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.setenv("COLUMNS", "120")

    def run(*arguments: str) -> tuple[int, str, str]:
        code = main(arguments)
        out, err = capsys.readouterr()
        return code, out, err

    return run


def test_show_prints_when_how_often_and_what_and_leaves_them_there(
    run: Run, queues: Queues
) -> None:
    queues.bury("nonsense [bold]\nof two lines", json.dumps(EVENT), json.dumps("x" * 200))

    code, out, _ = run("queue", "show")

    assert code == 0
    assert re.search(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\dZ +1 +nonsense \[bold] of two lines *\n", out)
    assert "SageMaker Ground Truth Labeling Job State Change: labeling-job/clip-lane" in out
    assert "xxx…" in out
    assert len(queues.bodies(queues.dead)) == 3
    assert queues.bodies(queues.listener) == []


def test_show_prints_them_whole_as_json(run: Run, queues: Queues) -> None:
    queues.bury("first", "second")

    shown = json.loads(run("queue", "show", "--json")[1])

    assert [letter["body"] for letter in shown] == ["first", "second"]
    assert [letter["received"] for letter in shown] == [1, 1]
    assert len(json.loads(run("queue", "show", "--json", "--limit", "1")[1])) == 1


def test_more_than_one_answer_s_worth_of_them_is_shown(run: Run, queues: Queues) -> None:
    queues.bury(*(f"letter {number}" for number in range(25)))

    assert len(json.loads(run("queue", "show", "--json")[1])) == 25
    assert len(queues.bodies(queues.dead)) == 10  # an answer's worth, which is hidden no more


@pytest.mark.usefixtures("queues")
def test_no_dead_letters_are_a_sentence(run: Run) -> None:
    assert run("queue", "show")[1] == (
        "There are no dead letters: the listener has handled everything.\n"
    )
    assert run("queue", "redrive")[1] == "No messages were sent back.\n"


def test_redrive_moves_all_of_them_to_the_listener(run: Run, queues: Queues) -> None:
    bodies = [f"letter {number}" for number in range(12)]
    queues.bury(*bodies)

    assert run("queue", "redrive") == (0, "12 messages were sent back.\n", "")
    assert queues.bodies(queues.dead) == []
    attributes = queues.sqs.get_queue_attributes(QueueUrl=queues.listener, AttributeNames=["All"])
    assert attributes["Attributes"]["ApproximateNumberOfMessages"] == "12"


def test_an_interrupted_redrive_loses_nothing(
    run: Run, queues: Queues, monkeypatch: pytest.MonkeyPatch
) -> None:
    queues.bury("first", "second")
    monkeypatch.setattr("smgt._dead_letters.MOVE", 0)  # so that the others come back at once
    deleted: list[dict[str, Any]] = []

    class Interrupted:
        """The second message is sent, and then somebody presses Ctrl-C."""

        def delete_message(self, **message: Any) -> None:
            if deleted:
                raise KeyboardInterrupt
            deleted.append(message)
            queues.sqs.delete_message(**message)

        def __getattr__(self, name: str) -> Any:
            return getattr(queues.sqs, name)

    letters = DeadLetters(
        Interrupted(), queue_url=queues.listener, dead_letter_queue_url=queues.dead
    )
    monkeypatch.setattr(smgt.Client, "dead_letters", letters)

    assert run("queue", "redrive") == (
        130,
        "",
        "1 message was sent back; the others are where they were.\n",
    )
    assert queues.bodies(queues.dead) == ["second"]
    assert queues.bodies(queues.listener) == ["first", "second"]


def test_a_queue_that_refuses_is_a_sentence(run: Run, queues: Queues) -> None:
    queues.sqs.delete_queue(QueueUrl=queues.dead)

    for command, what in (("show", "read"), ("redrive", "sent back")):
        code, out, err = run("queue", command)

        assert (code, out) == (3, "")
        assert err.startswith(f"smgt: The dead letters cannot be {what}: ")


@pytest.mark.usefixtures("account")
def test_a_stack_without_the_queues_is_to_be_deployed_again(run: Run) -> None:
    code, _, err = run("queue", "show", "--stack", "smgt-workflow")

    assert code == 2
    assert "deploy it again" in err
