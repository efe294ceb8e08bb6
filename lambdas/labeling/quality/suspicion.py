"""One number a frame: where an auditor should look first."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from labeling.quality.clip import Clip
from labeling.quality.findings import Finding
from labeling.quality.tracks import Floats


def suspicion(clip: Clip, findings: Sequence[Finding]) -> Floats:
    """For each frame the chance that something is wrong in it, as far as findings tell, 0–1.

    Findings are taken as independent: 1 - Π (1 - severity). A finding counts in full in its first
    and last frame, where it can be seen by comparison, and in between by its share of them: one
    look corrects a long one. (A track drawn twice over 200 frames needs one look, not 200.)
    """
    doubt = np.zeros(clip.frames)
    for finding in findings:
        first, last = finding.first_frame, finding.last_frame
        severity = min(finding.severity, 0.99)
        for frame in {first, last}:
            doubt[frame] += np.log1p(-severity)
        if last - first > 1:
            doubt[first + 1 : last] += np.log1p(-severity / (last - first - 1) ** 0.5)
    return np.asarray(1.0 - np.exp(doubt))
