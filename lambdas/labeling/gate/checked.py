"""Which checks the labels of clips have passed, for the merge to write beside each of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from labeling.gate.broken import BROKEN
from labeling.gate.clips import read_clip
from labeling.gate.doubts import has_frames, look
from labeling.labels import Fetch
from labeling.merging import Checked, FindChecked, Suspicion
from labeling.modalities import modalities
from labeling.model import Job
from labeling.quality.check import BOX_CHECKS, SINGLE_BOX_CHECKS
from labeling.quality.findings import Finding, Kind

_PICTURES = (*SINGLE_BOX_CHECKS, Kind.TINY, Kind.DUPLICATE_BOX, Kind.IMBALANCE)
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


def checks_of(jobs: Sequence[Job], *, fetch: Fetch) -> FindChecked:
    """What the merge asks for each line of a job's output. Nothing is known of what is no clip: its
    label says all there is, and people judge it in one look."""
    by_name = {job.name: job for job in jobs}

    def find(name: str, line: Mapping[str, Any]) -> Checked | None:
        job = by_name[name]
        if modalities()[job.request.modality].family not in ("video-frame", "point-cloud"):
            return None
        attribute = job.request.label_attribute
        try:
            return _checked(line, attribute, fetch) if has_frames(line, attribute) else None
        except BROKEN:
            return None  # the merge itself says what cannot be read

    return find


def _checked(line: Mapping[str, Any], attribute: str, fetch: Fetch) -> Checked | None:
    clip = read_clip(line, fetch)
    fetch = lru_cache(maxsize=1)(fetch)
    content = fetch(line[attribute])
    doubts = look(line, attribute, clip.names, fetch=fetch)
    if doubts.unreadable:
        return None
    boxes = BOX_CHECKS if b'"tracking-annotations"' in content else _PICTURES
    made = next((kinds for mark, kinds in _MADE.items() if mark in content), boxes)
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
