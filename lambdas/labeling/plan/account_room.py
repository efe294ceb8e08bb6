"""How many labeling jobs, and how many of their tasks, the account can have at once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from labeling.errors import NotLookedAt, Problem
from labeling.model import BatchRequest, JobRequest
from labeling.plan.places import not_looked_at
from labeling.ports import Account

DEFAULT_QUOTA = 1  # of running labeling jobs, in a new account ("Endpoints and Quotas")
QUOTA_CODE = "L-150039CA"
# HumanTaskConfig: "To increase the maximum value to 5000 objects, contact AWS Support".
UNASKED_TASKS = 1_000


def problems(request: BatchRequest, *, account: Account) -> Iterator[Problem]:
    """Warnings only: jobs wait for their turn, and no job is lost by waiting."""
    yield from _turns(request, account)
    for index, job in enumerate(request.jobs):
        yield from _tasks(index, job)


def quota_of(account: Account) -> int:
    """How many labeling jobs may run at once; a new account's, where that cannot be read."""
    try:
        return account.running_jobs_quota()
    except NotLookedAt:
        return DEFAULT_QUOTA


def _turns(request: BatchRequest, account: Account) -> Iterator[Problem]:
    level, widest = max(
        Counter(job.level for job in request.jobs).items(), key=lambda count: count[1]
    )
    try:
        quota = account.running_jobs_quota()
        running = account.running_jobs()
    except NotLookedAt as error:
        yield not_looked_at((), error)
        return
    if widest <= quota - running:
        return
    taken = f", {running} of them taken now," if running else ""
    message = (
        f"Level {level} has {_jobs(widest)}, and the account may run {_jobs(quota)} at once{taken} "
        "so they take turns. Service Quotas raises the number: Amazon SageMaker, quota "
        f"{QUOTA_CODE}."
    )
    yield Problem((), "concurrency", message, warning=True)


def _tasks(index: int, job: JobRequest) -> Iterator[Problem]:
    if job.max_concurrent_task_count > UNASKED_TASKS:
        message = (
            f"More than {UNASKED_TASKS:,} tasks at once need AWS Support's leave: without it "
            "Ground Truth refuses the job. Ask for it first, or name fewer."
        )
        loc = ("labelingJobs", index, "maxConcurrentTaskCount")
        yield Problem(loc, "concurrent_tasks", message, warning=True)


def _jobs(count: int) -> str:
    return "1 job" if count == 1 else f"{count:,} jobs"
