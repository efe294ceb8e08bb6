"""docs/plan.md, parts of which are written by a program: an example, and the table of faults."""

from __future__ import annotations

from io import StringIO
from pathlib import Path

from rich.console import Console

from smgt._plan_report import Report
from tests.plan.scenes import Laboratory, Scene

PAGE = Path(__file__).parents[2] / "docs" / "plan.md"
WIDTH = 100


def with_parts(**parts: str) -> str:
    """The page with these in the place of those that it has."""
    page = PAGE.read_text()
    for name, text in parts.items():
        begin, end = f"<!-- {name}: begin -->\n", f"<!-- {name}: end -->\n"
        before, _, rest = page.partition(begin)
        _, _, after = rest.partition(end)
        page = f"{before}{begin}{text}{end}{after}"
    return page


def example(lab: Laboratory) -> str:
    """What `smgt batch plan` prints of a batch with two mistakes."""
    scene = Scene.of(lab, "VideoObjectTrackingAudit", "example")
    scene.batch["batchId"] = "clip-0001"
    for job, name in zip(scene.batch["labelingJobs"], ("vehicles", "vehicles-audit"), strict=True):
        job["jobName"] = name
    scene.first["inputConfig"]["inputManifestS3Uri"] = scene.uri("long.manifest")
    scene.second["inputConfig"]["chainFromJobName"] = "vehicles"
    with scene.undo:
        scene.remove("frames/000117.jpg")
        with scene.own_labels("boxes.json") as document:
            del document["labels"][7]
        plan = lab.client.plan(scene.batch)
    printed = StringIO()
    Console(file=printed, width=WIDTH).print(Report(plan), crop=False)
    lines = (line.rstrip() for line in printed.getvalue().splitlines())
    return "```text\n" + "\n".join(lines) + "\n```\n"
