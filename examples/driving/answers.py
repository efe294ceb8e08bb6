"""What scripted workers answer to the jobs of this clip, whatever the jobs are called."""

from __future__ import annotations

from emulator.workers import LabelScript, ScriptEntry
from examples.driving.labels import KINDS, Version, seq_label


def script() -> LabelScript:
    """The first labeler's version for first jobs, the good one for audits."""
    return LabelScript(
        [
            ScriptEntry(
                seq_label(kind, version),
                categories=frozenset({kind.capitalize()}),
                audit=version is Version.AUDITED,
            )
            for kind in KINDS
            for version in Version
        ]
    )
