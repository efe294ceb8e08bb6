"""Quotas of an account, and the rate of calls."""

from collections import deque
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Lock
from typing import Self

from emulator.ground_truth.errors import Throttled
from emulator.ground_truth.ports import Clock

DAY = 86_400


@dataclass(frozen=True)
class Limits:
    """Defaults are generous where waiting would only cost time; `real()` is a new account's.

    Rates are calls per second, `None` for no limit. Times are in seconds.
    """

    running_jobs: int = 20
    create_per_second: int | None = None
    describe_per_second: int | None = None
    list_per_second: int | None = None
    stop_per_second: int | None = None
    dataset_objects: int = 10_000
    image_bytes: int = 40_000_000
    image_pixels: int = 100_000_000
    video_sequences: int = 10
    video_frames: int = 2_000
    point_cloud_frames: int = 500
    task_time: int = 28_800
    long_task_time: int = 7 * DAY
    availability_lifetime: int = 30 * DAY
    job_lifetime: int = 30 * DAY
    work_teams: int = 25

    @classmethod
    def real(cls) -> Self:
        """The default quotas of an AWS account."""
        return cls(
            running_jobs=1,
            create_per_second=1,
            describe_per_second=5,
            list_per_second=2,
            stop_per_second=1,
        )


class Rate:
    """At most `per_second` calls in any second of the clock."""

    def __init__(self, per_second: int | None, *, clock: Clock) -> None:
        self._per_second = per_second
        self._clock = clock
        self._calls: deque[datetime] = deque()
        self._lock = Lock()

    def spend(self) -> None:
        """Count one call; raises `Throttled` when there were too many."""
        if self._per_second is None:
            return
        now = self._clock.now()
        with self._lock:
            while self._calls and self._calls[0] <= now - timedelta(seconds=1):
                self._calls.popleft()
            if len(self._calls) >= self._per_second:
                raise Throttled
            self._calls.append(now)
