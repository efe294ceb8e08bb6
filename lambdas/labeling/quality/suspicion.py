"""One number a frame: where an auditor should look first."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from labeling.quality.clip import Clip
from labeling.quality.findings import Finding
from labeling.quality.tracks import Floats

UNREST = 0.04
"""What each beginning and end of a track adds in the five frames around: that much more often
than elsewhere is something wrong where tracks come and go (a tracker's mistakes on BDD100K)."""


def suspicion(clip: Clip, findings: Sequence[Finding]) -> Floats:
    """For each frame the chance that something is wrong in it, as far as findings tell, 0–1.

    Findings, doubtful ones too, are taken as independent: 1 - Π (1 - severity). A finding counts
    in full in its first and last frame, where it can be seen by comparison, and in between less
    the longer it is: one look corrects a long one. (A track drawn twice over 200 frames needs one
    look, not 200.) Where tracks come and go, a little is added (`UNREST`).
    """
    doubt = np.zeros(clip.frames)
    for finding in findings:
        first, last = finding.first_frame, finding.last_frame
        severity = min(finding.severity, 0.99)
        for frame in {first, last}:
            doubt[frame] += np.log1p(-severity)
        if last - first > 1:
            doubt[first + 1 : last] += np.log1p(-severity / (last - first - 1) ** 0.25)
    if clip.tracks.tracked:
        doubt -= UNREST * _comings_and_goings(clip)
    return np.asarray(1.0 - np.exp(doubt))


def _comings_and_goings(clip: Clip) -> Floats:
    """How many tracks begin or end within two frames, but for the clip's own first and last."""
    frames = np.concatenate([clip.frame[clip.starts], clip.frame[clip.ends]])
    frames = frames[(frames > 0) & (frames < clip.frames - 1)]
    count = np.zeros(clip.frames + 4)
    for by in range(5):
        np.add.at(count, frames + by, 1.0)
    return count[2 : clip.frames + 2]
