"""How long jobs take: people at work, one job's and one level's clock. All times are seconds."""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import ceil

from labeling.plan.price_table import (
    POINT_CLOUDS,
    Range,
    preprocessing_seconds,
    seconds_of_person,
    table,
)
from labeling.plan.sizes import Amount, JobSize

WEEK = 168  # hours


@dataclass(frozen=True, kw_only=True)
class JobTime:
    """`work` is the time that people are busy, all together; `waiting` the service's own before
    and after; `alone` the job's whole time if its team does nothing else, cut off where its tasks
    are taken back. `people` are those of the team: the least, then the most."""

    team: str
    work: Range
    people: Range
    waiting: Range
    alone: Range
    is_cut_off: bool


def job_time(job: JobSize, amount: Amount, team_sizes: Mapping[str, int]) -> JobTime:
    """Of a job that has its team for itself."""
    people = _people(job, team_sizes)
    work = seconds_of_person(job.known) * (amount.frames * job.workers_per_object)
    waiting = _waiting(job, amount)
    busy = _clock(work, _at_once(amount.objects * job.workers_per_object, people))
    cut = Range(min(busy.low, job.lifetime), min(busy.high, job.lifetime))
    return JobTime(
        team=job.workteam_arn,
        work=work,
        people=people,
        waiting=waiting,
        alone=waiting + cut,
        is_cut_off=busy.low > job.lifetime,
    )


def level_time(times: Sequence[JobTime], quota: int) -> Range:
    """Of jobs that begin as places become free, and share their teams.

    At the least as long as the turns that they take, and as the busiest team's work.
    """
    if not times:
        return Range(0, 0)
    creating = len(times) / table()["createPerSecond"]["value"]
    teams = [_team_time([time for time in times if time.team == team]) for team in _teams(times)]
    return Range(
        creating + max(_turns((t.alone.low for t in times), quota), *(team.low for team in teams)),
        creating
        + max(_turns((t.alone.high for t in times), quota), *(team.high for team in teams)),
    )


def _people(job: JobSize, team_sizes: Mapping[str, int]) -> Range:
    size = team_sizes.get(job.workteam_arn)
    if size is None:
        return Range.read(table()["unknownTeam"])
    return Range(max(1, size), max(1, size))


def _waiting(job: JobSize, amount: Amount) -> Range:
    overhead = Range.read(table()["overheadSeconds"])
    if job.known.family != POINT_CLOUDS:
        return overhead
    before = preprocessing_seconds(amount.frames)
    return overhead + Range(before, before)


def _at_once(tasks: int, people: Range) -> Range:
    """How many work on so many tasks on the average: some are idle in the last turn."""
    return Range(
        *(tasks / ceil(tasks / count) if tasks else 1 for count in (people.low, people.high))
    )


def _clock(work: Range, people: Range) -> Range:
    """By the clock: at the best all people without a pause, at the worst few in office hours."""
    weekly = Range.read(table()["weeklyHours"])
    return Range(
        work.low / people.high * (WEEK / weekly.high),
        work.high / people.low * (WEEK / weekly.low),
    )


def _teams(times: Sequence[JobTime]) -> list[str]:
    return list(dict.fromkeys(time.team for time in times))


def _team_time(times: Sequence[JobTime]) -> Range:
    """Of one team that does all of this, each job cut off where its tasks are taken back."""
    work = Range(0, 0)
    for time in times:
        work = work + time.work
    busy = _clock(work, times[0].people)
    longest = Range(0, 0)
    for time in times:
        longest = longest + time.alone
    first = times[0].waiting
    return Range(min(first.low + busy.low, longest.low), min(first.high + busy.high, longest.high))


def _turns(durations: Iterable[float], quota: int) -> float:
    """When the last one is over, if so many run at once and begin in this order."""
    free = [0.0] * max(1, quota)
    for duration in durations:
        heapq.heapreplace(free, free[0] + duration)
    return max(free)
