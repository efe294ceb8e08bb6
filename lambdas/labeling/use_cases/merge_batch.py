"""The labels of all jobs of a batch become one data set, and files in the formats it asks for."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from typing import Any

from labeling.model import BatchView
from labeling.naming import Places
from labeling.ports import Objects
from labeling.use_cases.results import write_results

logger = logging.getLogger(__name__)


def merge_batch(view: BatchView, *, objects: Objects, places: Places) -> None:
    """Writes the merged data set, its exports, and what could not be used; again the same bytes.

    An export that fails is noted, and the others are made.
    """
    from labeling.merging import MergeJob, MergeReport, merge, write_merged

    uri = places.merged(view.batch.batch_id)
    report = MergeReport()
    merged = merge(
        [MergeJob.of(job) for job in view.jobs],
        read_lines=objects.lines,
        fetch=objects.read_bytes,
        report=report,
        listing=lambda prefix: (entry.uri for entry in objects.listing(prefix)),
    )
    objects.write_lines(uri, write_merged(merged))
    document = report.document()
    found = {
        **document,
        "uri": uri,
        "problemsInDetail": document["problems"],
        "problems": len(report.problems) + report.more_problems,
    }
    exports = _exports(view.batch.batch_id, view.batch.exports, objects, places)
    write_results(view, {"merge": found, "exports": exports}, objects=objects, places=places)


def _exports(
    batch_id: str, formats: Iterable[str], objects: Objects, places: Places
) -> dict[str, Any]:
    return {name: _export(batch_id, name, objects, places) for name in formats}


def _export(batch_id: str, name: str, objects: Objects, places: Places) -> dict[str, Any]:
    from labeling.exporting import export
    from labeling.exporting.to_objects import ToObjects
    from labeling.merging import read_merged

    folder = places.exports(batch_id, name)
    merged = read_merged(objects.lines(places.merged(batch_id)))
    try:
        report = export(name, merged, ToObjects(objects, folder))
    except Exception as error:  # whatever it is, people labeled all this, and the batch is done
        logger.exception("an export failed", extra={"batch_id": batch_id, "format": name})
        return {"uri": folder, "leftOut": 0, "error": f"{type(error).__name__}: {error}"}
    document = report.document()
    left_out = sum(missing["count"] for missing in document["notHeld"])
    return {"uri": folder, "leftOut": left_out, **document}
