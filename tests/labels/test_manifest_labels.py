"""Labels of manifest lines: every output type, and what counts as not labeled."""

from __future__ import annotations

import json
import zlib
from datetime import UTC, datetime
from typing import Any

import pytest

from labeling.errors import ObjectUnreadable
from labeling.labels import (
    Box,
    ClassLabel,
    Cuboid,
    LabelsUnreadable,
    PointMask,
    Track,
    Verification,
    read_line,
    read_manifest,
)

BOXES = {
    "image_size": [{"width": 500, "height": 400, "depth": 3}],
    "annotations": [
        {"class_id": 0, "left": 111, "top": 134, "width": 61, "height": 128},
        {"class_id": 5, "left": 161, "top": 250, "width": 30, "height": 30},
    ],
}
NAMES = {"0": "dog", "5": "bone"}


def line(value: Any, output_type: str, attribute: str = "toys", **metadata: Any) -> dict[str, Any]:
    given = {"type": f"groundtruth/{output_type}", **metadata}
    members = {name.replace("_", "-"): member for name, member in given.items()}
    return {"source-ref": "s3://b/1.png", attribute: value, f"{attribute}-metadata": members}


def boxes(**metadata: Any) -> dict[str, Any]:
    return line(BOXES, "object-detection", class_map=NAMES, **metadata)


def test_an_adjusted_label_stands_beside_the_one_that_it_adjusts():
    first = boxes(objects=[{"confidence": 0.8}, {"confidence": 0.9}])
    second = line(BOXES, "object-detection", "better", adjustment_status="adjusted")

    found = read_line(first | second)

    assert list(found.labels) == ["toys", "better"]
    assert found["toys"].adjusted is None
    assert found["better"].adjusted
    assert [(box.label, box.confidence) for box in found["toys"].of(Box)] == [
        ("dog", 0.8),
        ("bone", 0.9),
    ]
    assert [(box.label, box.class_id) for box in found["better"].of(Box)] == [("0", 0), ("5", 5)]


def test_one_attribute_can_be_read_alone():
    broken = line([], "object-detection", "broken")

    assert set(read_line(boxes() | broken, "toys").labels) == {"toys"}


def test_a_verification_is_a_class_with_what_people_said():
    document = line(
        "1",
        "label-verification",
        class_name="bad",
        confidence=0.93,
        worker_feedback=[{"comment": "Too wide."}, {}, {"comment": ""}, 3],
    )

    assert read_line(document)["toys"].labels == (
        Verification(label="bad", class_id=1, confidence=0.93, comments=("Too wide.",)),
    )


def test_several_classes_come_in_their_order_and_may_be_none():
    metadata: dict[str, Any] = {
        "class_map": {"1": "bicycle", "0": "person"},
        "confidence_map": {"1": 0.95},
    }

    several = read_line(line([1, "0"], "image-classification-multilabel", **metadata))
    none = read_line(line([], "image-classification-multilabel", class_map={}, confidence_map={}))

    assert several["toys"].labels == (
        ClassLabel(label="bicycle", class_id=1, confidence=0.95),
        ClassLabel(label="person", class_id=0),
    )
    assert set(none.labels) == {"toys"}
    assert none["toys"].labels == ()


@pytest.mark.parametrize("output_type", ["video-classification", "VIDEO-classification"])
def test_any_type_that_ends_like_a_classification_is_one(output_type):
    (label,) = read_line(line(0, output_type, class_name="rain"))["toys"].labels

    assert label == ClassLabel(label="rain", class_id=0)


@pytest.mark.parametrize("spelling", ["class-map", "class_map"])
def test_cuboids_of_one_point_cloud_come_with_the_answers_about_it(spelling):
    place = {f"center-{axis}": 1.5 for axis in "xyz"}
    size = {"length": 4, "width": 2, "height": 2, "yaw": -0.5}
    cuboid = {**place, **size, "class-id": 0, "object-name": "Car:1"}
    document = line({"annotations": [cuboid]}, "point_cloud_object_detection", objects=[])
    document["toys-metadata"] |= {
        spelling: {"0": "Car"},
        "dataset-object-attributes": {"wet": "no"},
    }

    found = read_line(document)["toys"]

    assert found.frame_attributes == {None: {"wet": "no"}}
    assert found.of(Cuboid)[0].label == "Car"
    assert found.of(Cuboid)[0].track == Track("", "Car:1")
    assert (found.of(Cuboid)[0].roll, found.of(Cuboid)[0].pitch) == (0, 0)


