"""What the checks say, as JSON for programs."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from smgt.checks.checked import Checked


def document(files: Sequence[Checked]) -> dict[str, list[Any]]:
    """`files`, `findings` (of each file worst first) and `frames` (of each part in order), each
    with the file and the part that it belongs to. Frames count from 0, scores run from 0 to 1."""
    return {
        "files": [_file(checked) for checked in files],
        "findings": [entry for checked in files for entry in _findings(checked)],
        "frames": [entry for checked in files for entry in _frames(checked)],
    }


def written(content: Mapping[str, Sequence[Any]]) -> str:
    """As it is written: one entry a line, which is fast to write, and people can search."""
    lists = []
    for name, entries in content.items():
        lines = ",\n".join(map(json.dumps, entries))
        lists.append(f"{json.dumps(name)}: [\n{lines}\n]")
    return "{" + ",\n".join(lists) + "}\n"


def _file(checked: Checked) -> dict[str, Any]:
    return {
        "file": str(checked.source.file),
        "format": checked.source.format.value,
        "parts": [
            {
                "part": part.name,
                "frames": len(part.columns.frames),
                "labels": part.labels,
                "findings": len(report.findings),
            }
            for part, report in checked.parts
        ],
        "kinds": dict(checked.kinds),
        "notes": list(checked.source.notes),
        "unreadable": list(checked.source.unreadable),
    }


def _findings(checked: Checked) -> Iterator[dict[str, Any]]:
    for part, finding in checked.findings:
        yield {
            "file": str(checked.source.file),
            "part": part.name,
            **finding.document(),
            "firstFrameName": part.columns.frames[finding.first_frame],
            "lastFrameName": part.columns.frames[finding.last_frame],
        }


def _frames(checked: Checked) -> Iterator[dict[str, Any]]:
    for part, report in checked.parts:
        scores = report.frames.tolist()
        for number, (name, score) in enumerate(zip(part.columns.frames, scores, strict=True)):
            yield {
                "file": str(checked.source.file),
                "part": part.name,
                "frame": number,
                "name": name,
                "suspicion": round(score, 4),
            }
