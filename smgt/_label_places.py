"""Where on disk the label files of an output manifest lie, and whose labels the manifest holds.

A line of an audit's manifest names two label files: the one that it began with, and its own.
All label files have the same name, so only the folders of S3 tell one job's from another's.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from smgt._outputs import label_path

# How far above a manifest its labels may lie: <job>/manifests/output/output.manifest.
_ABOVE = 4
_METADATA = "-metadata"


def label_attributes(lines: Iterable[str | bytes]) -> tuple[list[str], list[str]]:
    """The label attributes of the manifest's own job, and those of the jobs that it began with.

    Own is what no line has together with younger labels; of the same age the later in the line
    counts. Several are own only where manifests were put together. Lines that cannot be read are
    left out: who reads the labels tells of them.
    """
    ages: dict[str, str] = {}
    together: set[tuple[str, ...]] = set()
    for line in lines:
        names = []
        for name, metadata in _members(line).items():
            if name.endswith(_METADATA):
                created = metadata.get("creation-date") if isinstance(metadata, dict) else None
                names.append(name.removesuffix(_METADATA))
                ages[names[-1]] = max(ages.get(names[-1], ""), str(created or ""))
        together.add(tuple(names))
    earlier = set()
    for each in together:
        if each:
            youngest = max(reversed(each), key=ages.__getitem__)
            earlier |= set(each) - {youngest}
    own = [name for name in ages if name not in earlier]
    return own, [name for name in ages if name in earlier]


def label_file(uri: str, folder: Path, line: int, *, own: bool) -> Path | None:
    """The file of a manifest's line (from 0), if it is here: as `smgt batch outputs` writes it, or
    in the same place as in S3 below one of the manifest's folders.

    Of other jobs than the manifest's (not `own`) the path must tell the job, too.
    """
    parts = [part for part in urlsplit(uri).path.split("/") if part not in ("", ".", "..")]
    if not parts:
        return None
    try:
        return next((place for place in _places(parts, folder, line, own) if place.is_file()), None)
    except (OSError, ValueError):  # a name that no file can have
        return None


def _places(parts: list[str], folder: Path, line: int, own: bool) -> Iterator[Path]:
    if own:
        yield label_path(folder, line, "/".join(parts))
    last = len(parts) - 2 if own else _job_folder(parts)
    for start in range(last + 1):
        for base in (folder, *folder.absolute().parents[:_ABOVE]):
            yield base.joinpath(*parts[start:])
    if own:
        yield folder / parts[-1]


def _job_folder(parts: list[str]) -> int:
    """Where in a path the job's folder stands: above `annotations`, as Ground Truth writes."""
    above = [place - 1 for place, part in enumerate(parts) if part == "annotations" and place]
    return above[-1] if above else 0


def _members(line: str | bytes) -> dict[str, Any]:
    try:
        found = json.loads(line)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}
