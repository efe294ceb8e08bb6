"""CVAT, read back with Datumaro."""

from __future__ import annotations

import csv
from xml.etree import ElementTree

import datumaro
import pytest
from PIL import Image

from labeling.exporting import Options
from labeling.labels import Box, ClassLabel, PictureSize, Polygon
from tests.exporting.data_sets import (
    CAR,
    CART,
    CLIP,
    LANE,
    NOSE,
    ROAD,
    box,
    clip,
    everything,
    exported,
    picture,
    recorded,
    recorded_clip,
)


def read(file) -> tuple[dict[int, list], list[str]]:
    """By frame what is in there, without what only says that an object is gone."""
    found = datumaro.Dataset.import_from(str(file), "cvat")
    names = [label.name for label in found.categories()[datumaro.AnnotationType.label]]
    items = {
        item.attributes["frame"]: [
            it for it in item.annotations if not it.attributes.get("outside")
        ]
        for item in found
    }
    return items, names


def boxes(annotations, names) -> list:
    return [
        (names[it.label], *map(float, it.get_bbox()))
        for it in annotations
        if isinstance(it, datumaro.Bbox)
    ]


def expected(frame) -> list:
    found = [it.label for it in frame.annotations if isinstance(it.label, Box)]
    return [(it.label, it.left, it.top, it.width, it.height) for it in found]


def test_boxes_of_a_recorded_clip_are_read_back(tmp_path):
    merged = recorded_clip()
    report, missing = exported("cvat", [merged], tmp_path)

    items, names = read(tmp_path / "clips/clip.xml")

    for number, frame in enumerate(merged.frames):
        assert sorted(boxes(items.get(number, []), names)) == sorted(expected(frame))
    keys = {it.label.track.key for it in merged.annotations if it.label.track}
    assert report.tracks == len(keys)
    assert missing["picture size"][0] == 1


def test_every_kind_of_shape_is_read_back(tmp_path):
    exported("cvat", [CLIP], tmp_path)

    items, names = read(tmp_path / "clips/one.xml")

    shapes = {
        (type(it).__name__, names[it.label]): [float(value) for value in it.points]
        for it in items[0]
    }
    assert shapes == {
        ("Bbox", "Car"): [10, 20.5, 40, 60.5],
        ("Bbox", "Cart"): [50.25, 10, 70.25, 40],
        ("PolyLine", "Lane"): [1, 2, 3.5, 4],
        ("Polygon", "Road"): [0, 0, 40, 0, 40.5, 30],
        ("Points", "Nose"): [NOSE.x, NOSE.y],
    }
    assert items[0][0].attributes["note"] == '<wet> & "dark"'


def test_a_track_says_where_its_object_is_gone(tmp_path):
    exported("cvat", [CLIP], tmp_path)

    root = ElementTree.parse(tmp_path / "clips/one.xml").getroot()

    tracks = {
        (track.get("label"), track[0].tag): [
            (shape.get("frame"), shape.get("outside")) for shape in track
        ]
        for track in root.iter("track")
    }
    assert tracks == {
        ("Car", "box"): [("0", "0"), ("1", "0"), ("2", "1"), ("3", "0")],
        ("Cart", "box"): [("0", "0"), ("1", "1"), ("3", "0")],
        ("Lane", "polyline"): [("0", "0"), ("1", "1")],
        ("Road", "polygon"): [("0", "0"), ("1", "1")],
        ("Nose", "points"): [("0", "0"), ("1", "1")],
    }
    occluded = [shape.get("occluded") for shape in next(root.iter("track"))]
    assert occluded == ["1", "0", "0", "0"]


def test_a_track_that_changes_its_class_is_divided_and_reported(tmp_path):
    changing = clip(frames=((box("Car", 1, CAR),), (box("Bus", 2, CAR), box("Bus", 3, CAR))))
    report, missing = exported("cvat", [changing], tmp_path)

    root = ElementTree.parse(tmp_path / "clips/one.xml").getroot()

    assert [track.get("label") for track in root.iter("track")] == ["Car", "Bus", "Bus"]
    assert (report.tracks, report.annotations) == (1, {"box": 3})
    assert missing["whole tracks"][0] == 1


def test_single_pictures_stand_in_one_file(tmp_path):
    merged = recorded("amazon-sagemaker-examples/object-detection", "sample_output.manifest")
    exported("cvat", merged, tmp_path)
    (tmp_path / "images").mkdir()
    with (tmp_path / "pictures.csv").open() as rows:
        for row in csv.DictReader(rows):
            Image.new("L", (1, 1)).save(tmp_path / "images" / row["file"])

    items, names = read(tmp_path / "images.xml")

    for number, one in enumerate(merged):
        found = boxes(items[number], names)
        assert found == [
            (name, *(pytest.approx(value, abs=0.02) for value in where))
            for name, *where in expected(one.frames[0])
        ]


def test_classes_of_pictures_are_tags(tmp_path):
    exported("cvat", everything(), tmp_path)

    root = ElementTree.parse(tmp_path / "images.xml").getroot()

    tags = {
        image.get("name"): [tag.get("label") for tag in image.iter("tag")]
        for image in root.iter("image")
    }
    assert tags == {"street.jpg": [], "street-2.jpg": [], "judged.jpg": ["Town"]}


def test_classes_of_frames_and_polygons_of_nothing_are_reported(tmp_path):
    odd = clip(frames=((ClassLabel(label="Town"), Polygon(label="Road", vertices=())),))
    still = picture("s3://b/a.jpg", Polygon(label="Road", vertices=()))
    report, missing = exported("cvat", [odd, still], tmp_path)

    assert report.annotations == {}
    assert missing["class"] == (1, "CVAT for video has shapes only, and this is none")
    assert sum(it.count for it in report.not_held if it.what == "polygon") == 2


def test_the_size_can_be_said(tmp_path):
    unknown = clip(frames=((box("Car", 1, CART), LANE, ROAD),), size=None)
    _, missing = exported("cvat", [unknown], tmp_path, Options(size=PictureSize(width=7, height=5)))

    size = ElementTree.parse(tmp_path / "clips/one.xml").getroot().find(".//original_size")

    assert size is not None
    assert [side.text for side in size] == ["7", "5"]
    assert "picture size" not in missing
