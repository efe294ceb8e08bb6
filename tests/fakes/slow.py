"""Ports whose calls take time on a world's clock."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import Any

from tests.fakes.world import World

A_CALL = timedelta(milliseconds=25)


class Slow:
    """A port whose calls take time, and are counted."""

    def __init__(self, port: Any, world: World, calls: Counter[str] | None = None) -> None:
        self._port, self._world = port, world
        self._calls = Counter() if calls is None else calls

    def __getattr__(self, name: str) -> Any:
        method = getattr(self._port, name)

        def call(*args: Any, **keywords: Any) -> Any:
            self._calls[name] += 1
            self._world.advance(A_CALL)
            return method(*args, **keywords)

        return call
