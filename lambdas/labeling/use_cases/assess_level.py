"""What a finished level's audits made of the labels before them."""

from __future__ import annotations

import logging
from time import monotonic
from typing import TYPE_CHECKING, Any

from labeling.background import looking_ahead
from labeling.gate.broken import BROKEN
from labeling.model import BatchView
from labeling.naming import Places
from labeling.ports import Objects
from labeling.read_ahead import ReadAhead
from labeling.use_cases.results import is_assessed, stored_results, write_results
from labeling.use_cases.task_files import audited_job

if TYPE_CHECKING:
    from labeling.gate.audit_files import AuditFiles

logger = logging.getLogger(__name__)

# Of the quarter of an hour that its function has: selection, merge and exports need the rest.
TIME_TO_ASSESS = 240  # seconds
# Audits whose files are fetched while those before them are compared.
MANIFESTS_AHEAD = 16
LABELS_AHEAD = 8


def assess_level(view: BatchView, level: int, *, objects: Objects, places: Places) -> None:
    """Adds the level's audits to the batch's results; repeating it writes the same again.

    What goes wrong here is noted, and keeps no batch from going on: the labels are not touched.
    """
    jobs = {job.name: job for job in view.jobs}
    audits = [job for job in view.jobs if job.level == level and is_assessed(job)]
    if not audits:
        return
    from labeling.gate.audit_files import AuditFiles  # numpy, for batches with audits

    ends_at = monotonic() + TIME_TO_ASSESS
    found = {}
    with ReadAhead(objects) as ahead:
        files = (
            AuditFiles(job, audited_job(job, jobs), ahead=ahead, places=places) for job in audits
        )
        known = looking_ahead(files, AuditFiles.expect, MANIFESTS_AHEAD)
        for audit in looking_ahead(known, AuditFiles.expect_labels, LABELS_AHEAD):
            found[audit.job.name] = _assessed(audit, seconds=ends_at - monotonic())
            audit.forget()
    results = stored_results(view, objects=objects, places=places)
    results["audits"] = {**results.get("audits", {}), **found}
    write_results(view, results, objects=objects, places=places)


def _assessed(audit: AuditFiles, *, seconds: float) -> dict[str, Any]:
    from labeling.gate.assessment import assess

    try:
        return assess(audit, seconds=seconds).as_answer()
    except BROKEN as error:
        logger.exception("an audit could not be assessed", extra={"job": audit.job.name})
        return {"problems": [str(error)]}
