"""Which output type is read how, and whether its labels lie in the manifest or beside it.

Types as on the page "Output Data" of the SageMaker developer guide. That of video classification is
nowhere documented, so every type that ends like a classification is read as one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, TypeAlias

from labeling.errors import LabelingError
from labeling.labels.class_names import class_map
from labeling.labels.errors import LabelsUnreadable
from labeling.labels.inline import (
    read_boxes,
    read_class,
    read_classes,
    read_cuboids,
    read_spans,
    read_verification,
)
from labeling.labels.labeled import Frame, Labels
from labeling.labels.members import a_text
from labeling.labels.metadata import Metadata
from labeling.labels.segmentation import read_masks, read_point_masks
from labeling.labels.seq_label import read_seq_label

Fetch: TypeAlias = Callable[[str], bytes]


def is_known(output_type: str) -> bool:
    """Whether labels of a type (in lower case) can be read."""
    return output_type == _CUSTOM or output_type in _STORED or _inline(output_type) is not None


def read_labels(attribute: str, value: Any, metadata: Metadata, fetch: Fetch | None) -> Labels:
    """The labels of one attribute, of a known type; raises `LabelsUnreadable`."""
    labels = Labels(
        attribute=attribute,
        type=metadata.type,
        job_name=metadata.job_name,
        creation_date=metadata.creation_date,
        human_annotated=metadata.human_annotated,
        adjustment_status=metadata.adjustment_status,
    )
    if metadata.type == _CUSTOM:
        return replace(labels, content=value)
    read_stored = _STORED.get(metadata.type)
    read_inline = _inline(metadata.type)
    # Cuboids of one point cloud stand in the manifest. There are manifests that have a label file
    # of this type instead, so the value decides where a type has both.
    if read_stored and (isinstance(value, str) or not read_inline):
        uri = a_text(value)
        content = _fetched(uri, fetch)
        frames = read_stored(uri, content, metadata.members)
        return replace(labels, frames=frames, uri=uri, fetched=content is not None)
    if read_inline:
        return replace(labels, frames=(read_inline(value, metadata.members),))
    raise LabelsUnreadable(f"the type {metadata.type} is unknown")


def _sequence(uri: str, content: bytes | None, metadata: Mapping[str, Any]) -> tuple[Frame, ...]:
    names = class_map(metadata)
    return () if content is None else read_seq_label(content, names, file=uri).frames


def _masks(uri: str, content: bytes | None, metadata: Mapping[str, Any]) -> tuple[Frame, ...]:
    return (read_masks(uri, content, metadata),)


def _point_masks(uri: str, content: bytes | None, metadata: Mapping[str, Any]) -> tuple[Frame, ...]:
    return (read_point_masks(uri, content, metadata),)


_CUSTOM = "groundtruth/custom"
_INLINE: Mapping[str, Callable[[Any, Mapping[str, Any]], Frame]] = {
    "groundtruth/label-verification": read_verification,
    "groundtruth/object-detection": read_boxes,
    "groundtruth/text-span": read_spans,
    "groundtruth/point_cloud_object_detection": read_cuboids,
}
_STORED: Mapping[str, Callable[[str, bytes | None, Mapping[str, Any]], tuple[Frame, ...]]] = {
    "groundtruth/semantic-segmentation": _masks,
    "groundtruth/video-object-detection": _sequence,
    "groundtruth/video-object-tracking": _sequence,
    "groundtruth/point_cloud_object_detection": _sequence,
    "groundtruth/point_cloud_object_tracking": _sequence,
    "groundtruth/point_cloud_single_frame_semantic_segmentation": _point_masks,
}


def _inline(output_type: str) -> Callable[[Any, Mapping[str, Any]], Frame] | None:
    if output_type.endswith("-classification"):
        return read_class
    if output_type.endswith("-classification-multilabel"):
        return read_classes
    return _INLINE.get(output_type)


def _fetched(uri: str, fetch: Fetch | None) -> bytes | None:
    if fetch is None:
        return None
    try:
        return fetch(uri)
    except LabelsUnreadable:
        raise
    except (LabelingError, OSError, LookupError) as error:
        raise LabelsUnreadable(f"it cannot be fetched ({error})", file=uri) from error
