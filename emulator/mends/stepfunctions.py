"""Step Functions: executions end when they should, answers count once, time is the local cloud's.

moto has an interpreter of the language, but around it a used token can be answered again, a
stopped execution waits on, executions without a name share one, and nothing is published. How the
interpreter itself waits is mended in `emulator.mends.stepfunctions_waiting`.
"""

from __future__ import annotations

import base64
import binascii
import json
import threading
import uuid
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from moto.core.exceptions import AWSError
from moto.core.responses import ActionResult, EmptyResult
from moto.stepfunctions import models, urls
from moto.stepfunctions.exceptions import ValidationException
from moto.stepfunctions.models import StateMachine
from moto.stepfunctions.parser import api
from moto.stepfunctions.parser.asl.component.common.error_name.error_name import ErrorName
from moto.stepfunctions.parser.asl.component.state.fail import state_fail
from moto.stepfunctions.parser.asl.eval.callback.callback import (
    CallbackOutcome,
    CallbackOutcomeFailure,
    CallbackOutcomeSuccess,
)
from moto.stepfunctions.parser.models import StepFunctionsParserBackend
from moto.stepfunctions.responses import StepFunctionResponse

from emulator.mends import clock
from emulator.mends.stepfunctions_executions import Execution
from emulator.mends.stepfunctions_waiting import Token

LARGEST_DATA = 262_144
"""Characters. API_StartExecution and API_SendTaskSuccess: input and output."""

RETENTION = timedelta(days=90)
"""API_StartExecution: how long after its end an execution and its name are kept."""

PAGE, LARGEST_PAGE = 100, 1000
"""API_GetExecutionHistory: maxResults."""


class Backend(StepFunctionsParserBackend):
    """State machines whose executions are interpreted."""

    _url_module = urls

    def __init__(self, region_name: str, account_id: str) -> None:
        super().__init__(region_name, account_id)
        self.lock = threading.RLock()
        self.tokens: dict[str, Token] = {}
        """Every token that was given out."""

    @property
    def idle(self) -> bool:
        """Every execution that runs waits for an answer or for the clock."""
        with self.lock:
            return all(execution.idle for execution in self.executions())

    def executions(self) -> Iterator[Execution]:
        """All that are kept, of all state machines."""
        for machine in self.state_machines:
            yield from list(machine.executions)

    def reset(self) -> None:
        for execution in self.executions():
            execution.release()
        super().reset()

    def start_execution(
        self,
        state_machine_arn: str,
        name: str | None = None,
        execution_input: str | None = None,
        trace_header: str | None = None,
    ) -> Execution:
        execution_input = "{}" if execution_input is None else execution_input
        name = str(uuid.uuid4()) if name is None else name
        self._validate_name(name)
        _check_size("input", execution_input)
        try:
            json.loads(execution_input)
        except ValueError as error:
            message = f"Invalid State Machine Execution Input: '{error}'"
            raise api.InvalidExecutionInput(message) from error
        with self.lock:
            machine = self.describe_state_machine(state_machine_arn)
            _forget_old(machine)
            existing: Execution | None = machine._handle_name_input_idempotency(
                name, execution_input
            )
            if existing:
                return existing
            execution = Execution.of(machine, self, name, execution_input)
            machine.executions.append(execution)
            execution.start()
        return execution

    def stop_execution(
        self, execution_arn: str, error: str | None = None, cause: str | None = None
    ) -> Execution:
        execution = self.describe_execution(execution_arn)
        execution.abort(error, cause)
        return execution

    def describe_execution(self, execution_arn: str) -> Execution:
        with self.lock:
            for machine in self.state_machines:
                _forget_old(machine)
            execution: Execution = super().describe_execution(execution_arn)
            return execution

    def send_task_success(self, task_token: str, outcome: str) -> None:
        _check_size("output", outcome)
        try:
            json.loads(outcome)
        except ValueError as error:
            raise api.InvalidOutput(f"Invalid Output: '{error}'") from error
        self._answer(task_token, CallbackOutcomeSuccess(task_token, outcome))

    def send_task_failure(
        self, task_token: str, error: str | None = None, cause: str | None = None
    ) -> None:
        self._answer(task_token, CallbackOutcomeFailure(task_token, error, cause))

    def send_task_heartbeat(self, task_token: str) -> None:
        if not self._token(task_token).beat():
            raise _task_timed_out()

    def create_state_machine(
        self, name: str, definition: str, roleArn: str, *args: Any, **kwargs: Any
    ) -> StateMachine:
        kind = kwargs.get("sm_type") or "STANDARD"
        with self.lock:
            machine = super().create_state_machine(name, definition, roleArn, *args, **kwargs)
            # moto gives the one that it has, whatever is asked for
            if (machine.definition, machine.type) != (definition, kind):
                raise api.StateMachineAlreadyExists(
                    f"State Machine Already Exists: '{machine.arn}'"
                )
            machine.sm_type = kind
        return machine

    def _answer(self, token: str, outcome: CallbackOutcome) -> None:
        if not self._token(token).answer(outcome):
            raise _task_timed_out()

    def _token(self, token: str) -> Token:
        found = self.tokens.get(token)
        if found is None:
            raise api.InvalidToken()
        return found


