"""What a check says: a kind, the objects, the frames, how bad, and a sentence for the auditor."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class Kind(StrEnum):
    """Names of faults, as they stand in reports."""

    GAP = "gap"
    POSITION_JUMP = "position-jump"
    SIZE_JUMP = "size-jump"
    ASPECT_JUMP = "aspect-jump"
    IDENTITY_SWITCH = "identity-switch"
    IDENTITY_BREAK = "identity-break"
    DUPLICATE_ID = "duplicate-with-another-id"
    DUPLICATE_ROW = "duplicate-row"
    STRAY = "stray-track"
    FROZEN = "frozen-box"
    LATE_START = "late-start"
    EARLY_END = "early-end"
    STUCK = "stuck-past-border"
    OUT_OF_FRAME = "out-of-frame"
    NO_SIZE = "no-size"
    CLASS_CHANGE = "class-change"
    FLICKER = "attribute-flicker"
    EMPTY_FRAME = "empty-frame"
    VERTEX_JUMP = "vertex-jump"
    LENGTH_JUMP = "length-jump"
    SELF_CROSSING = "self-crossing"
    CROSSING = "crossing-neighbours"
    FEW_POINTS = "too-few-points"
    POINT_JUMP = "point-jump"
    POINT_OUTSIDE = "point-outside"
    TINY = "tiny-box"
    HUGE = "huge-box"
    DUPLICATE_BOX = "duplicate-box"
    IMBALANCE = "class-imbalance"
    SPAN_OVERLAP = "span-overlap"
    SPAN_EMPTY = "span-empty"
    SPAN_CUT = "span-cuts-word"
    DISAGREEMENT = "workers-disagree"
    DIMENSION_CHANGE = "dimension-change"
    YAW_FLIP = "yaw-flip"
    SPARSE_CUBOID = "few-points-in-cuboid"
    CUBOID_JUMP = "cuboid-jump"


REPORTED = 0.5
"""The severity from which on a suspicion is reported as a finding. Weaker ones say where to look
first, and no more."""


@dataclass(frozen=True)
class Finding:
    """One suspicion. `objects` are names of tracks or of data objects; frames are positions in
    the sequence (0-based, both ends included; equal for what has no time). `severity` runs from 0
    (hardly worth a look) to 1 (cannot be right)."""

    kind: Kind
    objects: tuple[str, ...]
    first_frame: int
    last_frame: int
    severity: float
    message: str

    def document(self) -> dict[str, Any]:
        """As it stands in reports: camelCase, severity to two digits."""
        return {
            "kind": self.kind.value,
            "objects": list(self.objects),
            "firstFrame": self.first_frame,
            "lastFrame": self.last_frame,
            "severity": round(self.severity, 2),
            "message": self.message,
        }


def beyond(value: float, limit: float, *, least: float = 0.5) -> float:
    """A severity for a value over its limit: `least` at the limit, towards 1 far above it."""
    if value <= limit:
        return least
    return 1.0 - (1.0 - least) * float(limit / value)


def frames_said(first: int, last: int) -> str:
    """Frames as a sentence says them."""
    return f"frame {first}" if first == last else f"frames {first} to {last}"
