"""How moto's interpreter of the Amazon States Language waits: by the local cloud's clock.

It sleeps in five places: for an answer to a task token, for the timeout of a state, of a heartbeat
and of the whole execution, for a retry and for a Wait state. It also gives all tries of a state
the same task token, although each try is a task of its own.
"""

from __future__ import annotations

import datetime as real
import threading
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import lru_cache, partial
from types import SimpleNamespace
from typing import Any

from moto.stepfunctions.parser.asl.component.common.retry import retrier_decl
from moto.stepfunctions.parser.asl.component.common.timeouts.timeout import TimeoutSeconds
from moto.stepfunctions.parser.asl.component.program import program
from moto.stepfunctions.parser.asl.component.state import state
from moto.stepfunctions.parser.asl.component.state.exec import execute_state
from moto.stepfunctions.parser.asl.component.state.exec.state_task import lambda_eval_utils
from moto.stepfunctions.parser.asl.component.state.exec.state_task.service.resource import (
    ResourceCondition,
)
from moto.stepfunctions.parser.asl.component.state.exec.state_task.service.state_task_service_callback import (  # noqa: E501
    StateTaskServiceCallback as TokenTask,
)
from moto.stepfunctions.parser.asl.component.state.wait.wait_function import timestamp
from moto.stepfunctions.parser.asl.component.state.wait.wait_function.wait_function import (
    WaitFunction,
)
from moto.stepfunctions.parser.asl.eval.callback import callback
from moto.stepfunctions.parser.asl.eval.callback.callback import CallbackEndpoint, CallbackOutcome
from moto.stepfunctions.parser.asl.eval.environment import Environment
from moto.stepfunctions.parser.asl.eval.event.event_manager import EventManager
from moto.stepfunctions.parser.asl.utils import boto_client

from emulator.clock import VirtualClock
from emulator.mends import clock

NO_TIMEOUT: int = TimeoutSeconds.DEFAULT_TIMEOUT_SECONDS
"""Seconds; what moto takes when a state has no timeout."""

GRACE = 1.0
"""Real seconds. When a state's time is over, what waits for a token finds out by itself and knows
whether an answer came first; only a task that does not wait for one needs to be given up on."""


class ClockEvent:
    """Like `threading.Event`, but its `wait` measures the timeout by the local cloud's clock."""

    def __init__(self, grace: float = 0.0, *, once: bool = False) -> None:
        """`grace`: real seconds for which `wait` waits on after the timeout.
        `once`: timeouts begin now, and not when somebody gets round to waiting."""
        self._condition = threading.Condition()
        self._flag = False
        self._grace = grace
        self._since = clock.now() if once else None

    def is_set(self) -> bool:
        return self._flag

    def set(self) -> None:
        with self._condition:
            self._flag = True
            self._condition.notify_all()

    def clear(self) -> None:
        with self._condition:
            self._flag = False

    def wait(self, timeout: float | None = None) -> bool:
        deadline = Deadline(timeout, self._condition, since=self._since)
        with deadline, self._condition:
            self._condition.wait_for(lambda: self._flag or deadline.passed)
            return self._condition.wait_for(lambda: self._flag, self._grace)


class Deadline:
    """Tells whoever waits for `condition` when a number of the clock's seconds is over."""

    def __init__(
        self,
        seconds: float | None,
        condition: threading.Condition,
        then: Callable[[], object] = lambda: None,
        since: datetime | None = None,
    ) -> None:
        """`then` is called with the condition held, in the clock's thread. `since`: from when the
        seconds count, if not from now."""
        self.passed = False
        self._seconds = seconds
        self._since = since
        self._condition = condition
        self._then = then

    def __enter__(self) -> Deadline:
        self._clock, self._timer = clock.current(), None
        if self._seconds is not None and self._seconds < NO_TIMEOUT:
            due = (self._since or self._clock.now()) + timedelta(seconds=max(self._seconds, 0))
            self._timer = self._clock.call_at(due, self._pass)
            if due <= self._clock.now():
                self._pass()
        return self

    def __exit__(self, *exception: object) -> None:
        if self._timer:
            self._clock.cancel(self._timer)

    def _pass(self) -> None:
        with self._condition:
            if not self.passed:
                self.passed = True
                self._then()
                self._condition.notify_all()


