"""Merged data sets: the labels of all jobs of a batch in one file."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path, PurePosixPath

from labeling.labels import Box, Frame, LabelsUnreadable, Span
from labeling.merging import MergedFrame, MergedObject, read_merged
from labeling.quality.columns import columns
from smgt.checks.sources import Format, Given, Part, Source, Unreadable, counted


def read(path: Path, content: bytes, given: Given) -> Source:
    """Each clip by itself, and the images and the texts of each layer. Raises `Unreadable`."""
    parts: list[Part] = []
    images: dict[str, list[tuple[str, Frame]]] = defaultdict(list)
    texts: dict[str, list[tuple[str, str, Frame]]] = defaultdict(list)
    layers: set[str] = set()
    notes: list[str] = []
    try:
        # not splitlines: texts may hold line separators that JSON leaves as they are
        for number, merged in enumerate(read_merged(content.decode().split("\n")), 1):
            for layer in merged.layers:
                attribute = layer.attribute
                if layer.unlabeled or given.attribute not in (None, attribute):
                    continue
                layers.add(attribute)
                if merged.is_sequence:
                    parts += _clip(merged, attribute, given)
                    continue
                for frame in merged.frames:
                    typed = _frame(frame, attribute)
                    if merged.is_text:
                        texts[attribute].append((f"object {number}", merged.source, typed))
                    elif any(isinstance(label, Box) for label in typed.labels):
                        images[attribute].append((merged.source, typed))
    except (LabelsUnreadable, UnicodeDecodeError) as error:
        raise Unreadable(str(error)) from error
    if not layers:
        wanted = f"the layer {given.attribute}" if given.attribute else "any labels"
        raise Unreadable(f"no object of it has {wanted}")
    for attribute, found in images.items():
        names = [source for source, _ in found]
        frames = [frame for _, frame in found]
        read_columns = columns(frames, names, tracked=False, picture=given.picture)
        parts.append(Part(name=attribute, word="image", columns=read_columns))
    for attribute, each in texts.items():
        if not any(isinstance(label, Span) for *_, frame in each for label in frame.labels):
            continue
        read_columns = columns(
            [frame for *_, frame in each],
            [name for name, *_ in each],
            tracked=False,
            texts=[text for _, text, _ in each],
        )
        parts.append(Part(name=attribute, word="text", columns=read_columns))
    nothing = sorted(name for name in layers if not any(_is_of(part, name) for part in parts))
    if nothing:
        notes.append(
            f"{counted(len(nothing), 'layer has', 'layers have')} nothing that is checked: "
            f"{', '.join(nothing)}."
        )
    return Source(file=path, format=Format.MERGED, parts=parts, notes=notes)


def _clip(merged: MergedObject, attribute: str, given: Given) -> list[Part]:
    """One part for each sensor. What is said of the clip as a whole is in no frame."""
    parts = []
    for sensor in dict.fromkeys(frame.sensor for frame in merged.frames if frame.name):
        kept = [frame for frame in merged.frames if frame.name and frame.sensor == sensor]
        frames = [_frame(frame, attribute) for frame in kept]
        if not any(frame.labels for frame in frames):
            continue
        tracked = any(label.track for frame in frames for label in frame.labels)
        name = " ".join(filter(None, (f"{attribute}, {PurePosixPath(merged.source).name}", sensor)))
        found = columns(
            frames,
            [str(frame.name) for frame in frames],
            tracked=tracked,
            picture=given.picture,
        )
        parts.append(Part(name=name, word="frame", columns=found))
    return parts


def _frame(frame: MergedFrame, attribute: str) -> Frame:
    labels = tuple(each.label for each in frame.annotations if each.attribute == attribute)
    return Frame(
        name=frame.name,
        number=frame.number,
        sensor=frame.sensor,
        attributes=frame.attributes.get(attribute, {}),
        labels=labels,
        size=frame.size,
    )


def _is_of(part: Part, layer: str) -> bool:
    return part.name == layer or part.name.startswith(f"{layer}, ")
