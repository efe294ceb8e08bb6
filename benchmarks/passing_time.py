"""Time that stands still, but for what AWS takes to answer the functions."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from threading import Lock

from emulator.clock import VirtualClock

# Assumed, on the slow side of what a function sees within a region. Ground Truth creates one job
# a second in an account with default quotas, so a creation is given most of one.
USUAL = timedelta(milliseconds=25)
SLOW: Mapping[str, timedelta] = {
    "CreateLabelingJob": timedelta(milliseconds=900),
    "StopLabelingJob": timedelta(milliseconds=900),
    "DescribeLabelingJob": timedelta(milliseconds=100),
    "ListLabelingJobs": timedelta(milliseconds=200),
    "TransactWriteItems": timedelta(milliseconds=35),
}


class PassingTime(VirtualClock):
    """A virtual clock that every call of a function moves on by what it would take on AWS.

    So invocations take their time, run out of it and hand on, whatever this machine is like.
    """

    def __init__(self, start: datetime | None = None) -> None:
        super().__init__(start)
        # Not that of `advance`, whose caller may wait for the thread that makes the call.
        self._passing = Lock()

    def call(self, operation: str) -> None:
        """Let the time of one call pass; what falls due is called by whoever advances the clock."""
        with self._passing:
            self._now += SLOW.get(operation, USUAL)
