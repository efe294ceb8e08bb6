"""What a finished level's audits made of the labels before them."""

from __future__ import annotations

import logging
from typing import Any

from labeling.errors import LabelingError
from labeling.model import BatchView, Job
from labeling.naming import Places
from labeling.ports import Objects
from labeling.use_cases.results import is_assessed, write_results
from labeling.use_cases.task_files import audited_job

logger = logging.getLogger(__name__)


def assess_level(view: BatchView, level: int, *, objects: Objects, places: Places) -> None:
    """Adds the level's audits to the batch's results; repeating it writes the same again.

    What goes wrong here is noted, and keeps no batch from going on: the labels are not touched.
    """
    jobs = {job.name: job for job in view.jobs}
    audits = [job for job in view.jobs if job.level == level and is_assessed(job)]
    if not audits:
        return
    found = {job.name: _assessed(job, audited_job(job, jobs), objects, places) for job in audits}
    write_results(view, {"audits": found}, objects=objects, places=places)


def _assessed(job: Job, audited: Job, objects: Objects, places: Places) -> dict[str, Any]:
    from labeling.gate.assessment import assess  # numpy, for batches with audits

    try:
        return assess(job, audited, objects=objects, places=places).as_answer()
    except LabelingError as error:
        logger.exception("an audit could not be assessed", extra={"job": job.name})
        return {"problems": [str(error)]}
