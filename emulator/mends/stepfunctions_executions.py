"""Executions that end once: by themselves, by their timeout, or by StopExecution, at once."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from contextlib import suppress
from functools import lru_cache
from typing import Any, Protocol

from moto.stepfunctions.models import StateMachine
from moto.stepfunctions.parser.api import ExecutionStatus
from moto.stepfunctions.parser.asl.component.eval_component import EvalComponent
from moto.stepfunctions.parser.asl.eval.callback.callback import CallbackPoolManager
from moto.stepfunctions.parser.asl.eval.environment import Environment
from moto.stepfunctions.parser.asl.eval.evaluation_details import ExecutionDetails
from moto.stepfunctions.parser.asl.eval.program_state import (
    ProgramEnded,
    ProgramError,
    ProgramTimedOut,
)
from moto.stepfunctions.parser.asl.parse.asl_parser import AmazonStateLanguageParser
from moto.stepfunctions.parser.backend import execution as moto_execution
from moto.stepfunctions.parser.backend.execution_worker import ExecutionWorker
from moto.stepfunctions.parser.backend.execution_worker_comm import ExecutionWorkerCommunication
from moto.stepfunctions.parser.utils import TMP_THREADS

from emulator.mends import clock, events
from emulator.mends.stepfunctions_waiting import Sleeps, Token

LARGEST_EVENT_DATA = 248 * 1024
"""Bytes. Step Functions' guide, "Automating Step Functions event delivery with EventBridge": with
more input and output than this, the event has neither."""


class Owner(Protocol):
    """The backend of an execution."""

    account_id: str
    region_name: str
    partition: str
    lock: Any
    tokens: dict[str, Token]


class Execution(moto_execution.Execution):
    """An execution whose end is decided once, under the backend's lock."""

    owner: Owner
    sleeps: Sleeps
    _tokens: list[Token]
    _published: bool
    _ended_with: list[dict[str, Any]] | None

    @classmethod
    def of(cls, machine: StateMachine, owner: Owner, name: str, text: str) -> Execution:
        """A new one of this state machine as it is now; it does not run yet."""
        execution = cls(
            name=name,
            sm_type=machine.sm_type,
            role_arn=machine.roleArn,
            exec_arn=(
                f"arn:{owner.partition}:states:{owner.region_name}:{owner.account_id}:"
                f"execution:{machine.name}:{name}"
            ),
            account_id=owner.account_id,
            region_name=owner.region_name,
            state_machine=copy.copy(machine),
            start_date=clock.now(),
            cloud_watch_logging_session=None,
            input_data=text,
            trace_header=None,
            activity_store={},
        )
        execution.owner = owner
        execution.sleeps = Sleeps()
        execution._tokens = []
        execution._published = False
        execution._ended_with = None
        return execution

    @property
    def idle(self) -> bool:
        """It has ended, or waits for an answer or for the clock."""
        if self.stop_date is not None:
            return self._published
        return self.sleeps.any or any(token.waiting for token in list(self._tokens))

    def start(self) -> None:
        """Run, in a thread."""
        self.exec_worker = Worker(self)
        self.exec_status = ExecutionStatus.RUNNING
        self._publish()
        self.exec_worker.start()

    def abort(self, error: str | None, cause: str | None) -> None:
        """End at once, whatever it waits for; does nothing after its end."""
        details = {"error": error, "cause": cause}
        given = {name: value for name, value in details.items() if value is not None}
        event = ("ExecutionAborted", "executionAbortedEventDetails", given)
        with self.owner.lock:
            if self.exec_status != ExecutionStatus.RUNNING:
                return
            # before its tokens are over: else it goes on as after a timeout
            self.exec_worker.env.set_stop(stop_date=clock.now(), **details)
            self.end(ExecutionStatus.ABORTED, event, **details)
        self.release()

    def end(
        self,
        status: ExecutionStatus,
        event: tuple[str, str, dict[str, Any]] | None = None,
        **values: Any,
    ) -> None:
        """Be over with this status, unless it is over already. `event` is what the history gets
        that the interpreter does not write."""
        with self.owner.lock:
            if self.exec_status != ExecutionStatus.RUNNING:
                return
            self.__dict__.update(values, stop_date=clock.now(), exec_status=status)
            history = self.history()
            if event:
                kind, name, details = event
                history.append(
                    {
                        "id": len(history) + 1,
                        "previousEventId": 0,
                        "type": kind,
                        "timestamp": _timestamp(clock.now()),
                        name: details,
                    }
                )
            self._ended_with = history
        for token in self._tokens:
            token.close()
        self._publish()
        self._published = True
        _forget_ended_threads()

    def release(self) -> None:
        """Let its threads end."""
        if worker := self.exec_worker:
            worker.env.set_stop(stop_date=clock.now(), error=None, cause=None)
        for token in self._tokens:
            token.close()
        self.sleeps.end()

    def history(self) -> list[dict[str, Any]]:
        """The events so far; nothing is added after its end."""
        if self._ended_with is not None:
            return list(self._ended_with)
        events_so_far: list[dict[str, Any]] = self.exec_worker.env.event_manager.get_event_history()
        return events_so_far

    def new_token(self, task_token: str) -> Token:
        """A token that it waits for from now on."""
        token = Token(task_token)
        with self.owner.lock:
            self._tokens.append(token)
            self.owner.tokens[task_token] = token
        return token

    def get_start_execution_details(self) -> ExecutionDetails:
        details = super().get_start_execution_details()
        details.start_time = _timestamp(self.start_date)
        return details

    def _publish(self) -> None:
        output = self.output
        if output is not None and not isinstance(output, str):
            output = json.dumps(output, separators=(",", ":"))
        if self.exec_status == ExecutionStatus.SUCCEEDED and output is None:
            output = "null"
        size = sum(len(json.dumps(text)) for text in (self.execution_input, output) if text)
        included = size <= LARGEST_EVENT_DATA
        events.DefaultBus(self.account_id, self.region_name).publish(
            source="aws.states",
            detail_type="Step Functions Execution Status Change",
            resources=[self.exec_arn],
            detail={
                "executionArn": self.exec_arn,
                "stateMachineArn": self.state_machine_arn,
                "stateMachineVersionArn": None,
                "stateMachineAliasArn": None,
                "name": self.name,
                "status": self.status,
                "startDate": int(self.start_date.timestamp() * 1000),
                "stopDate": int(self.stop_date.timestamp() * 1000) if self.stop_date else None,
                "input": self.execution_input if included else None,
                "inputDetails": {"included": included},
                "output": output if included else None,
                "outputDetails": {"included": included} if output else None,
                "error": self.error,
                "cause": self.cause,
                "redriveCount": 0,
                "redriveDate": None,
            },
        )


