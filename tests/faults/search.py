"""Looks at every state that the model can reach, nearest first, for one that must not be."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field

from tests.faults.model import Model
from tests.faults.model_state import GUARDS, Bounds, State


@dataclass(frozen=True)
class Finding:
    """What went wrong (empty: nothing) and how; `states` is how many were looked at."""

    what: str
    trace: list[str] = field(default_factory=list)
    states: int = 0

    def __str__(self) -> str:
        steps = "".join(f"\n  {number}. {step}" for number, step in enumerate(self.trace, 1))
        return f"{self.what or 'nothing found'} ({self.states} states){steps}"


Reached = dict[State, tuple[State, str] | None]


def search(bounds: Bounds, without: str = "", *, most: int = 1_000_000) -> Finding:
    """The shortest trace to a bad state, or to one from which the batch never comes to rest.

    Raises OverflowError when there are more states than `most`.
    """
    model = Model(bounds, without)
    start = bounds.start()
    reached: Reached = {start: None}
    comes_from: dict[State, list[State]] = {}
    waiting = deque([start])
    while waiting:
        state = waiting.popleft()
        for said, following in model.steps(state):
            new = following not in reached
            if new:
                reached[following] = (state, said)
            if wrong := _wrong(state, following, said, bounds):
                trace = [*_trace(reached, state), said]
                return Finding(wrong, trace, len(reached))
            comes_from.setdefault(following, []).append(state)
            if new:
                waiting.append(following)
        if len(reached) > most:
            raise OverflowError(f"more than {most} states")
    hanging = _never_at_rest(reached, comes_from)
    if hanging is not None:
        return Finding("it never comes to rest", _trace(reached, hanging), len(reached))
    return Finding("", states=len(reached))


def _wrong(before: State, s: State, said: str, bounds: Bounds) -> str:
    """What is wrong with a step; empty: nothing."""
    if before.batch == "complete" and s.batch != "complete":
        return "a complete batch changed"
    if s.batch == "complete" and before.batch != "complete":
        if bounds.approval and not s.approved:
            return "nobody approved"
        if any(job.status != "complete" for job in s.jobs):
            return "a batch is complete, and a job of it is not"
    if "BatchError, the batch has failed" in said and f"execution {s.run}" not in said:
        return "an execution of an old run ended the batch"
    if s.complete + s.failed > len(s.jobs) or min(s.complete, s.failed) < 0:
        return "more ends are counted than there are jobs"
    if "is claimed" in said and s.batch != "in progress":
        return "a job is started for a batch that is over"
    for job, attempts in zip(s.jobs, s.labeling, strict=True):
        labeled = [attempt.labeled for attempt in attempts]
        if any(attempt.asked and any(labeled[:a]) for a, attempt in enumerate(attempts)):
            return "people were asked twice for one object"
        if job.status == "complete" and not any(labeled):
            return "a job is complete, and nothing is labeled"
        gone = job.stopping or attempts[job.attempt].status in ("failed", "stopped")
        if job.status == "failed" and not gone:
            return "a job has failed, and its labeling job has not"
    return ""


def _at_rest(s: State) -> bool:
    """The batch is over, and nothing of it runs any more that should not."""
    idle = all(place in ("none", "over") for place in s.executions)
    wanted = s.batch != "stopped" or not any(
        attempt.status == "running" for attempts in s.labeling for attempt in attempts
    )
    return s.batch != "in progress" and idle and wanted


def _never_at_rest(reached: Reached, comes_from: dict[State, list[State]]) -> State | None:
    """The first state from which no step, ever, leads to rest without another stop or retry."""
    good = {state for state in reached if _at_rest(state)}
    border = list(good)
    while border:
        for state in comes_from.get(border.pop(), ()):
            if state not in good:
                good.add(state)
                border.append(state)
    return next((state for state in reached if state not in good), None)


def _trace(reached: Reached, state: State) -> list[str]:
    steps = []
    while step := reached[state]:
        state, said = step
        steps.append(said)
    return steps[::-1]


COMPLETE = (
    Bounds(jobs=2, listeners=2),
    Bounds(jobs=2, duplicates=1),
    Bounds(jobs=2, hangs=1, approval=True, failures=False),
    Bounds(stops=1, retries=1, deaths=1),
    Bounds(retries=1, hangs=1, duplicates=1),
    Bounds(retries=1, timeouts=1, failures=False),
)
"""Small enough for seconds. Between them all that the model knows happens."""

LARGE = (
    Bounds(jobs=2, listeners=2, duplicates=1, deaths=1),
    Bounds(jobs=2, stops=1, retries=1),
    Bounds(stops=1, retries=1, hangs=1, timeouts=1, duplicates=1),
)
"""For minutes."""

REVEALING = {
    "attempt": Bounds(retries=1, duplicates=1),
    "once": Bounds(listeners=2, duplicates=1),
    "run": Bounds(stops=1, retries=1),
    "order": Bounds(hangs=1),
    "claim": Bounds(stops=1),
    "own token": Bounds(approval=True, hangs=1, failures=False),
    "stopping": Bounds(retries=1, timeouts=1, failures=False),
}
"""By guard, where leaving it out shows."""

if __name__ == "__main__":
    for guard, meaning in GUARDS.items():
        print(f"Unless {meaning}:\n{search(REVEALING[guard], guard)}", flush=True)
    for bounds in (*COMPLETE, *LARGE):
        print(f"{bounds}:\n{search(bounds)}", flush=True)
