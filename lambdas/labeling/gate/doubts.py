"""What the checks say of a labeled object: how sure they are that something is wrong, and where."""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from labeling.gate.broken import BROKEN
from labeling.labels import Fetch, Frame, read_line, read_seq_label
from labeling.labels.class_names import class_map
from labeling.quality import looking, seqlabel
from labeling.quality.check import Report, check
from labeling.quality.columns import Columns, columns
from labeling.quality.findings import Finding
from labeling.quality.tracks import Tracks

logger = logging.getLogger(__name__)

NOTHING = 0.0
# Where one of these is in a label file it holds more than boxes.
_OTHER_SHAPES = (b"polylines", b"polygons", b"keypoints", b"center-x", b"center_x")


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
        return max(self.severity_of_frame.values(), default=NOTHING)

    @property
    def stratum(self) -> str:
        return stratum(name for names in self.classes.values() for name in names)


def stratum(classes: Iterable[str]) -> str:
    """What units are kept alike for: the classes in them."""
    return "+".join(sorted(set(classes)))


def look(line: Mapping[str, Any], attribute: str, frames: Sequence[str], *, fetch: Fetch) -> Doubts:
    """What the checks say of one line of an output manifest. `frames` are all names of its
    sequence, in order; empty for what is none, or where nobody knows. A label that cannot be read
    or checked is suspicious as a whole."""
    try:
        if has_frames(line, attribute):
            return _of_sequence(line, attribute, frames, fetch)
        return _of_object(line, attribute)
    except BROKEN as error:
        logger.exception("labels not checked", extra={"attribute": attribute})
        return Doubts(
            of_frame=dict.fromkeys(frames or ("",), 1.0),
            severity_of_frame=dict.fromkeys(frames or ("",), 1.0),
            unreadable=f"{type(error).__name__}: {error}",
        )


def has_frames(line: Mapping[str, Any], attribute: str) -> bool:
    """Whether the label is a file of frames; masks are files, too."""
    value = line.get(attribute)
    return isinstance(value, str) and value.endswith(".json")


def _of_sequence(
    line: Mapping[str, Any], attribute: str, frames: Sequence[str], fetch: Fetch
) -> Doubts:
    content = fetch(line[attribute])
    if any(shape in content for shape in _OTHER_SHAPES):
        metadata = line.get(f"{attribute}-metadata") or {}
        return _of_shapes(content, class_map(metadata), frames)
    tracks = _over_all(seqlabel.read(content), frames)
    return _doubts(_of_boxes(tracks), tracks.frames, _classes(tracks))


def _of_boxes(tracks: Tracks) -> Report:
    """Boxes without identities are looked at picture by picture."""
    if tracks.tracked:
        return check(tracks)
    unknown = np.full((len(tracks.frames), 2), np.nan)
    return looking.look(Columns(boxes=tracks, sizes=unknown, classes=tracks.label_names))


def _of_shapes(content: bytes, classes: Mapping[str, str], frames: Sequence[str]) -> Doubts:
    """Of outlines, key points and cuboids, sensor by sensor."""
    found = read_seq_label(content, classes)
    by_sensor: dict[str, list[Frame]] = defaultdict(list)
    for frame in found.frames:
        by_sensor[frame.sensor].append(frame)
    looked = []
    for given in by_sensor.values():
        names = list(dict.fromkeys([*frames, *(str(frame.name) for frame in given)]))
        drawn = {str(frame.name): frame for frame in given}
        labels = columns([drawn.get(name, Frame()) for name in names], names, tracked=found.tracked)
        said = {name: frozenset(_names_of_classes(drawn.get(name))) for name in names}
        looked.append(_doubts(looking.look(labels), names, said))
    return looked[0] if len(looked) == 1 else _together(looked)


def _together(parts: Sequence[Doubts]) -> Doubts:
    """Of sensors that are labeled together; frames of different ones have different names."""
    return Doubts(
        of_frame={name: doubt for part in parts for name, doubt in part.of_frame.items()},
        severity_of_frame={
            name: severity for part in parts for name, severity in part.severity_of_frame.items()
        },
        classes={name: classes for part in parts for name, classes in part.classes.items()},
        findings=tuple(finding for part in parts for finding in part.findings),
    )


def _doubts(report: Report, names: Sequence[str], classes: Mapping[str, frozenset[str]]) -> Doubts:
    return Doubts(
        of_frame=dict(zip(names, report.frames.tolist(), strict=True)),
        severity_of_frame=_severities(report, names),
        classes=classes,
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


def _names_of_classes(frame: Frame | None) -> Iterator[str]:
    return (label.label for label in (frame.labels if frame else ()))


def _of_object(line: Mapping[str, Any], attribute: str) -> Doubts:
    """Of what stands in the line itself. The classes of masks do, too: pixels are not fetched."""
    read = read_line(line, attribute)
    labels = read.labels.get(attribute)
    if labels is None:
        return Doubts(unreadable=read.unlabeled.get(attribute, "there is no label"))
    [frame] = labels.frames or (Frame(),)
    name = read.source.rpartition("/")[2]
    texts = (read.source,) if read.is_text else ()
    found: Columns = columns([frame], [name], tracked=False, texts=texts)
    report = looking.look(found)
    return _doubts(report, ("",), {"": frozenset(_names_of_classes(frame))})
