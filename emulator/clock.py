"""The local cloud's time: one `now` for all of its parts, and things that are due at a time.

Everything in the local cloud that waits (timeouts and retries of executions, schedules, leases of
labeling tasks) asks a `Clock` to be called when its time has come, instead of sleeping:

    timer = clock.call_at(clock.now() + timedelta(seconds=30), expire_token)
    clock.cancel(timer)

With a `SystemClock` that takes 30 seconds. With a `VirtualClock` time stands still until somebody
calls `advance()`, so that days pass in milliseconds.
"""

from __future__ import annotations

import heapq
import itertools
import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Protocol

logger = logging.getLogger(__name__)

LONGEST_SLEEP = 5.0
"""Seconds. A laptop that was asleep finds out what is overdue within this time."""


@dataclass(order=True)
class Timer:
    """Something to be called at `when`; given to `Clock.cancel`."""

    when: datetime
    number: int
    function: Callable[[], object] = field(compare=False)
    cancelled: bool = field(default=False, compare=False)


class Clock(Protocol):
    """What the parts of the local cloud know of time. All methods may be called by any thread."""

    def now(self) -> datetime:
        """The time, aware, in UTC."""

    def advance(self, by: timedelta) -> None:
        """Move on at once. What falls due on the way is called in order, in the caller's thread,
        each at its own time, before this returns. Errors are raised together at the end, as an
        `ExceptionGroup`; a negative `by` is a `ValueError`."""

    def call_at(self, when: datetime, function: Callable[[], object]) -> Timer:
        """Have `function` called once, at `when` or as soon as possible after it. It should be
        quick and must not block; equal times are called in the order in which they were given."""

    def cancel(self, timer: Timer) -> None:
        """Do not call it any more. Does nothing after it was called."""

    def next_due(self) -> datetime | None:
        """When the next call is due, None if there is none."""

    def close(self) -> None:
        """Forget everything that is due, and end the clock's thread if it has one."""


class _Agenda:
    """What is due, in order; safe for threads."""

    def __init__(self) -> None:
        self.changed = threading.Condition()
        self._timers: list[Timer] = []
        self._numbers = itertools.count()

    def add(self, when: datetime, function: Callable[[], object]) -> Timer:
        if when.tzinfo is None:
            raise ValueError("a timer needs an aware datetime, this one has no time zone")
        with self.changed:
            timer = Timer(when, next(self._numbers), function)
            heapq.heappush(self._timers, timer)
            self.changed.notify_all()
        return timer

    def remove(self, timer: Timer) -> None:
        with self.changed:
            timer.cancelled = True
            if timer in self._timers:
                self._timers.remove(timer)
                heapq.heapify(self._timers)
                self.changed.notify_all()

    def clear(self) -> None:
        with self.changed:
            self._timers.clear()
            self.changed.notify_all()

    def next_due(self) -> datetime | None:
        with self.changed:
            return self._timers[0].when if self._timers else None

    def take_due(self, until: datetime) -> Timer | None:
        with self.changed:
            if self._timers and self._timers[0].when <= until:
                return heapq.heappop(self._timers)
            return None


class VirtualClock:
    """Time that stands still between calls of `advance`.

    What is already due when it is given to `call_at` is called by the next `advance`, which may be
    one by nothing: `advance(timedelta())`.
    """

    def __init__(self, start: datetime | None = None) -> None:
        self._now = start or datetime.now(UTC)
        self._agenda = _Agenda()
        self._advancing = threading.RLock()

    def now(self) -> datetime:
        return self._now

    def advance(self, by: timedelta) -> None:
        _refuse_the_past(by)
        errors: list[Exception] = []
        with self._advancing:
            until = self._now + by
            while timer := self._agenda.take_due(until):
                self._now = max(self._now, timer.when)
                _call(timer, errors)
            self._now = max(self._now, until)
        _raise_all(errors)

    def call_at(self, when: datetime, function: Callable[[], object]) -> Timer:
        return self._agenda.add(when, function)

    def cancel(self, timer: Timer) -> None:
        self._agenda.remove(timer)

    def next_due(self) -> datetime | None:
        return self._agenda.next_due()

    def close(self) -> None:
        self._agenda.clear()


class SystemClock:
    """The machine's time, plus what `advance` added to it; one thread calls what is due.

    Errors of what the thread calls are logged.
    """

    def __init__(self) -> None:
        self._offset = timedelta()
        self._agenda = _Agenda()
        self._advancing = threading.RLock()
        self._thread: threading.Thread | None = None
        self._closed = False

    def now(self) -> datetime:
        return datetime.now(UTC) + self._offset

    def advance(self, by: timedelta) -> None:
        _refuse_the_past(by)
        errors: list[Exception] = []
        with self._advancing:
            target = self._offset + by
            while timer := self._agenda.take_due(datetime.now(UTC) + target):
                self._offset = max(self._offset, timer.when - datetime.now(UTC))
                _call(timer, errors)
            self._offset = max(self._offset, target)
        with self._agenda.changed:
            self._agenda.changed.notify_all()
        _raise_all(errors)

    def call_at(self, when: datetime, function: Callable[[], object]) -> Timer:
        timer = self._agenda.add(when, function)
        with self._agenda.changed:
            if self._thread is None and not self._closed:
                self._thread = threading.Thread(target=self._run, name="clock", daemon=True)
                self._thread.start()
        return timer

    def cancel(self, timer: Timer) -> None:
        self._agenda.remove(timer)

    def next_due(self) -> datetime | None:
        return self._agenda.next_due()

    def close(self) -> None:
        self._closed = True
        self._agenda.clear()
        if self._thread not in (None, threading.current_thread()):
            self._thread.join()

    def _run(self) -> None:
        while not self._closed:
            with self._advancing:
                timer = self._agenda.take_due(self.now())
                if timer:
                    errors: list[Exception] = []
                    _call(timer, errors)
                    for error in errors:
                        logger.error("a call of the clock failed", exc_info=error)
                    continue
            with self._agenda.changed:
                due = self._agenda.next_due()
                wait = LONGEST_SLEEP if due is None else (due - self.now()).total_seconds()
                if wait > 0 and not self._closed:
                    self._agenda.changed.wait(min(wait, LONGEST_SLEEP))


def _refuse_the_past(by: timedelta) -> None:
    if by < timedelta():
        raise ValueError(f"time does not go back: {by}")


def _call(timer: Timer, errors: list[Exception]) -> None:
    if timer.cancelled:
        return
    try:
        timer.function()
    except Exception as error:
        errors.append(error)


def _raise_all(errors: list[Exception]) -> None:
    if errors:
        raise ExceptionGroup("calls that fell due failed", errors)