class Token(CallbackEndpoint):
    """A task token: takes one answer, until its time is over."""

    def __init__(self, callback_id: str) -> None:
        super().__init__(callback_id)
        self._changed = threading.Condition()
        self._outcome: CallbackOutcome | None = None
        self._open = True
        self.waiting = False
        """Somebody waits, and there is nothing yet to go on with."""

    def answer(self, outcome: CallbackOutcome) -> bool:
        """Whether the answer was taken."""
        with self._changed:
            if not self._open or self._outcome is not None:
                return False
            self._outcome = outcome
            self._end_wait()
        return True

    def beat(self) -> bool:
        """A heartbeat; whether anybody could still be waiting."""
        with self._changed:
            if self._open and self._outcome is None:
                self.notify_heartbeat()
                return True
            return False

    def close(self) -> None:
        """Take no answer any more, and let whoever waits go on without."""
        with self._changed:
            self._open = False
            self._end_wait()

    def wait(self, timeout: float | None = None) -> CallbackOutcome | None:
        with Deadline(timeout, self._changed, self.close), self._changed:
            self.waiting = self._open and self._outcome is None
            self._changed.wait_for(lambda: not self._open or self._outcome is not None)
            return self._outcome

    def setup_heartbeat_endpoint(self, heartbeat_seconds: int) -> Any:
        self.waiting = True
        return super().setup_heartbeat_endpoint(heartbeat_seconds)

    def interrupt_all(self) -> None:
        self.close()

    def _end_wait(self) -> None:
        self.waiting = False
        self._changed.notify_all()
        super().interrupt_all()


class Sleeps:
    """Wait states and retries of one execution."""

    def __init__(self) -> None:
        self._condition = threading.Condition()
        self._sleeping = 0
        self._ended = False

    @property
    def any(self) -> bool:
        """Somebody sleeps whose time has not come."""
        return self._sleeping > 0

    def sleep(self, seconds: float) -> None:
        """Return after this time, or when `end` is called."""
        if seconds <= 0:
            return
        with Deadline(seconds, self._condition, self._wake) as deadline, self._condition:
            self._sleeping += 1
            self._condition.wait_for(lambda: self._ended or deadline.passed)

    def end(self) -> None:
        """Let nobody sleep any longer."""
        with self._condition:
            self._ended = True
            self._condition.notify_all()

    def _wake(self) -> None:
        self._sleeping -= 1


class _ProgramThread(threading.Thread):
    """The thread of a whole execution, whose timeout is told by the clock."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._done = ClockEvent(once=True)

    def run(self) -> None:
        try:
            super().run()
        finally:
            self._done.set()

    def join(self, timeout: float | None = None) -> None:
        if self._done.wait(timeout):
            super().join()


class _Now(real.datetime):
    @classmethod
    def now(cls, tz: real.tzinfo | None = None) -> _Now:
        """Without a time zone it is UTC, as in the timestamps that it is compared with."""
        now = cls.fromtimestamp(clock.now().timestamp(), tz or real.UTC)
        return now if tz else now.replace(tzinfo=None)


class _Retrying(threading.local):
    """The environment whose retry is being decided in this thread."""

    env: Environment | None = None


_retrying = _Retrying()


def _sleep_before_retry(seconds: float) -> None:
    # virtual time would stand still until somebody advances it, and nobody waits for a retry
    if _retrying.env and not isinstance(clock.current(), VirtualClock):
        _retrying.env.callback_pool_manager.execution.sleeps.sleep(seconds)


def _decide_retry(self: retrier_decl.RetrierDecl, env: Environment) -> None:
    _retrying.env = env
    _moto_decide_retry(self, env)


def _wait_interval(self: WaitFunction, env: Environment, wait_seconds: int) -> None:
    env.callback_pool_manager.execution.sleeps.sleep(wait_seconds)


def _takes_token(task: TokenTask) -> bool:
    patterns = task._supported_integration_patterns
    return task._is_integration_pattern() and ResourceCondition.WaitForTaskToken in patterns


def _evaluate_task(self: TokenTask, env: Environment) -> None:
    if _takes_token(self):
        self._assert_integration_pattern_is_supported()
    super(TokenTask, self)._eval_body(env)
    env.states.context_object.context_object_data.pop("Task", None)


def _evaluate_one_try(self: TokenTask, env: Environment) -> None:
    if not _takes_token(self):
        super(TokenTask, self)._evaluate_with_timeout(env)
        return
    token = env.callback_pool_manager.add(env.states.context_object.update_task_token())
    try:
        super(TokenTask, self)._evaluate_with_timeout(env)
    finally:
        token.close()


_moto_decide_retry = retrier_decl.RetrierDecl._eval_body
_kept_client = lru_cache(maxsize=16)(boto_client.boto_client_for)


def _client_for(region: str, service: str, state_credentials: object = None) -> Any:
    return _kept_client(region, service)


def install() -> None:
    """Replace what waits, and the clients that were made anew for each task."""
    everything = vars(threading)
    callback.Event = ClockEvent
    execute_state.threading = SimpleNamespace(
        **{**everything, "Event": partial(ClockEvent, GRACE, once=True)}
    )
    program.threading = SimpleNamespace(**{**everything, "Thread": _ProgramThread})
    retrier_decl.time = SimpleNamespace(**{**vars(time), "sleep": _sleep_before_retry})
    retrier_decl.RetrierDecl._eval_body = _decide_retry
    WaitFunction._wait_interval = _wait_interval
    for module in (timestamp, state):
        module.datetime = SimpleNamespace(**{**vars(real), "datetime": _Now})
    EventManager._get_current_timestamp = staticmethod(clock.now)
    TokenTask._eval_body = _evaluate_task
    TokenTask._evaluate_with_timeout = _evaluate_one_try
    lambda_eval_utils.boto_client_for = _client_for
