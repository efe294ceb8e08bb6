"""moto's data services take the time from the local cloud's clock.

moto has one `now` for them (`moto.core.utils.utcnow`), which looks `datetime.datetime` up in its
own module; so that module is given a `datetime` whose `now()` asks our clock. DynamoDB, SQS, S3,
SNS, EventBridge, STS and SageMaker follow it. The time of the process itself is left alone.
"""

from __future__ import annotations

import datetime as real
from types import SimpleNamespace
from typing import Any

import moto.core.utils

from emulator.clock import Clock, SystemClock

_system = SystemClock()
_clock: Clock = _system


def use(clock: Clock | None) -> None:
    """Let moto's services follow this clock from now on; None: the system's time."""
    global _clock
    _clock = clock or _system


def current() -> Clock:
    """The clock in use, for what waits."""
    return _clock


def now() -> real.datetime:
    """The time of the clock in use, aware, in UTC."""
    return _clock.now()


class _Datetime(real.datetime):
    @classmethod
    def now(cls, tz: real.tzinfo | None = None) -> _Datetime:
        return cls.fromtimestamp(_clock.now().timestamp(), tz)


def install() -> None:
    """Replace the `datetime` module inside `moto.core.utils`."""
    names: dict[str, Any] = {**vars(real), "datetime": _Datetime}
    moto.core.utils.datetime = SimpleNamespace(**names)
