"""Messages that the listener gave up: look at them, and send them back."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from smgt._errors import QueueError

LOOK = 30  # seconds that a message is hidden from others while it is looked at
MOVE = 120  # seconds to send ten messages back
MOST = 10  # messages that SQS hands out at once
WAIT = 1  # seconds of long polling: only that asks all of a queue's servers


@dataclass(frozen=True, kw_only=True)
class DeadLetter:
    """A message that was tried too often. `received` counts everybody who got it, those who look
    included; it is kept for 14 days from `sent_at`."""

    id: str
    body: str
    sent_at: datetime
    received: int

    @property
    def subject(self) -> str:
        """What the message is about, on one line."""
        try:
            message = json.loads(self.body)
            if "detail-type" in message:
                return f"{message['detail-type']}: {message['resources'][0].split(':', 5)[5]}"
        except (ValueError, TypeError, LookupError, AttributeError):
            pass
        line = " ".join(self.body.split())
        return line if len(line) <= 100 else f"{line[:99]}…"


class DeadLetters:
    """The dead-letter queue of a deployed workflow, and the queue that its messages come from."""

    def __init__(self, sqs: Any, *, queue_url: str, dead_letter_queue_url: str) -> None:
        self._sqs = sqs
        self._queue_url = queue_url
        self._url = dead_letter_queue_url

    def show(self, limit: int = 100) -> list[DeadLetter]:
        """At most so many of them, oldest first; they stay where they are.

        Whoever else looks at the same time does not see them, for half a minute at most.
        """
        seen: dict[str, dict[str, Any]] = {}
        with _refusals("The dead letters cannot be read"):
            while len(seen) < limit:
                received = self._receive(min(MOST, limit - len(seen)), hidden=LOOK)
                if not received.keys() - seen.keys():
                    break
                seen |= received
            self._put_back([message["ReceiptHandle"] for message in seen.values()])
        return sorted(map(_dead_letter, seen.values()), key=lambda letter: letter.sent_at)

    def redrive(self) -> Iterator[DeadLetter]:
        """Send all of them back to the listener; yields each when it is done.

        A message is sent before it is deleted: whatever interrupts this, none is lost. One may
        then be in both queues, which does no harm: the listener may get any message twice.
        """
        with _refusals("The dead letters cannot be sent back"):
            while received := self._receive(MOST, hidden=MOVE):
                for message in received.values():
                    self._sqs.send_message(QueueUrl=self._queue_url, MessageBody=message["Body"])
                    self._sqs.delete_message(
                        QueueUrl=self._url, ReceiptHandle=message["ReceiptHandle"]
                    )
                    yield _dead_letter(message)

    def _receive(self, most: int, *, hidden: int) -> dict[str, dict[str, Any]]:
        answer = self._sqs.receive_message(
            QueueUrl=self._url,
            MaxNumberOfMessages=most,
            VisibilityTimeout=hidden,
            WaitTimeSeconds=WAIT,
            MessageSystemAttributeNames=["ApproximateReceiveCount", "SentTimestamp"],
        )
        return {message["MessageId"]: message for message in answer.get("Messages", [])}

    def _put_back(self, receipts: list[str]) -> None:
        for start in range(0, len(receipts), MOST):
            self._sqs.change_message_visibility_batch(
                QueueUrl=self._url,
                Entries=[
                    {"Id": str(number), "ReceiptHandle": receipt, "VisibilityTimeout": 0}
                    for number, receipt in enumerate(receipts[start : start + MOST])
                ],
            )


def _dead_letter(message: dict[str, Any]) -> DeadLetter:
    attributes = message["Attributes"]
    return DeadLetter(
        id=message["MessageId"],
        body=message["Body"],
        sent_at=datetime.fromtimestamp(int(attributes["SentTimestamp"]) / 1000, UTC),
        received=int(attributes["ApproximateReceiveCount"]),
    )


@contextmanager
def _refusals(what: str) -> Iterator[None]:
    try:
        yield
    except (ClientError, BotoCoreError) as error:
        raise QueueError(f"{what}: {error}") from error
