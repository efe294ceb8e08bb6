"""A checked request becomes a batch, and its execution starts."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import datetime

from labeling.documents import request_hash
from labeling.errors import BatchExists, ExecutionNameTaken, NameTaken, Problem
from labeling.model import Batch, BatchRequest, BatchStatus, Pointer
from labeling.naming import Places
from labeling.ports import Batches, Objects, Workflow


def create_batch(
    request: BatchRequest,
    *,
    batches: Batches,
    objects: Objects,
    workflow: Workflow,
    places: Places,
    nonce: Callable[[], str],
    now: datetime,
) -> Batch:
    """The same request sent twice is the same batch, whatever became of it meanwhile.

    The id of a batch that was refused by its first state may be used again. Raises BatchExists
    when another request has the id, NameTaken when another batch has a job's name.
    """
    digest = request_hash(request.document)
    run = 0
    there, owners = batches.look_up(request.batch_id, (job.name for job in request.jobs))
    if there is not None:
        if there.status is not BatchStatus.VALIDATION_FAIL:
            return _same(there, digest, workflow)
        run = there.run + 1  # the name of its execution is used up

    taken = _taken(request, owners)
    if taken:
        raise NameTaken(_in_short(taken), problems=taken)

    place = places.request(request.batch_id, digest)
    objects.write(place, json.dumps(request.document))
    batch = Batch(
        batch_id=request.batch_id,
        run=run,
        nonce=nonce(),
        request_hash=digest,
        request_uri=place,
        created_at=now,
        levels=request.levels,
        on_job_failure=request.on_job_failure,
        approve_before_levels=request.approve_before_levels,
        destination_topic_arn=request.destination_topic_arn,
    )
    return _same(batches.add(batch), digest, workflow)


def _same(batch: Batch, digest: str, workflow: Workflow) -> Batch:
    """The batch that has the id, if it is of this request; running, if it was to run."""
    if batch.request_hash != digest:
        raise BatchExists(
            f"The batchId {batch.batch_id} belongs to another request, made at "
            f"{batch.created_at:%Y-%m-%d %H:%M:%S} UTC: choose another."
        )
    if batch.status is BatchStatus.IN_PROGRESS:
        with suppress(ExecutionNameTaken):  # it ended; the listener records that
            workflow.start(batch)
    return batch


def _taken(request: BatchRequest, owners: Mapping[str, Pointer]) -> list[Problem]:
    """Names that a batch of this id left behind are this batch's."""
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


def _in_short(taken: list[Problem]) -> str:
    if len(taken) == 1:
        return taken[0].message
    return f"{len(taken)} job names are taken. {taken[0].message}"
