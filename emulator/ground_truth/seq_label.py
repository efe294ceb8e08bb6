"""SeqLabel.json: the labels of a sequence, as Ground Truth stores them.

Two dialects: video frames (`frame-no`, `frame`, class ids as strings, whole pixels) and point
clouds (`frame-number`, `frame-name` with `.pcd` added, class ids as integers).
"""

from collections.abc import Iterator, Mapping
from typing import Any

from emulator.ground_truth.answers import GEOMETRIES, Annotation, FrameLabels, Labels
from emulator.ground_truth.categories import LabelCategories
from emulator.ground_truth.errors import LabelUnusable
from emulator.ground_truth.sources import Source

LISTS: Mapping[str, str] = {
    "BoundingBox": "annotations",
    "Polyline": "polylines",
    "Polygon": "polygons",
    "Keypoint": "keypoints",
    "Cuboid": "annotations",
}
TRACKING = "tracking-annotations"
DETECTION = "detection-annotations"
PCD = ".pcd"


def video_seq_label(
    labels: Labels, *, source: Source, categories: LabelCategories, tracked: bool
) -> dict[str, Any]:
    """The document of a video frame job; only frames with something on them are listed."""
    annotation_type = categories.annotation_type
    frames = [
        {
            LISTS[annotation_type]: [
                _video_annotation(annotation, annotation_type, categories, tracked=tracked)
                for annotation in frame.annotations
            ],
            "frame-no": number,
            "frame": frame.frame,
            "frame-attributes": dict(frame.attributes),
        }
        for number, frame in frames_in_order(labels, source)
        if not frame.empty
    ]
    return {TRACKING if tracked else DETECTION: frames}


def point_cloud_seq_label(
    labels: Labels, *, source: Source, categories: LabelCategories
) -> dict[str, Any]:
    """The document of a point cloud tracking job; every frame of the sequence is listed."""
    drawn = {frame.frame: frame for frame in labels.frames}
    return {
        TRACKING: [
            {
                "frame-number": frame.number,
                "frame-name": f"{frame.name}{PCD}",
                "frame-attributes": dict(here.attributes),
                "annotations": [
                    cuboid(annotation, categories) | {"object-id": annotation.object_id}
                    for annotation in here.annotations
                ],
            }
            for frame in source.frames
            for here in [drawn.get(frame.name, FrameLabels(frame.name))]
        ]
    }


def cuboid(annotation: Annotation, categories: LabelCategories) -> dict[str, Any]:
    """A cuboid, as point cloud object detection stores it in the manifest."""
    return {
        "label-category-attributes": dict(annotation.attributes),
        "object-name": annotation.object_name,
        "class-id": categories.class_id(annotation.label),
        **{member: annotation.geometry[member] for member in GEOMETRIES["Cuboid"]},
    }


def class_map(labels: Labels, categories: LabelCategories) -> dict[str, str]:
    """The classes that were used, by class id."""
    used = {annotation.label for frame in labels.frames for annotation in frame.annotations}
    return {str(number): name for number, name in enumerate(categories.labels) if name in used}


def frames_in_order(labels: Labels, source: Source) -> list[tuple[int, FrameLabels]]:
    """The frames that were given, each with its number in the sequence."""
    number = {frame.name: frame.number for frame in source.frames}
    return sorted(
        ((number[frame.frame], frame) for frame in labels.frames), key=lambda pair: pair[0]
    )


def read_seq_label(
    document: Any, *, class_names: Mapping[str, str], annotation_type: str
) -> Labels:
    """Labels of a SeqLabel document of either dialect; raises `LabelUnusable`.

    `class_names` is a class map. A class it does not know is taken from the object's name.
    """
    try:
        frames = document.get(TRACKING, document.get(DETECTION))
        return Labels(tuple(_read_frames(frames, class_names, annotation_type)))
    except (AttributeError, KeyError, TypeError) as error:
        raise LabelUnusable(f"it is not a label file of {annotation_type} ({error!r})") from error


def read_annotation(
    item: Mapping[str, Any], *, class_names: Mapping[str, str], annotation_type: str
) -> Annotation:
    """One shape of either dialect; raises `KeyError` when a member is missing."""
    name = item.get("object-name", "")
    return Annotation(
        label=class_names.get(str(item["class-id"])) or name.rpartition(":")[0],
        geometry={member: item[member] for member in GEOMETRIES[annotation_type]},
        attributes=dict(item.get("label-category-attributes", {})),
        object_id=item.get("object-id", ""),
        object_name=name,
    )


def _read_frames(
    frames: list[Mapping[str, Any]], class_names: Mapping[str, str], annotation_type: str
) -> Iterator[FrameLabels]:
    for frame in frames:
        name = frame["frame"] if "frame" in frame else frame["frame-name"].removesuffix(PCD)
        yield FrameLabels(
            frame=name,
            annotations=tuple(
                read_annotation(item, class_names=class_names, annotation_type=annotation_type)
                for item in frame[LISTS[annotation_type]]
            ),
            attributes=dict(frame.get("frame-attributes", {})),
        )


def _video_annotation(
    annotation: Annotation, annotation_type: str, categories: LabelCategories, *, tracked: bool
) -> dict[str, Any]:
    geometry = {
        member: pixels(annotation.geometry[member]) for member in GEOMETRIES[annotation_type]
    }
    described = {
        **geometry,
        "class-id": str(categories.class_id(annotation.label)),
        "label-category-attributes": dict(annotation.attributes),
    }
    if not tracked:
        return described
    return described | {
        "object-id": annotation.object_id,
        "object-name": annotation.object_name,
    }


def pixels(value: Any) -> Any:
    """Whole pixels, in lists of vertices too."""
    if isinstance(value, list | tuple):
        return [{axis: round(vertex[axis]) for axis in ("x", "y")} for vertex in value]
    return round(value)
