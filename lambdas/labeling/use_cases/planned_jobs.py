"""The levels and jobs that a request asks for, before anything was done about them."""

from __future__ import annotations

from collections import Counter

from labeling.model import Batch, BatchRequest, Job, JobRequest, Level
from labeling.naming import Places, child_id


def planned_levels(request: BatchRequest) -> list[Level]:
    children = Counter(job.level for job in request.jobs)
    return [
        Level(batch_id=request.batch_id, number=number, children=children[number])
        for number in sorted(children)
    ]


def planned_jobs(batch: Batch, request: BatchRequest, places: Places) -> list[Job]:
    """In the order of the request; what a chained job works on is not known yet."""
    return [_job(batch, index, part, places) for index, part in enumerate(request.jobs)]


def _job(batch: Batch, index: int, part: JobRequest, places: Places) -> Job:
    child = child_id(batch.batch_id, part.level, part.name)
    return Job(
        batch_id=batch.batch_id,
        nonce=batch.nonce,
        index=index,
        request=part,
        run=batch.run,
        labeling_job=part.name,
        input_uri=part.input_manifest_uri or "",
        output_uri=places.output_manifest(part.modality, child, part.name),
        label_category_uri=(
            places.label_category(child) if part.is_audit else part.label_category_uri or ""
        ),
    )
