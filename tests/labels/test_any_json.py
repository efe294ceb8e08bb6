"""Whatever is thrown at the readers, they read it or say what is wrong with it."""

from __future__ import annotations

import json
import zlib
from contextlib import suppress
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from labeling.labels import (
    Labels,
    LabelsUnreadable,
    read_line,
    read_seq_label,
    read_worker_response,
)

# Names that the readers look for, so that what is made is often nearly right.
NAMES = st.sampled_from(
    [
        *("tracking-annotations", "detection-annotations", "annotations", "polylines", "keypoints"),
        *(
            "frame",
            "frame-no",
            "frame-name",
            "frame-attributes",
            "class-id",
            "class_id",
            "vertices",
        ),
        *("x", "y", "left", "top", "width", "height", "center-x", "object-id", "object-name"),
        *("class-map", "class_map", "confidence-map", "color-map", "internal-color-map", "0", "1"),
        *("class-name", "hex-color", "confidence", "objects", "entities", "image_size", "label"),
        *("startOffset", "endOffset", "lidar", "camera-0", "answers", "answerContent", "workerId"),
        *("label-category-attributes", "worker-feedback", "dataset-object-attributes", "type"),
        *("datasetObjectId", "consolidatedAnnotation", "content", "human-annotated", "job-name"),
    ]
)
TYPES = st.sampled_from(
    [
        *("image-classification", "text-classification-multilabel", "label-verification"),
        *("object-detection", "text-span", "semantic-segmentation", "video-object-tracking"),
        *("point_cloud_object_detection", "point_cloud_object_tracking", "custom", "unheard-of"),
        "point_cloud_single_frame_semantic_segmentation",
    ]
)
LEAVES = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=5)
    | st.sampled_from(["0", "1", "Car:1", "s3://b/k", "#2ca02c", "2020-05-15T08:01:16+0000"])
)
ANYTHING = st.recursive(
    LEAVES,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(NAMES | st.text(max_size=3), inner, max_size=6)
    ),
    max_leaves=25,
)
FILES = (
    st.binary(max_size=30)
    | ANYTHING.map(lambda document: json.dumps(document).encode())
    | st.binary(max_size=20).map(zlib.compress)
)


@given(document=ANYTHING, content=FILES)
def test_any_label_file_is_read_or_refused(document, content):
    for given_as in (document, json.dumps(document), content):
        with suppress(LabelsUnreadable):
            read_seq_label(given_as)
        with suppress(LabelsUnreadable):
            read_worker_response(given_as)


@given(frames=st.lists(st.dictionaries(NAMES, ANYTHING, max_size=5), max_size=3), number=LEAVES)
def test_any_frame_is_read_or_refused(frames, number):
    named = [{"frame": "1.jpg", "frame-no": number} | frame for frame in frames]
    with suppress(LabelsUnreadable):
        read_seq_label({"tracking-annotations": named})


@given(value=ANYTHING, metadata=st.dictionaries(NAMES, ANYTHING), output_type=TYPES, content=FILES)
def test_any_label_is_read_or_not_labeled_or_refused(value, metadata, output_type, content):
    members: dict[str, Any] = {
        "source-ref": "s3://b/1.png",
        "label": value,
        "label-metadata": metadata | {"type": f"groundtruth/{output_type}"},
    }

    with suppress(LabelsUnreadable):
        found = read_line(json.dumps(members), fetch=lambda uri: content)
        assert set(found.labels) | set(found.unlabeled) == {"label"}
        assert all(isinstance(labels, Labels) for labels in found.labels.values())


@given(line=ANYTHING | st.text() | st.binary())
def test_any_line_is_read_or_refused(line):
    with suppress(LabelsUnreadable):
        read_line(line)
