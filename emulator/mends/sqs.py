"""SQS: no lost messages, and waiting by the local cloud's clock.

In moto a message that is sent while another one is deleted can vanish, two receivers can get the
same message at once, and receiving takes longer the longer the queue is, for counting all of it
several times. Here one lock is held while a queue is changed, and whoever waits for messages is
told when there may be one: sent, visible again, or no longer delayed.
"""

from __future__ import annotations

import threading
import time
from datetime import UTC, datetime
from typing import Any

from moto.sqs import models, urls
from moto.sqs.models import Message, Queue, SQSBackend

from emulator.mends import clock

JUST_AFTER = 1
"""Milliseconds: moto's invisible messages are visible after their time; delayed ones at it."""


class FastQueue(Queue):
    """A queue that reads the clock once to count its messages; moto does for each of them, and
    counts all when one is sent."""

    @property
    def messages(self) -> list[Message]:
        now = _milliseconds()
        return [m for m in self._messages if m.visible_at < now and m.delayed_until <= now]

    @property
    def approximate_number_of_messages_delayed(self) -> int:
        now = _milliseconds()
        return sum(message.delayed_until > now for message in self._messages)

    @property
    def approximate_number_of_messages_not_visible(self) -> int:
        now = _milliseconds()
        return sum(message.visible_at >= now for message in self._messages)


class Backend(SQSBackend):
    """moto's queues behind one lock."""

    _url_module = urls

    def __init__(self, region_name: str, account_id: str) -> None:
        super().__init__(region_name, account_id)
        self.changed = threading.Condition(threading.RLock())
        """Held while queues change, and notified when there may be something to receive."""

    def reset(self) -> None:
        changed = self.changed
        with changed:
            super().reset()
            changed.notify_all()

    def send_message(self, *args: Any, **kwargs: Any) -> Message:
        with self.changed:
            message = super().send_message(*args, **kwargs)
            self.changed.notify_all()
            return message

    def receive_message(
        self,
        queue_name: str,
        count: int,
        wait_seconds_timeout: int,
        visibility_timeout: int,
        message_attribute_names: list[str] | None = None,
    ) -> list[Message]:
        until = time.monotonic() + wait_seconds_timeout
        with self.changed:
            while True:
                self.visible(queue_name)
                messages: list[Message] = super().receive_message(
                    queue_name, count, 0, visibility_timeout, message_attribute_names
                )
                left = until - time.monotonic()
                if messages or left <= 0:
                    return messages
                self.wait(queue_name, left)

    def wait(self, queue_name: str, seconds: float | None = None) -> None:
        """Wait until there may be something to receive, or the (real) seconds are over. The lock
        `changed` must be held."""
        timer = None
        if due := next_visible(self.get_queue(queue_name)):
            timer = clock.current().call_at(due, self.wake)
        # The clock does not wait for the lock: what became visible before the timer was set is
        # seen by looking once more, what does so later wakes us.
        if not self.visible(queue_name):
            self.changed.wait(seconds)
        if timer:
            clock.current().cancel(timer)

    def wake(self) -> None:
        """Let everybody who waits look again."""
        with self.changed:
            self.changed.notify_all()

    def delete_message(self, queue_name: str, receipt_handle: str) -> None:
        with self.changed:
            super().delete_message(queue_name, receipt_handle)

    def change_message_visibility(self, *args: Any, **kwargs: Any) -> None:
        with self.changed:
            super().change_message_visibility(*args, **kwargs)
            self.changed.notify_all()

    def purge_queue(self, queue_name: str) -> None:
        with self.changed:
            super().purge_queue(queue_name)

    def delete_queue(self, queue_name: str) -> None:
        with self.changed:
            super().delete_queue(queue_name)
            self.changed.notify_all()

    def visible(self, queue_name: str) -> list[Message]:
        """What could be received now; what is older than the retention period is deleted."""
        with self.changed:
            queue = self.get_queue(queue_name)
            oldest = _milliseconds() - queue.message_retention_period * 1000
            if any(message.sent_timestamp <= oldest for message in queue._messages):
                queue._messages = [m for m in queue._messages if m.sent_timestamp > oldest]
            messages: list[Message] = queue.messages
            return messages

    def withdraw(self, queue_name: str, message: Message) -> None:
        """Take back what was sent, unless it is gone."""
        with self.changed:
            messages = self.queues[queue_name]._messages if queue_name in self.queues else []
            if message in messages:
                messages.remove(message)

    def is_message_valid_based_on_retention_period(self, queue_name: str, message: Message) -> bool:
        # moto counts the whole queue several times for each message to find out
        return True


def next_visible(queue: Queue) -> datetime | None:
    """When the first of the messages that nobody can receive now can be received."""
    now = _milliseconds()
    times = [
        max(message.visible_at + JUST_AFTER, message.delayed_until) for message in queue._messages
    ]
    later = [when for when in times if when > now]
    return datetime.fromtimestamp(min(later) / 1000, UTC) if later else None


def _milliseconds() -> float:
    return clock.now().timestamp() * 1000


def install() -> None:
    """Replace moto's queues and their backend."""
    models.Queue = FastQueue
    models.sqs_backends.backend = Backend
