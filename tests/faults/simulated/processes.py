"""Running functions, and what may become of them at each call to the world around them."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from typing import Any

from botocore.exceptions import ReadTimeoutError

from labeling.errors import Conflict, NotLookedAt, NotPublished, ServiceUnavailable
from tests.faults.simulated.whats import What

WRITES = (
    "add",
    "add_jobs",
    "enqueue",
    "withdraw",
    "set_inputs",
    "claim",
    "confirm",
    "requeue",
    "record",
    "restart",
    "mark_stopping",
    "put_wait",
    "approve",
    "end",
    "begin_run",
    "mark_published",
)


class Died(BaseException):
    """The process is no more; nothing after this is done."""


class Kind(StrEnum):
    DIES = "dies"
    FAILS = "fails"
    STALLS = "stalls"
    GIVEN_UP = "given up"  # it stalls, and whoever called it waits no longer


@dataclass(frozen=True, kw_only=True)
class Trouble:
    """What happens at the `nth` call (from 0) of a port's method: before it is done, or after.

    `meanwhile` are what people do while a process stalls, a second after each other.
    """

    call: str
    nth: int
    kind: Kind
    done: bool
    seconds: int = 0
    meanwhile: tuple[What, ...] = ()


def _error_of(call: str) -> Exception:
    """What the adapters raise when they gave up: an error that our code names, or botocore's."""
    match call.split("."):
        case ["batches", method] if method in WRITES:
            return Conflict("trouble was ordered")
        case ["labeling", _]:
            return ServiceUnavailable("trouble was ordered")
        case ["account" | "workforce", _]:
            return NotLookedAt("trouble was ordered")
        case ["notifier", _]:
            return NotPublished("trouble was ordered")
        case [port, _]:
            return ReadTimeoutError(endpoint_url=port)
    raise ValueError(call)


class Troubles:
    """Orders of trouble; each happens once."""

    def __init__(self, troubles: Sequence[Trouble]) -> None:
        self._due = {(trouble.call, trouble.nth): trouble for trouble in reversed(troubles)}
        self._calls: Counter[str] = Counter()
        self.stalling = any(trouble.seconds for trouble in troubles)
        self.met: list[Trouble] = []

    def at(self, call: str) -> Trouble | None:
        trouble = self._due.pop((call, self._calls[call]), None)
        self._calls[call] += 1
        if trouble is not None:
            self.met.append(trouble)
        return trouble

    def over(self) -> None:
        self._due.clear()


class Process:
    """One invocation of a function. `ended` is called once, when its caller hears of it:

    with its result and None, or with None and what it raised.
    """

    def __init__(
        self,
        name: str,
        work: Callable[[], Any],
        *,
        ended: Callable[[Any, BaseException | None], object],
        later: Callable[[int, Callable[[], object]], object],
        meanwhile: Callable[[What], object],
        troubles: Troubles,
    ) -> None:
        """`later` calls a function after so many seconds, `meanwhile` does what somebody does."""
        self.name = name
        self.stalls = False
        self._work = work
        self._ended = ended
        self._later = later
        self._meanwhile = meanwhile
        self._troubles = troubles
        self._given_up = False
        self._turn = threading.Semaphore(0)
        self._back = threading.Semaphore(0)

    def run(self) -> None:
        """Runs until it ends or stalls."""
        if not self._troubles.stalling:
            self._run()
            return
        threading.Thread(target=self._in_turn, name=self.name, daemon=True).start()
        self._back.acquire()

    def call(self, what: str, do: Callable[[], Any]) -> Any:
        """Does one call to a port, and what happens to this process at it."""
        trouble = self._troubles.at(what)
        if trouble is None:
            return _whole(do())
        if not trouble.done:
            self._meet(trouble)
        answer = _whole(do())
        if trouble.done:
            self._meet(trouble)
        return answer

    def _meet(self, trouble: Trouble) -> None:
        match trouble.kind:
            case Kind.DIES:
                raise Died
            case Kind.FAILS:
                raise _error_of(trouble.call)
            case Kind.GIVEN_UP:
                self._end(None, TimeoutError())
                self._given_up = True
        self.stalls = True
        for seconds, what in enumerate(trouble.meanwhile):
            self._later(seconds, partial(self._meanwhile, what))
        self._later(trouble.seconds, self._go_on)
        self._back.release()
        self._turn.acquire()
        self.stalls = False

    def _go_on(self) -> None:
        self._turn.release()
        self._back.acquire()

    def _in_turn(self) -> None:
        try:
            self._run()
        finally:
            self._back.release()

    def _run(self) -> None:
        try:
            result = self._work()
        except (Exception, Died) as error:
            self._end(None, error)
        else:
            self._end(result, None)

    def _end(self, result: Any, error: BaseException | None) -> None:
        if not self._given_up:
            self._ended(result, error)


class WatchedPort:
    """A port whose calls are those of a process; `after` is called when one was done."""

    def __init__(
        self, port: Any, name: str, process: Process, after: Callable[[str, Any], object]
    ) -> None:
        self._port = port
        self._name = name
        self._process = process
        self._after = after

    def __getattr__(self, method: str) -> Any:
        call = getattr(self._port, method)
        what = f"{self._name}.{method}"

        def watched(*args: Any, **options: Any) -> Any:
            def do() -> Any:
                answer = _whole(call(*args, **options))
                self._after(what, answer)
                return answer

            return self._process.call(what, do)

        return watched


def _whole(answer: Any) -> Any:
    """What comes page by page comes at once: a call is one event."""
    return iter(list(answer)) if isinstance(answer, Iterator) else answer
