"""The report of a batch's results: what its audits changed, what came of merge and exports."""

from __future__ import annotations

import json
from typing import Any

from labeling.errors import ObjectUnreadable
from labeling.modalities import modalities
from labeling.model import BatchStatus, BatchView, Job, JobStatus
from labeling.naming import Places
from labeling.ports import Objects

Results = dict[str, Any]
"""`{"audits": {<job>: …}, "merge": {…}, "exports": {<format>: …}}`, as far as they are there."""


def read_results(view: BatchView, *, objects: Objects, places: Places) -> Results:
    """Empty where there can be none, or are none yet."""
    if view.batch.status is not BatchStatus.COMPLETE and not any(map(is_assessed, view.jobs)):
        return {}
    return stored_results(view, objects=objects, places=places)


def stored_results(view: BatchView, *, objects: Objects, places: Places) -> Results:
    """What is there now, to be added to."""
    try:
        results: Results = json.loads(objects.read(places.results(view.batch.batch_id)))
    except ObjectUnreadable:
        return {}
    return results


def write_results(view: BatchView, results: Results, *, objects: Objects, places: Places) -> None:
    """The same again changes nothing."""
    objects.write(places.results(view.batch.batch_id), json.dumps(results, sort_keys=True))


def is_assessed(job: Job) -> bool:
    """Whether the job is an audit that can have changed labels: a verification changes none, so
    that nothing of it would tell how good they are."""
    modality = modalities()[job.request.modality]
    return (
        job.status is JobStatus.COMPLETE and modality.audits is not None and not modality.verifies
    )
