"""What the kinds that draw shapes share: reading stored labels, one answer an object."""

import json
from collections.abc import Mapping
from typing import Any

from emulator.ground_truth.answers import Answer, Labels
from emulator.ground_truth.categories import LabelCategories
from emulator.ground_truth.errors import LabelUnusable
from emulator.ground_truth.ports import ObjectStore, StoreError
from emulator.ground_truth.sources import Source


def metadata_of(line: Mapping[str, Any], attribute: str) -> Mapping[str, Any]:
    """The metadata of a label; raises `LabelUnusable` when label or metadata are missing."""
    metadata = line.get(f"{attribute}-metadata")
    if attribute not in line or not isinstance(metadata, dict):
        raise LabelUnusable(f"the line has no {attribute} with its metadata")
    return metadata


def class_names(metadata: Mapping[str, Any]) -> Mapping[str, str]:
    """The class map of a label; both spellings occur."""
    names: Mapping[str, str] = metadata.get("class-map", metadata.get("class_map", {}))
    return names


def read_json(uri: Any, *, objects: ObjectStore) -> Any:
    """A stored label file; raises `LabelUnusable`."""
    try:
        return json.loads(objects.read(uri))
    except (StoreError, ValueError, AttributeError) as error:
        raise LabelUnusable(f"{uri} cannot be read: {error}") from error


def to_start_from(answer: Answer, *, source: Source, categories: LabelCategories) -> Answer:
    """A label as an audit begins with it: only the frames that its task has. Raises
    `LabelUnusable` when it uses a label that the label category file lacks."""
    if not isinstance(answer, Labels):
        return answer
    frames = tuple(frame for frame in answer.frames if frame.frame in source.names)
    used = {annotation.label for frame in frames for annotation in frame.annotations}
    unknown = sorted(used - set(categories.labels))
    if unknown:
        raise LabelUnusable(f"its labels {', '.join(unknown)} are not in the label category file")
    return Labels(frames)


def as_labels(answer: Answer) -> Labels:
    """Raises `TypeError` for an answer of another kind."""
    if not isinstance(answer, Labels):
        raise TypeError(f"expected shapes, got {type(answer).__name__}")
    return answer


def to_json(document: Any) -> bytes:
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()
