"""Everything that a batch depends on is looked at, before anybody is paid."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Protocol

from labeling.errors import Problem
from labeling.model import Batch, BatchRequest, BatchStatus, Pointer
from labeling.naming import Places, child_id
from labeling.plan import account as account_plan
from labeling.plan.estimate import estimate
from labeling.plan.report import Plan
from labeling.plan.request_files import look_at_files
from labeling.ports import Account, LabelingService, Objects, Workforce
from labeling.settings import Settings
from labeling.use_cases.labeling_job_spec import labeling_job_spec
from labeling.use_cases.planned_jobs import planned_jobs
from labeling.use_cases.start_jobs import attempt_tag


class PlanPorts(Protocol):
    """What a plan looks at; nothing is written."""

    @property
    def objects(self) -> Objects: ...
    @property
    def labeling(self) -> LabelingService: ...
    @property
    def account(self) -> Account: ...
    @property
    def workforce(self) -> Workforce: ...
    @property
    def places(self) -> Places: ...
    @property
    def table_name(self) -> str: ...
    def now(self) -> datetime: ...


def plan_batch(
    batch: Batch,
    request: BatchRequest,
    *,
    ports: PlanPorts,
    settings: Settings,
    ends_at: datetime,
    only_errors: bool = False,
    is_made: bool = False,
) -> Plan:
    """The plan of a batch. Where it `is_made` already, the account has labeling jobs of its names.

    Looks at no further job's files, and at no further sequence, after `ends_at`; the plan says then
    that it is incomplete. With `only_errors` nothing is asked that only warnings and the estimate
    need: nobody reads them.
    """
    account = account_plan.look(
        request,
        new_names=() if is_made else [job.name for job in request.jobs],
        account=ports.account,
        workforce=ports.workforce,
        settings=settings,
        only_errors=only_errors,
    )
    problems = [*account.problems, *_refused(batch, request, ports)]
    found = look_at_files(
        request,
        objects=ports.objects,
        allowed_buckets=(settings.input_bucket, settings.processing_bucket),
        is_over=lambda: ports.now() >= ends_at,
    )
    problems += found.problems
    estimated = estimate(found.sizes, account.quota, account.team_sizes)
    return Plan(
        batch_id=request.batch_id,
        problems=(*problems, *estimated.problems),
        complete=found.complete,
        objects=found.counts,
        estimate=estimated,
    )


def _refused(batch: Batch, request: BatchRequest, ports: PlanPorts) -> Iterator[Problem]:
    """What the labeling service itself would refuse, whatever the files hold."""
    for job in planned_jobs(batch, request, ports.places):
        if not job.input_uri:  # nothing is there yet, and it may lie there
            child = child_id(batch.batch_id, job.level, job.name)
            there = ports.places.input_manifest(job.request.modality, child)
            job = replace(job, input_uri=there)
        tag = attempt_tag(job, table=ports.table_name)
        for sentence in ports.labeling.violations(
            labeling_job_spec(job, tag=tag, places=ports.places)
        ):
            message = f"Ground Truth would refuse this job: {sentence}."
            yield Problem(("labelingJobs", job.index), "refused_by_service", message)


def taken(
    request: BatchRequest, digest: str, there: Batch | None, owners: Mapping[str, Pointer]
) -> list[Problem]:
    """Where the id or a name belongs to another batch of the table: `there` has the id, `owners`
    the names. Names that a batch of this id left behind are this batch's."""
    return [*_taken_id(request, digest, there), *taken_names(request, owners)]


def is_made(digest: str, there: Batch | None) -> bool:
    """Whether the batch that has the id, if any, is of this request."""
    return (
        there is not None
        and there.status is not BatchStatus.VALIDATION_FAIL
        and there.request_hash == digest
    )


def _taken_id(request: BatchRequest, digest: str, there: Batch | None) -> Iterator[Problem]:
    if there is None or there.status is BatchStatus.VALIDATION_FAIL:
        return
    loc = ("batchId",)
    if is_made(digest, there):
        message = f"The batch {request.batch_id} was created already: sent again, this is that one."
        yield Problem(loc, "batch_exists", message, warning=True)
    else:
        yield Problem(loc, "batch_exists", another_request(there))


def another_request(there: Batch) -> str:
    return (
        f"The batchId {there.batch_id} belongs to another request, made at "
        f"{there.created_at:%Y-%m-%d %H:%M:%S} UTC: choose another."
    )


def taken_names(request: BatchRequest, owners: Mapping[str, Pointer]) -> list[Problem]:
    return [
        Problem(
            ("labelingJobs", index, "jobName"),
            "name_taken",
            f"Batch {owner.batch_id} has the name {job.name}, and Ground Truth never gives a name "
            "twice: choose another.",
        )
        for index, job in enumerate(request.jobs)
        if (owner := owners.get(job.name.lower())) and owner.batch_id != request.batch_id
    ]
