"""The annotation of one task of Label Studio: a list of results.

A shape is a result; each answer about it is one more, of the same id. Places are in percent of the
picture. What tells an object from others stands in the notes of a region, for people: pictures of a
project have no tracks.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from labeling.exporting.kinds import NAMES
from labeling.exporting.label_studio_config import CONTROLS, Config
from labeling.exporting.ledger import Ledger, place
from labeling.exporting.values import text
from labeling.labels import (
    Box,
    ClassLabel,
    KeyPoint,
    Label,
    PictureSize,
    Point,
    Polygon,
    Polyline,
    Span,
    Verification,
)
from labeling.merging.merged import MergedAnnotation, MergedFrame

# Percent of the picture's width that a key point is drawn with.
_POINT = 0.5


class Results:
    """Makes the results of a task; what its controls need is added to the configuration."""

    def __init__(
        self, config: Config, frame: MergedFrame, size: PictureSize | None, prefix: str
    ) -> None:
        self._config = config
        self._frame = frame
        self._size = size
        self._prefix = prefix
        self._count = 0

    def all(self, tracked: frozenset[str], ledger: Ledger) -> Iterator[dict[str, Any]]:
        """`tracked` are the layers that follow objects through frames."""
        frame = self._frame
        chosen: dict[str, list[Label]] = {}
        for annotation in frame.annotations:
            label = annotation.label
            if not ledger.keeps(annotation, frame):
                continue
            if isinstance(label, ClassLabel | Verification):
                chosen.setdefault(annotation.attribute, []).append(label)
            elif (value := self._value(annotation, ledger)) is not None:
                yield from self._region(label, value)
            else:
                continue
            followed = label.track is not None and annotation.attribute in tracked
            ledger.wrote(annotation, frame, tracked=followed)
        for layer, labels in chosen.items():
            yield from self._choices(layer, labels)
        for layer, answers in frame.attributes.items():
            for name, answer in answers.items():
                yield self._text(self._config.answer(layer, name), [text(answer)])

    def _choices(self, layer: str, labels: Iterable[Label]) -> Iterator[dict[str, Any]]:
        names: list[str] = []
        comments: list[str] = []
        control = ""
        for label in labels:
            control = self._config.choices(layer, label.label)
            names.append(label.label)
            comments.extend(label.comments if isinstance(label, Verification) else ())
        result = self._result(control, "choices", {"choices": names})
        given = [label.confidence for label in labels if label.confidence is not None]
        if given:
            result["score"] = min(given)
        yield result
        if comments:
            yield self._text(self._config.answer(layer, "comments"), comments)

    def _text(self, control: str, lines: list[str]) -> dict[str, Any]:
        return self._result(control, "textarea", {"text": lines})

    def _region(self, label: Label, value: dict[str, Any]) -> Iterator[dict[str, Any]]:
        kind = NAMES[type(label)]
        tag = CONTROLS[kind].lower()
        control = self._config.labels(kind, label.label)
        region = self._result(control, tag, {**value, tag: [label.label]})
        if label.confidence is not None:
            region["score"] = label.confidence
        if label.track is not None:
            region["meta"] = {"text": [label.track.key]}
        yield region
        for question, answer in label.attributes.items():
            control = self._config.question(question)
            inside = {**value, "text": [text(answer)]}
            yield self._result(control, "textarea", inside, of=region["id"])

    def _value(self, annotation: MergedAnnotation, ledger: Ledger) -> dict[str, Any] | None:
        label = annotation.label
        if isinstance(label, Span):
            words = label.of(self._frame.source)
            return {"start": label.start, "end": label.end, "text": words}
        if self._size is None:
            why = "Label Studio measures in percent of the picture, and nobody knows its size"
            ledger.lost(NAMES[type(label)], why, place(self._frame, annotation))
            return None
        return _shape(label, self._size)

    def _result(
        self, control: str, kind: str, value: dict[str, Any], *, of: str = ""
    ) -> dict[str, Any]:
        if not of:
            self._count += 1
        result: dict[str, Any] = {
            "id": of or f"{self._prefix}-{self._count}",
            "from_name": control,
            "to_name": self._config.medium,
            "type": kind,
            "value": value,
        }
        if self._size is not None:
            result["original_width"] = self._size.width
            result["original_height"] = self._size.height
            result["image_rotation"] = 0
        return result


def _shape(label: Label, size: PictureSize) -> dict[str, Any]:
    def across(value: float) -> float:
        return value * 100 / size.width

    def down(value: float) -> float:
        return value * 100 / size.height

    def points(vertices: Iterable[Point]) -> Iterator[tuple[float, float]]:
        return ((across(point.x), down(point.y)) for point in vertices)

    match label:
        case Box():
            return {
                "x": across(label.left),
                "y": down(label.top),
                "width": across(label.width),
                "height": down(label.height),
                "rotation": 0,
            }
        case KeyPoint():
            return {"x": across(label.x), "y": down(label.y), "width": _POINT}
        case Polygon():
            return {"points": list(points(label.vertices)), "closed": True}
        case Polyline():
            vertices = [
                {"id": f"{number}", "x": x, "y": y, "isBezier": False}
                for number, (x, y) in enumerate(points(label.vertices))
            ]
            return {"vertices": vertices, "closed": False}
    raise TypeError(f"a {type(label).__name__} is no shape in a picture")
