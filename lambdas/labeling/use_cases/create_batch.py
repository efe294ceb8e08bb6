"""A checked request becomes a batch, and its execution starts; or only the plan of one."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta

from labeling.documents import request_hash, stored_request
from labeling.errors import (
    BatchExists,
    ExecutionNameTaken,
    InvalidRequest,
    NameTaken,
    Problem,
)
from labeling.model import Batch, BatchRequest, BatchStatus
from labeling.plan.report import Plan
from labeling.ports import Ports, Workflow
from labeling.problems import invalid
from labeling.settings import Settings
from labeling.use_cases.plan_batch import (
    another_request,
    is_made,
    plan_batch,
    taken,
    taken_names,
)

# API Gateway waits 29 seconds, and the look at one more file may take some of them.
TIME_TO_PLAN = timedelta(seconds=18)


def create_batch(
    request: BatchRequest, *, ports: Ports, settings: Settings, nonce: Callable[[], str]
) -> Batch:
    """The same request sent twice is the same batch, whatever became of it meanwhile.

    The id of a batch that was refused by its first state may be used again. Raises BatchExists
    when another request has the id, NameTaken when another batch has a job's name, InvalidRequest
    with everything that the plan found wrong.
    """
    batch = _new_batch(request, ports, nonce())
    there, owners = ports.batches.look_up(request.batch_id, (job.name for job in request.jobs))
    if there is not None:
        if there.status is not BatchStatus.VALIDATION_FAIL:
            return _same(there, batch.request_hash, ports.workflow)
        batch = replace(batch, run=there.run + 1)  # the name of its execution is used up

    names = taken_names(request, owners)
    if names:
        raise NameTaken(_in_short(names), problems=names)
    plan = _plan(batch, request, ports, settings, only_errors=True)
    if plan.errors:
        raise invalid(plan.errors)

    stored = stored_request(request, counted=plan.objects if plan.complete else None)
    ports.objects.write(batch.request_uri, json.dumps(stored))
    return _same(ports.batches.add(batch), batch.request_hash, ports.workflow)


def plan_only(request: BatchRequest, *, ports: Ports, settings: Settings) -> Plan:
    """What `create_batch` would find; nothing is written."""
    batch = _new_batch(request, ports, nonce="")
    there, owners = ports.batches.look_up(request.batch_id, (job.name for job in request.jobs))
    made = is_made(batch.request_hash, there)
    plan = _plan(batch, request, ports, settings, made=made)
    already = taken(request, batch.request_hash, there, owners)
    return replace(plan, problems=(*already, *plan.problems))


def also_wrong(refused: InvalidRequest, *, ports: Ports, settings: Settings) -> list[Problem]:
    """What a plan finds wrong with those jobs of a refused request that can be understood, so that
    people need not come twice."""
    if refused.usable is None:
        return []
    request, places = refused.usable.request, refused.usable.places
    plan = _plan(_new_batch(request, ports, nonce=""), request, ports, settings, only_errors=True)
    return [_in_place(problem, places) for problem in plan.errors]


def _in_place(problem: Problem, places: Sequence[int]) -> Problem:
    match problem.loc:
        case ("labelingJobs", int(index), *inner):
            return replace(problem, loc=("labelingJobs", places[index], *inner))
    return problem


def _plan(
    batch: Batch,
    request: BatchRequest,
    ports: Ports,
    settings: Settings,
    *,
    only_errors: bool = False,
    made: bool = False,
) -> Plan:
    return plan_batch(
        batch,
        request,
        ports=ports,
        settings=settings,
        ends_at=ports.now() + TIME_TO_PLAN,
        only_errors=only_errors,
        is_made=made,
    )


def _new_batch(request: BatchRequest, ports: Ports, nonce: str) -> Batch:
    digest = request_hash(request.document)
    return Batch(
        batch_id=request.batch_id,
        nonce=nonce,
        request_hash=digest,
        request_uri=ports.places.request(request.batch_id, digest),
        created_at=ports.now(),
        levels=request.levels,
        on_job_failure=request.on_job_failure,
        approve_before_levels=request.approve_before_levels,
        destination_topic_arn=request.destination_topic_arn,
        exports=request.exports,
    )


def _same(batch: Batch, digest: str, workflow: Workflow) -> Batch:
    """The batch that has the id, if it is of this request; running, if it was to run."""
    if batch.request_hash != digest:
        problem = Problem(("batchId",), "batch_exists", another_request(batch))
        raise BatchExists(problem.message, problems=[problem])
    if batch.status is BatchStatus.IN_PROGRESS:
        with suppress(ExecutionNameTaken):  # it ended; the listener records that
            workflow.start(batch)
    return batch


def _in_short(names: list[Problem]) -> str:
    if len(names) == 1:
        return names[0].message
    return f"{len(names)} job names are taken. {names[0].message}"
