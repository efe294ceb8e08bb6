"""Lambda functions run inside this process, one at a time.

    runner = LambdaRunner(clock=clock)
    outcome = runner.run(function, {"batchId": "b1"})      # as a synchronous invocation
    runner.run_later(function, {"batchId": "b1"})          # as an asynchronous one, with retries

The handler is imported by its dotted name from this project, not from the deployed archive: so a
debugger stops in it, and coverage counts it. All functions share the process, its modules and its
environment, as instances of one function do on AWS. What a function logs is kept per function.
"""

from __future__ import annotations

import importlib
import json
import logging
import os
import threading
import traceback
import uuid
from collections import deque
from collections.abc import Callable, Mapping
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Protocol

from emulator.clock import Clock
from emulator.lambda_logs import captured

logger = logging.getLogger(__name__)

running_function: ContextVar[str | None] = ContextVar("running_function", default=None)
"""The short name of the function that runs in this thread, None outside of functions."""

Handler = Callable[[Any, Any], Any]

LARGEST_RESPONSE = 6_291_556
"""Bytes. Lambda quotas: "Invocation payload", 6 MB each for request and response."""

RETRY_DELAYS = (timedelta(minutes=1), timedelta(minutes=2))
"""Lambda's guide on asynchronous invocation: one minute before the first retry, two before the
second."""

LOG_LINES = 10_000
"""How many lines of each function are kept."""

TAIL = 4096
"""Bytes. API_Invoke: LogType Tail gives the last 4 KB of the log."""


class Crash(BaseException):
    """The function's process dies here. No `except Exception` of a handler catches it."""


@dataclass(frozen=True, kw_only=True)
class Function:
    """What the runner knows of a deployed function."""

    arn: str
    name: str
    handler: str
    """`package.module.function`"""
    timeout: int = 3
    """Seconds."""
    memory_size: int = 128
    """MB."""
    environment: Mapping[str, str] = field(default_factory=dict)
    retries: int = 2
    """Of an asynchronous invocation."""

    @property
    def short_name(self) -> str:
        """The module of the handler in CamelCase: `labeling.handlers.wait_for_level.handler` is
        `WaitForLevel`."""
        module = self.handler.rpartition(".")[0].rpartition(".")[2]
        return "".join(word.capitalize() for word in module.split("_"))


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What an invocation gave."""

    payload: str
    """JSON: what the handler returned, or `{"errorType", "errorMessage", …}`."""
    failed: bool = False
    request_id: str = ""
    log: str = ""

    @classmethod
    def error(cls, kind: str, message: str, request_id: str, **more: Any) -> Outcome:
        """An invocation that failed, in the words of Lambda's Python runtime."""
        body = {"errorMessage": message, "errorType": kind, "requestId": request_id, **more}
        return cls(payload=json.dumps(body), failed=True, request_id=request_id)


class Context:
    """The `context` argument of a handler. Time left is told by the local cloud's clock."""

    function_version = "$LATEST"
    client_context = None
    identity = None

    def __init__(self, function: Function, request_id: str, clock: Clock) -> None:
        self.function_name = function.name
        self.invoked_function_arn = function.arn
        self.memory_limit_in_mb = str(function.memory_size)
        self.aws_request_id = request_id
        self.log_group_name = f"/aws/lambda/{function.name}"
        self.log_stream_name = f"{clock.now():%Y/%m/%d}/[$LATEST]{request_id.replace('-', '')}"
        self._clock = clock
        self._deadline: datetime = clock.now() + timedelta(seconds=function.timeout)

    def get_remaining_time_in_millis(self) -> int:
        """Milliseconds until the function's timeout, 0 after it; nothing is killed then."""
        left = self._deadline - self._clock.now()
        return max(0, int(left.total_seconds() * 1000))


class Interference(Protocol):
    """Somebody who makes functions fail on purpose."""

    def on_invocation(self, function: Function, run: Callable[[], Outcome]) -> Outcome | None:
        """Called before each invocation. An outcome given here is the answer, and the function does
        not run, unless `run` is called, now or later."""