class Worker(ExecutionWorker):
    """Interprets; what it needs is there before its thread starts."""

    def __init__(self, execution: Execution) -> None:
        standard = moto_execution.Execution._get_start_execution_worker(execution)
        super().__init__(
            evaluation_details=standard._evaluation_details,
            exec_comm=_Communication(execution),
            cloud_watch_logging_session=None,
            activity_store={},
        )
        env = super()._get_evaluation_environment()
        env.callback_pool_manager = Tokens(execution)
        # from here on it can be stopped
        env.next_state_name = ""
        self.env = env

    def _get_evaluation_entrypoint(self) -> EvalComponent:
        return parsed(self._evaluation_details.state_machine_details.definition)

    def _get_evaluation_environment(self) -> Environment:
        return self.env

    def _execution_logic(self) -> None:
        try:
            super()._execution_logic()
        except RuntimeError:
            # moto refuses to set a next state after it was stopped
            if self.env.is_running():
                raise


class Tokens(CallbackPoolManager):
    """The tokens of one execution; all branches of it share them."""

    def __init__(self, execution: Execution) -> None:
        super().__init__(activity_store={})
        self.execution = execution

    def add(self, callback_id: str) -> Token:
        token = self._pool[callback_id] = self.execution.new_token(callback_id)
        return token


class _Communication(ExecutionWorkerCommunication):
    def __init__(self, execution: Execution) -> None:
        self.execution = execution

    def terminated(self) -> None:
        execution = self.execution
        env = execution.exec_worker.env
        state = env.program_state()
        if isinstance(state, ProgramEnded):
            execution.end(ExecutionStatus.SUCCEEDED, output=env.states.get_input())
        elif isinstance(state, ProgramError):
            error = state.error or {}
            execution.end(
                ExecutionStatus.FAILED, error=error.get("error"), cause=error.get("cause")
            )
        elif isinstance(state, ProgramTimedOut):
            event = ("ExecutionTimedOut", "executionTimedOutEventDetails", dict[str, Any]())
            execution.end(ExecutionStatus.TIMED_OUT, event)
            execution.release()


def parsed(definition: str) -> EvalComponent:
    """The program of a definition. Programs are shared by executions, except those with a Map,
    which keeps its state in the program."""
    parse: Callable[[str], EvalComponent] = _parse_once if '"Map"' not in definition else _parse
    return parse(definition)


def _parse(definition: str) -> EvalComponent:
    return AmazonStateLanguageParser.parse(definition)[0]


_parse_once = lru_cache(maxsize=32)(_parse)


def _forget_ended_threads() -> None:
    """moto keeps every thread that it ever started. Others add to the list meanwhile."""
    for thread in list(TMP_THREADS):
        started = thread.ident is not None
        if started and not thread.is_alive():
            with suppress(ValueError):
                TMP_THREADS.remove(thread)


def _timestamp(time: Any) -> str:
    return f"{time:%Y-%m-%dT%H:%M:%S}.{time.microsecond // 1000:03d}Z"
