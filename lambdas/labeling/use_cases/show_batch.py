"""One batch, whole or page by page."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from labeling.answers import batch_info
from labeling.documents import batch_request
from labeling.errors import BatchNotFound
from labeling.model import BatchView
from labeling.naming import BATCH_ID, Places
from labeling.ports import Batches, Objects
from labeling.queries import ShowBatch
from labeling.reasons import Line
from labeling.use_cases.planned_jobs import planned_jobs, planned_levels
from labeling.use_cases.results import read_results

# Lambda answers at most 6 MB, and a job with its two signed URLs is about 4.5 KB.
MOST_WHOLE = 1_000
PAGE = 200


def show_batch(
    query: ShowBatch, *, batches: Batches, objects: Objects, places: Places, levels: int
) -> dict[str, Any]:
    """`batchInfo`; above 1,000 jobs, or where the query has a limit, one page of its jobs.

    The first page of a batch that is too large for an answer leads to the whole in S3. Raises
    BatchNotFound.
    """
    view = batches.view(query.batch_id) if BATCH_ID.fullmatch(query.batch_id) else None
    if view is None:
        raise BatchNotFound(f"There is no batch with the id {query.batch_id[:80]}.")
    view = _as_planned(view, objects, places)

    too_large = len(view.jobs) > MOST_WHOLE
    limit = query.limit or (PAGE if too_large else len(view.jobs))
    end = query.start + limit
    page = view.jobs[query.start : end]
    line = Line.of(view, batches)
    results = read_results(view, objects=objects, places=places)
    info = batch_info(view, levels=levels, objects=objects, jobs=page, line=line, results=results)
    if end < len(view.jobs):
        info["nextToken"] = str(end)
    if too_large and query.start == 0:
        whole = batch_info(view, levels=levels, objects=objects, line=line, results=results)
        place = places.shown(query.batch_id)
        objects.write(place, json.dumps(whole))
        info["batchInfoS3Uri"] = place
        info["batchInfoS3Url"] = objects.signed_url(place)
    return info


def _as_planned(view: BatchView, objects: Objects, places: Places) -> BatchView:
    """A batch whose first state has not written all its jobs yet shows what was asked for."""
    written = sum(level.children for level in view.levels)
    if len(view.levels) == view.batch.levels and len(view.jobs) == written:
        return view
    request = batch_request(json.loads(objects.read(view.batch.request_uri)))
    there = {job.index: job for job in view.jobs}
    jobs = [there.get(job.index, job) for job in planned_jobs(view.batch, request, places)]
    return replace(
        view,
        levels=tuple(planned_levels(request)),
        jobs=tuple(sorted(jobs, key=lambda job: (job.level, job.index))),
    )
