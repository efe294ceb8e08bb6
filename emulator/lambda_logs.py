"""What a Lambda function prints and logs belongs to its invocation, not to this process."""

from __future__ import annotations

import io
import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from contextvars import ContextVar
from typing import Any

_captured: ContextVar[io.StringIO | None] = ContextVar("captured", default=None)


class _Stream:
    """`sys.stdout` or `sys.stderr` for everybody, and a buffer for the function that runs.

    Loggers keep the stream that they found when they were made. So there is one such object for
    the life of the process, and it asks on each write where to write.
    """

    def __init__(self, name: str) -> None:
        self._name = name
        self._original: Any = getattr(sys, name)

    def write(self, text: str) -> int:
        buffer = _captured.get()
        return int((self.outside if buffer is None else buffer).write(text))

    def flush(self) -> None:
        if _captured.get() is None:
            self.outside.flush()

    @property
    def outside(self) -> Any:
        current = getattr(sys, self._name)
        if current is not self:
            self._original = current
        return self._original

    def __getattr__(self, name: str) -> Any:
        return getattr(self.outside, name)


_stdout, _stderr = _Stream("stdout"), _Stream("stderr")


@contextmanager
def captured() -> Iterator[io.StringIO]:
    """Collect what this thread prints and logs; other threads are not affected."""
    buffer = io.StringIO()
    streams = {id(stream.outside): stream for stream in (_stderr, _stdout)}
    for logger in list(logging.root.manager.loggerDict.values()):
        for handler in getattr(logger, "handlers", []):
            # subclasses (of pytest, of rich) know what they do
            if type(handler) is logging.StreamHandler and id(handler.stream) in streams:
                handler.setStream(streams[id(handler.stream)])
    token = _captured.set(buffer)
    try:
        with redirect_stdout(_stdout), redirect_stderr(_stderr):
            yield buffer
    finally:
        _captured.reset(token)
