"""A data object as it is in the end: the layers' frames put together, in order and numbered."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any

from labeling.labels import PictureSize
from labeling.merging.layer_state import LIDAR, FrameKey, FrameState, LayerState
from labeling.merging.merged import MergedAnnotation, MergedFrame, MergedObject
from labeling.merging.object_state import ObjectState

_WHOLE: FrameKey = ("", None)


def assemble(state: ObjectState) -> MergedObject:
    layers = [layer for _, layer in sorted(state.layers.items())]
    return MergedObject(
        source=state.source,
        is_text=state.is_text,
        layers=tuple(layer.layer() for layer in layers),
        frames=tuple(_frames(state, [layer for layer in layers if layer.is_labeled])),
    )


def unknown_frames(state: ObjectState) -> list[str]:
    """The names of labeled frames that are not in the sequence file, in their order."""
    if state.sequence is None:
        return []
    keys = {key for layer in state.layers.values() for key in layer.frames}
    names = {name for sensor, name in keys if sensor in ("", LIDAR) and name is not None}
    return sorted(names.difference(state.sequence.names))


def _frames(state: ObjectState, layers: Sequence[LayerState]) -> Iterator[MergedFrame]:
    if not layers:
        return
    keys = dict.fromkeys(key for layer in layers for key in layer.frames)
    main = LIDAR if any(sensor == LIDAR for sensor, _ in keys) else ""
    names = _names(state, [name for sensor, name in keys if sensor == main and name is not None])
    if not names or _WHOLE in keys:
        whole = _frame(state, _WHOLE, None, layers)
        if not names or whole.annotations or whole.attributes:
            yield whole
    for number, name in enumerate(names):
        yield _frame(state, (main, name), number, layers)
    for key in sorted(key for key in keys if key[0] != main and key[1] is not None):
        yield _frame(state, key, _number(key, layers), layers)


def _names(state: ObjectState, labeled: Iterable[str]) -> list[str]:
    """All frames of the main sensor, in order. Those that no sequence file knows come last, by
    their names: so workers see the frames of videos ("Manual Input Data Setup")."""
    known = state.sequence.names if state.sequence else ()
    return [*known, *sorted(set(labeled).difference(known))]


def _number(key: FrameKey, layers: Iterable[LayerState]) -> int | None:
    """The number of a frame of another sensor: that of the first file which has it."""
    return next((layer.frames[key].number for layer in layers if key in layer.frames), None)


def _frame(
    state: ObjectState, key: FrameKey, number: int | None, layers: Iterable[LayerState]
) -> MergedFrame:
    sensor, name = key
    size: PictureSize | None = None
    attributes: dict[str, Any] = {}
    unlabeled: dict[str, str] = {}
    annotations: list[MergedAnnotation] = []
    for layer in layers:
        found = layer.frames.get(key)
        if found is None:
            if layer.elsewhere and name is not None:
                unlabeled[layer.attribute] = layer.elsewhere
            continue
        if found.unlabeled:
            unlabeled[layer.attribute] = found.unlabeled
        if found.attributes:
            attributes[layer.attribute] = found.attributes
        size = size or found.size
        annotations += _in_place(found, name, number)
    return MergedFrame(
        source=state.source,
        name=name,
        number=number,
        sensor=sensor,
        uri=_uri(state, sensor, name),
        size=size,
        attributes=attributes,
        unlabeled=unlabeled,
        annotations=tuple(annotations),
    )


def _uri(state: ObjectState, sensor: str, name: str | None) -> str | None:
    if name is None:
        return None if state.is_text or state.sequence else state.source
    # Where the pictures of linked cameras lie, their names do not say.
    if state.sequence is None or sensor not in ("", LIDAR):
        return None
    return f"{state.sequence.prefix}{name}"


def _in_place(
    frame: FrameState, name: str | None, number: int | None
) -> Iterator[MergedAnnotation]:
    """Audits of a part of a sequence number its frames anew, so numbers are made equal."""
    for annotation in frame.annotations:
        label = annotation.label
        if label.frame_number == number and label.frame == name:
            yield annotation
        else:
            moved = replace(label, frame=name, frame_number=number)
            yield replace(annotation, label=moved)
