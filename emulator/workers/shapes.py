"""Drawing boxes, lines, polygons, points and cuboids."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from random import Random
from typing import Any
from uuid import UUID

from emulator.ground_truth.answers import Annotation, Answer, FrameLabels, Labels
from emulator.ground_truth.desk import Task
from emulator.ground_truth.errors import LabelUnusable
from emulator.ground_truth.ports import ObjectStore
from emulator.ground_truth.seq_label import read_seq_label
from emulator.workers.forms import completed, values_for
from emulator.workers.geometry import Extent, draw, moved, size
from emulator.workers.viewing import cloud_extent, picture_extent, points_of

OBJECTS_A_LABEL = 2
FORGOTTEN_SHARE = 0.3


class ShapeDrawing:
    """Draws one or two objects of each label, which move slowly; mistakes are shapes that are off
    by up to a third of their size, and shapes that are forgotten. Label files are SeqLabel.json."""

    def prepared(self, document: Mapping[str, Any], task: Task) -> Answer | None:
        """What of a label file belongs to the task; nothing when no frame of it does."""
        shape = "Cuboid" if task.in_3d else task.categories.annotation_type
        numbered = {str(number): name for number, name in enumerate(task.categories.labels)}
        try:
            named = read_seq_label(
                document, class_names=document.get("class-map", {}), annotation_type=shape
            )
            by_number = read_seq_label(document, class_names=numbered, annotation_type=shape)
        except LabelUnusable:
            return None
        frames = tuple(
            replace(frame, annotations=tuple(_known(frame, other, task)))
            for frame, other in zip(named.frames, by_number.frames, strict=True)
            if frame.frame in task.source.names
        )
        return Labels(frames) if frames else None

    def seen(self, task: Task, chance: Random, *, objects: ObjectStore) -> Answer:
        if task.existing is not None:
            return task.existing
        extent = extent_of(task, objects=objects)
        tracks = list(_tracks(task, extent, chance))
        said = values_for(task.categories.frame_attributes, chance)
        return Labels(
            tuple(
                FrameLabels(
                    frame.name,
                    tuple(
                        replace(first, geometry=moved(first.geometry, by(frame.number), extent))
                        for first, by in tracks
                    ),
                    said,
                )
                for frame in task.source.frames
            )
        )

    def submitted(
        self, answer: Answer, task: Task, chance: Random, *, wrong: float, objects: ObjectStore
    ) -> Answer:
        if not isinstance(answer, Labels):
            return answer
        if wrong:
            answer = with_mistakes(answer, extent_of(task, objects=objects), wrong, chance)
        return completed(answer, task, chance)


def extent_of(task: Task, *, objects: ObjectStore) -> Extent:
    """Where things may be in the first frame of a task."""
    frame = task.source.frames[0]
    if task.in_3d:
        return cloud_extent(points_of(frame, objects=objects))
    return picture_extent(frame, objects=objects)


def with_mistakes(labels: Labels, extent: Extent, wrong: float, chance: Random) -> Labels:
    """The same shapes, drawn less well; `wrong` is 0 to 1."""

    def seen(annotation: Annotation) -> Iterator[Annotation]:
        if chance.random() < wrong * FORGOTTEN_SHARE:
            return
        reach = wrong * size(annotation.geometry) / 3
        by = [chance.uniform(-reach, reach) for _ in extent[:2]]
        yield replace(annotation, geometry=moved(annotation.geometry, by, extent))

    return Labels(
        tuple(
            replace(
                frame,
                annotations=tuple(kept for item in frame.annotations for kept in seen(item)),
            )
            for frame in labels.frames
        )
    )


def _tracks(task: Task, extent: Extent, chance: Random) -> Iterator[tuple[Annotation, Any]]:
    """Objects where they are first, and how far they have moved by a frame."""
    shape = "Cuboid" if task.in_3d else task.categories.annotation_type
    span = max(high - low for low, high in extent)
    for label in task.categories.labels:
        for number in range(1, 1 + chance.randint(1, OBJECTS_A_LABEL)):
            step = [chance.uniform(-0.002, 0.002) * span for _ in extent[:2]]
            first = Annotation(
                label=label,
                geometry=draw(shape, extent, chance),
                attributes=values_for(task.categories.attributes_of(label), chance),
                object_id=str(UUID(int=chance.getrandbits(128), version=4)),
                object_name=f"{label}:{number}",
            )
            yield first, lambda n, step=step: [n * part for part in step]


def _known(frame: FrameLabels, by_number: FrameLabels, task: Task) -> Iterator[Annotation]:
    for annotation, numbered in zip(frame.annotations, by_number.annotations, strict=True):
        chosen = annotation if annotation.label else numbered
        if chosen.label in task.categories.labels:
            yield chosen
