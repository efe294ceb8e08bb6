"""What an audit made of the labels before it, and what that says of the labels nobody looked at."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from time import monotonic
from typing import Any

from labeling.gate.audit_files import AuditFiles
from labeling.gate.broken import BROKEN
from labeling.gate.clips import read_clip
from labeling.gate.residual import residual
from labeling.labels import Box, Fetch, Label, Labels, read_line
from labeling.merging.sequences import chosen_frames, selection_of, source_of
from labeling.metrics import Changes, Comparison, agreement, compare
from labeling.model import SelectionUnit
from labeling.quality import seqlabel

MOST_PROBLEMS = 20
NO_TIME = "only the first {count} lines were compared: there was no time for more"


@dataclass
class Assessment:
    """An audit, compared with the labels that it was shown.

    `tracks` are the scores of boxes in video, `changes` what became of labels of any other kind.
    A unit is an object, or a frame where the job's selection was of frames; `changed` of `units`
    were changed. The control sample's are counted apart. `workers` has the same of the labels that
    each person made, as far as it is known who.
    """

    units: int = 0
    changed: int = 0
    control: int = 0
    control_changed: int = 0
    left: int = 0
    tracks: Comparison | None = None
    changes: dict[str, Changes] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)
    workers: dict[str, Assessment] = field(default_factory=dict)

    def add(self, part: Assessment) -> None:
        """Counts what was seen of one object."""
        self.units += part.units
        self.changed += part.changed
        self.control += part.control
        self.control_changed += part.control_changed
        if part.tracks is not None:
            self.tracks = part.tracks if self.tracks is None else self.tracks + part.tracks
        for kind, changes in part.changes.items():
            self.changes[kind] = self.changes.get(kind, Changes()) + changes

    def as_answer(self) -> dict[str, Any]:
        """As it stands in `batch/show` and in the completion message."""
        answer: dict[str, Any] = {
            "unitsAudited": self.units,
            "unitsChanged": self.changed,
            "changes": {kind: changes.as_answer() for kind, changes in self.changes.items()},
        }
        if self.tracks is not None:
            answer["tracks"] = self.tracks.as_answer()
        found = residual(looked_at=self.control, wrong=self.control_changed, left=self.left)
        if found is not None and self.left:
            answer["residual"] = found.as_answer()
        if self.workers:
            answer["workers"] = {
                worker: found.as_answer() for worker, found in sorted(self.workers.items())
            }
        if self.problems:
            answer["problems"] = self.problems
        return answer


def assess(files: AuditFiles, *, seconds: float) -> Assessment:
    """Compares the output of an audit with the labels before it that stand in the same lines, as
    many as there is time for.

    What cannot be read is a problem of the assessment, not of the batch. Raises ObjectUnreadable
    where there is no output at all.
    """
    ends_at = monotonic() + seconds
    result = Assessment()
    control = _control(files)
    fetch = lru_cache(maxsize=4)(files.read_bytes)  # a label file is looked at in two ways
    for count, line in enumerate(files.lines()):
        if monotonic() > ends_at:
            result.problems.append(NO_TIME.format(count=count))
            result.control = 0  # a part of the sample would tell of the first lines only
            break
        try:
            _line(json.loads(line), files, result, control, fetch)
        except BROKEN as error:
            if len(result.problems) < MOST_PROBLEMS:
                result.problems.append(str(error))
    result.left = _left(files)
    return result


def _line(
    line: Mapping[str, Any],
    files: AuditFiles,
    result: Assessment,
    control: frozenset[tuple[str, str | None]],
    fetch: Fetch,
) -> None:
    asked = files.job.request
    ours, theirs = files.audited.request.label_attribute, asked.label_attribute
    if line.get(ours) is None or line.get(theirs) is None:
        return
    part = selection_of(line)
    frames = chosen_frames(part, fetch) if part else None
    before = _labels(line, ours, fetch)
    after = _labels(line, theirs, fetch)
    if before is None or after is None:
        return
    seen = Assessment()
    _measure(before, after, frames, seen, fetch)
    source = source_of(line)
    in_frames = asked.selection is not None and asked.selection.unit is SelectionUnit.FRAME
    if in_frames and frames is None:  # a clip that went on whole has frames without any label, too
        frames = frozenset(read_clip(line, fetch).names)
    for frame, changed in _units(before, after, frames, in_frames):
        seen.units += 1
        seen.changed += changed
        if (source, frame) in control:
            seen.control += 1
            seen.control_changed += changed
    result.add(seen)
    for worker in files.labelers.of(source, before):
        result.workers.setdefault(worker, Assessment()).add(seen)


def _labels(line: Mapping[str, Any], attribute: str, fetch: Fetch) -> Labels | None:
    return read_line(line, attribute, fetch=fetch).labels.get(attribute)


def _measure(
    before: Labels,
    after: Labels,
    frames: frozenset[str] | None,
    seen: Assessment,
    fetch: Fetch,
) -> None:
    """Tracks of boxes have scores of their own; all else is counted by what became of it."""
    if "video-object" in before.type and _are_boxes(before) and _are_boxes(after):
        assert before.uri is not None
        assert after.uri is not None
        seen.tracks = compare(
            seqlabel.read(fetch(before.uri)), seqlabel.read(fetch(after.uri)), frames=frames
        )
        return
    seen.changes = agreement(before.labels, after.labels, frames=frames)


def _are_boxes(labels: Labels) -> bool:
    return all(isinstance(label, Box) for label in labels.labels)


def _units(
    before: Labels, after: Labels, frames: frozenset[str] | None, in_frames: bool
) -> Iterator[tuple[str | None, bool]]:
    """Each unit, and whether it was changed."""
    if not in_frames:
        yield None, _differ(before.labels, after.labels, frames)
        return
    ours, theirs = _by_frame(before), _by_frame(after)
    names = frames if frames is not None else ours.keys() | theirs.keys()
    for name in sorted(filter(None, names)):
        yield name, _differ(ours.get(name, []), theirs.get(name, []), None)


def _by_frame(labels: Labels) -> dict[str | None, list[Label]]:
    found: dict[str | None, list[Label]] = defaultdict(list)
    for label in labels.labels:
        found[label.frame].append(label)
    return found


def _differ(before: Any, after: Any, frames: frozenset[str] | None) -> bool:
    return any(
        changes.unchanged < max(changes.before, changes.after)
        for changes in agreement(before, after, frames=frames).values()
    )


def _control(files: AuditFiles) -> frozenset[tuple[str, str | None]]:
    """The units of the control sample, by the source of their object and their frame's name."""
    record = files.read_lines(files.selected) if files.selected else ()
    return frozenset(
        (unit["source"], unit.get("frame"))
        for unit in map(json.loads, record)
        if unit["why"] == "control"
    )


def _left(files: AuditFiles) -> int:
    """How many units nobody looked at: those without a label are not among them."""
    record = files.read_lines(files.left_out) if files.left_out else ()
    return sum(json.loads(line)["reason"] == "not selected" for line in record)
