"""What a random schedule may order, and how hypothesis draws one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from hypothesis import strategies as st

from labeling.model import OnJobFailure
from tests.faults.simulated.post import Fate
from tests.faults.simulated.processes import WRITES, Kind, Trouble
from tests.faults.simulated.whats import Act, What


@dataclass(frozen=True, kw_only=True)
class Shape:
    """A batch: the objects of each level-1 job, how many levels follow, what it asks for.

    Each further level audits the jobs of the level before; `wide` adds a job of level 2 without
    a source.
    """

    objects: tuple[int, ...]
    levels: int = 1
    approve_before: frozenset[int] = frozenset()
    on_job_failure: OnJobFailure = OnJobFailure.FAIL
    rate: int = 100
    wide: bool = False


@dataclass(frozen=True, kw_only=True)
class Schedule:
    shapes: tuple[Shape, ...]
    quota: int = 20
    slow_service: bool = False
    rates: bool = False
    early: bool = False
    stalled_job: int | None = None
    failing_objects: int = 0
    events: tuple[Fate, ...] = ()
    messages: tuple[Fate, ...] = ()
    troubles: tuple[Trouble, ...] = ()
    acts: tuple[Act, ...] = ()

    @property
    def lets_jobs_fail(self) -> bool:
        """Whether anything ordered here may end a job without all its labels."""
        failing = {What.FAIL_JOB, What.EXPIRE_TASKS, What.OUTSIDER_STOPS}
        return (
            self.stalled_job is not None
            or self.failing_objects > 0
            or any(act.what in failing for act in self.acts)
            or any(failing & {*trouble.meanwhile} for trouble in self.troubles)
        )


READS = ("batch", "view", "settle_view", "open_jobs", "owners", "pointed_at", "jobs")
FAILING = (
    *(f"batches.{name}" for name in WRITES),
    *(f"labeling.{name}" for name in ("create", "describe", "stop", "running")),
    *(f"workflow.{name}" for name in ("start", "stop", "succeed", "fail", "status", "running")),
    *("queue.wake", "queue.start_jobs", "queue.hand_on"),
    *("notifier.publish", "objects.write_once"),
    *(f"batches.{name}" for name in READS),
)

# Where most depends on what is done and what is not.
SENSITIVE = (
    *(f"batches.{name}" for name in ("put_wait", "claim", "confirm", "record", "restart", "end")),
    *("batches.begin_run", "batches.mark_stopping", "batches.set_inputs", "batches.mark_published"),
    *("labeling.create", "labeling.stop", "workflow.succeed", "workflow.start"),
)
CALLS = st.sampled_from([*FAILING, *SENSITIVE * 3])


@st.composite
def shapes(draw: st.DrawFn) -> Shape:
    levels = draw(st.integers(1, 3))
    return Shape(
        objects=tuple(draw(st.lists(st.integers(1, 3), min_size=1, max_size=2))),
        levels=levels,
        approve_before=draw(st.frozensets(st.sampled_from([2, 3]), max_size=2))
        & frozenset(range(2, levels + 1)),
        on_job_failure=draw(st.sampled_from(OnJobFailure)),
        rate=draw(st.sampled_from([100, 100, 50])),
        wide=levels > 1 and draw(st.booleans()),
    )


BY_PEOPLE = st.sampled_from(
    [
        (),
        (),
        (What.STOP,),
        (What.STOP, What.RETRY),
        (What.STOP, What.RETRY, What.STOP),
        (What.ABORT,),
        (What.ABORT, What.RETRY),
        (What.APPROVE,),
        (What.CREATE_AGAIN,),
        (What.FAIL_JOB,),
        (What.FAIL_JOB, What.RETRY),
        (What.OUTSIDER_STOPS,),
        (What.EXPIRE_TASKS,),
        (What.FOREIGN_JOB,),
    ]
)


def troubles() -> st.SearchStrategy[Trouble]:
    nth = st.sampled_from([0, 0, 1, 1, 2, 3, 4, 6, 9])
    fails = st.builds(
        Trouble,
        call=CALLS,
        nth=nth,
        kind=st.just(Kind.FAILS),
        done=st.booleans(),
    )
    dies = st.builds(Trouble, call=CALLS, nth=nth, kind=st.just(Kind.DIES), done=st.booleans())
    stalls = st.builds(
        Trouble,
        call=CALLS,
        nth=nth,
        kind=st.sampled_from([Kind.STALLS, Kind.GIVEN_UP]),
        done=st.booleans(),
        seconds=st.sampled_from([5, 20, 50, 200, 800]),
        meanwhile=BY_PEOPLE,
    )
    return fails | dies | stalls | stalls


FATES = st.sampled_from([(), (0,), (), (0, 0), (0, 40), (20,), (90, 5), (600,)]).map(
    lambda arrivals: Fate(arrivals=arrivals)
)
MESSAGES = st.sampled_from([(0,), (0, 0), (5,), (0, 60), (120,)]).map(
    lambda arrivals: Fate(arrivals=arrivals)
)
OFTEN = (What.STOP, What.RETRY, What.RETRY, What.APPROVE, What.FAIL_JOB)
ACTS = st.builds(
    Act,
    at=st.integers(0, 60).map(lambda steps: 3 * steps) | st.integers(0, 120).map(lambda n: 10 * n),
    what=st.sampled_from([*What, *OFTEN]),
    target=st.integers(0, 3),
)


def some_of(strategy: st.SearchStrategy[Any], most: int) -> st.SearchStrategy[list[Any]]:
    """Lists of all lengths alike: hypothesis by itself prefers short ones."""
    return st.integers(0, most).flatmap(
        lambda count: st.lists(strategy, min_size=count, max_size=count)
    )


@st.composite
def schedules(draw: st.DrawFn) -> Schedule:
    """Up to two batches, and trouble."""
    return Schedule(
        shapes=tuple(draw(st.lists(shapes(), min_size=1, max_size=2))),
        quota=draw(st.sampled_from([20, 1, 2])),
        slow_service=draw(st.booleans()),
        rates=draw(st.booleans()),
        early=draw(st.sampled_from([False, False, True])),
        stalled_job=draw(st.sampled_from([None, None, None, 0, 1, 2])),
        failing_objects=draw(st.sampled_from([0, 0, 0, 1])),
        events=tuple(draw(some_of(FATES, 8))),
        messages=tuple(draw(some_of(MESSAGES, 8))),
        troubles=tuple(draw(some_of(troubles(), 10))),
        acts=tuple(draw(some_of(ACTS, 6))),
    )


SIMPLEST = Schedule(shapes=(Shape(objects=(1,)),))
