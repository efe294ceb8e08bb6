"""What else a batch has to do with: executions, objects, messages, people."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from labeling.model import Batch


class Workflow(Protocol):
    """The state machine's executions and their task tokens."""

    def start(self, batch: Batch) -> None:
        """Starts the execution of the batch's current run; one that runs already is fine.

        Raises ExecutionNameTaken when an execution of that name has ended."""
        ...

    def status(self, batch: Batch) -> ExecutionState | None:
        """None: the current run has no execution."""
        ...

    def running(self) -> frozenset[str]:
        """The names of all executions that run, a thousand a call."""
        ...

    def stop(self, batch: Batch, *, cause: str) -> None:
        """Stops the execution of the batch's current run; one that is over or was never started
        is left alone."""
        ...

    def execution_arn(self, batch: Batch) -> str: ...

    def succeed(self, token: str) -> None:
        """Raises TokenOver."""
        ...

    def fail(self, token: str, *, error: str, cause: str) -> None:
        """Raises TokenOver."""
        ...


@dataclass(frozen=True, kw_only=True)
class ExecutionState:
    """An execution's status (RUNNING, SUCCEEDED, FAILED, TIMED_OUT, ABORTED) and why it ended."""

    status: str
    error: str = ""
    cause: str = ""


@dataclass(frozen=True)
class ObjectEntry:
    """An object of a listing; `size` in bytes."""

    uri: str
    size: int


class Objects(Protocol):
    """S3, by URI. Text is UTF-8."""

    def read(self, uri: str) -> str:
        """Raises ObjectUnreadable."""
        ...

    def lines(self, uri: str) -> Iterator[str]:
        """The lines of an object, streamed, without line ends, empty ones left out."""
        ...

    def read_bytes(self, uri: str) -> bytes:
        """Raises ObjectUnreadable."""
        ...

    def chunks(self, uri: str) -> Iterator[bytes]:
        """The bytes of an object, streamed in pieces of any size. Raises ObjectUnreadable."""
        ...

    def exists(self, uri: str) -> bool:
        """Raises ObjectUnreadable where access is denied, so that nobody can tell."""
        ...

    def listing(self, prefix_uri: str) -> Iterator[ObjectEntry]:
        """The objects whose URI begins so, a thousand a call, in the order of the bytes of their
        keys. Raises ObjectUnreadable where the bucket may not be listed."""
        ...

    def write(self, uri: str, text: str) -> None: ...

    def write_lines(self, uri: str, lines: Iterable[str]) -> None:
        """Writes an object of any size without holding it whole in memory (multipart)."""
        ...

    def write_chunks(self, uri: str, chunks: Iterable[bytes]) -> None:
        """Writes an object of any size, as `write_lines` does, from whatever pieces it comes in."""
        ...

    def write_once(self, uri: str, text: str) -> str:
        """Writes the object unless there is one; returns what is there now."""
        ...

    def signed_url(self, uri: str) -> str:
        """A link that opens the object (GET) until `urls_expire_at`."""
        ...

    def urls_expire_at(self) -> datetime:
        """When links that are signed now stop working: no later than the role session ends."""
        ...


class Notifier(Protocol):
    """The status topic, or the topic that a batch names instead."""

    def publish(
        self, topic_arn: str | None, *, subject: str, body: str, attributes: Mapping[str, str]
    ) -> None:
        """`topic_arn` None is the default topic. Subjects are cut to one line of 99 characters.

        Raises NotPublished."""
        ...


class Queue(Protocol):
    """The listener's own queue."""

    def wake(self, batch_id: str, *, delay: int = 0) -> None:
        """Asks the listener to look after a batch, in so many seconds (0–900)."""
        ...

    def start_jobs(self, *, delay: int = 0) -> None:
        """Asks the listener to look for jobs to start, in so many seconds (0–900)."""
        ...

    def hand_on(self, messages: Sequence[Mapping[str, Any]], *, delay: int = 0) -> None:
        """Sends messages again, for a next invocation in so many seconds (0–900)."""
        ...


class Workforce(Protocol):
    """The work teams and where their members sign in."""

    def team(self, workteam_arn: str) -> TeamState: ...

    def find(self, workteam_arn: str) -> TeamState | None:
        """A team of the account's own, or one of a vendor that it has subscribed to. None: there
        is no such team. What is answered may be as old as five minutes.

        Raises NotLookedAt when access is denied, or the service is down or throttles."""
        ...

    def forget(self) -> None:
        """Have teams looked at anew from now on."""
        ...


@dataclass(frozen=True, kw_only=True)
class TeamState:
    """Who is in a team. A vendor's people are its own business: it shows no members."""

    name: str
    arn: str
    portal_url: str
    members: tuple[str, ...]
    is_vendor: bool = False
