"""What came of a batch, in sentences: what its audits changed, what was merged and exported."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from smgt._models import Batch


def results(batch: Batch) -> Iterator[str]:
    """One line each; nothing of what is not there yet."""
    units = _units(batch)
    for job in batch.jobs:
        audit = job.raw.get("audit")
        if isinstance(audit, Mapping) and "unitsAudited" in audit:
            yield f"{job.name}: {_audit(audit, units.get(job.name, 'object'))}"
    answer = batch.raw
    if "mergedAnnotations" in answer:
        problems = str(answer.get("mergeProblems", "0"))
        bad = "" if problems == "0" else f", {_counted(problems, 'problem')} (see report.json)"
        yield f"merged: {_counted(str(answer['mergedAnnotations']), 'annotation')}{bad}"
    if answer.get("mergeError"):
        yield f"not merged: {answer['mergeError']}"
    for form, made in (answer.get("exports") or {}).items():
        if made.get("error"):
            yield f"export {form}: {made['error']}"
        else:
            left = str(made.get("leftOut", "0"))
            yield f"export {form}: " + (f"{left} left out" if left != "0" else "nothing left out")


def _audit(audit: Mapping[str, Any], unit: str) -> str:
    said = f"{_counted(str(audit['unitsAudited']), unit)} looked at"
    said += f", {audit.get('unitsChanged', '?')} changed"
    low, high = _percent(audit, "residualErrorRateLow"), _percent(audit, "residualErrorRateHigh")
    return f"{said}; of the rest {low}–{high} % are wrong (95 %)" if low and high else said


def _units(batch: Batch) -> dict[str, str]:
    """What the audits count, by job: frames where the request selects frames, else objects."""
    found = {}
    for job in batch.raw.get("inputLabelingJobs") or ():
        selection = (job.get("inputConfig") or {}).get("selection") or {}
        frames = "frame" in str(selection.get("unit", ""))
        found[str(job.get("jobName", ""))] = "frame" if frames else "object"
    return found


def _percent(audit: Mapping[str, Any], name: str) -> str:
    try:
        return f"{float(audit[name]) * 100:.1f}".removesuffix(".0")
    except (KeyError, TypeError, ValueError):
        return ""


def _counted(number: str, what: str) -> str:
    return f"{number} {what}{'' if number == '1' else 's'}"
