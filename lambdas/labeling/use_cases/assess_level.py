"""What a finished level's audits made of the labels before them."""

from __future__ import annotations

import logging
from time import monotonic
from typing import Any

from labeling.gate.broken import BROKEN
from labeling.model import BatchView, Job
from labeling.naming import Places
from labeling.ports import Objects
from labeling.use_cases.results import is_assessed, stored_results, write_results
from labeling.use_cases.task_files import audited_job

logger = logging.getLogger(__name__)

# Of the quarter of an hour that its function has: selection, merge and exports need the rest.
TIME_TO_ASSESS = 240  # seconds


def assess_level(view: BatchView, level: int, *, objects: Objects, places: Places) -> None:
    """Adds the level's audits to the batch's results; repeating it writes the same again.

    What goes wrong here is noted, and keeps no batch from going on: the labels are not touched.
    """
    jobs = {job.name: job for job in view.jobs}
    audits = [job for job in view.jobs if job.level == level and is_assessed(job)]
    if not audits:
        return
    ends_at = monotonic() + TIME_TO_ASSESS
    found = {
        job.name: _assessed(
            job, audited_job(job, jobs), objects, places, seconds=ends_at - monotonic()
        )
        for job in audits
    }
    results = stored_results(view, objects=objects, places=places)
    results["audits"] = {**results.get("audits", {}), **found}
    write_results(view, results, objects=objects, places=places)


def _assessed(
    job: Job, audited: Job, objects: Objects, places: Places, *, seconds: float
) -> dict[str, Any]:
    from labeling.gate.assessment import assess  # numpy, for batches with audits

    try:
        found = assess(job, audited, objects=objects, places=places, seconds=seconds)
        return found.as_answer()
    except BROKEN as error:
        logger.exception("an audit could not be assessed", extra={"job": job.name})
        return {"problems": [str(error)]}