class LambdaRunner:
    """Runs functions. All methods may be called by any thread."""

    def __init__(
        self,
        *,
        clock: Clock,
        handlers: Mapping[str, Handler] | None = None,
        interference: Interference | None = None,
        on_new_environment: Callable[[], object] = lambda: None,
        on_exhausted: Callable[[Function, Any, Outcome], object] = lambda *_: None,
    ) -> None:
        """`handlers`: called instead of importing what has their dotted name.
        `on_new_environment`: called when the functions' variables have changed, before the first
        one sees them; the place to forget what was built from the old ones.
        `on_exhausted`: an asynchronous invocation failed for good: function, event, last outcome.
        """
        self.clock = clock
        self.handlers = dict(handlers or {})
        self.interference = interference
        self.logs: dict[str, deque[str]] = {}
        """By short name, the last lines."""
        self.on_new_environment = on_new_environment
        self._on_exhausted = on_exhausted
        self._one_at_a_time = threading.RLock()
        self._counting = threading.Lock()
        self._busy = 0
        self._environment: dict[str, str] = {}
        self._replaced: dict[str, str | None] = {}

    @property
    def idle(self) -> bool:
        """Nothing runs, and nothing is about to. Retries that are not due yet do not count."""
        return self._busy == 0

    def run(self, function: Function, event: Any) -> Outcome:
        """Invoke and wait for the outcome. Errors of the function are in it, not raised."""
        document = json.dumps(event)
        self._count(1)
        try:
            with self._one_at_a_time:
                if self.interference:
                    instead = self.interference.on_invocation(
                        function, lambda: self._run_alone(function, document)
                    )
                    if instead:
                        return instead
                return self._run(function, document)
        finally:
            self._count(-1)

    def run_later(self, function: Function, event: Any) -> None:
        """Invoke in the background; tried again as often as `function.retries` says."""
        self._start(function, event, attempt=0)

    def close(self) -> None:
        """Give the process its environment back."""
        with self._one_at_a_time:
            self._use_environment({})

    def _start(self, function: Function, event: Any, attempt: int) -> None:
        self._count(1)

        def work() -> None:
            try:
                self._attempt(function, event, attempt)
            finally:
                self._count(-1)

        threading.Thread(target=work, name=f"async {function.name}", daemon=True).start()

    def _attempt(self, function: Function, event: Any, attempt: int) -> None:
        outcome = self.run(function, event)
        if not outcome.failed:
            return
        if attempt >= function.retries:
            self._on_exhausted(function, event, outcome)
            return
        due = self.clock.now() + RETRY_DELAYS[attempt]
        self.clock.call_at(due, lambda: self._start(function, event, attempt + 1))

    def _count(self, number: int) -> None:
        with self._counting:
            self._busy += number

    def _run_alone(self, function: Function, document: str) -> Outcome:
        with self._one_at_a_time:
            return self._run(function, document)

    def _run(self, function: Function, document: str) -> Outcome:
        request_id = str(uuid.uuid4())
        started = self.clock.now()
        outside = self._environment
        name = running_function.set(function.short_name)
        try:
            with captured() as output:
                print(f"START RequestId: {request_id} Version: $LATEST")
                outcome = self._call(function, json.loads(document), request_id)
                took = (self.clock.now() - started).total_seconds() * 1000
                print(f"END RequestId: {request_id}")
                print(
                    f"REPORT RequestId: {request_id}\tDuration: {took:.2f} ms\t"
                    f"Memory Size: {function.memory_size} MB"
                )
        finally:
            running_function.reset(name)
            if running_function.get() is not None:
                # It was invoked by another one's call, which goes on.
                self._use_environment(outside)
        log = output.getvalue()
        kept = self.logs.setdefault(function.short_name, deque(maxlen=LOG_LINES))
        kept.extend(log.splitlines())
        return Outcome(
            payload=outcome.payload, failed=outcome.failed, request_id=request_id, log=log
        )

    def _call(self, function: Function, event: Any, request_id: str) -> Outcome:
        try:
            self._use_environment(function.environment)
            handler = self._handler(function)
            result = handler(event, Context(function, request_id, self.clock))
        except _NoHandler as problem:
            return Outcome.error(problem.kind, str(problem), request_id, stackTrace=[])
        except (Crash, SystemExit) as crash:
            print(f"RequestId: {request_id} Error: Runtime exited: {crash}")
            message = f"RequestId: {request_id} Error: Runtime exited with error: exit status 1"
            return Outcome.error("Runtime.ExitError", message, request_id)
        except Exception as error:
            # the first frame is ours
            frames = traceback.extract_tb(error.__traceback__)[1:]
            trace = traceback.format_list(frames)
            kind = type(error).__name__
            print(f"[ERROR] {kind}: {error}\nTraceback (most recent call last):\n{''.join(trace)}")
            return Outcome.error(kind, str(error), request_id, stackTrace=trace)
        return _answer(result, request_id)

    def _handler(self, function: Function) -> Handler:
        if found := self.handlers.get(function.handler):
            return found
        module_name, _, name = function.handler.rpartition(".")
        try:
            module = importlib.import_module(module_name)
        except ImportError as error:
            message = f"Unable to import module '{module_name}': {error}"
            raise _NoHandler("Runtime.ImportModuleError", message) from error
        handler: Handler | None = getattr(module, name, None)
        if handler is None:
            message = f"Handler '{name}' missing on module '{module_name}'"
            raise _NoHandler("Runtime.HandlerNotFound", message)
        return handler

    def _use_environment(self, variables: Mapping[str, str]) -> None:
        if variables == self._environment:
            return
        for name, value in self._replaced.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
        self._replaced = {name: os.environ.get(name) for name in variables}
        self._environment = dict(variables)
        os.environ.update(self._environment)
        self.on_new_environment()


class _NoHandler(Exception):
    def __init__(self, kind: str, message: str) -> None:
        super().__init__(message)
        self.kind = kind


def _answer(result: Any, request_id: str) -> Outcome:
    try:
        payload = json.dumps(result)
    except (TypeError, ValueError) as error:
        message = f"Unable to marshal response: {error}"
        return Outcome.error("Runtime.MarshalError", message, request_id, stackTrace=[])
    if len(payload.encode()) > LARGEST_RESPONSE:
        message = (
            "Response payload size exceeded maximum allowed payload size "
            f"({LARGEST_RESPONSE} bytes)."
        )
        return Outcome.error("Function.ResponseSizeTooLarge", message, request_id)
    return Outcome(payload=payload, request_id=request_id)
