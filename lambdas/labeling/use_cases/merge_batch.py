"""The labels of all jobs of a batch become one data set, and files in the formats it asks for."""

from __future__ import annotations

import logging
from typing import Any

from labeling.model import BatchView
from labeling.naming import Places
from labeling.ports import Objects
from labeling.use_cases.results import stored_results, write_results

logger = logging.getLogger(__name__)


def merge_batch(view: BatchView, *, objects: Objects, places: Places) -> None:
    """Writes the merged data set, its exports, and what could not be used; again the same bytes.

    An export that fails is noted, and the others are made. What is done is noted at once, so that
    an export that never ends takes nothing else along.
    """
    from labeling.gate.checked import checks_of
    from labeling.merging import MergeJob, MergeReport, merge, write_merged
    from labeling.merging.picture_sizes import with_sizes
    from labeling.read_ahead import ReadAhead

    batch_id = view.batch.batch_id
    uri = places.merged(batch_id)
    report = MergeReport()
    with ReadAhead(objects) as ahead:
        merged = merge(
            [MergeJob.of(job) for job in view.jobs],
            read_lines=ahead.lines,
            fetch=ahead.read_bytes,
            report=report,
            listing=lambda prefix: (entry.uri for entry in objects.listing(prefix)),
            checked=checks_of(view.jobs, fetch=ahead.read_bytes),
            ahead=ahead,
        )
        objects.write_lines(uri, write_merged(with_sizes(merged, ahead.read_bytes)))
    document = report.document()
    results = stored_results(view, objects=objects, places=places)
    results["merge"] = {
        **document,
        "run": view.batch.run,
        "uri": uri,
        "problemsInDetail": document["problems"],
        "problems": len(report.problems) + report.more_problems,
    }
    results["exports"] = {}
    write_results(view, results, objects=objects, places=places)
    for name in view.batch.exports:
        results["exports"][name] = _export(batch_id, name, report.annotations, objects, places)
        write_results(view, results, objects=objects, places=places)


def give_up_merging(view: BatchView, why: str, *, objects: Objects, places: Places) -> None:
    """Notes why merge or exports are not there, whatever of them is missing."""
    results = stored_results(view, objects=objects, places=places)
    merged = results.get("merge", {})
    if "uri" not in merged or merged.get("run") != view.batch.run:
        results |= {"merge": {"error": why}, "exports": {}}
    for name in view.batch.exports:
        missing = {"uri": places.exports(view.batch.batch_id, name), "leftOut": 0, "error": why}
        results["exports"].setdefault(name, missing)
    write_results(view, results, objects=objects, places=places)


def _export(
    batch_id: str, name: str, annotations: int, objects: Objects, places: Places
) -> dict[str, Any]:
    """`leftOut` are annotations that are not in it at all; what else of them is not, such as where
    they come from, is in its report."""
    from labeling.exporting import Options, export
    from labeling.exporting.to_objects import ToObjects
    from labeling.merging import read_merged

    folder = places.exports(batch_id, name)
    merged = read_merged(objects.lines(places.merged(batch_id)))
    try:
        options = Options(fetch=objects.read_bytes)
        report = export(name, merged, ToObjects(objects, folder), options)
    except Exception as error:  # whatever it is, people labeled all this, and the batch is done
        logger.exception("an export failed", extra={"batch_id": batch_id, "format": name})
        return {"uri": folder, "leftOut": 0, "error": f"{type(error).__name__}: {error}"}
    document = report.document()
    left_out = annotations - sum(document["annotations"].values())
    return {"uri": folder, "leftOut": max(0, left_out), **document}
