"""What must hold for a batch as a whole, and then for each of its jobs."""

from __future__ import annotations

from collections.abc import Iterator

from labeling.errors import Problem
from labeling.requests.job_rules import job_problems
from labeling.requests.scope import Scope


def batch_problems(scope: Scope) -> Iterator[Problem]:
    yield from scope.missing(
        ("batchId",), scope.body.batch_id, "Give the batch an id, such as clip-0001."
    )
    if not scope.jobs and ("labelingJobs",) not in scope.broken:
        yield Problem(("labelingJobs",), "missing", "Give a list with at least one labeling job.")
    yield from _topic(scope)
    yield from _gaps(scope)
    yield from _approvals(scope)
    yield from _repeated_names(scope)
    for index, job in enumerate(scope.jobs):
        if ("labelingJobs", index) not in scope.broken:
            yield from job_problems(scope, index, job)


def _topic(scope: Scope) -> Iterator[Problem]:
    arn = scope.body.destination_sns_arn
    if arn is None:
        return
    loc = ("destinationSnsArn",)
    _, _, _, region, account, name = arn.split(":")
    ours = scope.settings
    if (region, account) != (ours.region, ours.account):
        message = (
            f"The topic is in {region} of account {account}: "
            f"name one in {ours.region} of account {ours.account}."
        )
        yield Problem(loc, "topic_elsewhere", message)
    if name.endswith(".fifo"):
        yield Problem(loc, "fifo_topic", "Name a standard topic: FIFO topics are not supported.")


def _gaps(scope: Scope) -> Iterator[Problem]:
    if any(job.job_level is None for job in scope.jobs):
        return
    used = {job.job_level for job in scope.jobs if job.job_level is not None}
    for index, job in enumerate(scope.jobs):
        level = job.job_level or 1
        below = level - 1
        if below and below not in used and level <= scope.settings.levels:
            message = (
                f"No job has jobLevel {below}: levels go up from 1 without gaps; "
                f"make this {below} or add such a job."
            )
            yield Problem(("labelingJobs", index, "jobLevel"), "level_gap", message)


def _approvals(scope: Scope) -> Iterator[Problem]:
    asked = scope.body.approve_before_levels or frozenset()
    if not asked or not scope.jobs or any(job.job_level is None for job in scope.jobs):
        return
    highest = max(job.job_level or 1 for job in scope.jobs)
    wrong = sorted(number for number in asked if not 2 <= number <= highest)
    if wrong:
        allowed = ", ".join(map(str, range(2, highest + 1))) or "none here"
        message = (
            f"{', '.join(map(str, wrong[:20]))} will not do: an approval can come before a level "
            f"of the batch that follows another one ({allowed})."
        )
        yield Problem(("approveBeforeLevels",), "levels", message)


def _repeated_names(scope: Scope) -> Iterator[Problem]:
    first: dict[str, int] = {}
    for index, job in enumerate(scope.jobs):
        if job.job_name is None:
            continue
        earlier = first.setdefault(job.job_name.lower(), index)
        if earlier != index:
            message = (
                f"labelingJobs[{earlier}] has this name already (Ground Truth takes capitals and "
                "small letters for the same): choose another."
            )
            yield Problem(("labelingJobs", index, "jobName"), "repeated_name", message)
