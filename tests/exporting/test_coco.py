"""COCO, read back with pycocotools and Datumaro."""

from __future__ import annotations

import json

import datumaro
import numpy as np
import pytest
from pycocotools.coco import COCO

from labeling.exporting import Options
from labeling.exporting.coco import FILE
from labeling.labels import Box, LabelsUnreadable, Mask, Polygon
from tests.exporting.data_sets import (
    CLIP,
    ROAD,
    box,
    clip,
    everything,
    exported,
    mask_png,
    picture,
    recorded,
    recorded_clip,
)
from tests.labels.recorded import Folder as Recorded

FETCH = Options(fetch=lambda _: mask_png())


def read(folder) -> COCO:
    return COCO(folder / FILE)


def boxes_of(coco: COCO, image: dict) -> list:
    names = {category["id"]: category["name"] for category in coco.loadCats(coco.getCatIds())}
    found = coco.loadAnns(coco.getAnnIds(image["id"]))
    return [(names[it["category_id"]], *it["bbox"]) for it in found]


def written(label: Box) -> tuple:
    return (label.label, label.left, label.top, label.width, label.height)


def test_boxes_of_a_recorded_clip_are_read_back(tmp_path):
    merged = recorded_clip()
    exported("coco", [merged], tmp_path, Options(size=None))

    coco = read(tmp_path)

    images = coco.loadImgs(coco.getImgIds())
    assert len(images) == len(merged.frames) == 300
    for image, frame in zip(images, merged.frames, strict=True):
        assert image["file_name"] == f"clip_{frame.name}"
        expected = [written(it.label) for it in frame.annotations if isinstance(it.label, Box)]
        assert boxes_of(coco, image) == expected


def test_boxes_of_a_recorded_manifest_are_read_back(tmp_path):
    merged = recorded("amazon-sagemaker-examples/object-detection", "sample_output.manifest")
    exported("coco", merged, tmp_path)

    coco = read(tmp_path)

    images = coco.loadImgs(coco.getImgIds())
    assert len(images) == len(merged)
    for image, one in zip(images, merged, strict=True):
        size = one.frames[0].size
        assert size is not None
        assert (image["width"], image["height"]) == (size.width, size.height)
        assert image["coco_url"] == one.source
        expected = [written(it.label) for it in one.annotations if isinstance(it.label, Box)]
        assert boxes_of(coco, image) == expected


def test_one_object_has_one_track_in_all_frames_of_its_clip(tmp_path):
    report, _ = exported("coco", [CLIP, clip("s3://b/two.json", CLIP_FRAMES)], tmp_path)

    document = json.loads((tmp_path / FILE).read_text())

    videos = {image["id"]: image["video_id"] for image in document["images"]}
    tracks = [
        (videos[it["image_id"]], it["image_id"], it["track_id"])
        for it in document["annotations"]
        if "track_id" in it
    ]
    assert tracks == [
        *((1, 1, 1), (1, 1, 2), (1, 2, 1), (1, 4, 1), (1, 4, 2)),
        *((2, 5, 3), (2, 6, 3)),
    ]
    assert report.tracks == 3
    assert [video["name"] for video in document["videos"]] == ["one", "two"]
    assert [image["frame_id"] for image in document["images"]] == [0, 1, 2, 3, 0, 1]


CLIP_FRAMES = tuple((box("Car", 1, CLIP.frames[0].annotations[0].label.track),) for _ in "ab")


def test_objects_that_no_job_tracks_have_no_track(tmp_path):
    detected = clip(frames=CLIP_FRAMES, kind="groundtruth/video-object-detection")
    report, _ = exported("coco", [detected], tmp_path)

    assert "track_id" not in (tmp_path / FILE).read_text()
    assert report.tracks == 0


def test_attributes_confidence_and_answers_about_frames_are_kept(tmp_path):
    (frame, *_) = CLIP.frames
    exported("coco", everything(), tmp_path)

    first = read(tmp_path).loadAnns([1])[0]

    label = frame.annotations[0].label
    assert (first["attributes"], first["score"]) == (label.attributes, label.confidence)


