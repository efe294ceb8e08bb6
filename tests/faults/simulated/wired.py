"""Which ports the handlers get while simulations are played, and what may be logged."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from botocore.exceptions import ReadTimeoutError

from labeling import wiring
from labeling.errors import LabelingError
from labeling.handlers import transform_batch

PORTS = (
    "batches",
    "labeling",
    "workflow",
    "objects",
    "notifier",
    "queue",
    "workforce",
    "account",
)

running = threading.local()
"""`ports` are those of the process that this thread is."""


@contextmanager
def wired() -> Iterator[None]:
    """The handlers get the ports of the simulation that calls them."""

    def port(name: str) -> Callable[[], Any]:
        return lambda: getattr(running.ports, name)

    logger = logging.getLogger("labeling")
    unexpected = _Unexpected()
    logger.addHandler(unexpected)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(logger, "propagate", False)
        for name in (*PORTS, "places", "settings"):
            patch.setattr(wiring, name, port(name))
        patch.setattr(transform_batch, "settings", port("settings"))
        patch.setattr(wiring, "now", lambda: running.ports.now())
        yield
    logger.removeHandler(unexpected)


class _Unexpected(logging.Handler):
    """What the code logs and goes on after must be trouble that it knows."""

    def emit(self, record: logging.LogRecord) -> None:
        error = record.exc_info[1] if record.exc_info else None
        if error is not None and not isinstance(error, LabelingError | ReadTimeoutError):
            running.ports.logged(f"{record.name} logged {error!r}")
