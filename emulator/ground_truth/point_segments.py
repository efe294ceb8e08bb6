"""3D point cloud semantic segmentation: one class a point, stored compressed."""

import zlib
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from emulator.ground_truth.answers import Answer, PointClasses
from emulator.ground_truth.categories import LabelCategories
from emulator.ground_truth.errors import LabelUnusable
from emulator.ground_truth.kind import OneWorker, StoredLabel, WorkerContent
from emulator.ground_truth.labels import metadata_of
from emulator.ground_truth.limits import Limits
from emulator.ground_truth.ports import ObjectStore, StoreError
from emulator.ground_truth.seq_label import PCD
from emulator.ground_truth.sources import Source, count_points, read_point_cloud

BACKGROUND = "Background"
COLORS = (
    *("#2ca02c", "#1f77b4", "#ff7f0e", "#d62728", "#9467bd"),
    *("#8c564b", "#e377c2", "#7f7f7f", "#bcbd22", "#17becf"),
)


class PointSegmentation(OneWorker):
    """One point cloud a task; the label is a zlib file of one byte a point."""

    def max_objects(self, limits: Limits) -> int:
        return limits.dataset_objects

    def read_source(
        self, line: Mapping[str, Any], *, objects: ObjectStore, limits: Limits
    ) -> Source:
        source = read_point_cloud(line, objects=objects)
        (frame,) = source.frames
        points = count_points(objects.read(frame.uri), frame.format)
        return replace(source, frames=(replace(frame, points=points),))

    def read_label(
        self,
        line: Mapping[str, Any],
        attribute: str,
        *,
        objects: ObjectStore,
        source: Source,
        categories: LabelCategories,
    ) -> PointClasses:
        """The classes in this file's numbering, which may differ from the audited job's."""
        metadata = metadata_of(line, attribute)
        try:
            stored = zlib.decompress(objects.read(line[attribute]))
            renumbered = bytes(
                _class_number(number, metadata["color-map"], categories) for number in range(256)
            )
        except (StoreError, zlib.error, AttributeError, KeyError, TypeError) as error:
            raise LabelUnusable(f"{attribute} cannot be read: {error}") from error
        return PointClasses(
            stored.translate(renumbered), metadata.get("dataset-object-attributes", {})
        )

    def problems(self, answer: Answer, *, source: Source, categories: LabelCategories) -> list[str]:
        if not isinstance(answer, PointClasses):
            return ["a point cloud segmentation task is answered with one class a point"]
        points = source.frames[0].points
        if len(answer.classes) != points:
            return [f"{len(answer.classes)} classes were given for {points} points"]
        if any(number > len(categories.labels) for number in answer.classes):
            return [f"classes are 0 (background) to {len(categories.labels)}"]
        return []

    def worker_content(
        self, answer: Answer, *, source: Source, categories: LabelCategories, folder: str
    ) -> WorkerContent:
        name = _file_name(source)
        return WorkerContent(
            content={"segmentation": {"frameData": {"s3Prefix": folder, "entries": [name]}}},
            files={f"{folder}{name}": zlib.compress(_classes(answer).classes)},
        )

    def store(
        self,
        given: Answer,
        *,
        source: Source,
        categories: LabelCategories,
        folder: str,
    ) -> StoredLabel:
        answer = _classes(given)
        uri = f"{folder}{_file_name(source)}"
        attributes = (
            {"dataset-object-attributes": dict(answer.attributes)}
            if categories.frame_attributes
            else {}
        )
        return StoredLabel(
            value=uri,
            metadata={"color-map": color_map(categories), **attributes},
            files={uri: zlib.compress(answer.classes)},
        )


def color_map(categories: LabelCategories) -> dict[str, Any]:
    """The classes by number: the background, then the labels in the file's order."""
    colors = ["#ffffff", *(COLORS[n % len(COLORS)] for n in range(len(categories.labels)))]
    return {
        str(number): {"class-name": name, "hex-color": color, "confidence": 0.0}
        for number, (name, color) in enumerate(
            zip([BACKGROUND, *categories.labels], colors, strict=True)
        )
    }


def _class_number(
    number: int, colors: Mapping[str, Mapping[str, Any]], categories: LabelCategories
) -> int:
    name = colors.get(str(number), {}).get("class-name")
    return categories.class_id(name) + 1 if name in categories.labels else 0


def _file_name(source: Source) -> str:
    return f"{source.frames[0].name}{PCD}.zlib"


def _classes(answer: Answer) -> PointClasses:
    if not isinstance(answer, PointClasses):
        raise TypeError(f"expected classes of points, got {type(answer).__name__}")
    return answer
