"""Typed labels: readers for everything that Ground Truth writes about what people labeled.

For whoever checks, merges or exports labels. Handlers that only move jobs along need none of it.
"""

from labeling.labels.errors import LabelsUnreadable
from labeling.labels.labeled import Frame, LabeledObject, Labels, PictureSize
from labeling.labels.manifest import read_line, read_manifest
from labeling.labels.masks import Mask, MaskPicture, PixelClasses, PointClasses, PointMask
from labeling.labels.output_types import Fetch
from labeling.labels.seq_label import SeqLabel, read_seq_label
from labeling.labels.shapes import (
    Box,
    ClassLabel,
    Cuboid,
    KeyPoint,
    Label,
    Point,
    Polygon,
    Polyline,
    Span,
    Track,
    Verification,
)
from labeling.labels.worker_responses import WorkerAnswer, read_worker_response
from labeling.labels.yaw import right_handed_yaw

__all__ = [
    "Box",
    "ClassLabel",
    "Cuboid",
    "Fetch",
    "Frame",
    "KeyPoint",
    "Label",
    "LabeledObject",
    "Labels",
    "LabelsUnreadable",
    "Mask",
    "MaskPicture",
    "PictureSize",
    "PixelClasses",
    "Point",
    "PointClasses",
    "PointMask",
    "Polygon",
    "Polyline",
    "SeqLabel",
    "Span",
    "Track",
    "Verification",
    "WorkerAnswer",
    "read_line",
    "read_manifest",
    "read_seq_label",
    "read_worker_response",
    "right_handed_yaw",
]
