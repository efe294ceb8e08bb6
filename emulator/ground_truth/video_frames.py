"""Video frame object detection and tracking: boxes, lines, polygons and points on pictures."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from emulator.ground_truth.answers import (
    GEOMETRIES,
    Annotation,
    Answer,
    FrameLabels,
    Labels,
    problems_of_labels,
)
from emulator.ground_truth.categories import LabelCategories
from emulator.ground_truth.kind import OneWorker, StoredLabel, WorkerContent
from emulator.ground_truth.labels import (
    as_labels,
    class_names,
    metadata_of,
    read_json,
    to_json,
)
from emulator.ground_truth.limits import Limits
from emulator.ground_truth.ports import ObjectStore
from emulator.ground_truth.seq_label import (
    class_map,
    frames_in_order,
    pixels,
    read_seq_label,
    video_seq_label,
)
from emulator.ground_truth.sources import Source, read_video_sequence

# Only boundingBoxes is known from real worker responses; the others follow the output's names.
WORKER_LISTS: Mapping[str, str] = {
    "BoundingBox": "boundingBoxes",
    "Polyline": "polylines",
    "Polygon": "polygons",
    "Keypoint": "keypoints",
}


@dataclass(frozen=True)
class VideoFrames(OneWorker):
    """One sequence of pictures a task; the label is a SeqLabel.json."""

    tracked: bool

    def max_objects(self, limits: Limits) -> int:
        return limits.video_sequences

    def read_source(
        self, line: Mapping[str, Any], *, objects: ObjectStore, limits: Limits
    ) -> Source:
        return read_video_sequence(line, objects=objects, max_frames=limits.video_frames)

    def read_label(
        self,
        line: Mapping[str, Any],
        attribute: str,
        *,
        objects: ObjectStore,
        source: Source,
        categories: LabelCategories,
    ) -> Labels:
        metadata = metadata_of(line, attribute)
        return read_seq_label(
            read_json(line[attribute], objects=objects),
            class_names=class_names(metadata),
            annotation_type=categories.annotation_type,
        )

    def problems(self, answer: Answer, *, source: Source, categories: LabelCategories) -> list[str]:
        if not isinstance(answer, Labels):
            return ["a video frame task is answered with shapes"]
        return list(
            problems_of_labels(
                answer,
                source=source,
                categories=categories,
                annotation_type=categories.annotation_type,
                named=self.tracked,
                tracked=self.tracked,
            )
        )

    def worker_content(
        self, answer: Answer, *, source: Source, categories: LabelCategories, folder: str
    ) -> WorkerContent:
        key = "trackingAnnotations" if self.tracked else "detectionAnnotations"
        files = {
            f"{frame.frame}.json": to_json({key: self._worker_frame(number, frame, categories)})
            for number, frame in frames_in_order(as_labels(answer), source)
            if not frame.empty
        }
        return WorkerContent(
            content={key: {"frameData": {"s3Prefix": folder, "entries": list(files)}}},
            files={f"{folder}{name}": body for name, body in files.items()},
        )

    def store(
        self,
        given: Answer,
        *,
        source: Source,
        categories: LabelCategories,
        folder: str,
    ) -> StoredLabel:
        labels = as_labels(given)
        document = video_seq_label(
            labels, source=source, categories=categories, tracked=self.tracked
        )
        uri = f"{folder}SeqLabel.json"
        return StoredLabel(
            value=uri,
            metadata={"class-map": class_map(labels, categories)},
            files={uri: to_json(document)},
        )

    def _worker_frame(
        self, number: int, frame: FrameLabels, categories: LabelCategories
    ) -> dict[str, Any]:
        return {
            "frameNumber": number,
            "frame": frame.frame,
            WORKER_LISTS[categories.annotation_type]: [
                self._worker_annotation(annotation, categories.annotation_type)
                for annotation in frame.annotations
            ],
            "frameAttributes": dict(frame.attributes),
        }

    def _worker_annotation(self, annotation: Annotation, annotation_type: str) -> dict[str, Any]:
        identity = (
            {"objectId": annotation.object_id, "objectName": annotation.object_name}
            if self.tracked
            else {}
        )
        return {
            "label": annotation.label,
            **identity,
            "labelCategoryAttributes": dict(annotation.attributes),
            **{
                member: pixels(annotation.geometry[member])
                for member in GEOMETRIES[annotation_type]
            },
        }
