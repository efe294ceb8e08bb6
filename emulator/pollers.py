"""Queues that feed Lambda functions: what AWS calls an event source mapping of SQS.

One poller per mapping, one batch at a time: functions run one at a time anyway, so
`MaximumConcurrency` is kept by itself.
"""

from __future__ import annotations

import base64
import json
import logging
import threading
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from moto.awslambda.models import EventSourceMapping
from moto.sqs.models import Message, Queue, sqs_backends

from emulator.clock import VirtualClock
from emulator.lambdas import Function, LambdaRunner, Outcome

if TYPE_CHECKING:
    from emulator.mends.sqs import Backend

logger = logging.getLogger(__name__)


class Pollers:
    """The pollers of all mappings of a local cloud."""

    def __init__(self, runner: LambdaRunner, find: Callable[[str], Function]) -> None:
        """`find` gives the function of an ARN."""
        self._runner = runner
        self._find = find
        self._pollers: dict[str, Poller] = {}
        self._paused = False

    def start(self, mapping: EventSourceMapping) -> None:
        """Poll the queue of this mapping from now on."""
        poller = Poller(mapping, self._runner, self._find)
        poller.paused = self._paused
        self._pollers[mapping.uuid] = poller
        poller.start()

    def stop(self, uuid: str) -> None:
        """Stop polling for this mapping; a batch that is being worked on is finished."""
        if poller := self._pollers.pop(uuid, None):
            poller.stop()

    def stop_all(self) -> None:
        """Stop polling altogether."""
        for uuid in list(self._pollers):
            self.stop(uuid)

    def pause(self) -> None:
        """Leave messages in their queues until `resume`."""
        self._set_paused(True)

    def resume(self) -> None:
        """Go on after `pause`."""
        self._set_paused(False)

    @property
    def idle(self) -> bool:
        """No function works on a batch, and no message waits for one that could be received now.
        Delayed and invisible messages do not count: only the clock brings them back."""
        return all(poller.idle for poller in list(self._pollers.values()))

    def wake(self) -> None:
        """Look again: a mapping has changed."""
        for poller in list(self._pollers.values()):
            poller.backend.wake()

    def _set_paused(self, paused: bool) -> None:
        self._paused = paused
        for poller in list(self._pollers.values()):
            poller.paused = paused
        self.wake()


class Poller:
    """Receives messages of one queue, invokes one function, deletes what did not fail."""

    def __init__(
        self, mapping: EventSourceMapping, runner: LambdaRunner, find: Callable[[str], Function]
    ) -> None:
        _, _, _, region, account_id, self._queue_name = mapping.event_source_arn.split(":")
        self.backend: Backend = sqs_backends[account_id][region]
        self.paused = False
        self._mapping = mapping
        self._runner = runner
        self._find = find
        self._working = False
        self._stopping = False
        self._thread = threading.Thread(
            target=self._work, name=f"poller of {self._queue_name}", daemon=True
        )

    def start(self) -> None:
        """Start polling, in a thread."""
        self._thread.start()

    def stop(self) -> None:
        """Stop, and wait until the batch that is being worked on is finished."""
        self._stopping = True
        self.backend.wake()
        if self._thread is not threading.current_thread():
            self._thread.join()

    @property
    def idle(self) -> bool:
        """See `Pollers.idle`."""
        with self.backend.changed:
            if self._working:
                return False
            queue = self._queue
            return queue is None or not self._polls or not self.backend.visible(self._queue_name)

    @property
    def _polls(self) -> bool:
        return bool(self._mapping.enabled and not self.paused and not self._stopping)

    @property
    def _queue(self) -> Queue | None:
        return self.backend.queues.get(self._queue_name)

    def _work(self) -> None:
        while not self._stopping:
            try:
                if batch := self._next_batch():
                    self._deliver(batch)
            except Exception:
                logger.exception("the poller of %s failed", self._queue_name)
            finally:
                self._working = False

    def _next_batch(self) -> list[Message]:
        with self.backend.changed:
            queue = self._queue
            if queue is None:
                self.backend.changed.wait(1)
                return []
            if not self._polls or not self.backend.visible(self._queue_name):
                self.backend.wait(self._queue_name)
                return []
            self._working = True
            self._fill_up(queue)
            if self._queue is None:
                return []
            return self.backend.receive_message(
                self._queue_name, self._mapping.batch_size, 0, queue.visibility_timeout, ["All"]
            )

    def _fill_up(self, queue: Queue) -> None:
        """Wait as long as the batching window for more. Virtual time would wait for ever."""
        if isinstance(self._runner.clock, VirtualClock):
            return
        until = time.monotonic() + int(self._mapping.max_batch_window or 0)
        while len(queue.messages) < self._mapping.batch_size and not self._stopping:
            left = until - time.monotonic()
            if left <= 0:
                return
            self.backend.changed.wait(left)

    def _deliver(self, batch: list[Message]) -> None:
        event = {"Records": [self._record(message) for message in batch]}
        outcome = self._runner.run(self._find(self._mapping.function_arn), event)
        failed = self._failed(outcome, {message.id for message in batch})
        with self.backend.changed:
            if self._queue is None:
                return
            for message in batch:
                if message.id not in failed:
                    self.backend.delete_message(self._queue_name, message.receipt_handle)

    def _failed(self, outcome: Outcome, batch: set[str]) -> set[str]:
        """Which messages come again: all after an error and after a report that cannot be
        understood, else those that the function reports."""
        if outcome.failed:
            return batch
        if "ReportBatchItemFailures" not in (self._mapping.function_response_types or []):
            return set()
        answer = json.loads(outcome.payload) or {"batchItemFailures": None}
        try:
            reported = {item["itemIdentifier"] for item in answer["batchItemFailures"] or []}
        except (KeyError, TypeError):
            return batch
        return reported if reported <= batch else batch

    def _record(self, message: Message) -> dict[str, Any]:
        attributes = {
            "ApproximateReceiveCount": str(message.approximate_receive_count),
            "SentTimestamp": str(message.sent_timestamp),
            "SenderId": message.sender_id,
            "ApproximateFirstReceiveTimestamp": str(message.approximate_first_receive_timestamp),
        }
        if trace := message.system_attributes.get("AWSTraceHeader"):
            attributes["AWSTraceHeader"] = trace["StringValue"]
        if message.group_id:
            attributes |= {
                "MessageGroupId": message.group_id,
                "MessageDeduplicationId": message.deduplication_id or "",
                "SequenceNumber": message.sequence_number or "",
            }
        record = {
            "messageId": message.id,
            "receiptHandle": message.receipt_handle,
            "body": message.body,
            "attributes": attributes,
            "messageAttributes": {
                name: _message_attribute(value)
                for name, value in message.message_attributes.items()
            },
            "md5OfBody": message.body_md5,
            "eventSource": "aws:sqs",
            "eventSourceARN": self._mapping.event_source_arn,
            "awsRegion": self._mapping.region,
        }
        if message.message_attributes:
            record["md5OfMessageAttributes"] = message.attribute_md5
        return record


def _message_attribute(value: dict[str, Any]) -> dict[str, Any]:
    attribute: dict[str, Any] = {"stringListValues": [], "binaryListValues": []}
    if "StringValue" in value:
        attribute["stringValue"] = value["StringValue"]
    if binary := value.get("BinaryValue"):
        raw = binary if isinstance(binary, bytes) else str(binary).encode()
        attribute["binaryValue"] = base64.b64encode(raw).decode()
    return {**attribute, "dataType": value["DataType"]}
