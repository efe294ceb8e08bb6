"""A layer of one object while its jobs are gone through, from the first to the last audit."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, TypeAlias

from labeling.labels import Frame, Label, Labels, Mask, PictureSize, PointMask
from labeling.merging.comparison import Before, Changes
from labeling.merging.jobs import Step
from labeling.merging.merged import Layer, MergedAnnotation, Provenance
from labeling.merging.provenance import Stamps

FrameKey: TypeAlias = tuple[str, str | None]
"""Sensor and name: frames of different files are the same frame if these are."""

LIDAR = "lidar"


@dataclass(slots=True)
class FrameState:
    """A frame as it stands. `number` is that of the file which the labels are from; `unlabeled`
    says why there are none, and is empty where there could be."""

    number: int | None = None
    size: PictureSize | None = None
    attributes: Mapping[str, Any] = field(default_factory=dict)
    annotations: list[MergedAnnotation] = field(default_factory=list)
    unlabeled: str = ""


@dataclass(slots=True)
class AuditChanges:
    """What an audit did to one object: `within` the frames it was made for, and `beside` them, in
    frames that it only showed; the latter is not taken."""

    within: Changes = field(default_factory=Changes)
    beside: Changes = field(default_factory=Changes)
    frames: int = 0


class LayerState:
    """`unlabeled` says why no job has labeled the object so far; `elsewhere` why frames that are
    not in `frames` are not labeled, and is empty where there was nothing to label in them."""

    def __init__(self, step: Step) -> None:
        self._layer = step.layer
        self._judges = step.judges
        self._type = ""
        self._content: Any = None
        self._provenance: Provenance | None = None
        self.is_labeled = False
        self.unlabeled = ""
        self.elsewhere = ""
        self.frames: dict[FrameKey, FrameState] = {}

    @property
    def attribute(self) -> str:
        return self._layer.attribute

    def layer(self) -> Layer:
        return Layer(
            attribute=self._layer.attribute,
            job=self._layer.name,
            modality=self._layer.modality,
            type=self._type,
            unlabeled="" if self.is_labeled else self.unlabeled,
            judges=self._judges,
            content=self._content,
            provenance=self._provenance,
        )

    def label(self, labels: Labels, stamps: Stamps) -> int:
        """Takes the labels of a job that labels from scratch; returns how many."""
        self._begin(labels)
        if labels.content is not None:
            self._content = labels.content
            self._provenance = stamps.whole()
        count = 0
        for key, frame in _by_key(labels.frames).items():
            annotations = [self._made(label, stamps.first(label)) for label in frame.labels]
            self.frames[key] = _state(frame, annotations)
            count += len(annotations)
        return count

    def audit(self, labels: Labels, stamps: Stamps, chosen: frozenset[str] | None) -> AuditChanges:
        """Takes the labels of an audit in the place of those before it: everywhere, or in the
        frames of the `chosen` names only."""
        if not self.is_labeled:
            return self._audit_unknown(labels, stamps, chosen)
        before, after = self.frames, _by_key(labels.frames)
        self.frames = {}
        changes = AuditChanges()
        # A frame that the audit emptied may be missing from its labels.
        sensor = _main_sensor((*before, *after))
        emptied = [(sensor, name) for name in sorted(chosen or ())]
        for key in dict.fromkeys([*before, *after, *emptied]):
            old = before.get(key) or FrameState()
            frame = after.get(key)
            if chosen is None or key[1] in chosen:
                self.frames[key] = self._audited(frame, old, labels, stamps, changes.within)
                changes.frames += 1
                continue
            if key in before:
                self.frames[key] = old
            if frame is not None:
                changes.beside += _compared(old, frame.labels)
        return changes

    def _audit_unknown(
        self, labels: Labels, stamps: Stamps, chosen: frozenset[str] | None
    ) -> AuditChanges:
        """Takes the labels of an audit of something that cannot be read: what it changed, nobody
        can tell."""
        if chosen is not None:
            self.elsewhere = self.unlabeled or "no job before the audit labeled it"
        self.label(labels, stamps)
        changes = AuditChanges()
        for key in [key for key in self.frames if chosen is not None and key[1] not in chosen]:
            changes.beside.added += len(self.frames.pop(key).annotations)
        for name in sorted(chosen or ()):
            self.frames.setdefault((_main_sensor(self.frames), name), FrameState())
        changes.frames = len(self.frames)
        return changes

    def take_frame(self, name: str, picture: LayerState) -> None:
        """Takes the layer of a picture for the frame called `name`. Frames whose pictures the job
        did not get are not labeled."""
        self.elsewhere = f"{self._layer.name} did not get this frame"
        if picture.is_labeled:
            self._type, self.is_labeled = picture._type, True
            self.frames["", name] = picture.frames.get(("", None), FrameState())
        else:
            self.unlabeled = picture.unlabeled
            self.frames["", name] = FrameState(unlabeled=picture.unlabeled)

    def _begin(self, labels: Labels) -> None:
        self._type = labels.type
        self.is_labeled = True

    def _audited(
        self,
        frame: Frame | None,
        old: FrameState,
        labels: Labels,
        stamps: Stamps,
        changes: Changes,
    ) -> FrameState:
        if frame is None:
            changes.removed += len(old.annotations)
            return FrameState(number=old.number, size=old.size)
        before = Before(old.annotations)
        annotations = []
        for label in frame.labels:
            found = before.find(label)
            edited: bool | None = found is None
            if found and isinstance(label, Mask | PointMask):
                # Every job writes a file of its own; whether it differs is said, not compared.
                edited = labels.adjusted
                before.changes.left -= bool(edited)
                before.changes.changed += bool(edited)
            made = stamps.audited(label, found, edited=edited)
            annotations.append(self._made(label, made))
        changes += before.over()
        state = _state(frame, annotations)
        state.size = state.size or old.size
        return state

    def _made(self, label: Label, provenance: Provenance) -> MergedAnnotation:
        return MergedAnnotation(label=label, attribute=self.attribute, provenance=provenance)


def _main_sensor(keys: Iterable[FrameKey]) -> str:
    """The sensor that the names in a sequence file are of."""
    return LIDAR if any(sensor == LIDAR for sensor, _ in keys) else ""


def _by_key(frames: Iterable[Frame]) -> dict[FrameKey, Frame]:
    """The frames by sensor and name. One that is there twice is one, with the labels of both."""
    found: dict[FrameKey, Frame] = {}
    for frame in frames:
        key = (frame.sensor, frame.name)
        if (first := found.get(key)) is None:
            found[key] = frame
        else:
            found[key] = replace(
                first,
                attributes={**first.attributes, **frame.attributes},
                labels=(*first.labels, *frame.labels),
            )
    return found


def _state(frame: Frame, annotations: list[MergedAnnotation]) -> FrameState:
    return FrameState(
        number=frame.number,
        size=frame.size,
        attributes=frame.attributes,
        annotations=annotations,
    )


def _compared(old: FrameState, labels: Iterable[Label]) -> Changes:
    before = Before(old.annotations)
    for label in labels:
        before.find(label)
    return before.over()
