"""Output manifests: labels that stand in their lines, and label files that lie beside them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from labeling.labels import (
    Box,
    Frame,
    LabeledObject,
    Labels,
    LabelsUnreadable,
    Span,
    read_line,
)
from labeling.labels.class_names import class_map
from labeling.quality.columns import columns
from smgt._label_places import label_attributes, label_file
from smgt.checks import sequences
from smgt.checks.sources import Format, Given, Part, Source, Unreadable, counted

_UNCHECKED = {
    "ClassLabel": ("class", "classes"),
    "Verification": ("verdict", "verdicts"),
    "Mask": ("mask of a picture", "masks of pictures"),
    "PointMask": ("mask of a point cloud", "masks of point clouds"),
    "Cuboid": ("cuboid of a single point cloud", "cuboids of single point clouds"),
}


@dataclass(kw_only=True)
class _Attribute:
    """What the lines say under one label attribute."""

    name: str
    own: bool
    images: list[tuple[str, Frame]] = field(default_factory=list)
    texts: list[tuple[str, str, Frame]] = field(default_factory=list)
    clips: list[Part] = field(default_factory=list)
    unchecked: Counter[str] = field(default_factory=Counter)
    custom: int = 0
    absent: list[str] = field(default_factory=list)


def read(path: Path, content: bytes, given: Given) -> Source:
    """Every object of a manifest that can be read. Those that cannot are said in `unreadable`;
    raises `Unreadable` where none can.

    Unless one is given, the attribute is that of the manifest's own job: others are what it began
    with, and would count everything twice.
    """
    found: dict[str, _Attribute] = {}
    notes: list[str] = []
    unreadable: list[str] = []
    lines = 0
    own, earlier = label_attributes(content.split(b"\n"))
    left_out = set() if given.attribute else set(earlier)
    if left_out:
        notes.append(
            f"Checked are the labels of {', '.join(own)}, the last job of this manifest; those of "
            f"{', '.join(earlier)} are checked with --attribute."
        )
    for number, line in enumerate(content.split(b"\n"), 1):
        if not line.strip():
            continue
        lines += 1
        try:
            read_object = read_line(line, given.attribute, number=number)
            for name, labels in read_object.labels.items():
                if name in left_out:
                    continue
                attribute = found.setdefault(name, _Attribute(name=name, own=name in own))
                _add(attribute, read_object, labels, path.parent, given, notes)
        except (LabelsUnreadable, Unreadable) as error:
            said = str(error)
            unreadable.append(said if said.startswith("line ") else f"line {number}: {said}")
    if len(unreadable) == lines:
        raise Unreadable(unreadable[0])
    if not found:
        asked = f"the label attribute {given.attribute}" if given.attribute else "any labels"
        raise Unreadable(f"no object of it has {asked}")
    parts = [part for attribute in found.values() for part in _parts(attribute, given)]
    if len(parts) == 1:
        parts = [Part(name="", word=parts[0].word, columns=parts[0].columns)]
    for attribute in found.values():
        notes += _notes(attribute)
    return Source(
        file=path, format=Format.MANIFEST, parts=parts, notes=notes, unreadable=unreadable
    )


def _add(
    attribute: _Attribute,
    read: LabeledObject,
    labels: Labels,
    folder: Path,
    given: Given,
    notes: list[str],
) -> None:
    if labels.type == "groundtruth/custom":
        attribute.custom += 1
        return
    if labels.uri is not None and labels.uri.endswith(".json"):
        _add_clip(attribute, read, labels.uri, folder, given, notes)
        return
    [frame] = labels.frames or (Frame(),)
    if read.is_text:
        attribute.texts.append((f"line {read.number}", read.source, frame))
    elif labels.type == "groundtruth/object-detection":
        attribute.images.append((read.source, frame))
    attribute.unchecked.update(
        type(label).__name__ for label in frame.labels if not isinstance(label, Box | Span)
    )


def _add_clip(
    attribute: _Attribute,
    read: LabeledObject,
    uri: str,
    folder: Path,
    given: Given,
    notes: list[str],
) -> None:
    file = label_file(uri, folder, read.number - 1, own=attribute.own)
    if file is None:
        attribute.absent.append(uri)
        return
    metadata = read.line.get(f"{attribute.name}-metadata", {})
    name = f"{attribute.name}, {PurePosixPath(read.source).name}"
    try:
        attribute.clips += sequences.parts_of(
            file.read_bytes(), given.picture, notes=notes, name=name, classes=class_map(metadata)
        )
    except (Unreadable, OSError) as error:
        raise Unreadable(f"{file}: {error}") from error


def _parts(attribute: _Attribute, given: Given) -> Iterator[Part]:
    if attribute.images:
        names = _short([source for source, _ in attribute.images])
        frames = [frame for _, frame in attribute.images]
        found = columns(frames, names, tracked=False, picture=given.picture)
        yield Part(name=attribute.name, word="image", columns=found)
    spans = [text for text in attribute.texts if any(isinstance(s, Span) for s in text[2].labels)]
    if spans:
        names = [name for name, _, _ in spans]
        texts = [text for _, text, _ in spans]
        found = columns([frame for *_, frame in spans], names, tracked=False, texts=texts)
        yield Part(name=attribute.name, word="text", columns=found)
    yield from attribute.clips


def _short(sources: list[str]) -> list[str]:
    """Addresses without the folders that all have."""
    parts = [source.split("/") for source in sources]
    shared = 0
    while all(len(part) > shared + 1 and part[shared] == parts[0][shared] for part in parts):
        shared += 1
    return ["/".join(part[shared:]) for part in parts]


def _notes(attribute: _Attribute) -> Iterator[str]:
    name = attribute.name
    if attribute.absent:
        number = counted(len(attribute.absent), "label file")
        yield (
            f"{name}: {number} not found beside the manifest, so not checked, "
            f"like {attribute.absent[0]}."
        )
    if attribute.custom:
        yield f"{name}: no check knows the labels of a custom job."
    for kind, many in attribute.unchecked.items():
        what = counted(many, *_UNCHECKED[kind])
        yield f"{name}: {what} not checked, as there is no check for that."
