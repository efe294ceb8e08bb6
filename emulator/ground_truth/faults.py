"""Trouble on demand: patterns are matched against job names, without case (`clip-*`)."""

from collections.abc import Callable
from dataclasses import dataclass
from fnmatch import fnmatchcase
from threading import Lock


@dataclass(frozen=True)
class _Once:
    pattern: str
    reason: str


class JobFaults:
    """What is to go wrong. Everything takes effect on jobs that are read after the call,
    `stall` also on running ones."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._failing: list[_Once] = []
        self._stalled: list[str] = []
        self._object_failures: list[tuple[str, int]] = []
        self._early: list[str] = []
        self._on_release: Callable[[], None] = lambda: None
        self.answer_early: Callable[[str], None] = lambda job_name: None

    def fail_next(self, pattern: str, reason: str = "An internal error occurred.") -> None:
        """The next job of this name fails with this reason, its tasks unanswered."""
        with self._lock:
            self._failing.append(_Once(pattern, reason))

    def stall(self, pattern: str) -> None:
        """Jobs of this name show nobody a task and never complete, until `release`."""
        with self._lock:
            self._stalled.append(pattern)

    def release(self, pattern: str) -> None:
        """Ends `stall` with the same pattern."""
        with self._lock:
            self._stalled.remove(pattern)
        self._on_release()

    def fail_objects(self, pattern: str, count: int) -> None:
        """The first `count` objects of every job of this name fail without an answer."""
        with self._lock:
            self._object_failures.append((pattern, count))

    def complete_before_create_returns(self, pattern: str) -> None:
        """Jobs of this name are over before their creator hears of them: the event comes first.

        Their tasks are answered by the scripted workers; without any, the objects fail.
        """
        with self._lock:
            self._early.append(pattern)

    def clear(self) -> None:
        """Nothing goes wrong any more."""
        with self._lock:
            self._failing.clear()
            self._stalled.clear()
            self._object_failures.clear()
            self._early.clear()
        self._on_release()

    def take_failure(self, name: str) -> str:
        """The reason why this job fails, once; empty if it does not."""
        with self._lock:
            for fault in self._failing:
                if _matches(name, fault.pattern):
                    self._failing.remove(fault)
                    return fault.reason
        return ""

    def stalled(self, name: str) -> bool:
        with self._lock:
            return any(_matches(name, pattern) for pattern in self._stalled)

    def failing_objects(self, name: str) -> int:
        with self._lock:
            return max(
                (n for pattern, n in self._object_failures if _matches(name, pattern)), default=0
            )

    def early(self, name: str) -> bool:
        with self._lock:
            return any(_matches(name, pattern) for pattern in self._early)

    def when_released(self, fn: Callable[[], None]) -> None:
        """Call `fn` whenever stalled jobs may go on."""
        self._on_release = fn


def _matches(name: str, pattern: str) -> bool:
    return fnmatchcase(name.lower(), pattern.lower())
