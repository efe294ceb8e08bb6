"""Labels that stand in the manifest itself: classes, verdicts, boxes, spans, cuboids."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from labeling.labels.class_names import class_map, class_of
from labeling.labels.labeled import Frame, PictureSize
from labeling.labels.members import (
    a_list,
    a_text,
    an_object,
    attributes,
    confidence,
    member,
    whole_number,
)
from labeling.labels.shapes import ClassLabel, Span, Verification
from labeling.labels.written_shapes import Confidence, Context, read_all, read_box, read_cuboid


def read_class(value: Any, metadata: Mapping[str, Any]) -> Frame:
    """Image, text and video classification: the index of the class, as a number or as text."""
    label, class_id = _class(value, metadata)
    given = confidence(metadata.get("confidence"))
    return Frame(labels=(ClassLabel(label=label, class_id=class_id, confidence=given),))


def read_classes(value: Any, metadata: Mapping[str, Any]) -> Frame:
    """Classification with several labels; there may be none of them."""
    names = class_map(metadata)
    found = member(metadata, "confidence-map")
    confidences = found if isinstance(found, dict) else {}
    labels = []
    for index, item in enumerate(a_list(value)):
        label, class_id = class_of(item, names=names, place=f"[{index}]")
        given = confidence(confidences.get(str(class_id)))
        labels.append(ClassLabel(label=label, class_id=class_id, confidence=given))
    return Frame(labels=tuple(labels))


def read_verification(value: Any, metadata: Mapping[str, Any]) -> Frame:
    """What people think of an earlier label, and what they said about it."""
    label, class_id = _class(value, metadata)
    verification = Verification(
        label=label,
        class_id=class_id,
        confidence=confidence(metadata.get("confidence")),
        comments=tuple(_comments(member(metadata, "worker-feedback"))),
    )
    return Frame(labels=(verification,))


def read_boxes(value: Any, metadata: Mapping[str, Any]) -> Frame:
    """Boxes on an image, each with a confidence of its own."""
    boxes = an_object(value).get("annotations")
    context = Context(names=class_map(metadata))
    confidences = _confidences(metadata, "objects")
    return Frame(
        labels=tuple(read_all(boxes, "annotations", read_box, context, confidences)),
        size=_picture_size(value),
    )


def read_spans(value: Any, metadata: Mapping[str, Any]) -> Frame:
    """Named entities of a text, each with a confidence of its own."""
    entities = an_object(an_object(value).get("annotations"), "annotations").get("entities")
    confidences = _confidences(metadata, "entities")
    spans = read_all(entities, "annotations.entities", _span, Context(), confidences)
    return Frame(labels=tuple(spans))


def read_cuboids(value: Any, metadata: Mapping[str, Any]) -> Frame:
    """Cuboids of one point cloud, with the answers about it as a whole."""
    cuboids = an_object(value).get("annotations")
    context = Context(names=class_map(metadata))
    confidences = _confidences(metadata, "objects")
    return Frame(
        attributes=attributes(metadata, "dataset-object-attributes"),
        labels=tuple(read_all(cuboids, "annotations", read_cuboid, context, confidences)),
    )


def _picture_size(value: Mapping[str, Any]) -> PictureSize | None:
    # a list of one, and none of the kind in what some tools write
    size = member(value, "image-size")
    if size is None or size == []:
        return None
    first = an_object(size[0] if isinstance(size, list) else size, "image_size")
    depth = first.get("depth")
    return PictureSize(
        width=whole_number(first.get("width"), "image_size.width"),
        height=whole_number(first.get("height"), "image_size.height"),
        depth=None if depth is None else whole_number(depth, "image_size.depth"),
    )


def _comments(feedback: Any) -> Iterator[str]:
    for item in feedback if isinstance(feedback, list) else []:
        comment = item.get("comment") if isinstance(item, dict) else None
        if isinstance(comment, str) and comment:
            yield comment


def _class(value: Any, metadata: Mapping[str, Any]) -> tuple[str, int | None]:
    name, class_id = class_of(value, names=class_map(metadata), place="")
    given = member(metadata, "class-name")
    return (given if isinstance(given, str) and given else name), class_id


def _span(item: Mapping[str, Any], context: Context, confidence: Confidence) -> Span:
    return Span(
        label=a_text(item.get("label"), "label"),
        start=whole_number(item.get("startOffset"), "startOffset"),
        end=whole_number(item.get("endOffset"), "endOffset"),
        confidence=confidence,
    )


def _confidences(metadata: Mapping[str, Any], name: str) -> list[Confidence]:
    items = metadata.get(name)
    if not isinstance(items, list):
        return []
    return [
        confidence(item.get("confidence")) if isinstance(item, dict) else None for item in items
    ]
