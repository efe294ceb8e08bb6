"""What a batch brought, as files: each job's output manifest and the labels that it refers to."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
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


def download(
    job: Job, to: Path, *, fetch: Callable[[str], bytes], read: Callable[[str], bytes]
) -> Output:
    """Write a complete job's output to the folder `to`. `fetch` opens signed addresses, `read`
    those of S3."""
    manifest = fetch(job.output_url)
    labels = tuple(
        _write(label_path(to, number, address), read(address))
        for number, address in label_addresses(job, manifest.decode())
    )
    return Output(job=job.name, manifest=_write(to / "output.manifest", manifest), labels=labels)


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


def _write(path: Path, content: bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path
