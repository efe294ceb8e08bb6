"""TransformationStep: the stored request becomes levels, jobs and names that are taken."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence

from labeling.documents import batch_request
from labeling.errors import InvalidBatch, ObjectUnreadable
from labeling.model import Batch, BatchRequest, BatchStatus
from labeling.ports import Objects, Ports
from labeling.use_cases.current_run import current_run
from labeling.use_cases.planned_jobs import planned_jobs, planned_levels
from labeling.use_cases.prepare_inputs import prepare_inputs
from labeling.use_cases.reset_jobs import reset_jobs

# BatchFailed writes the cause as a text within a text (States.JsonToString), where quotes and all
# that is not ASCII grow up to sevenfold: still below the 32,768 characters that a cause may have.
LONGEST_MESSAGE = 4_000


def transform_batch(batch_id: str, execution: str, *, ports: Ports) -> None:
    """Writes levels, jobs and pointers; in a retried run, resets jobs. Can be repeated.

    What can only be found here (an input that cannot be read, a name that another batch took
    first) makes the batch VALIDATION_FAIL: raises InvalidBatch with every reason.
    """
    batch = current_run(batch_id, execution, batches=ports.batches)
    if batch.run == 0 or not _is_written(batch, ports):
        _write_jobs(batch, ports)
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


def _write_jobs(batch: Batch, ports: Ports) -> None:
    objects, places = ports.objects, ports.places
    request = batch_request(json.loads(objects.read(batch.request_uri)))

    counts, problems = _look_at_inputs(request, objects)
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


def _in_short(problems: Sequence[str]) -> str:
    """The problems that an item of the table and a cause of Step Functions have room for."""
    shown = 0
    room = LONGEST_MESSAGE
    while shown < len(problems) and (room := room - len(problems[shown]) - 2) > 0:
        shown += 1
    more = [f"and {len(problems) - shown} more"] if shown < len(problems) else []
    return "; ".join([*problems[:shown], *more])


def _look_at_inputs(request: BatchRequest, objects: Objects) -> tuple[dict[str, int], list[str]]:
    """How many objects each input manifest has, and what is wrong with which input."""
    manifests: dict[str, str] = {}
    category_files: dict[str, str] = {}
    for index, job in enumerate(request.jobs):
        where = f"labelingJobs[{index}]"
        if job.input_manifest_uri:
            manifests.setdefault(job.input_manifest_uri, f"{where}.inputConfig.inputManifestS3Uri")
        if job.label_category_uri:
            category_files.setdefault(job.label_category_uri, f"{where}.labelCategoryConfigS3Uri")
    counts = {}
    problems = []
    for uri, where in manifests.items():
        try:
            counts[uri] = _count_objects(objects.lines(uri))
        except (ObjectUnreadable, ValueError) as error:
            problems.append(f"{where}: {uri} cannot be used: {error}")
    for uri, where in category_files.items():
        try:
            json.loads(objects.read(uri))
        except ObjectUnreadable as error:
            problems.append(f"{where}: {uri} cannot be used: {error}")
        except json.JSONDecodeError as error:
            problems.append(f"{where}: {uri} is not JSON ({error})")
    return counts, problems


def _count_objects(lines: Iterable[str]) -> int:
    """Raises ValueError for a line that is no object of a manifest, and for no line at all."""
    number = 0
    for number, line in enumerate(lines, start=1):
        try:
            entry = json.loads(line)
        except json.JSONDecodeError as error:
            raise ValueError(f"line {number} is not JSON ({error})") from error
        if not isinstance(entry, dict) or not entry.keys() & {"source", "source-ref"}:
            raise ValueError(f"line {number} has neither a source nor a source-ref")
    if not number:
        raise ValueError("it is empty; a manifest has one JSON object a line")
    return number
