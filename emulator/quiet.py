"""Waits until the local cloud is quiet: nothing runs, and nothing is due."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from datetime import timedelta

from emulator.clock import Clock, VirtualClock

LOOKS = 3
"""How often in a row everything has to be quiet: work that passes from a part that was looked at
last to one that was looked at first is seen by the next look."""

PAUSES = (0.0005, 0.005)
"""Seconds between two looks: at first, and at most."""


class NotQuiet(TimeoutError):
    """It did not become quiet in time; the text names what still runs."""


class Quiet:
    """Knows the parts of a local cloud and whether they have something to do."""

    def __init__(self, clock: Clock, parts: Mapping[str, Callable[[], bool]]) -> None:
        """`parts`: by name, whether that part is idle. It may do work itself to find out."""
        self._clock = clock
        self._parts = parts

    def wait(self, timeout: float) -> None:
        """Wait until all is quiet; what a standing clock has made due by now is called.

        Args:
            timeout: real seconds.

        Raises:
            NotQuiet: it takes longer.
        """
        end = time.monotonic() + timeout
        pause, seen = PAUSES[0], 0
        nap = threading.Event()
        while seen < LOOKS:
            busy = self._busy()
            seen = 0 if busy else seen + 1
            if not busy:
                continue
            if time.monotonic() > end:
                raise NotQuiet(f"after {timeout:g} s there was still work: {', '.join(busy)}")
            nap.wait(pause)
            pause = min(pause * 2, PAUSES[1])

    def _busy(self) -> list[str]:
        if self._is_due():
            if isinstance(self._clock, VirtualClock):
                self._clock.advance(timedelta())
            return ["the clock"]
        return [name for name, idle in self._parts.items() if not idle()]

    def _is_due(self) -> bool:
        due = self._clock.next_due()
        return due is not None and due <= self._clock.now()
