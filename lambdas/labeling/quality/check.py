"""All checks on the boxes of a clip, and how suspicious each frame is."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from labeling.quality import (
    borders,
    doubles,
    gaps,
    identity,
    jumps,
    meaning,
    presence,
    stillness,
)
from labeling.quality.clip import Clip, measured
from labeling.quality.findings import REPORTED, Finding, Kind
from labeling.quality.motion import Steps
from labeling.quality.paths import Ends
from labeling.quality.suspicion import suspicion
from labeling.quality.tracks import Floats, Tracks

SINGLE_BOX_CHECKS = (Kind.NO_SIZE, Kind.OUT_OF_FRAME)
"""The checks that boxes without identities get."""

BOX_CHECKS = (
    *SINGLE_BOX_CHECKS,
    Kind.EMPTY_FRAME,
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
    Kind.STUCK,
    Kind.LATE_START,
    Kind.EARLY_END,
    Kind.CLASS_CHANGE,
    Kind.FLICKER,
)
"""The checks that tracks of boxes get."""


@dataclass(frozen=True, eq=False)
class Report:
    """What the checks say: findings (of a severity of `findings.REPORTED` and more), worst first,
    and a suspicion for each frame (see `suspicion`), which weaker doubts have a part in, too.
    `checks` are those that were made."""

    findings: tuple[Finding, ...]
    frames: Floats
    checks: tuple[Kind, ...] = ()


def check(tracks: Tracks) -> Report:
    """Run every check for boxes. Without identities only those of single boxes run."""
    clip = measured(tracks)
    made = BOX_CHECKS if tracks.tracked else SINGLE_BOX_CHECKS
    return report(clip, of_boxes(clip), made)


def report(clip: Clip, findings: Iterable[Finding], checks: tuple[Kind, ...]) -> Report:
    """What `checks` have found, the doubtful too, in the frames of `clip`."""
    order = sorted(findings, key=lambda each: (-each.severity, each.first_frame, each.objects))
    reported = tuple(finding for finding in order if finding.severity >= REPORTED)
    return Report(reported, suspicion(clip, order), checks)


def of_boxes(clip: Clip) -> list[Finding]:
    """What `BOX_CHECKS` find, the doubtful too; `SINGLE_BOX_CHECKS` without identities."""
    findings = borders.boxes_without_size(clip)
    if len(clip):
        findings += borders.out_of_frame(clip)
    if len(clip) and clip.tracks.tracked:
        findings += _over_time(clip)
    return findings


def _over_time(clip: Clip) -> list[Finding]:
    steps = Steps(clip)
    limit = jumps.place_limits(steps)
    # switches begin at half of the limit: two steps that explain each other need less each
    over = (steps.inner | steps.outer) & (steps.scaled > 0.5 * limit)
    switches, explained = identity.identity_switches(steps, over)
    starts, ends = Ends(clip, late=False), Ends(clip, late=True)
    breaks, ended, begun = identity.identity_breaks(starts, ends)
    return [
        *presence.empty_frames(clip),
        *gaps.gaps(clip),
        *jumps.position_jumps(steps, limit=limit, but=explained),
        *jumps.size_jumps(steps, but=explained),
        *jumps.aspect_jumps(steps, but=explained),
        *switches,
        *breaks,
        *doubles.duplicates(clip),
        *doubles.duplicate_rows(clip),
        *presence.stray_tracks(starts, ends),
        *stillness.frozen_boxes(clip),
        *stillness.stuck_boxes(clip),
        *presence.late_starts(starts, ends, begun=begun, ended=ended),
        *presence.early_ends(starts, ends, begun=begun, ended=ended),
        *meaning.class_changes(clip),
        *meaning.attribute_flicker(clip),
    ]
