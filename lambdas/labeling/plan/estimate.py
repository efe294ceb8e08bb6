"""What a batch will cost and how long it will take, at the least and at the most."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from labeling.errors import Problem
from labeling.plan.durations import JobTime, job_time, level_time
from labeling.plan.price_table import (
    NOTHING,
    POINT_CLOUDS,
    Range,
    price_of_objects,
    price_of_point_clouds,
    table,
)
from labeling.plan.sizes import Amount, JobSize, amounts

__all__ = ["Estimate", "JobEstimate", "JobSize", "LevelEstimate", "estimate"]

HOUR = 3_600
DAY = 24 * HOUR


@dataclass(frozen=True, kw_only=True)
class JobEstimate:
    """A job's `amount` and `time` are None where its input could not be read."""

    size: JobSize
    amount: Amount | None
    cost: Range  # USD
    time: JobTime | None

    def as_answer(self) -> dict[str, Any]:
        amount = self.amount
        return {
            "jobName": self.size.name,
            "objects": amount.objects if amount else None,
            "billedObjects": amount.frames if amount else None,
            "costUsd": self.cost.rounded(2) if amount else None,
            "hours": _hours(self.time.alone) if self.time else None,
        }


@dataclass(frozen=True, kw_only=True)
class LevelEstimate:
    """The jobs of a level, and their time together (seconds)."""

    number: int
    jobs: tuple[JobEstimate, ...]
    time: Range

    def as_answer(self) -> dict[str, Any]:
        return {
            "level": self.number,
            "jobs": [job.as_answer() for job in self.jobs],
            **_totals(self.jobs, self.time),
        }


@dataclass(frozen=True, kw_only=True)
class Estimate:
    """Jobs whose input could not be read are in no total."""

    levels: tuple[LevelEstimate, ...]
    assumptions: tuple[str, ...]

    @property
    def problems(self) -> tuple[Problem, ...]:
        """Warnings: jobs whose tasks will be taken back before people can have done them."""
        return tuple(_late(self.levels))

    def as_answer(self) -> dict[str, Any]:
        time = sum((level.time for level in self.levels), NOTHING)
        jobs = [job for level in self.levels for job in level.jobs]
        return {
            "levels": [level.as_answer() for level in self.levels],
            "total": _totals(jobs, time),
            "assumptions": list(self.assumptions),
        }


def estimate(jobs: Sequence[JobSize], quota: int, team_sizes: Mapping[str, int]) -> Estimate:
    """`quota` is how many labeling jobs may run at once, `team_sizes` how many people are in a
    team, by its ARN; teams that are not in it may be of any size."""
    found = amounts(jobs)
    billed = sum(
        amount.frames
        for job in jobs
        if (amount := found[job.index]) and job.known.family != POINT_CLOUDS
    )
    price = price_of_objects(billed)
    estimates = [_job(job, found[job.index], price, team_sizes) for job in jobs]
    levels = []
    for number in sorted({job.level for job in jobs}):
        of_level = tuple(job for job in estimates if job.size.level == number)
        times = [job.time for job in of_level if job.time]
        levels.append(LevelEstimate(number=number, jobs=of_level, time=level_time(times, quota)))
    return Estimate(
        levels=tuple(levels), assumptions=tuple(_assumptions(estimates, quota, team_sizes))
    )


def _job(
    job: JobSize, amount: Amount | None, price: Range, team_sizes: Mapping[str, int]
) -> JobEstimate:
    if amount is None:
        return JobEstimate(size=job, amount=None, cost=NOTHING, time=None)
    each = price_of_point_clouds() if job.known.family == POINT_CLOUDS else price
    return JobEstimate(
        size=job,
        amount=amount,
        cost=each * amount.frames,
        time=job_time(job, amount, team_sizes),
    )


def _totals(jobs: Iterable[JobEstimate], time: Range) -> dict[str, Any]:
    known = [(job.amount, job.cost) for job in jobs if job.amount]
    return {
        "objects": sum(amount.objects for amount, _ in known),
        "billedObjects": sum(amount.frames for amount, _ in known),
        "costUsd": sum((cost for _, cost in known), NOTHING).rounded(2),
        "hours": _hours(time),
    }


def _hours(seconds: Range) -> dict[str, float]:
    return (seconds * (1 / HOUR)).rounded(2)


def _late(levels: Iterable[LevelEstimate]) -> Iterator[Problem]:
    for job in (job for level in levels for job in level.jobs):
        if job.time is None or not job.time.is_cut_off or job.amount is None:
            continue
        days = job.size.lifetime / DAY
        message = (
            f"{job.amount.frames:,} to label are more than {job.time.people.high:.0f} people can "
            f"do in {days:g} days, when their tasks are taken back: make the team larger, or the "
            "job smaller."
        )
        loc = ("labelingJobs", job.size.index, "taskAvailabilityLifetimeInSeconds")
        yield Problem(loc, "lifetime_short", message, warning=True)


def _assumptions(
    jobs: Sequence[JobEstimate], quota: int, team_sizes: Mapping[str, int]
) -> Iterator[str]:
    """What the numbers rest on, as sentences; only what matters for these jobs."""
    entries = table()
    known = [job for job in jobs if job.amount]
    families = {job.size.known.family for job in known}
    yield (
        f"Prices of {entries['date']}, of Ground Truth alone: your own people cost it nothing, "
        "vendors have their own prices."
    )
    if families - {POINT_CLOUDS}:
        yield entries["prices"]["object"]["said"]
    if POINT_CLOUDS in families:
        yield entries["prices"]["pointCloudFrame"]["said"]
        before = entries["preprocessing"]
        yield f"{before['frames']} point clouds are prepared in {before['seconds'] // 60} minutes."
    if families & {"video-frame", POINT_CLOUDS}:
        yield "Each frame of a sequence is billed as an object."
    if any(job.size.chain_from for job in known):
        yield "A chained job gets at most what the job before it was given, sampled."
    if any(job.amount and job.amount.assumed for job in known):
        yield entries["unknownFrames"]["said"]
    yield entries["secondsSaid"]
    if any(job.size.known.audits and not job.size.known.verifies for job in known):
        yield entries["audits"]["said"]
    if any(job.size.known.verifies for job in known):
        yield entries["verifications"]["said"]
    yield entries["weeklyHours"]["said"]
    if any(job.size.workteam_arn not in team_sizes for job in known):
        yield entries["unknownTeam"]["said"]
    jobs_run = "1 labeling job runs" if quota == 1 else f"{quota} labeling jobs run"
    yield f"{jobs_run} at once, nobody else's, and nobody waits for an approval."
    unread = [job.size.name for job in jobs if job.amount is None]
    if unread:
        yield f"Not counted, since their input could not be read: {', '.join(unread)}."
