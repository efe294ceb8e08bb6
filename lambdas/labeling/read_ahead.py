"""Objects in S3, read in threads before they are asked for.

    with ReadAhead(objects) as ahead:
        ahead.expect([sequence, labels], of=clip)
        ...
        content = ahead.read_bytes(labels)   # as often as one likes, it is fetched once
        ahead.forget(clip)

What goes wrong is raised where the object is asked for. Whatever is not expected is read at once.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator
from concurrent.futures import Future
from functools import partial
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self, TypeVar, cast

from labeling.background import WORKERS, Background
from labeling.errors import ObjectUnreadable

if TYPE_CHECKING:
    from labeling.ports import ObjectEntry, Objects

MEGABYTE = 1024 * 1024
# The most memory: what is held, and two more objects of the largest size for each thread.
MOST_HELD = 32 * MEGABYTE
LARGEST = 12 * MEGABYTE  # of what is larger only so much is read ahead, and thrown away

T = TypeVar("T")


class ReadAhead:
    """The reading part of `labeling.ports.Objects`, for one thread and the threads it has.

    Whoever expects something has to forget it: it is held until then. Of what is expected as much
    is read ahead as may be held, in the order in which it was expected.
    """

    def __init__(
        self,
        objects: Objects,
        *,
        workers: int = WORKERS,
        most_held: int = MOST_HELD,
        largest: int = LARGEST,
    ) -> None:
        """`most_held` and `largest` are bytes."""
        self._objects = objects
        self._background = Background(workers)
        self._most_running = 2 * workers
        self._most_held = most_held
        self._largest = largest
        self._owned: dict[Hashable, list[Hashable]] = {}
        self._wanted: dict[Hashable, Callable[[], Any]] = {}
        self._begun: dict[Hashable, Future[Any]] = {}
        self._running: dict[Hashable, Future[Any]] = {}
        self._sizes: dict[Hashable, int] = {}
        self._held = 0

    def __enter__(self) -> Self:
        self._background.__enter__()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._background.__exit__(kind, error, traceback)

    @property
    def held(self) -> int:
        """Bytes of what was read ahead and not forgotten, as far as it is known by now."""
        return self._held

    def expect(self, uris: Iterable[str], *, of: Hashable) -> None:
        """These objects will be asked for soon, until `of` is forgotten."""
        for uri in uris:
            self.begin(uri, partial(self._read, uri), of=of)

    def begin(self, key: Hashable, work: Callable[[], Any], *, of: Hashable) -> None:
        """The `result` of this work will be asked for soon. It must not ask for any itself."""
        if key not in self._wanted and key not in self._begun:
            self._owned.setdefault(of, []).append(key)
            self._wanted[key] = work
        self._go_on()

    def forget(self, of: Hashable) -> None:
        """Nothing that was expected for this is asked for any more."""
        for key in self._owned.pop(of, ()):
            self._wanted.pop(key, None)
            future = self._begun.pop(key, None)
            if future is not None and future.cancel():
                self._running.pop(key, None)
            self._held -= self._sizes.pop(key, 0)
        self._go_on()

    def result(self, key: Hashable, work: Callable[[], T]) -> T:
        """What the work gave that was begun under this key; where none was, it is done now."""
        if key in self._wanted:
            self._start(key)
        future = self._begun.get(key)
        if future is None:
            return work()
        found = future.result()
        self._go_on()
        return cast(T, found)

    def read_bytes(self, uri: str) -> bytes:
        """Raises ObjectUnreadable."""
        found: bytes | None = self.result(uri, partial(self._objects.read_bytes, uri))
        return self._objects.read_bytes(uri) if found is None else found

    def lines(self, uri: str) -> Iterator[str]:
        """As `Objects.lines`; streamed where the object is not expected, or is large."""
        found: bytes | None = self.result(uri, lambda: None)
        if found is None:
            yield from self._objects.lines(uri)
            return
        for line in found.split(b"\n"):
            if line.removesuffix(b"\r"):
                yield self._text(line.removesuffix(b"\r"), uri)

    def listing(self, prefix_uri: str) -> Iterator[ObjectEntry]:
        return self._objects.listing(prefix_uri)

    def _text(self, line: bytes, uri: str) -> str:
        try:
            return line.decode()
        except UnicodeDecodeError as error:
            raise ObjectUnreadable(f"{uri} is not UTF-8 text") from error

    def _read(self, uri: str) -> bytes | None:
        """None for what is too large, or not needed any more."""
        found = bytearray()
        for chunk in self._objects.chunks(uri):
            found += chunk
            if len(found) > self._largest or self._background.is_over:
                return None
        return bytes(found)

    def _go_on(self) -> None:
        for key in [key for key, future in self._running.items() if future.done()]:
            future = self._running.pop(key)
            if self._begun.get(key) is future and future.exception() is None:
                self._sizes[key] = size = _size(future.result())
                self._held += size
        while (
            self._wanted
            and len(self._running) < self._most_running
            and self._held < self._most_held
        ):
            self._start(next(iter(self._wanted)))

    def _start(self, key: Hashable) -> None:
        self._begun[key] = self._running[key] = self._background.begin(self._wanted.pop(key))


def _size(found: Any) -> int:
    return len(found) if isinstance(found, bytes) else 0