class Response(StepFunctionResponse):
    """Requests with the parameters that moto leaves out."""

    @property
    def stepfunction_backend(self) -> Backend:
        backend: Backend = models.stepfunctions_backends[self.current_account][self.region]
        return backend

    def start_execution(self) -> ActionResult:
        execution = self.stepfunction_backend.start_execution(
            self._get_param("stateMachineArn"), self._get_param("name"), self._get_param("input")
        )
        return ActionResult({"executionArn": execution.exec_arn, "startDate": execution.start_date})

    def stop_execution(self) -> ActionResult:
        execution = self.stepfunction_backend.stop_execution(
            self._get_param("executionArn"), self._get_param("error"), self._get_param("cause")
        )
        return ActionResult({"stopDate": execution.stop_date})

    def send_task_failure(self) -> ActionResult:
        self.stepfunction_backend.send_task_failure(
            self._get_param("taskToken"), self._get_param("error"), self._get_param("cause")
        )
        return EmptyResult()

    def describe_execution(self) -> ActionResult:
        answer = super().describe_execution()
        execution = self.stepfunction_backend.describe_execution(self._get_param("executionArn"))
        answer.result["inputDetails"] = {"included": True}
        if execution.stop_date:
            answer.result["stopDate"] = execution.stop_date
        return answer

    def list_executions(self) -> ActionResult:
        answer = super().list_executions()
        for item in answer.result["executions"]:
            execution = self.stepfunction_backend.describe_execution(item["executionArn"])
            if execution.stop_date:
                item["stopDate"] = execution.stop_date
        return answer

    def get_execution_history(self) -> ActionResult:
        size = min(self._get_int_param("maxResults") or PAGE, LARGEST_PAGE)
        token = self._get_param("nextToken")
        execution = self.stepfunction_backend.describe_execution(self._get_param("executionArn"))
        events = execution.history()
        if self._get_param("includeExecutionData") is False:
            events = [_without_data(event) for event in events]
        if self._get_bool_param("reverseOrder"):
            events.reverse()
        start = _position(token, execution) if token else 0
        page: dict[str, Any] = {"events": events[start : start + size]}
        if start + size < len(events):
            raw = f"{execution.exec_arn} {start + size}"
            page["nextToken"] = base64.b64encode(raw.encode()).decode()
        return ActionResult(page)


def _position(token: str, execution: Execution) -> int:
    try:
        arn, _, start = base64.b64decode(token).decode().rpartition(" ")
        if arn == execution.exec_arn:
            return int(start)
    except (binascii.Error, ValueError):
        pass
    raise api.InvalidToken()


def _without_data(event: dict[str, Any]) -> dict[str, Any]:
    data = {"input", "inputDetails", "output", "outputDetails"}
    return {
        name: {key: item for key, item in value.items() if key not in data}
        if isinstance(value, dict)
        else value
        for name, value in event.items()
    }


def _check_size(name: str, value: str) -> None:
    if len(value) > LARGEST_DATA:
        raise ValidationException(
            f"1 validation error detected: Value at '{name}' failed to satisfy constraint: "
            f"Member must have length less than or equal to {LARGEST_DATA}"
        )


def _forget_old(machine: StateMachine) -> None:
    oldest = clock.now() - RETENTION
    machine.executions[:] = [
        execution
        for execution in machine.executions
        if execution.stop_date is None or execution.stop_date > oldest
    ]


def _task_timed_out() -> api.TaskTimedOut:
    return api.TaskTimedOut("Task Timed Out: 'Provided task does not exist anymore'")


class _ErrorOfFail(ErrorName):
    """A Fail state with an ErrorPath may pass on `States.Timeout` and its like; moto refuses."""

    def __init__(self, error_name: str | None) -> None:
        super().__init__(error_name=error_name)


def _name_errors() -> None:
    """The interpreter's errors go out without their names: clients find no code in them."""
    errors: list[Any] = AWSError.__subclasses__()
    for error in errors:
        if error.__module__ == api.__name__ and not error.TYPE:
            error.TYPE = error.__name__


def install() -> None:
    """Replace moto's backend, for the API and for templates, and its answers."""
    _name_errors()
    state_fail.CustomErrorName = _ErrorOfFail
    models.stepfunctions_backends.backend = Backend
    urls.url_paths["{0}/$"] = Response.dispatch
