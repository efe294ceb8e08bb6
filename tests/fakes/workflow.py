"""Executions and task tokens in memory."""

from __future__ import annotations

from dataclasses import dataclass

from labeling.errors import ExecutionNameTaken, TokenOver
from labeling.model import Batch
from labeling.ports import ExecutionState


@dataclass(frozen=True, kw_only=True)
class Answer:
    """How a token was answered: with success, or with this error."""

    token: str
    error: str = ""
    cause: str = ""


class FakeWorkflow:
    """Any token is one of a waiting state until it is answered, or in `over`."""

    def __init__(self) -> None:
        self.executions: dict[str, ExecutionState] = {}
        self.answers: list[Answer] = []
        self.over: set[str] = set()

    # --- the port

    def start(self, batch: Batch) -> None:
        there = self.executions.get(batch.execution)
        if there is not None and there.status != "RUNNING":
            raise ExecutionNameTaken(batch.execution)
        self.executions[batch.execution] = ExecutionState(status="RUNNING")

    def status(self, batch: Batch) -> ExecutionState | None:
        return self.executions.get(batch.execution)

    def running(self) -> frozenset[str]:
        return frozenset(
            name for name, state in self.executions.items() if state.status == "RUNNING"
        )

    def stop(self, batch: Batch, *, cause: str) -> None:
        there = self.executions.get(batch.execution)
        if there is not None and there.status == "RUNNING":
            self.executions[batch.execution] = ExecutionState(status="ABORTED", cause=cause)

    def execution_arn(self, batch: Batch) -> str:
        return (
            "arn:aws:states:us-east-1:123456789012:execution:"
            f"smgt-workflow-batch-process:{batch.execution}"
        )

    def succeed(self, token: str) -> None:
        self._answer(Answer(token=token))

    def fail(self, token: str, *, error: str, cause: str) -> None:
        self._answer(Answer(token=token, error=error, cause=cause))

    # --- what a test says

    def finish(self, batch: Batch, status: str, *, error: str = "", cause: str = "") -> None:
        """The current run's execution ends so."""
        self.executions[batch.execution] = ExecutionState(status=status, error=error, cause=cause)

    def _answer(self, answer: Answer) -> None:
        if answer.token in self.over:
            raise TokenOver("the token was answered, or has timed out")
        self.over.add(answer.token)
        self.answers.append(answer)
