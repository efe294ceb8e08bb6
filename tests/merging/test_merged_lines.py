"""The merged data set as JSON Lines."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from labeling.labels import (
    Box,
    ClassLabel,
    Cuboid,
    KeyPoint,
    LabelsUnreadable,
    Mask,
    MaskPicture,
    PictureSize,
    Point,
    PointClasses,
    PointMask,
    Polygon,
    Polyline,
    Span,
    Track,
    Verification,
)
from labeling.merging import (
    Layer,
    MergedAnnotation,
    MergedFrame,
    MergedObject,
    Provenance,
    read_merged,
    write_merged,
)

LABELED = Provenance(job="boxes", level=1, labeling_job="boxes", origin="boxes")
AUDITED = Provenance(
    job="audit",
    level=2,
    labeling_job="audit-r1",
    origin="audit",
    edited=True,
    workers=("private.1", "private.2"),
    checks=("gap", "stray-track"),
    created_at=datetime(2026, 1, 2, 3, 4, 5, 678, tzinfo=UTC),
)
TRACK = Track("0f1e", "Car:1")
PICTURE = MaskPicture("s3://b/0.png", None, {"#ff0000": 1})
CUBOID = Cuboid(
    label="Car",
    class_id=0,
    track=TRACK,
    center_x=-1.5,
    center_y=2,
    center_z=0.1,
    length=4,
    width=1.75,
    height=1e-7,
    roll=0,
    pitch=0,
    yaw=3.141592653589793,
)
LABELS = [
    Box(label="Car", class_id=0, left=1, top=2.5, width=3, height=4.0, track=TRACK),
    Box(label="Car", left=0, top=0, width=1, height=1, attributes={"occluded": "no", "n": [1]}),
    Polyline(label="Lane", vertices=(Point(1, 2), Point(3.5, 4))),
    Polygon(label="Road", vertices=(Point(1, 2), Point(3, 4), Point(5, 6))),
    KeyPoint(label="Nose", x=1, y=0.1 + 0.2, track=Track("", "Nose:1")),
    CUBOID,
    Span(label="Name", start=0, end=4, confidence=0.5),
    ClassLabel(label="Straße \u2028 \U0001f697 \ud83d", class_id=2, confidence=0.95),
    Verification(label="bad", class_id=1, comments=("too large", "")),
    Mask(label="Car", class_id=1, color="#ff0000", picture=PICTURE),
    PointMask(label="Car", class_id=1, color="", cloud=PointClasses("s3://b/0.zlib", None)),
]


def in_one_frame(*labels) -> MergedObject:
    annotations = tuple(
        MergedAnnotation(label=label, attribute="boxes", provenance=LABELED) for label in labels
    )
    return MergedObject(
        source="s3://b/1", frames=(MergedFrame(source="s3://b/1", annotations=annotations),)
    )


def test_every_kind_of_label_comes_back_as_it_was():
    merged = in_one_frame(*LABELS)

    (again,) = read_merged(write_merged([merged]))

    assert again == merged
    assert repr(again) == repr(merged)  # 1 and 1.0 are equal, and not the same


def test_a_clip_comes_back_with_its_frames_layers_and_provenances():
    box = Box(label="Car", frame="a.jpg", frame_number=0, left=1, top=2, width=3, height=4)
    clip = MergedObject(
        source="s3://b/clip.json",
        layers=(
            Layer(attribute="boxes-ref", job="boxes", modality="VideoObjectTracking", type="t"),
            Layer(attribute="lanes-ref", job="lanes", modality="V", unlabeled="there is no label"),
            Layer(attribute="own", job="own", modality="Custom", content=None, provenance=LABELED),
        ),
        frames=(
            MergedFrame(
                source="s3://b/clip.json",
                name="a.jpg",
                number=0,
                uri="s3://b/a.jpg",
                size=PictureSize(width=10, height=20),
                attributes={"boxes-ref": {"weather": "rain"}},
                annotations=(
                    MergedAnnotation(label=box, attribute="boxes-ref", provenance=AUDITED),
                    MergedAnnotation(label=box, attribute="boxes-ref", provenance=LABELED),
                ),
            ),
            MergedFrame(source="s3://b/clip.json", name="b.jpg", number=1, sensor="camera-0"),
        ),
    )

    assert list(read_merged(write_merged([clip, clip]))) == [clip, clip]


def test_an_object_takes_a_line_and_each_of_its_frames_another():
    lines = list(write_merged([in_one_frame(LABELS[0]), MergedObject(source="hi", is_text=True)]))

    assert [json.loads(line)["line"] for line in lines] == ["object", "frame", "object"]
    assert not any("\n" in line for line in lines)


def test_equal_provenances_are_written_once():
    same = Provenance(job="boxes", level=1, labeling_job="boxes", origin="boxes")
    merged = in_one_frame(LABELS[0])
    twice = MergedAnnotation(label=LABELS[0], attribute="boxes", provenance=same)
    frame = MergedFrame(source="s3://b/1", annotations=(*merged.frames[0].annotations, twice))

    lines = list(write_merged([MergedObject(source="s3://b/1", frames=(frame,))]))

    assert len(json.loads(lines[0])["provenances"]) == 1


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda lines: lines[:1], "a frame of the object above is missing"),
        (lambda lines: lines[1:], "a frame stands where an object should"),
        (lambda lines: [lines[0], lines[0]], "a frame of the object above is missing"),
        (lambda lines: ["", "[]"], "line 2: it is no line of a merged data set"),
        (lambda lines: ["{"], "line 1: it is no line of a merged data set"),
        (lambda lines: [lines[0], lines[1].replace("box", "bax")], "line 2: it is no line"),
    ],
)
def test_what_is_no_merged_data_set_is_said_with_its_line(change, said):
    lines = change(list(write_merged([in_one_frame(LABELS[0])])))

    with pytest.raises(LabelsUnreadable, match=f"data.jsonl, .*{said}"):
        list(read_merged(lines, file="data.jsonl"))
