"""Label files of sequences: every dialect that is documented or occurs."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from labeling.labels import (
    Box,
    Cuboid,
    KeyPoint,
    LabelsUnreadable,
    Point,
    Polygon,
    Polyline,
    Track,
    read_seq_label,
)

BOX = {"left": 3, "top": 4, "width": 10, "height": 20, "class-id": "0"}
CUBOID = {
    **{f"center-{axis}": place for axis, place in (("x", 1.5), ("y", -2.0), ("z", 0.25))},
    **{"length": 4, "width": 2, "height": 1.5, "roll": 0, "pitch": 0, "yaw": 1.25},
    **{"class-id": 0, "object-name": "Car:4", "object-id": "ae5dc770"},
}
VERTICES = [{"x": 1, "y": 2}, {"x": 3, "y": 4}, {"x": 5, "y": 0}]


def frame(name: str = "0001.jpg", number: Any = 0, **members: Any) -> dict[str, Any]:
    return {"frame": name, "frame-no": number, "frame-attributes": {}, **members}


def detection(*frames: dict[str, Any]) -> dict[str, Any]:
    return {"detection-annotations": list(frames)}


def test_detected_objects_have_no_track():
    found = read_seq_label(detection(frame(annotations=[BOX])), {"0": "car"})

    assert not found.tracked
    assert found.labels == (
        Box(
            label="car",
            class_id=0,
            frame="0001.jpg",
            frame_number=0,
            left=3,
            top=4,
            width=10,
            height=20,
        ),
    )


@pytest.mark.parametrize(
    ("name", "shape", "kind", "expected"),
    [
        ("polylines", {"vertices": VERTICES}, Polyline, (Point(1, 2), Point(3, 4), Point(5, 0))),
        ("polygons", {"vertices": VERTICES}, Polygon, (Point(1, 2), Point(3, 4), Point(5, 0))),
        ("keypoints", {"x": 7, "y": 8.5}, KeyPoint, (7, 8.5)),
    ],
)
def test_each_kind_of_shape_has_a_list_of_its_own(name, shape, kind, expected):
    described = {"class-id": "1", "label-category-attributes": {"kind": "dashed"}}
    document = {"tracking-annotations": [frame() | {name: [{**shape, **described}]}]}

    (label,) = read_seq_label(document, {"1": "Lane"}).of(kind)

    geometry = (label.x, label.y) if kind is KeyPoint else label.vertices
    assert geometry == expected
    assert (label.label, label.attributes) == ("Lane", {"kind": "dashed"})


def test_cuboids_are_tracked_through_point_clouds_named_without_what_the_service_adds():
    document = {
        "tracking-annotations": [
            {
                "frame-number": 0,
                "frame-name": "0.txt.pcd",
                "frame-attributes": {"weather": "rain"},
                "annotations": [CUBOID],
            },
            {"frame-number": 1, "frame-name": "1.txt.pcd", "annotations": []},
        ]
    }

    found = read_seq_label(document, {"0": "Car"})

    (cuboid,) = found.of(Cuboid)
    assert [(frame.name, frame.number) for frame in found.frames] == [("0.txt", 0), ("1.txt", 1)]
    assert found.frames[0].attributes == {"weather": "rain"}
    assert (cuboid.center_x, cuboid.center_y, cuboid.center_z) == (1.5, -2.0, 0.25)
    assert (cuboid.length, cuboid.width, cuboid.height, cuboid.yaw) == (4, 2, 1.5, 1.25)
    assert cuboid.track == Track("ae5dc770", "Car:4")


def test_a_cuboid_and_its_box_in_a_picture_are_one_object():
    box = {**BOX, "class-id": 0, "object-id": "ae5dc770", "object-name": "Car:4"}
    document = {
        "lidar": {
            "tracking-annotations": [
                {"frame-number": 0, "frame-name": "0.txt.pcd", "annotations": [CUBOID]}
            ]
        },
        "camera-0": {"tracking-annotations": [frame("0.jpg", annotations=[box])]},
    }

    found = read_seq_label(document, {"0": "Car"})

    cuboid, drawn = found.labels
    assert found.tracked
    assert [(frame.sensor, frame.name) for frame in found.frames] == [
        ("lidar", "0.txt"),
        ("camera-0", "0.jpg"),
    ]
    assert (cuboid.sensor, drawn.sensor) == ("lidar", "camera-0")
    assert isinstance(drawn, Box)
    assert cuboid.track == drawn.track


@pytest.mark.parametrize("number", [7, "7", 7.0])
def test_frame_numbers_and_class_ids_are_numbers_or_texts(number):
    document = detection(frame(number=number, annotations=[{**BOX, "class-id": number}]))

    (box,) = read_seq_label(document, {"7": "bus"}).labels

    assert (box.frame_number, box.class_id, box.label) == (7, 7, "bus")


@pytest.mark.parametrize(
    ("members", "name"),
    [
        ({"class-id": "0", "object-name": "bus:12"}, "bus"),
        ({"class-id": "0", "object-name": "a:b:12"}, "a:b"),
        ({"class-id": "0", "object-name": "bus"}, "bus"),
        ({"class-id": None, "object-name": "bus:1"}, "bus"),
        ({"class-id": "3"}, "3"),
        ({"class-id": "Bus"}, "Bus"),
    ],
)
def test_without_a_class_map_classes_are_called_as_their_objects_or_ids(members, name):
    (box,) = read_seq_label(detection(frame(annotations=[{**BOX, **members}]))).labels

    assert box.label == name


def test_a_class_map_knows_better_than_the_name_of_an_object():
    document = detection(frame(annotations=[{**BOX, "object-name": "bus:1"}]))

    (box,) = read_seq_label(document, {"0": "car"}).labels

    assert box.label == "car"


def test_underscores_and_unseen_characters_in_the_names_of_members_do_no_harm():
    text = json.dumps(detection(frame(annotations=[{**BOX, "object-id": "a"}])))
    text = text.replace("object-id", "object_id").replace("frame-no", "frame_no")
    unseen = text.replace('"left"', '"left\u200b"').replace('"top"', '"\\u200Btop"')

    for document in (text, unseen, unseen.encode(), b"\xef\xbb\xbf" + unseen.encode()):
        (box,) = read_seq_label(document, {"0": "car"}).of(Box)
        assert (box.left, box.top, box.frame_number, box.track) == (3, 4, 0, Track("a", ""))


def test_unseen_characters_in_a_parsed_document_do_no_harm():
    drawn = {**BOX, "\u200bleft": 9}
    del drawn["left"]

    (box,) = read_seq_label(detection(frame(annotations=[drawn]))).of(Box)

    assert box.left == 9


def test_what_people_wrote_stays_as_they_wrote_it():
    attributes = {"my_note": "a\u200bb", "count": 3}
    document = frame(annotations=[{**BOX, "label-category-attributes": attributes}])

    (box,) = read_seq_label(json.dumps(detection(document))).labels

    assert box.attributes == attributes


def test_a_frame_without_lists_or_attributes_is_empty():
    (empty,) = read_seq_label(detection({"frame": "1.jpg"})).frames

    assert (empty.name, empty.number, empty.attributes, empty.labels) == ("1.jpg", None, {}, ())


def test_a_mistake_is_named_with_file_frame_and_member():
    broken = {**BOX, "left": "3"}
    document = detection(frame("0001.jpg"), frame("0002.jpg", annotations=[BOX, broken]))

    with pytest.raises(LabelsUnreadable) as caught:
        read_seq_label(document, file="SeqLabel.json")

    assert str(caught.value) == (
        "SeqLabel.json, frame 0002.jpg, detection-annotations[1].annotations[1].left: "
        "a number is expected, not a text ('3')"
    )


@pytest.mark.parametrize(
    ("document", "said"),
    [
        ([], "an object is expected, not a list"),
        ({}, "there is neither tracking-annotations nor detection-annotations"),
        ({"tracking-annotations": {}}, "tracking-annotations: a list is expected, not an object"),
        ({"camera-0": {"tracking-annotations": 3}}, "camera-0.tracking-annotations: a list"),
        (detection({"frame-no": 1}), "frame 0, detection-annotations[0]: there is neither frame"),
        (detection(frame(number="first")), "frame-no: a whole number is expected"),
        (detection(frame(number=True)), "frame-no: a whole number is expected"),
        (detection(frame(annotations={})), "annotations: a list is expected, not an object"),
        (detection(frame(annotations=[[]])), "annotations[0]: an object is expected"),
        (detection(frame(annotations=[{**BOX, "width": True}])), "width: a number is expected"),
        (detection(frame(annotations=[{**BOX, "width": 10**400}])), "width: a number is expected"),
        (detection(frame(annotations=[{"class-id": "0"}])), "left: it is missing"),
        (detection(frame(annotations=[{**BOX, "class-id": {}}])), "class-id: a class id is"),
        (detection(frame(annotations=[{**BOX, "class-id": None}])), "neither a class nor an"),
        (detection(frame(annotations=[{**BOX, "object-id": []}])), "object-id: a text is"),
        (detection(frame(polylines=[{"class-id": "0"}])), "vertices: a list is expected"),
        (
            detection(frame(polygons=[{"class-id": "0", "vertices": [{"x": 1}]}])),
            "polygons[0].vertices[0].y: it is missing",
        ),
    ],
)
def test_what_is_no_label_file_is_refused_with_a_reason(document, said):
    with pytest.raises(LabelsUnreadable, match=re.escape(said)):
        read_seq_label(document)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (b"\xff\xfe{}", "it is not UTF-8"),
        (b"", "it is not JSON"),
        ('{"tracking-annotations": [', "it is not JSON"),
        ("[" * 100_000, "it is nested too deeply"),
        ('{"tracking-annotations": [{"frame": "a", "keypoints": [{"x": NaN}]}]}', "a number is"),
    ],
)
def test_what_is_no_json_is_refused(text, said):
    with pytest.raises(LabelsUnreadable, match=said):
        read_seq_label(text)


def test_a_class_map_of_anything_but_names_is_refused():
    names: Any = {"0": 3}

    with pytest.raises(LabelsUnreadable, match=r"class-map\.0: a text is expected, not a number"):
        read_seq_label(detection(), names)
