"""EventBridge, and the listener's queue: SQS with its delays, its doubles and its redelivery."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from emulator.clock import Clock

BATCH = 10
WINDOW = timedelta(seconds=1)
AT_ONCE = 2
VISIBILITY = timedelta(seconds=360)
MOST_RECEIVES = 10

Record = dict[str, str]
# Which of the records failed: their message ids; None: all, the function did not answer.
Ended = Callable[[Sequence[str] | None], None]


@dataclass(frozen=True, kw_only=True)
class Fate:
    """How often a message arrives, each copy after so many seconds: `()` is lost."""

    arrivals: tuple[int, ...] = (0,)


@dataclass
class _Message:
    number: str
    body: str
    received: int = 0


class Post:
    """`labeling.ports.Queue`, and what events come through.

    Events may be lost, messages may not: a fate without arrivals leaves a message as it is.
    """

    def __init__(
        self,
        *,
        clock: Clock,
        listener: Callable[[list[Record], Ended], object],
        events: Sequence[Fate],
        messages: Sequence[Fate],
    ) -> None:
        self.dead: list[str] = []
        self.under_way: dict[str, str] = {}  # bodies of all that is not done, by number
        self._clock = clock
        self._listener = listener
        self._events = iter(events)
        self._messages = iter(messages)
        self._numbers = itertools.count()
        self._ready: list[_Message] = []
        self._listening = 0
        self._polling = False
        self._paused = False

    # --- the port

    def wake(self, batch_id: str, *, delay: int = 0) -> None:
        self._send({"type": "wake", "batchId": batch_id}, delay)

    def start_jobs(self, *, delay: int = 0) -> None:
        self._send({"type": "start"}, delay)

    def hand_on(self, messages: Sequence[Mapping[str, Any]], *, delay: int = 0) -> None:
        for message in messages:
            self._send(message, delay)

    # --- events

    def publish(self, event: Mapping[str, Any]) -> None:
        """An event that the rule wants."""
        for seconds in next(self._events, Fate()).arrivals:
            self._put(json.dumps(event), seconds)

    def tick(self) -> None:
        self._put(json.dumps({"type": "tick"}), 0)

    # --- trouble

    def calm(self) -> None:
        """From now on everything arrives, once and at once."""
        self._events = iter(())
        self._messages = iter(())

    def pause(self) -> None:
        self._paused = True

    def resume(self) -> None:
        self._paused = False
        self._poll_soon()

    # --- inside

    def _send(self, message: Mapping[str, Any], delay: int) -> None:
        if not 0 <= delay <= 900:
            raise ValueError(f"SQS delays up to 900 seconds, not {delay}")
        for seconds in next(self._messages, Fate()).arrivals or (0,):
            self._put(json.dumps(message), delay + seconds)

    def _put(self, body: str, seconds: float) -> None:
        message = _Message(str(next(self._numbers)), body)
        self.under_way[message.number] = body
        self._appear(message, timedelta(seconds=seconds))

    def _appear(self, message: _Message, after: timedelta) -> None:
        def appear() -> None:
            self._ready.append(message)
            self._poll_soon()

        self._clock.call_at(self._clock.now() + after, appear)

    def _poll_soon(self) -> None:
        if not self._polling and not self._paused and self._listening < AT_ONCE:
            self._polling = True
            self._clock.call_at(self._clock.now() + WINDOW, self._poll)

    def _poll(self) -> None:
        self._polling = False
        if self._paused or not self._ready:
            return
        batch, self._ready = self._ready[:BATCH], self._ready[BATCH:]
        for message in batch:
            message.received += 1
        self._listening += 1

        def ended(failed: Sequence[str] | None) -> None:
            self._listening -= 1
            for message in batch:
                if failed is None or message.number in failed:
                    self._again(message)
                else:
                    self.under_way.pop(message.number, None)
            self._poll_soon()

        records = [{"messageId": message.number, "body": message.body} for message in batch]
        self._listener(records, ended)
        if self._ready:
            self._poll_soon()

    def _again(self, message: _Message) -> None:
        if message.received >= MOST_RECEIVES:
            self.dead.append(message.body)
            self.under_way.pop(message.number, None)
        else:
            self._appear(message, VISIBILITY)
