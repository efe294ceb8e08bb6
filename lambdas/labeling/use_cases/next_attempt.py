"""The next attempt of a job: from what the one before left, so that nothing is labeled twice."""

from __future__ import annotations

import json
from dataclasses import replace

from labeling.errors import ObjectUnreadable
from labeling.model import Batch, Job, JobStatus
from labeling.naming import attempt_name, child_id
from labeling.ports import Ports


def next_attempt(batch: Batch, job: Job, *, ports: Ports) -> Job:
    """The job as its next attempt, QUEUED; its input is the output of the attempt before, where
    there is one: with the same label attribute Ground Truth works on unlabeled lines only.

    Where no line is left to label, the job is COMPLETE: its output is the attempt's before.
    """
    left = None if job.status is JobStatus.SKIPPED else _unlabeled(job, ports)
    # One that ended before anybody noted its start was started all the same.
    started_at = job.started_at or (job.since if left is not None else None)
    common = replace(
        job, run=batch.run, since=None, started_at=started_at, stopping=False, counted=False
    )
    if left is not None and left[0] == 0:
        return replace(
            common,
            status=JobStatus.COMPLETE,
            since=ports.now(),
            reason="",
            counted=True,
            labeled=left[1],
        )
    attempt = job.attempt + 1
    labeling_job = attempt_name(job.name, attempt)
    child = child_id(job.batch_id, job.level, job.name)
    return replace(
        common,
        status=JobStatus.QUEUED,
        reason="",
        attempt=attempt,
        labeling_job=labeling_job,
        input_uri=job.input_uri if left is None else job.output_uri,
        output_uri=ports.places.output_manifest(job.request.modality, child, labeling_job),
        labeled=None,
        failed_objects=None,
    )


def _unlabeled(job: Job, ports: Ports) -> tuple[int, int] | None:
    """How many lines the attempt left without a label, and how many it has with one; None where
    it wrote no output."""
    left = labeled = 0
    try:
        for line in ports.objects.lines(job.output_uri):
            if json.loads(line).get(job.request.label_attribute) is None:
                left += 1
            else:
                labeled += 1
    except ObjectUnreadable:
        return None
    return (left, labeled) if left or labeled else None
