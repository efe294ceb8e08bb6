"""What the model of the protocol knows at any time: all of it, and nothing else."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import NamedTuple

GUARDS = {
    "attempt": "a labeling job's end is recorded only for the attempt that it belongs to",
    "once": "an attempt's end is recorded only while its job has none",
    "run": "only the execution and the tokens of the batch's current run count",
    "order": "a token is stored only over an older one",
    "claim": "a job is claimed only while its batch is in progress",
    "own token": "each waiting state keeps a token of its own",
    "stopping": "a job that we stop is tried again only when it has stopped",
}
WAITING = ("check", "approve")


class Job(NamedTuple):
    """As the table has it."""

    status: str = "queued"  # starting, running, complete, failed, stopped
    attempt: int = 0
    run: int = 0
    stopping: bool = False
    counted: bool = False


class Attempt(NamedTuple):
    """As Ground Truth has it. People were `asked` for the object, and have `labeled` it; the
    output is there when the attempt is over."""

    status: str = "none"  # running, stopping, completed, failed, stopped
    asked: bool = False
    labeled: bool = False

    @property
    def over(self) -> bool:
        return self.status in ("completed", "failed", "stopped")


class Token(NamedTuple):
    run: int
    state: int  # of WAITING
    tried: int


class Message(NamedTuple):
    """A wake, or the end of an attempt."""

    job: int = -1
    attempt: int = -1

    def __str__(self) -> str:
        return "a wake" if self.job < 0 else f"the end of job {self.job}.{self.attempt}"


class Actor(NamedTuple):
    """A listener or a starter, and what it does next with what it knows."""

    does: str  # describe, record, settle, answer; claim, create, confirm
    job: int = -1
    attempt: int = -1
    seen: str = ""
    token: Token | None = None

    @property
    def starts(self) -> bool:
        return self.does in ("claim", "create", "confirm")


class State(NamedTuple):
    jobs: tuple[Job, ...]
    labeling: tuple[tuple[Attempt, ...], ...]
    executions: tuple[str, ...] = ("trigger", "none")
    batch: str = "in progress"  # complete, failed, stopped
    run: int = 0
    complete: int = 0
    failed: int = 0
    approved: bool = False
    tokens: tuple[Token | None, ...] = (None, None)
    late: Token | None = None
    messages: frozenset[Message] = frozenset()
    actors: frozenset[Actor] = frozenset()
    duplicates: int = 0
    hangs: int = 0
    deaths: int = 0
    stops: int = 0
    retries: int = 0
    timeouts: int = 0

    def with_job(self, number: int, job: Job) -> State:
        return self._replace(jobs=(*self.jobs[:number], job, *self.jobs[number + 1 :]))

    def with_attempt(self, job: int, number: int, attempt: Attempt) -> State:
        mine = self.labeling[job]
        mine = (*mine[:number], attempt, *mine[number + 1 :])
        return self._replace(labeling=(*self.labeling[:job], mine, *self.labeling[job + 1 :]))

    def at(self, run: int, place: str) -> State:
        places = (*self.executions[:run], place, *self.executions[run + 1 :])
        return self._replace(executions=places)

    def told(self, message: Message) -> State:
        return self._replace(messages=self.messages | {message})

    def acting(self, *actors: Actor) -> State:
        return self._replace(actors=self.actors | frozenset(actors))


@dataclass(frozen=True)
class Bounds:
    """How many there are, and what may happen how often."""

    jobs: int = 1
    listeners: int = 1
    duplicates: int = 0
    hangs: int = 0
    deaths: int = 0
    stops: int = 0
    retries: int = 0
    timeouts: int = 0
    approval: bool = False
    failures: bool = True

    def start(self) -> State:
        return State(
            jobs=(Job(),) * self.jobs,
            labeling=((Attempt(),) * (self.retries + 2),) * self.jobs,
            duplicates=self.duplicates,
            hangs=self.hangs,
            deaths=self.deaths,
            stops=self.stops,
            retries=self.retries,
            timeouts=self.timeouts,
        )

    def __str__(self) -> str:
        """What is not as usual."""
        given = {each.name: getattr(self, each.name) for each in fields(self)}
        unusual = {
            each.name: given[each.name] for each in fields(self) if given[each.name] != each.default
        }
        return "-".join(f"{name}={value}" for name, value in unusual.items())
