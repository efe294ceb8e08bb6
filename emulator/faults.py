"""Trouble on demand, for the code that runs in Lambda functions.

    with Faults(clock=clock, account_id=account_id, region=region) as faults:
        faults.crash("Listener", at_call=3, when="after")
        faults.throttle("sagemaker", "CreateLabelingJob", times=2)
        faults.lose_answer("sagemaker", "CreateLabelingJob")
        faults.events.lose_next_event("aws.sagemaker")
        ...
        faults.clear()

Faults meet calls of functions only, not those of tests and clients. Each happens as often as it
says and is over then. `calls` tells what the functions have called, with or without faults.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal, Self

from botocore.client import BaseClient
from botocore.exceptions import ReadTimeoutError
from moto.core.exceptions import JsonRESTError

from emulator import aws_calls
from emulator.aws_calls import Call, Send
from emulator.clock import Clock
from emulator.event_faults import EventFaults
from emulator.lambdas import Crash, Function, Outcome
from emulator.mends.events import DefaultBus

KEPT_CALLS = 100_000

THROTTLING_CODES = {
    "dynamodb": "ThrottlingException",
    "s3": "SlowDown",
    "sns": "Throttling",
    "sqs": "RequestThrottled",
}
"""By service; the others say `ThrottlingException`."""


class Faults:
    """Between functions and AWS, and between EventBridge and its rules, while it is entered. Also
    the `interference` of a `LambdaRunner`."""

    def __init__(self, *, clock: Clock, account_id: str, region: str) -> None:
        self.calls: deque[Call] = deque(maxlen=KEPT_CALLS)
        """What functions have called, the latest last. Clear it to count anew."""
        self.events = EventFaults(clock, DefaultBus(account_id, region))
        self._clock = clock
        self._lock = threading.Lock()
        self._on_calls: list[_OnCall] = []
        self._on_invocations: list[_OnInvocation] = []
        self._stalled: deque[Callable[[], Outcome]] = deque()

    def crash(
        self, function: str, *, at_call: int = 1, when: Literal["before", "after"] = "before"
    ) -> None:
        """The function's process dies before or after its n-th AWS call from now on."""

        def die(call: Call, client: BaseClient, send: Send) -> Any:
            if when == "after":
                send()
            raise Crash(f"{when} {call.service}:{call.operation}")

        self._on_calls.append(_OnCall(die, at_call, 1, function=function))

    def fail(
        self,
        service: str,
        operation: str,
        code: str,
        message: str = "",
        *,
        times: int = 1,
        at_call: int = 1,
        function: str | None = None,
        **details: Any,
    ) -> None:
        """The n-th such call from now on, and the following ones, get this error and do nothing.
        Counted are calls of this function, or of all."""

        def refuse(call: Call, client: BaseClient, send: Send) -> Any:
            answer: Any = {"Error": {"Code": code, "Message": message or code}, **details}
            error: Any = client.exceptions.from_code(code)
            raise error(answer, operation)

        self._on_calls.append(_OnCall(refuse, at_call, times, function, service, operation))

    def throttle(
        self,
        service: str,
        operation: str,
        *,
        times: int = 1,
        at_call: int = 1,
        function: str | None = None,
    ) -> None:
        """The service is asked too often: its error, after botocore's own retries."""
        code = THROTTLING_CODES.get(service, "ThrottlingException")
        self.fail(
            service,
            operation,
            code,
            "Rate exceeded",
            times=times,
            at_call=at_call,
            function=function,
        )

    def conflict(self, *, times: int = 1, at_call: int = 1, function: str | None = None) -> None:
        """DynamoDB transactions are cancelled, because somebody else writes to their first item."""
        message = "Transaction is ongoing for the item"
        self.fail(
            "dynamodb",
            "TransactWriteItems",
            "TransactionCanceledException",
            "Transaction cancelled, please refer cancellation reasons for specific reasons "
            "[TransactionConflict]",
            times=times,
            at_call=at_call,
            function=function,
            CancellationReasons=[{"Code": "TransactionConflict", "Message": message}],
        )

    def lose_answer(
        self,
        service: str,
        operation: str,
        *,
        times: int = 1,
        at_call: int = 1,
        function: str | None = None,
    ) -> None:
        """The call is done, but the function sees a timeout."""

        def lose(call: Call, client: BaseClient, send: Send) -> Any:
            send()
            raise ReadTimeoutError(endpoint_url=client.meta.endpoint_url)

        self._on_calls.append(_OnCall(lose, at_call, times, function, service, operation))

    def repeat(
        self,
        service: str,
        operation: str,
        *,
        times: int = 1,
        at_call: int = 1,
        function: str | None = None,
    ) -> None:
        """The call is done, its answer lost, and botocore tries again: the function sees what the
        second try gives."""

        def again(call: Call, client: BaseClient, send: Send) -> Any:
            send()
            return send()

        self._on_calls.append(_OnCall(again, at_call, times, function, service, operation))

    def refuse(self, function: str, *, times: int = 1) -> None:
        """Lambda does not even start the function: `Lambda.ServiceException` for Step Functions."""

        def refuse(called: Function, run: Callable[[], Outcome]) -> Outcome:
            raise _LambdaServiceException

        self._on_invocations.append(_OnInvocation(refuse, function, times))

    def stall(self, function: str, *, times: int = 1) -> None:
        """The function hangs before its first step until Lambda's timeout, and whoever called it
        gives up; `wake_stalled` lets it go on when nobody expects it any more."""

        def give_up(called: Function, run: Callable[[], Outcome]) -> Outcome:
            self._stalled.append(run)
            message = (
                f"{self._clock.now():%FT%T.000Z} Task timed out after {called.timeout}.00 seconds"
            )
            return Outcome.error("Sandbox.Timedout", message, "")

        self._on_invocations.append(_OnInvocation(give_up, function, times))

    def wake_stalled(self) -> list[Outcome]:
        """Let what `stall` has held go on, the oldest first; only the caller sees what it gives."""
        outcomes = []
        while self._stalled:
            outcomes.append(self._stalled.popleft()())
        return outcomes

    def clear(self) -> None:
        """No more faults; `calls` is kept."""
        with self._lock:
            self._on_calls.clear()
            self._on_invocations.clear()
        self._stalled.clear()
        self.events.clear()

    def on_invocation(self, function: Function, run: Callable[[], Outcome]) -> Outcome | None:
        """Called by the runner."""
        with self._lock:
            due = [fault for fault in self._on_invocations if fault.meets(function)]
        return due[0].act(function, run) if due else None

    def __enter__(self) -> Self:
        aws_calls.intercept(self._intercept)
        self.events.install()
        return self

    def __exit__(self, *exception: object) -> None:
        self.events.uninstall()
        aws_calls.release(self._intercept)

    def _intercept(self, call: Call, client: BaseClient, send: Send) -> Any:
        with self._lock:
            self.calls.append(call)
            due = [fault for fault in self._on_calls if fault.meets(call)]
        return due[0].act(call, client, send) if due else send()


@dataclass
class _OnCall:
    """A fault of AWS calls `first` to `first + times - 1` of those that it is about."""

    act: Callable[[Call, BaseClient, Send], Any]
    first: int
    times: int
    function: str | None = None
    service: str | None = None
    operation: str | None = None
    seen: int = 0

    def meets(self, call: Call) -> bool:
        wanted = (self.function, self.service, self.operation)
        if any(
            name not in (None, actual)
            for name, actual in zip(
                wanted, (call.function, call.service, call.operation), strict=True
            )
        ):
            return False
        self.seen += 1
        return self.first <= self.seen < self.first + self.times


@dataclass
class _OnInvocation:
    """A fault of the next `times` invocations of a function."""

    act: Callable[[Function, Callable[[], Outcome]], Outcome]
    function: str
    times: int

    def meets(self, function: Function) -> bool:
        if self.times < 1 or self.function != function.short_name:
            return False
        self.times -= 1
        return True


class _LambdaServiceException(JsonRESTError):
    code = 500

    def __init__(self) -> None:
        super().__init__("ServiceException", "The service encountered an internal error.")