def test_polygons_and_key_points_are_read_back_by_datumaro(tmp_path):
    exported("coco", [CLIP], tmp_path)

    (tmp_path / "images").mkdir()
    found = datumaro.Dataset.import_from(str(tmp_path), "coco_instances")

    names = found.categories()[datumaro.AnnotationType.label]
    (first,) = (item for item in found if item.id == "one_0000")
    polygons = [it for it in first.annotations if isinstance(it, datumaro.Polygon)]
    assert [(names[it.label].name, it.points) for it in polygons] == [
        ("Road", [0, 0, 40, 0, 40.5, 30])
    ]
    assert polygons[0].get_area() == pytest.approx(
        read(tmp_path).loadAnns(read(tmp_path).getAnnIds(1))[2]["area"]
    )
    points = read(tmp_path).loadAnns(read(tmp_path).getAnnIds(1))[3]
    assert points["keypoints"] == [11, 12.25, 2]
    assert read(tmp_path).loadCats([points["category_id"]])[0]["keypoints"] == ["Nose"]


def test_the_pixels_of_a_mask_are_read_back(tmp_path):
    exported("coco", everything(), tmp_path, FETCH)
    coco = read(tmp_path)
    (image,) = [it for it in coco.imgs.values() if it["file_name"] == "mask.jpg"]

    car, road = coco.loadAnns(coco.getAnnIds(image["id"]))

    expected = np.zeros((4, 6), dtype=np.uint8)
    expected[1:3, 1:3] = 1
    assert (coco.annToMask(car) == expected).all()
    assert (car["bbox"], car["area"], car["iscrowd"]) == ([1, 1, 2, 2], 4, 1)
    assert np.argwhere(coco.annToMask(road)).tolist() == [[3, 5]]


def test_the_pixels_of_recorded_masks_are_read_back(tmp_path):
    folder = "superannotate-sdk/instance_segmentation"
    merged = recorded(folder)
    options = Options(fetch=Recorded(folder))
    report, _ = exported("coco", merged, tmp_path, options)

    coco = read(tmp_path)

    found = iter(coco.anns.values())
    assert report.annotations["mask"] == len(coco.anns) > 5
    for annotation in (it for one in merged for it in one.annotations):
        mask = annotation.label
        assert isinstance(mask, Mask)
        pixels = mask.picture.decode()
        classes = np.frombuffer(pixels.classes, dtype=np.uint8)
        image = {"id": 1, "height": pixels.height, "width": pixels.width}
        read_back = next(found)
        coco.imgs[read_back["image_id"]].update(image, id=read_back["image_id"])
        assert (coco.annToMask(read_back).reshape(-1) == (classes == mask.class_id)).all()


def test_masks_whose_pixels_are_not_there_are_reported(tmp_path):
    def broken(uri: str) -> bytes:
        raise LabelsUnreadable("it is gone", file=uri)

    _, without = exported("coco", everything(), tmp_path / "a")
    _, unread = exported("coco", everything(), tmp_path / "b", Options(fetch=broken))
    _, no_png = exported("coco", everything(), tmp_path / "c", Options(fetch=lambda _: b"?"))

    assert without["mask"] == (2, "its pixels were not looked at")
    assert unread["mask"] == no_png["mask"] == (2, "its pixels cannot be read")


def test_polygons_of_two_vertices_are_reported(tmp_path):
    flat = Polygon(label="Road", vertices=ROAD.vertices[:2])
    report, missing = exported("coco", [picture("s3://b/a.jpg", flat)], tmp_path)

    assert missing["polygon"] == (1, "COCO has no polygons of less than three vertices")
    assert report.annotations == {}


def test_classes_named_first_get_the_first_ids(tmp_path):
    exported("coco", [CLIP], tmp_path, Options(classes=("Zebra", "Cart")))

    categories = read(tmp_path).loadCats(read(tmp_path).getCatIds())

    names = [category["name"] for category in categories]
    assert names == ["Zebra", "Cart", "Car", "Road", "Nose"]
    assert [category["id"] for category in categories] == [1, 2, 3, 4, 5]
