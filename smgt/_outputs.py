"""What a batch brought, as files: each job's output manifest and the labels that it refers to."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from smgt._errors import UnexpectedAnswer
from smgt._models import Job


@dataclass(frozen=True, kw_only=True)
class Output:
    """The files of one job. `labels` has those of its own label attribute, in the order of the
    manifest's lines; it is empty for task types whose labels stand in the manifest itself."""

    job: str
    manifest: Path
    labels: tuple[Path, ...]


def label_addresses(job: Job, manifest: str) -> Iterator[tuple[int, str]]:
    """Line number from 0 and `s3://` address of each label file that this job wrote."""
    for number, line in enumerate(manifest.splitlines()):
        if not line.strip():
            continue
        label = _object(job, number, line).get(job.label_attribute)
        if isinstance(label, str) and label.startswith("s3://"):
            yield number, label


def label_path(folder: Path, number: int, address: str) -> Path:
    return folder / "labels" / str(number) / PurePosixPath(address).name


def _object(job: Job, number: int, line: str) -> dict[str, Any]:
    try:
        document = json.loads(line)
    except ValueError as error:
        raise UnexpectedAnswer(
            f"Line {number + 1} of the output manifest of {job.name} is not JSON: {error}"
        ) from error
    return document if isinstance(document, dict) else {}
