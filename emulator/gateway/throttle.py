"""The limits of requests that a stage's method settings set."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from typing import Any


class Throttle:
    """A bucket of tokens for each stage: `throttlingBurstLimit` of them, refilled at
    `throttlingRateLimit` a second ("Throttle requests to your REST APIs", API Gateway's guide).

    Time is real: that of the clients.
    """

    def __init__(self, seconds: Callable[[], float] = time.monotonic) -> None:
        self._seconds = seconds
        self._lock = threading.Lock()
        self._buckets: dict[tuple[str, str], tuple[float, float]] = {}

    def lets_pass(self, api_id: str, stage: str, settings: Mapping[str, Any]) -> bool:
        """Whether one more request may be served; it takes a token then.

        Args:
            settings: of all methods of the stage (`*/*`); without limits everything passes.
        """
        rate, burst = settings.get("throttlingRateLimit"), settings.get("throttlingBurstLimit")
        if rate is None or burst is None:
            return True
        now = self._seconds()
        with self._lock:
            tokens, last = self._buckets.get((api_id, stage), (float(burst), now))
            tokens = min(float(burst), tokens + (now - last) * float(rate))
            passes = tokens >= 1
            self._buckets[api_id, stage] = (tokens - 1 if passes else tokens, now)
        return passes
