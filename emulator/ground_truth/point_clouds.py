"""3D point cloud object detection (cuboids in the manifest) and tracking (SeqLabel.json)."""

from collections.abc import Mapping
from typing import Any

from emulator.ground_truth.answers import Answer, FrameLabels, Labels, problems_of_labels
from emulator.ground_truth.categories import LabelCategories
from emulator.ground_truth.errors import LabelUnusable
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
    cuboid,
    frames_in_order,
    point_cloud_seq_label,
    read_annotation,
    read_seq_label,
)
from emulator.ground_truth.sources import Source, read_point_cloud, read_point_cloud_sequence


class _Cuboids(OneWorker):
    """What both have in common: any number of objects, cuboids as answers."""

    tracked: bool

    def max_objects(self, limits: Limits) -> int:
        return limits.dataset_objects

    def problems(self, answer: Answer, *, source: Source, categories: LabelCategories) -> list[str]:
        if not isinstance(answer, Labels):
            return ["a point cloud task for objects is answered with cuboids"]
        return list(
            problems_of_labels(
                answer,
                source=source,
                categories=categories,
                annotation_type="Cuboid",
                named=True,
                tracked=self.tracked,
            )
        )

    def worker_content(
        self, answer: Answer, *, source: Source, categories: LabelCategories, folder: str
    ) -> WorkerContent:
        # The layout follows one public reader of such files; Amazon does not document it.
        key = "trackingAnnotations" if self.tracked else "detectionAnnotations"
        frames = [
            {
                "frameNumber": number,
                "frame": frame.frame,
                "annotations": [
                    cuboid(annotation, categories) | {"label": annotation.label}
                    for annotation in frame.annotations
                ],
                "frameAttributes": dict(frame.attributes),
            }
            for number, frame in frames_in_order(as_labels(answer), source)
        ]
        return WorkerContent(
            content={key: {"frameData": {"s3Prefix": folder, "entries": ["0.json"]}}},
            files={f"{folder}0.json": to_json({key: frames})},
        )


class CuboidDetection(_Cuboids):
    """One point cloud a task; the label is in the manifest itself."""

    tracked = False

    def read_source(
        self, line: Mapping[str, Any], *, objects: ObjectStore, limits: Limits
    ) -> Source:
        return read_point_cloud(line, objects=objects)

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
        try:
            annotations = tuple(
                read_annotation(item, class_names=class_names(metadata), annotation_type="Cuboid")
                for item in line[attribute]["annotations"]
            )
        except (AttributeError, KeyError, TypeError) as error:
            raise LabelUnusable(f"{attribute} is not a list of cuboids ({error!r})") from error
        attributes = metadata.get("dataset-object-attributes", {})
        return Labels((FrameLabels(source.frames[0].name, annotations, attributes),))

    def store(
        self,
        given: Answer,
        *,
        source: Source,
        categories: LabelCategories,
        folder: str,
    ) -> StoredLabel:
        labels = as_labels(given)
        frame = labels.frames[0] if labels.frames else FrameLabels(source.frames[0].name)
        attributes = (
            {"dataset-object-attributes": dict(frame.attributes)}
            if categories.frame_attributes
            else {}
        )
        return StoredLabel(
            value={"annotations": [cuboid(item, categories) for item in frame.annotations]},
            metadata={"objects": [], "class_map": class_map(labels, categories), **attributes},
        )


class CuboidTracking(_Cuboids):
    """One sequence of point clouds a task; the label is a SeqLabel.json."""

    tracked = True

    def read_source(
        self, line: Mapping[str, Any], *, objects: ObjectStore, limits: Limits
    ) -> Source:
        return read_point_cloud_sequence(
            line, objects=objects, max_frames=limits.point_cloud_frames
        )

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
            annotation_type="Cuboid",
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
        uri = f"{folder}SeqLabel.json"
        return StoredLabel(
            value=uri,
            metadata={
                "objects": [
                    {"frame-no": frame.number, "confidence": []} for frame in source.frames
                ],
                "class-map": class_map(labels, categories),
            },
            files={
                uri: to_json(point_cloud_seq_label(labels, source=source, categories=categories))
            },
        )
