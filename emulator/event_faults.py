"""EventBridge on a bad day: events that get lost, come twice, late, or in another order.

EventBridge delivers at least once, in any order; SageMaker's events are best effort: they may not
be sent at all.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from datetime import timedelta

from emulator.clock import Clock
from emulator.mends import events
from emulator.mends.events import DefaultBus, Event

Deliver = Callable[[Event], None]
Fault = Callable[[Event, Deliver], None]

LABELING_JOB_CHANGE = "SageMaker Ground Truth Labeling Job State Change"


class EventFaults:
    """What happens to the next events that some rule wants. Each call is for events to come, in the
    order of the calls; `source` limits it to events of that source."""

    def __init__(self, clock: Clock, bus: DefaultBus) -> None:
        self._clock = clock
        self._bus = bus
        self._lock = threading.RLock()
        self._coming: deque[tuple[str | None, Fault]] = deque()
        self._held: list[tuple[Event, Deliver]] = []

    def lose_next_event(self, source: str | None = None, *, times: int = 1) -> None:
        """It never arrives."""
        self._next(source, lambda event, deliver: None, times)

    def double_next_event(self, source: str | None = None, *, times: int = 1) -> None:
        """It arrives twice, the same id both times."""

        def twice(event: Event, deliver: Deliver) -> None:
            deliver(event)
            deliver(event)

        self._next(source, twice, times)

    def delay_next_event(self, by: timedelta, source: str | None = None, *, times: int = 1) -> None:
        """It arrives when this time has passed on the clock."""

        def late(event: Event, deliver: Deliver) -> None:
            self._clock.call_at(self._clock.now() + by, lambda: deliver(event))

        self._next(source, late, times)

    def reverse_next_events(self, number: int = 2, source: str | None = None) -> None:
        """That many arrive in the reverse order, when the last of them has come."""
        waiting: list[Event] = []

        def collect(event: Event, deliver: Deliver) -> None:
            waiting.append(event)
            if len(waiting) == number:
                for held in reversed(waiting):
                    deliver(held)

        self._next(source, collect, number)

    def hold_next_event(self, source: str | None = None, *, times: int = 1) -> None:
        """It arrives when `release_events` is called."""
        self._next(source, lambda event, deliver: self._held.append((event, deliver)), times)

    def release_events(self) -> None:
        """Let all that is held arrive, in the order in which it came."""
        with self._lock:
            held, self._held = self._held, []
        for event, deliver in held:
            deliver(event)

    def foreign_event(self, job_name: str = "not-ours", status: str = "Completed") -> None:
        """The labeling job of somebody else in the same account changes its status."""
        arn = f"arn:aws:sagemaker:{self._bus.region}:{self._bus.account_id}:labeling-job/{job_name}"
        self._bus.publish(
            source="aws.sagemaker",
            detail_type=LABELING_JOB_CHANGE,
            resources=[arn],
            detail={"LabelingJobStatus": status},
        )

    def install(self) -> None:
        """Stand between the services and the rules from now on."""
        events.delivery = self.deliver

    def uninstall(self) -> None:
        """Let events through again."""
        events.delivery = None

    def clear(self) -> None:
        """Forget what was asked for; what is held is lost."""
        with self._lock:
            self._coming.clear()
            self._held.clear()

    def deliver(self, event: Event, deliver: Deliver) -> None:
        """Called by the bus."""
        self._take(event["source"])(event, deliver)

    def _next(self, source: str | None, fault: Fault, times: int) -> None:
        with self._lock:
            self._coming.extend([(source, fault)] * times)

    def _take(self, source: str) -> Fault:
        with self._lock:
            for index, (wanted, fault) in enumerate(self._coming):
                if wanted in (None, source):
                    del self._coming[index]
                    return fault
        return lambda event, deliver: deliver(event)