def test_every_point_of_a_cloud_has_a_class():
    document = line(
        "s3://b/out/1.zlib",
        "point_cloud_single_frame_semantic_segmentation",
        color_map={
            "0": {"class-name": "Background", "hex-color": "#ffffff", "confidence": 0.0},
            "1": {"class-name": "Car", "hex-color": "#2ca02c", "confidence": 0.0},
        },
        dataset_object_attributes={"wet": "no"},
    )
    stored = {"s3://b/out/1.zlib": zlib.compress(bytes([1, 1, 0, 0, 1]))}

    found = read_line(document, fetch=stored.__getitem__)["toys"]

    (car,) = found.of(PointMask)
    assert (car.label, car.class_id, car.color) == ("Car", 1, "#2ca02c")
    assert car.cloud.classes == bytes([1, 1, 0, 0, 1])
    assert (found.uri, found.fetched) == ("s3://b/out/1.zlib", True)
    assert found.frame_attributes == {None: {"wet": "no"}}


def test_a_sequence_is_fetched_when_the_reader_is_told_how():
    document = line("s3://b/SeqLabel.json", "video-object-tracking", class_map={"0": "car"})
    drawn = {"left": 1, "top": 2, "width": 3, "height": 4, "class-id": "0", "object-id": "a"}
    stored = {"tracking-annotations": [{"frame": "1.jpg", "frame-no": 0, "annotations": [drawn]}]}

    unread = read_line(document)["toys"]
    read = read_line(document, fetch=lambda uri: json.dumps(stored).encode())["toys"]

    assert (unread.fetched, unread.labels, unread.uri) == (False, (), "s3://b/SeqLabel.json")
    assert (read.fetched, read.of(Box)[0].label, read.of(Box)[0].frame) == (True, "car", "1.jpg")


def test_custom_labels_have_both_spellings_of_what_is_told_about_them():
    document = {
        "source": "a text",
        "own": {"anything": [1]},
        "own-metadata": {
            "type": "groundTruth/custom",
            "job_name": "labeling-job/mine",
            "creation_date": "2024-05-15T08:01:16+0000",
            "human_annotated": "no",
        },
    }

    found = read_line(document)

    assert found.is_text
    assert found["own"].content == {"anything": [1]}
    assert found["own"].job_name == "mine"
    assert found["own"].creation_date == datetime(2024, 5, 15, 8, 1, 16, tzinfo=UTC)
    assert found["own"].human_annotated is False


@pytest.mark.parametrize(
    ("date", "read"),
    [
        ("2019-04-18T16:40:59.217995", datetime(2019, 4, 18, 16, 40, 59, 217995, tzinfo=UTC)),
        ("2020-05-15T10:01:16+0200", datetime(2020, 5, 15, 8, 1, 16, tzinfo=UTC)),
        ("2020-12-28T18:59:58.321Z", datetime(2020, 12, 28, 18, 59, 58, 321000, tzinfo=UTC)),
        ("0001-01-01T00:00:00+2359", None),
        ("yesterday", None),
        (1587228059, None),
        (None, None),
    ],
)
def test_dates_are_in_utc_or_none(date, read):
    assert read_line(boxes(creation_date=date))["toys"].creation_date == read


def test_what_is_told_about_a_label_never_makes_it_unreadable():
    metadata = {"job_name": 3, "human_annotated": [], "objects": "none", "adjustment_status": {}}

    found = read_line(boxes(**metadata))["toys"]

    assert (found.job_name, found.human_annotated, found.adjusted) == ("", None, None)
    assert [box.confidence for box in found.of(Box)] == [None, None]


@pytest.mark.parametrize(
    ("document", "reason"),
    [
        ({}, "there is no label"),
        ({"toys": None}, "there is no label"),
        ({"toys-metadata": {"failure-reason": "?"}}, "there is no label"),
        ({"toys": BOXES}, "the label has no metadata"),
        ({"toys": BOXES, "toys-metadata": "?"}, "the metadata of the label is not an object"),
        ({"toys": BOXES, "toys-metadata": {}}, "the metadata names no type"),
        ({"toys": BOXES, "toys-metadata": {"type": 3}}, "the metadata names no type"),
        ({"toys": BOXES, "toys-metadata": {"type": "groundtruth/x"}}, "the type groundtruth/x is"),
    ],
)
def test_a_label_without_value_or_known_metadata_is_none_and_the_reason_is_told(document, reason):
    found = read_line({"source-ref": "s3://b/1.png", **document}, "toys")

    assert found.labels == {}
    assert found.unlabeled["toys"].startswith(reason)
    with pytest.raises(KeyError):
        found["toys"]


