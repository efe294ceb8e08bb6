"""What the checks say of a labeled object: how sure they are that something is wrong, and where."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from labeling.labels import Fetch, LabelsUnreadable, read_line
from labeling.quality import seqlabel
from labeling.quality.check import Report, check
from labeling.quality.findings import Finding
from labeling.quality.tracks import Tracks

NOTHING = 0.0


@dataclass(frozen=True, kw_only=True)
class Doubts:
    """`of_frame` says for each frame how sure the checks are that something is wrong in it, and
    `severity_of_frame` how severe its worst finding is; what has no frames has one, named "". All
    are 0–1. `classes` are the classes in each frame. `unreadable` says why nothing was checked.
    """

    of_frame: Mapping[str, float] = field(default_factory=dict)
    severity_of_frame: Mapping[str, float] = field(default_factory=dict)
    classes: Mapping[str, frozenset[str]] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()
    unreadable: str = ""

    @property
    def doubt(self) -> float:
        """Of the object as a whole: that of its most suspicious frame."""
        return max(self.of_frame.values(), default=NOTHING)

    @property
    def severity(self) -> float:
        return max((finding.severity for finding in self.findings), default=NOTHING)

    @property
    def stratum(self) -> str:
        return stratum(name for names in self.classes.values() for name in names)


def stratum(classes: Iterable[str]) -> str:
    """What units are kept alike for: the classes in them."""
    return "+".join(sorted(set(classes)))


def look(line: Mapping[str, Any], attribute: str, frames: Sequence[str], *, fetch: Fetch) -> Doubts:
    """What the checks say of one line of an output manifest. `frames` are all names of its
    sequence, in order; empty for what is none. A label that cannot be read is suspicious as a
    whole."""
    try:
        if frames and isinstance(line.get(attribute), str):
            return _of_sequence(line[attribute], frames, fetch)
        return _of_object(line, attribute, fetch)
    except (LabelsUnreadable, seqlabel.NotSequenceLabels) as error:
        return Doubts(
            of_frame=dict.fromkeys(frames or ("",), 1.0),
            severity_of_frame=dict.fromkeys(frames or ("",), 1.0),
            unreadable=str(error),
        )


def _of_sequence(uri: str, frames: Sequence[str], fetch: Fetch) -> Doubts:
    tracks = _over_all(seqlabel.read(fetch(uri)), frames)
    report = check(tracks)
    return Doubts(
        of_frame=dict(zip(tracks.frames, report.frames.tolist(), strict=True)),
        severity_of_frame=_severities(report, tracks.frames),
        classes=_classes(tracks),
        findings=report.findings,
    )


def _over_all(tracks: Tracks, frames: Sequence[str]) -> Tracks:
    """The same boxes among all frames of the clip: the file leaves out those without any."""
    names = list(dict.fromkeys([*frames, *tracks.frames]))
    place = {name: number for number, name in enumerate(names)}
    moved = np.array([place[name] for name in tracks.frames], np.int64)
    at = moved[tracks.frame] if len(tracks) else tracks.frame
    return replace(tracks, frame=at, frames=tuple(names))


def _severities(report: Report, frames: Sequence[str]) -> dict[str, float]:
    worst: dict[str, float] = defaultdict(float)
    for finding in report.findings:
        for name in frames[finding.first_frame : finding.last_frame + 1]:
            worst[name] = max(worst[name], finding.severity)
    return dict(worst)


def _classes(tracks: Tracks) -> dict[str, frozenset[str]]:
    pairs = np.unique(np.stack([tracks.frame, tracks.label], axis=1), axis=0)
    found: dict[str, set[str]] = defaultdict(set)
    for frame, label in pairs.tolist():
        found[tracks.frames[frame]].add(tracks.label_names[label])
    return {name: frozenset(labels) for name, labels in found.items()}


def _of_object(line: Mapping[str, Any], attribute: str, fetch: Fetch) -> Doubts:
    read = read_line(line, attribute, fetch=fetch)
    labels = read.labels.get(attribute)
    if labels is None:
        return Doubts(unreadable=read.unlabeled.get(attribute, "there is no label"))
    classes = frozenset(label.label for label in labels.labels)
    return Doubts(of_frame={"": NOTHING}, classes={"": classes})
