"""Folders of frames (`framesS3Prefix`), of which the pipeline itself makes a sequence."""

from __future__ import annotations

import re
from collections.abc import Collection
from itertools import islice, pairwise

from labeling.errors import ObjectUnreadable
from labeling.modalities import PICTURES
from labeling.plan.findings import Finding
from labeling.plan.json_files import bucket_of
from labeling.plan.presence import MOST_LISTED
from labeling.plan.sequences import MOST_VIDEO_FRAMES, SequenceFacts
from labeling.ports import Objects

_NUMBERS = re.compile(r"(\d+)")


def look_at_folder(
    prefix: str, *, objects: Objects, allowed_buckets: Collection[str]
) -> SequenceFacts:
    """The pictures below a prefix, in the order of the bytes of their names, as people see them."""
    if bucket_of(prefix) not in allowed_buckets:
        message = (
            f"The stack may not read the bucket {bucket_of(prefix)}: put the frames into "
            f"{' or '.join(f's3://{bucket}' for bucket in sorted(allowed_buckets))}."
        )
        return _facts(prefix, 0, Finding("other_bucket", message))
    try:
        entries = list(islice(objects.listing(prefix), MOST_LISTED))
    except ObjectUnreadable as error:
        return _facts(prefix, 0, Finding("unreadable", f"The folder cannot be listed: {error}."))
    frames = [entry for entry in entries if entry.uri.lower().endswith(PICTURES)]
    names = [entry.uri.removeprefix(prefix) for entry in frames]
    findings = []
    if not frames:
        message = f"{prefix} holds no frames ({', '.join(PICTURES)}): upload them, or correct it."
        findings.append(Finding("no_frames", message))
    if len(frames) > MOST_VIDEO_FRAMES:
        message = (
            f"{prefix} holds {len(frames):,} frames, and a sequence may have "
            f"{MOST_VIDEO_FRAMES:,}: make several folders of it, each for a job of its own."
        )
        findings.append(Finding("too_many_frames", message))
    empty = [entry.uri for entry in frames if not entry.size]
    if empty:
        others = f", and {len(empty) - 1:,} more have" if len(empty) > 1 else ""
        message = f"{empty[0]} has 0 bytes{others}: upload it again."
        findings.append(Finding("frame_empty", message))
    for earlier, later in pairwise(names):
        if _natural(later) < _natural(earlier):
            message = (
                f"Frames are shown in the order of their names, so {earlier} comes before {later}. "
                "Pad the numbers in the names with zeros if that is not meant."
            )
            findings.append(Finding("frame_order", message, warning=True))
            break
    if len({name.rpartition("/")[0] for name in names}) > 1:
        message = f"{prefix} has frames in several folders: all of them become one sequence."
        findings.append(Finding("several_folders", message, warning=True))
    return _facts(prefix, len(frames), *findings)


def _facts(prefix: str, frames: int, *findings: Finding) -> SequenceFacts:
    return SequenceFacts(uri=prefix, frames=frames, findings=findings)


def _natural(name: str) -> list[tuple[str, int]]:
    """As people order names: by the numbers in them, which come among texts where digits do."""
    return [
        ("0", int(part)) if part.isdecimal() else (part, 0) for part in _NUMBERS.split(name) if part
    ]
