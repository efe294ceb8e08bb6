"""Which checks the labels of clips have passed, for the merge to write beside each of them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any

from labeling.gate.broken import BROKEN
from labeling.gate.clips import read_clip
from labeling.gate.doubts import has_frames, look
from labeling.merging import Checked, FindChecked, Suspicion
from labeling.merging.sequences import selection_of
from labeling.modalities import modalities
from labeling.model import Job
from labeling.ports import Objects
from labeling.quality.findings import Finding, Kind

_BOXES = (
    Kind.GAP,
    Kind.POSITION_JUMP,
    Kind.SIZE_JUMP,
    Kind.ASPECT_JUMP,
    Kind.IDENTITY_SWITCH,
    Kind.IDENTITY_BREAK,
    Kind.DUPLICATE_ID,
    Kind.DUPLICATE_ROW,
    Kind.STRAY,
    Kind.FROZEN,
    Kind.LATE_START,
    Kind.EARLY_END,
    Kind.STUCK,
    Kind.OUT_OF_FRAME,
    Kind.NO_SIZE,
    Kind.CLASS_CHANGE,
    Kind.FLICKER,
    Kind.EMPTY_FRAME,
)
_SHAPES = (
    Kind.VERTEX_JUMP,
    Kind.LENGTH_JUMP,
    Kind.SELF_CROSSING,
    Kind.CROSSING,
    Kind.FEW_POINTS,
)
_KEY_POINTS = (Kind.POINT_JUMP, Kind.POINT_OUTSIDE)
_CUBOIDS = (Kind.DIMENSION_CHANGE, Kind.YAW_FLIP, Kind.CUBOID_JUMP)
_MADE: Mapping[bytes, tuple[Kind, ...]] = {
    b'"polylines"': _SHAPES,
    b'"polygons"': _SHAPES,
    b'"keypoints"': _KEY_POINTS,
    b'"center-x"': _CUBOIDS,
}
# Jobs whose manifests are kept at hand: objects come one after another, each with all its jobs.
_JOBS_AT_HAND = 16


def checks_of(jobs: Sequence[Job], *, objects: Objects) -> FindChecked:
    """What the merge asks for each job and object. Nothing is known of what is no clip: its label
    says all there is, and people judge it in one look."""
    by_name = {job.name: job for job in jobs}

    @lru_cache(maxsize=_JOBS_AT_HAND)
    def lines_of(name: str) -> Mapping[str, Mapping[str, Any]]:
        return dict(_lines(by_name[name], objects))

    def find(name: str, source: str) -> Checked | None:
        job = by_name[name]
        if modalities()[job.request.modality].family not in ("video-frame", "point-cloud"):
            return None
        try:
            line = lines_of(name).get(source, {})
            attribute = job.request.label_attribute
            return _checked(line, attribute, objects) if has_frames(line, attribute) else None
        except BROKEN:
            return None  # the merge itself says what cannot be read

    return find


def _lines(job: Job, objects: Objects) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for text in objects.lines(job.output_uri):
        try:
            line = json.loads(text)
            part_of = selection_of(line)
            yield part_of.source if part_of else str(line.get("source-ref")), line
        except BROKEN:
            continue


def _checked(line: Mapping[str, Any], attribute: str, objects: Objects) -> Checked | None:
    clip = read_clip(line, objects.read_bytes)
    fetch = lru_cache(maxsize=1)(objects.read_bytes)
    content = fetch(line[attribute])
    doubts = look(line, attribute, clip.names, fetch=fetch)
    if doubts.unreadable:
        return None
    made = next((kinds for mark, kinds in _MADE.items() if mark in content), _BOXES)
    return Checked(
        checks=tuple(kind.value for kind in made),
        suspicions=tuple(_suspicion(finding, clip.names) for finding in doubts.findings),
    )


def _suspicion(finding: Finding, names: Sequence[str]) -> Suspicion:
    return Suspicion(
        check=finding.kind.value,
        objects=frozenset(finding.objects),
        frames=frozenset(names[finding.first_frame : finding.last_frame + 1]),
    )
