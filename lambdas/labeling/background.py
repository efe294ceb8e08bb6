"""Work that is begun in threads before anybody asks for its result.

A call of S3 takes 25 to 40 ms, whatever it brings: whoever makes thousands of them has to make
many at once. Threads wait for S3 at the same time; they do not compute at the same time.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Hashable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextvars import copy_context
from threading import Event, Lock
from types import TracebackType
from typing import Any, Generic, Self, TypeVar

WORKERS = 16

K = TypeVar("K", bound=Hashable)
T = TypeVar("T")


class Background:
    """A context manager: its threads have ended when it is left, and what was not begun never is.

    `is_over` is true from then on, for work that can end early.
    """

    def __init__(self, workers: int = WORKERS) -> None:
        self.workers = workers
        self._pool = ThreadPoolExecutor(workers, thread_name_prefix="background")
        self._over = Event()
        self._died: BaseException | None = None

    @property
    def is_over(self) -> bool:
        return self._over.is_set()

    def begin(self, work: Callable[[], T]) -> Future[T]:
        """Has it done in a copy of the caller's context; what it raises, the result raises.

        Raises what ends a process, if that came up in a thread before.
        """
        if self._died is not None:
            raise self._died
        return self._pool.submit(copy_context().run, self._watched, work)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._over.set()
        self._pool.shutdown(wait=True, cancel_futures=True)
        if self._died is not None and kind is None:
            raise self._died

    def _watched(self, work: Callable[[], T]) -> T:
        try:
            return work()
        except Exception:
            raise
        except BaseException as error:  # the end of a process is not one of a thread alone
            self._died = error
            raise


class Once(Generic[K, T]):
    """A function of one argument that is called once for each, whichever thread asks first; the
    others wait. What it raises, it raises for all of them."""

    def __init__(self, function: Callable[[K], T]) -> None:
        self._function = function
        self._lock = Lock()
        self._results: dict[K, Future[T]] = {}

    def __call__(self, argument: K) -> T:
        made: Future[T] = Future()
        with self._lock:
            result = self._results.setdefault(argument, made)
        # Only who runs already makes others wait: nobody waits for work that waits for a thread.
        if result is made:
            try:
                made.set_result(self._function(argument))
            except BaseException as error:
                made.set_exception(error)
                raise
        return result.result()


def looking_ahead(items: Iterable[T], begin: Callable[[T], Any], distance: int) -> Iterator[T]:
    """The items, each after `begin` was called for it and for `distance` more after it."""
    waiting: deque[T] = deque()
    for item in items:
        begin(item)
        waiting.append(item)
        if len(waiting) > distance:
            yield waiting.popleft()
    yield from waiting
