"""Facts that seldom change, kept for some minutes: a warm function asks for them once."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from datetime import datetime, timedelta
from typing import Any, TypeVar

T = TypeVar("T")

FIVE_MINUTES = timedelta(minutes=5)


class KeptFacts:
    """What was found out, and until when it is believed. Errors are not kept."""

    def __init__(self, now: Callable[[], datetime], *, lifetime: timedelta = FIVE_MINUTES) -> None:
        self._now = now
        self._lifetime = lifetime
        self._facts: dict[Hashable, tuple[datetime, Any]] = {}

    def get(self, key: Hashable, find_out: Callable[[], T]) -> T:
        """The fact of this key, found out anew when it is not kept, or too old."""
        now = self._now()
        found = self._facts.get(key)
        if found is None or now >= found[0]:
            found = self._facts[key] = (now + self._lifetime, find_out())
        fact: T = found[1]
        return fact

    def forget(self) -> None:
        self._facts.clear()
