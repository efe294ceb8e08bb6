"""Step Functions in memory: runs the real definition, state by state."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from emulator.clock import Clock, Timer
from labeling.errors import ExecutionNameTaken, TokenOver
from labeling.model import Batch
from labeling.ports import ExecutionState
from tests.faults.simulated.processes import Died
from tests.faults.simulated.states import chosen, filled, first_match, pause, value_at, with_result

WAITS = ".waitForTaskToken"

Invoke = Callable[[str, Mapping[str, Any], Callable[[Any, BaseException | None], None]], object]


@dataclass
class Execution:
    name: str
    batch_id: str
    run: int
    data: Any
    status: str = "RUNNING"
    error: str = ""
    cause: str = ""
    state: str = ""
    tries: int = 0  # of the state, as $$.State.RetryCount tells
    by_entry: Counter[int] = field(default_factory=Counter)
    serial: int = 0  # of the try that may still end its state
    token: str | None = None
    timer: Timer | None = None
    visited: list[str] = field(default_factory=list)
    caught: list[tuple[str, str]] = field(default_factory=list)


class Executions:
    """`labeling.ports.Workflow`. `answered` is called with each token that is accepted."""

    def __init__(
        self,
        definition: Mapping[str, Any],
        *,
        clock: Clock,
        invoke: Invoke,
        publish: Callable[[Mapping[str, Any]], object],
        answered: Callable[[Execution, str], object],
    ) -> None:
        self.all: dict[str, Execution] = {}
        self._definition = definition
        self._clock = clock
        self._invoke = invoke
        self._publish = publish
        self._answered = answered

    # --- the port

    def start(self, batch: Batch) -> None:
        there = self.all.get(batch.execution)
        if there is not None:
            if there.status != "RUNNING":
                raise ExecutionNameTaken(batch.execution)
            return
        execution = Execution(
            batch.execution, batch.batch_id, batch.run, {"batchId": batch.batch_id}
        )
        self.all[batch.execution] = execution
        self._soon(lambda: self._enter(execution, self._definition["StartAt"]))

    def status(self, batch: Batch) -> ExecutionState | None:
        there = self.all.get(batch.execution)
        if there is None:
            return None
        return ExecutionState(status=there.status, error=there.error, cause=there.cause)

    def running(self) -> frozenset[str]:
        return frozenset(
            execution.name for execution in self.all.values() if execution.status == "RUNNING"
        )

    def stop(self, batch: Batch, *, cause: str) -> None:
        there = self.all.get(batch.execution)
        if there is not None and there.status == "RUNNING":
            self._end(there, "ABORTED", cause=cause)

    def execution_arn(self, batch: Batch) -> str:
        machine = "smgt-workflow-batch-process"
        return f"arn:aws:states:us-east-1:123456789012:execution:{machine}:{batch.execution}"

    def succeed(self, token: str) -> None:
        execution = self._waiting(token)
        self._answered(execution, "")
        self._soon(self._unless_moved_on(execution, lambda: self._go_on(execution, {})))

    def fail(self, token: str, *, error: str, cause: str) -> None:
        execution = self._waiting(token)
        self._answered(execution, error)
        fails = self._unless_moved_on(execution, lambda: self._failed(execution, error, cause))
        self._soon(fails)

    # --- inside

    def _waiting(self, token: str) -> Execution:
        for execution in self.all.values():
            if execution.token == token and execution.status == "RUNNING":
                return execution
        raise TokenOver(token)

    def _unless_moved_on(
        self, execution: Execution, do: Callable[[], object]
    ) -> Callable[[], object]:
        """For an answer that was accepted: from now on nothing else ends this try."""
        execution.token = None
        execution.serial += 1
        serial = execution.serial
        self._cancel(execution)
        return lambda: do() if execution.serial == serial else None

    def _enter(self, execution: Execution, name: str) -> None:
        if execution.status != "RUNNING":
            return
        execution.state = name
        execution.tries = 0
        execution.by_entry.clear()
        execution.visited.append(name)
        state = self._state(execution)
        match state["Type"]:
            case "Task":
                self._try(execution)
            case "Choice":
                self._enter(execution, chosen(state, execution.data))
            case "Succeed":
                self._end(execution, "SUCCEEDED")
            case "Fail":
                error = value_at(state["ErrorPath"], execution.data, {})
                cause = value_at(state["CausePath"], execution.data, {})
                self._end(execution, "FAILED", error=error, cause=cause)
            case other:
                raise NotImplementedError(f"a state of type {other}")

    def _try(self, execution: Execution) -> None:
        if execution.status != "RUNNING":
            return
        state = self._state(execution)
        execution.serial += 1
        serial = execution.serial
        waits = state["Resource"].endswith(WAITS)
        execution.token = f"{execution.name}/{execution.state}/{serial}" if waits else None

        def ended(result: Any, error: BaseException | None) -> None:
            if execution.serial != serial or execution.status != "RUNNING":
                return
            if error is not None:
                self._failed(execution, _name_of(error), _cause_of(error))
            elif not waits:
                answer = {"Payload": result, "StatusCode": 200}
                selector = state.get("ResultSelector")
                self._go_on(execution, filled(selector, answer, {}) if selector else answer)

        def too_late() -> None:
            if execution.serial == serial:
                self._failed(execution, "States.Timeout", "")

        due = self._clock.now() + timedelta(seconds=state["TimeoutSeconds"])
        execution.timer = self._clock.call_at(due, too_late)
        parameters = filled(state["Parameters"], execution.data, self._context(execution))
        function = parameters["FunctionName"].removeprefix("${").removesuffix("}")
        event = json.loads(json.dumps(parameters["Payload"]))
        self._invoke(function, event, ended)

    def _failed(self, execution: Execution, error: str, cause: str) -> None:
        if execution.status != "RUNNING":
            return
        self._cancel(execution)
        execution.token = None
        execution.serial += 1
        state = self._state(execution)
        entry = first_match(state["Retry"], error)
        if entry is not None and execution.by_entry[entry] < state["Retry"][entry]["MaxAttempts"]:
            seconds = pause(state["Retry"][entry], execution.by_entry[entry])
            execution.by_entry[entry] += 1
            execution.tries += 1
            serial = execution.serial
            when = self._clock.now() + timedelta(seconds=seconds)
            self._clock.call_at(
                when, lambda: self._try(execution) if execution.serial == serial else None
            )
            return
        execution.caught.append((execution.state, error))
        catcher = state["Catch"][first_match(state["Catch"], error) or 0]
        said = {"Error": error, "Cause": cause}
        execution.data = with_result(execution.data, catcher, said)
        self._enter(execution, catcher["Next"])

    def _go_on(self, execution: Execution, result: Any) -> None:
        if execution.status != "RUNNING":
            return
        self._cancel(execution)
        execution.serial += 1
        state = self._state(execution)
        execution.data = with_result(execution.data, state, result)
        self._enter(execution, state["Next"])

    def _end(self, execution: Execution, status: str, *, error: str = "", cause: str = "") -> None:
        self._cancel(execution)
        execution.status, execution.error, execution.cause = status, error, cause
        execution.token = None
        execution.serial += 1
        if status == "SUCCEEDED":
            return  # no rule asks for these
        detail = {
            "name": execution.name,
            "status": status,
            "input": json.dumps({"batchId": execution.batch_id}),
            "error": error or None,
            "cause": cause or None,
        }
        self._publish(
            {
                "source": "aws.states",
                "detail-type": "Step Functions Execution Status Change",
                "detail": detail,
            }
        )

    def _state(self, execution: Execution) -> Mapping[str, Any]:
        state: Mapping[str, Any] = self._definition["States"][execution.state]
        return state

    def _context(self, execution: Execution) -> dict[str, Any]:
        return {
            "Execution": {"Name": execution.name},
            "State": {"Name": execution.state, "RetryCount": execution.tries},
            "Task": {"Token": execution.token},
        }

    def _cancel(self, execution: Execution) -> None:
        if execution.timer is not None:
            self._clock.cancel(execution.timer)
            execution.timer = None

    def _soon(self, do: Callable[[], object]) -> None:
        self._clock.call_at(self._clock.now(), do)


def _name_of(error: BaseException) -> str:
    match error:
        case Died():
            return "Runtime.ExitError"
        case TimeoutError():
            return "Lambda.SdkClientException"
        case _:
            return type(error).__name__


def _cause_of(error: BaseException) -> str:
    return json.dumps({"errorType": _name_of(error), "errorMessage": str(error)})
