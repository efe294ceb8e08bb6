"""TransformationStep: the stored request becomes levels, jobs and names that are taken."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import timedelta

from labeling.documents import batch_request, counted_objects
from labeling.errors import InvalidBatch
from labeling.model import Batch, BatchRequest, BatchStatus
from labeling.ports import Ports
from labeling.problems import path
from labeling.settings import Settings
from labeling.use_cases.current_run import current_run
from labeling.use_cases.planned_jobs import planned_jobs, planned_levels
from labeling.use_cases.prepare_inputs import prepare_inputs
from labeling.use_cases.reset_jobs import reset_jobs

# BatchFailed writes the cause as a text within a text (States.JsonToString), where quotes and all
# that is not ASCII grow up to sevenfold: still below the 32,768 characters that a cause may have.
LONGEST_MESSAGE = 4_000
# Of the quarter of an hour that its function has; what is not looked at by then is found later.
TIME_TO_PLAN = timedelta(minutes=10)


def transform_batch(batch_id: str, execution: str, *, ports: Ports, settings: Settings) -> None:
    """Writes levels, jobs and pointers; in a retried run, resets jobs. Can be repeated.

    What is only found here (by the rest of a plan that the API had no time for, or a name that
    another batch took first) makes the batch VALIDATION_FAIL: raises InvalidBatch with every
    reason.
    """
    batch = current_run(batch_id, execution, batches=ports.batches)
    if batch.run == 0 or not _is_written(batch, ports):
        _write_jobs(batch, ports, settings)
    if batch.run > 0:
        reset_jobs(batch, ports=ports)


def _is_written(batch: Batch, ports: Ports) -> bool:
    """Whether an earlier run got so far: its inputs were fine then, and may be gone by now."""
    view = ports.batches.view(batch.batch_id)
    if view is None or len(view.levels) < batch.levels:
        return False
    if len(view.jobs) < sum(level.children for level in view.levels):
        return False
    owners = ports.batches.owners(job.name for job in view.jobs)
    return all(
        (owner := owners.get(job.name.lower())) is not None and owner.nonce == batch.nonce
        for job in view.jobs
    )


def _write_jobs(batch: Batch, ports: Ports, settings: Settings) -> None:
    objects, places = ports.objects, ports.places
    stored = json.loads(objects.read(batch.request_uri))
    request = batch_request(stored)
    counts: Mapping[str, int] | None = counted_objects(stored)
    problems: list[str] = []
    if counts is None:
        counts, problems = _plan(batch, request, ports, settings)
    if not problems:
        jobs = planned_jobs(batch, request, places)
        roots = [job for job in jobs if job.request.chain_from is None]
        prepared = prepare_inputs(batch, roots, {}, objects=objects, places=places, counts=counts)
        ready = {entry.job.index: entry.job for entry in prepared}
        jobs = [ready.get(job.index, job) for job in jobs]
        taken = ports.batches.add_jobs(batch, planned_levels(request), jobs)
        problems = [
            f"jobName {name}: another batch took this name a moment ago; choose another"
            for name in taken
        ]
    if problems:
        message = _in_short(problems)
        ports.batches.end(
            batch,
            BatchStatus.VALIDATION_FAIL,
            message=message,
            error_type=InvalidBatch.__name__,
            now=ports.now(),
        )
        raise InvalidBatch(message)


def _plan(
    batch: Batch, request: BatchRequest, ports: Ports, settings: Settings
) -> tuple[Mapping[str, int], list[str]]:
    """How many objects each manifest has, and what is wrong where."""
    from labeling.use_cases.plan_batch import plan_batch  # most batches are planned by the API

    ends_at = ports.now() + TIME_TO_PLAN
    plan = plan_batch(
        batch, request, ports=ports, settings=settings, ends_at=ends_at, only_errors=True
    )
    return plan.objects, [f"{path(error.loc)}: {error.message}" for error in plan.errors]


def _in_short(problems: Sequence[str]) -> str:
    """The problems that an item of the table and a cause of Step Functions have room for."""
    shown = 0
    room = LONGEST_MESSAGE
    while shown < len(problems) and (room := room - len(problems[shown]) - 2) > 0:
        shown += 1
    more = [f"and {len(problems) - shown} more"] if shown < len(problems) else []
    return "; ".join([*problems[:shown], *more])
