"""TransformationStep: the stored request becomes levels, jobs and names that are taken."""

from __future__ import annotations

import json
from datetime import datetime

from labeling.documents import batch_request
from labeling.errors import InvalidBatch, ObjectUnreadable
from labeling.model import BatchRequest, BatchStatus
from labeling.naming import Places
from labeling.ports import Batches, Objects
from labeling.use_cases.current_run import current_run
from labeling.use_cases.planned_jobs import planned_jobs, planned_levels
from labeling.use_cases.prepare_inputs import prepare_inputs


def transform_batch(
    batch_id: str,
    execution: str,
    *,
    batches: Batches,
    objects: Objects,
    places: Places,
    now: datetime,
) -> None:
    """Writes levels, jobs and pointers; can be repeated.

    What can only be found here (an input that cannot be read, a name that another batch took
    first) makes the batch VALIDATION_FAIL: raises InvalidBatch with every reason.
    """
    batch = current_run(batch_id, execution, batches=batches)
    request = batch_request(json.loads(objects.read(batch.request_uri)))

    problems = _unusable_inputs(request, objects)
    if not problems:
        jobs = planned_jobs(batch, request, places)
        roots = [job for job in jobs if job.request.chain_from is None]
        prepared = prepare_inputs(batch, roots, {}, objects=objects, places=places)
        ready = {entry.job.index: entry.job for entry in prepared}
        jobs = [ready.get(job.index, job) for job in jobs]
        taken = batches.add_jobs(batch, planned_levels(request), jobs)
        problems = [
            f"jobName {name}: another batch took this name a moment ago; choose another"
            for name in taken
        ]
    if problems:
        message = "; ".join(problems)
        batches.end(
            batch,
            BatchStatus.VALIDATION_FAIL,
            message=message,
            error_type=InvalidBatch.__name__,
            now=now,
        )
        raise InvalidBatch(message)


def _unusable_inputs(request: BatchRequest, objects: Objects) -> list[str]:
    manifests: dict[str, str] = {}
    category_files: dict[str, str] = {}
    for index, job in enumerate(request.jobs):
        where = f"labelingJobs[{index}]"
        if job.input_manifest_uri:
            manifests.setdefault(job.input_manifest_uri, f"{where}.inputConfig.inputManifestS3Uri")
        if job.label_category_uri:
            category_files.setdefault(job.label_category_uri, f"{where}.labelCategoryConfigS3Uri")
    problems = []
    for uri, where in manifests.items():
        problem = _manifest_problem(uri, objects)
        if problem:
            problems.append(f"{where}: {uri} {problem}")
    for uri, where in category_files.items():
        try:
            json.loads(objects.read(uri))
        except ObjectUnreadable as error:
            problems.append(f"{where}: {uri} cannot be read ({error})")
        except json.JSONDecodeError as error:
            problems.append(f"{where}: {uri} is not JSON ({error})")
    return problems


def _manifest_problem(uri: str, objects: Objects) -> str | None:
    number = 0
    try:
        for number, line in enumerate(objects.lines(uri), start=1):
            entry = json.loads(line)
            if not isinstance(entry, dict) or not entry.keys() & {"source", "source-ref"}:
                return f"line {number} has neither a source nor a source-ref"
    except ObjectUnreadable as error:
        return f"cannot be read ({error})"
    except json.JSONDecodeError as error:
        return f"line {number} is not JSON ({error})"
    return None if number else "is empty; a manifest has one JSON object a line"
