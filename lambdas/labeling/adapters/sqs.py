"""The listener's queue."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Self

from labeling.adapters import aws
from labeling.errors import NotSent
from labeling.settings import Settings

if TYPE_CHECKING:
    from mypy_boto3_sqs.client import SQSClient

# API_SendMessageBatch: ten messages, together no larger than one may be.
MOST_MESSAGES = 10
LARGEST_BATCH = 256 * 1024  # bytes
TRIES = 3


class SqsQueue:
    """`labeling.ports.Queue`."""

    def __init__(self, client: SQSClient, url: str) -> None:
        self._client = client
        self._url = url

    @classmethod
    def from_settings(cls, settings: Settings) -> Self:
        return cls(aws.client("sqs", region=settings.region), settings.queue_url)

    def wake(self, batch_id: str, *, delay: int = 0) -> None:
        self._send({"type": "wake", "batchId": batch_id}, delay)

    def start_jobs(self, *, delay: int = 0) -> None:
        self._send({"type": "start"}, delay)

    def hand_on(self, messages: Sequence[Mapping[str, Any]], *, delay: int = 0) -> None:
        """Raises NotSent for those that the queue refused again and again."""
        for bodies in _batches([json.dumps(message) for message in messages]):
            waiting = {str(place): body for place, body in enumerate(bodies)}
            for _ in range(TRIES):
                answer = self._client.send_message_batch(
                    QueueUrl=self._url,
                    Entries=[
                        {"Id": place, "MessageBody": body, "DelaySeconds": delay}
                        for place, body in waiting.items()
                    ],
                )
                failed = {entry["Id"] for entry in answer.get("Failed", [])}
                waiting = {place: body for place, body in waiting.items() if place in failed}
                if not waiting:
                    break
            else:
                raise NotSent(f"the queue refused {len(waiting)} messages {TRIES} times")

    def _send(self, message: Mapping[str, Any], delay: int = 0) -> None:
        self._client.send_message(
            QueueUrl=self._url, MessageBody=json.dumps(message), DelaySeconds=delay
        )


def _batches(bodies: Sequence[str]) -> Iterator[list[str]]:
    batch: list[str] = []
    size = 0
    for body in bodies:
        if batch and (len(batch) == MOST_MESSAGES or size + len(body) > LARGEST_BATCH):
            yield batch
            batch, size = [], 0
        batch.append(body)
        size += len(body)
    if batch:
        yield batch
