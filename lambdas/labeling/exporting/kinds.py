"""What the kinds of labels are called, and which of them a job of some type makes."""

from __future__ import annotations

from collections.abc import Mapping

from labeling.labels import (
    Box,
    ClassLabel,
    Cuboid,
    KeyPoint,
    Label,
    Mask,
    PointMask,
    Polygon,
    Polyline,
    Span,
    Verification,
)

# As in the merged data set on disk.
NAMES: Mapping[type[Label], str] = {
    Box: "box",
    Polyline: "polyline",
    Polygon: "polygon",
    KeyPoint: "keypoint",
    Mask: "mask",
    Span: "span",
    ClassLabel: "class",
    Verification: "verification",
    Cuboid: "cuboid",
    PointMask: "point-mask",
}

_VIDEO = frozenset({"box", "polyline", "polygon", "keypoint"})
_OF_TYPE: Mapping[str, frozenset[str]] = {
    "groundtruth/object-detection": frozenset({"box"}),
    "groundtruth/semantic-segmentation": frozenset({"mask"}),
    "groundtruth/text-span": frozenset({"span"}),
    "groundtruth/label-verification": frozenset({"verification"}),
    "groundtruth/video-object-detection": _VIDEO,
    "groundtruth/video-object-tracking": _VIDEO,
    # Cameras that are linked with the point cloud have the shapes of video frames.
    "groundtruth/point_cloud_object_detection": _VIDEO | {"cuboid"},
    "groundtruth/point_cloud_object_tracking": _VIDEO | {"cuboid"},
    "groundtruth/point_cloud_single_frame_semantic_segmentation": frozenset({"point-mask"}),
}


def kinds_of(output_type: str) -> frozenset[str]:
    """The kinds that labels of an output type may have; none of what is not labeled.

    An object whose job asked for boxes and that has none is known to show nothing; one whose job
    asked for its class only is not.
    """
    if output_type.endswith(("-classification", "-classification-multilabel")):
        return frozenset({"class"})
    return _OF_TYPE.get(output_type, frozenset())


def is_tracking(output_type: str) -> bool:
    """Whether objects of one id are the same in all frames; elsewhere ids count per frame."""
    return output_type.endswith(("-tracking", "_tracking"))