def test_what_belongs_to_the_source_is_no_label():
    members = {"source-ref-metadata": {"type": "groundtruth/custom"}, "note-metadata": {"a": 1}}

    found = read_line(boxes() | members)

    assert set(found.labels) == {"toys"}
    assert found.unlabeled == {}


def test_a_manifest_is_read_line_by_line_without_the_empty_ones():
    text = f"{json.dumps(boxes())}\r\n\n{json.dumps({'source': 'nothing yet'})}\n".encode()

    found = list(read_manifest(text.split(b"\n")))

    assert [(item.number, len(item.labels)) for item in found] == [(1, 1), (3, 0)]
    assert found[0].line == boxes()


def test_an_endless_manifest_is_begun():
    def endless():
        while True:
            yield json.dumps(boxes())

    assert next(read_manifest(endless())).number == 1


@pytest.mark.parametrize(
    ("document", "said"),
    [
        ("[]", "output.manifest, line 3: an object is expected, not a list"),
        ("{", "output.manifest, line 3: it is not JSON"),
        ({"toys": BOXES}, "line 3: there is neither source-ref nor source"),
        ({"source": 3}, "line 3, source: a text is expected, not a number"),
        (line([], "object-detection"), "line 3, toys: an object is expected, not a list"),
        (line({}, "object-detection"), "toys.annotations: a list is expected, not null"),
        (
            line({"annotations": [{"class_id": 0}]}, "object-detection"),
            "line 3, toys.annotations[0].left: it is missing",
        ),
        (
            line({"annotations": [], "image_size": [{"width": 3}]}, "object-detection"),
            "toys.image_size.height: a whole number is expected, not null",
        ),
        (boxes() | line(BOXES, "object-detection", class_map=[]), "class-map: an object is"),
        (line({}, "image-classification"), "toys: a class id is expected, not an object"),
        (line(3, "image-classification-multilabel"), "toys: a list is expected"),
        (line([None], "image-classification-multilabel"), "toys[0]: there is neither a class"),
        (line({"annotations": []}, "text-span"), "toys.annotations: an object is expected"),
        (
            line({"annotations": {"entities": [{"label": "a"}]}}, "text-span"),
            "toys.annotations.entities[0].startOffset: a whole number is expected",
        ),
        (line(BOXES, "video-object-tracking"), "toys: a text is expected, not an object"),
        (line(BOXES, "semantic-segmentation"), "toys: a text is expected, not an object"),
        (line("s3://b/1.png", "semantic-segmentation"), "toys.internal-color-map: an object is"),
        (
            line("s3://b/1.png", "semantic-segmentation", internal_color_map={"1": {}}),
            "toys.internal-color-map.1.class-name: a text is expected, not null",
        ),
        (
            line("s3://b/1.png", "semantic-segmentation", internal_color_map={"256": {}}),
            "toys.internal-color-map.256: class ids are 0 to 255",
        ),
    ],
)
def test_a_label_that_is_not_what_its_type_says_is_refused_with_the_place(document, said):
    with pytest.raises(LabelsUnreadable) as caught:
        read_line(document, number=3, file="output.manifest")

    assert said in str(caught.value)


def missing(uri: str) -> bytes:
    raise ObjectUnreadable(f"{uri} does not exist")


@pytest.mark.parametrize("fetch", [missing, {}.__getitem__])
def test_what_cannot_be_fetched_is_named(fetch):
    document = line("s3://b/SeqLabel.json", "video-object-tracking")

    with pytest.raises(
        LabelsUnreadable, match=r"line 2, s3://b/SeqLabel\.json: it cannot be fetch"
    ):
        read_line(document, number=2, fetch=fetch)


def test_a_mistake_in_a_label_file_is_named_with_the_line_that_refers_to_it():
    document = line("s3://b/SeqLabel.json", "video-object-tracking")

    with pytest.raises(LabelsUnreadable) as caught:
        read_line(document, number=2, file="output.manifest", fetch=lambda uri: b"{}")

    assert str(caught.value) == (
        "output.manifest, line 2, s3://b/SeqLabel.json: "
        "there is neither tracking-annotations nor detection-annotations"
    )


@pytest.mark.parametrize(
    ("stored", "said"),
    [(b"", "it is cut off"), (b"points", "it is not a zlib file"), (None, "it is cut off")],
)
def test_a_broken_file_of_points_is_refused(stored, said):
    document = line("s3://b/1.zlib", "point_cloud_single_frame_semantic_segmentation", color_map={})
    content = zlib.compress(bytes(1000))[:-2] if stored is None else stored

    with pytest.raises(LabelsUnreadable, match=said):
        read_line(document, fetch=lambda uri: content)
