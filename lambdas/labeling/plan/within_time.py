"""Objects that are looked at until a plan's time is over, by whichever thread."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from labeling.ports import ObjectEntry, Objects

_A_CALL = 1_000  # entries of a listing


class TimeIsOver(Exception):
    """There is no time to look at more."""


class WithinTime:
    """The part of `labeling.ports.Objects` that a plan looks with. As soon as `is_over` says so,
    everything raises TimeIsOver, what is being read too."""

    def __init__(self, objects: Objects, is_over: Callable[[], bool]) -> None:
        self._objects = objects
        self._is_over = is_over

    def read(self, uri: str) -> str:
        self._check()
        return self._objects.read(uri)

    def chunks(self, uri: str) -> Iterator[bytes]:
        self._check()
        for chunk in self._objects.chunks(uri):
            self._check()
            yield chunk

    def exists(self, uri: str) -> bool:
        self._check()
        return self._objects.exists(uri)

    def listing(self, prefix_uri: str) -> Iterator[ObjectEntry]:
        self._check()
        for count, entry in enumerate(self._objects.listing(prefix_uri), start=1):
            yield entry
            if count % _A_CALL == 0:
                self._check()

    def _check(self) -> None:
        if self._is_over():
            raise TimeIsOver
