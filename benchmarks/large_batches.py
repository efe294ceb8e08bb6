"""Large batches: which completes, what a job costs in them, and how large everything becomes.

Invocations take the time that their AWS calls would take (`passing_time`), so that a level that is
larger than what one invocation can start is started by the following ones, as on AWS.
"""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from benchmarks.account import Account, account
from benchmarks.figures import Figure
from benchmarks.limits import Size, sizes

LARGEST = 5_000
COMPARED = (100, 2_000)
MOST_OF_A_SMALL_ONE = 1.2


@dataclass(frozen=True, kw_only=True)
class Run:
    """What one batch cost: real seconds, the processor's in our code, and those that pass when
    every call takes what it would on AWS."""

    jobs: int
    calls: int
    seconds: float
    seconds_outside_of_calls: float
    seconds_on_aws: float
    created_by: Mapping[str, int]
    sizes: list[Size]

    def a_job(self, what: float) -> float:
        return what / self.jobs


def figures(*, quick: bool = False) -> list[Figure]:
    small, middle = (20, 200) if quick else COMPARED
    largest = 300 if quick else LARGEST
    with account() as place:
        complete(place, 4)  # imports, clients
        runs = {jobs: complete(place, jobs) for jobs in (small, middle, largest)}
    return [
        _largest(runs[largest]),
        _a_job(runs[small], runs[middle], counts=not quick),
        _sizes(runs[largest]),
    ]


def complete(place: Account, jobs: int) -> Run:
    """Runs a batch of so many jobs; RuntimeError when it does not complete."""
    place.reset()
    body = place.request("batch", jobs)
    began, started = place.cloud.clock.now(), time.perf_counter()
    place.client.create(body)
    place.settle_without_time()
    seconds = time.perf_counter() - started
    on_aws = (place.cloud.clock.now() - began).total_seconds()
    seen = place.watch.figures
    calls, outside = sum(seen.calls.values()), seen.spent.outside_of_calls
    place.expect("batch", "COMPLETE")  # an answer whose size and time count too
    return Run(
        jobs=jobs,
        calls=calls,
        seconds=seconds,
        seconds_outside_of_calls=outside,
        seconds_on_aws=on_aws,
        created_by={
            function: number
            for (function, _, operation), number in seen.calls.items()
            if operation == "CreateLabelingJob"
        },
        sizes=sizes(place, place.watch.take(), request=len(json.dumps(body))),
    )


def _largest(run: Run) -> Figure:
    return Figure(
        what="largest batch that completes",
        original="fails at 200 jobs (SNS message over 256 KB)",
        ours=f"{run.jobs:,} jobs",
        target=f"{LARGEST:,} jobs",
        reached=run.jobs >= LARGEST or None,
        details=_details(run),
    )


def _a_job(small: Run, large: Run, *, counts: bool) -> Figure:
    ratios = {
        "outsideOfCalls": _ratio(large, small, "seconds_outside_of_calls"),
        "calls": _ratio(large, small, "calls"),
        "onAws": _ratio(large, small, "seconds_on_aws"),
        "withTheSimulation": _ratio(large, small, "seconds"),
    }
    judged = max(ratios["outsideOfCalls"], ratios["calls"], ratios["onAws"])
    return Figure(
        what=f"time per job at {large.jobs:,} jobs, relative to {small.jobs}",
        original="",
        ours=(
            f"{ratios['outsideOfCalls']} × in our code, {ratios['calls']} × the calls, "
            f"{ratios['onAws']} × with calls that take what they would on AWS "
            f"({ratios['withTheSimulation']} × with the simulation of AWS)"
        ),
        target=f"≤ {MOST_OF_A_SMALL_ONE} ×",
        reached=judged <= MOST_OF_A_SMALL_ONE if counts else None,
        details={"ratios": ratios, "small": _details(small), "large": _details(large)},
    )


def _sizes(run: Run) -> Figure:
    over = [size.what for size in run.sizes if size.over]
    nearest = max(run.sizes, key=lambda size: size.largest / size.limit)
    share = nearest.largest / nearest.limit
    return Figure(
        what=f"limits of AWS at {run.jobs:,} jobs: messages, items, payloads, events, seconds",
        original="SNS message over 256 KB at 200 jobs",
        ours=f"over: {', '.join(over)}"
        if over
        else f"all kept; nearest: {nearest.what}, {share:.0%}",
        target="all kept",
        reached=not over,
        details={size.what: asdict(size) for size in run.sizes},
    )


def _ratio(large: Run, small: Run, what: str) -> float:
    return round(large.a_job(getattr(large, what)) / small.a_job(getattr(small, what)), 2)


def _details(run: Run) -> dict[str, Any]:
    return {
        "jobs": run.jobs,
        "calls": run.calls,
        "seconds": round(run.seconds, 1),
        "secondsOutsideOfCalls": round(run.seconds_outside_of_calls, 2),
        "secondsOnAws": round(run.seconds_on_aws),
        "millisecondsAJobOutsideOfCalls": round(run.a_job(run.seconds_outside_of_calls) * 1000, 2),
    }
