"""What the readers find in files that Ground Truth itself has written."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime

import pytest

from labeling.labels import (
    Box,
    Cuboid,
    Mask,
    PictureSize,
    PointMask,
    SeqLabel,
    Span,
    Track,
    read_manifest,
    read_seq_label,
    read_worker_response,
    right_handed_yaw,
)
from tests.labels.recorded import DATA, Folder, consolidated, content, lines

EXAMPLES = "amazon-sagemaker-examples"
SEQUENCES = f"{EXAMPLES}/video-object-tracking"


def test_vehicles_are_tracked_through_three_hundred_frames():
    found = read_seq_label(content(f"{SEQUENCES}/SeqLabel.json"), {"2": "Vehicle"})

    assert found.tracked
    assert len(found.frames) == 300
    assert (found.frames[0].name, found.frames[0].number) == ("000001.jpg", 0)
    assert (found.frames[-1].name, found.frames[-1].number) == ("000300.jpg", 299)
    assert len(found.labels) == 890
    assert Counter(track.object_name for track in _tracks(found)) == {
        "Vehicle:1": 299,
        "Vehicle:2": 300,
        "Vehicle:3": 291,
    }
    assert len({track.key for track in _tracks(found)}) == 3
    first = found.labels[0]
    assert isinstance(first, Box)
    assert (first.left, first.top, first.width, first.height) == (952, 545, 83, 66)
    assert (first.label, first.class_id, first.frame) == ("Vehicle", 2, "000001.jpg")
    assert first.attributes == {"Color": "Green"}
    assert first.confidence is None


def test_pedestrians_of_a_file_without_frame_attributes_are_called_as_their_objects():
    found = read_seq_label(content(f"{SEQUENCES}/SeqLabel-pedestrians-2021-02.json"))

    assert len(found.frames) == 32
    assert (found.frames[1].name, found.frames[1].number) == ("000003.jpg", 1)
    assert all(frame.attributes == {} for frame in found.frames)
    assert len(found.labels) == 84
    assert {label.label for label in found.labels} == {"Pedestrian"}
    assert len({track.object_id for track in _tracks(found)}) == 4


def test_birds_are_boxed_in_a_hundred_images():
    objects = list(read_manifest(lines(f"{EXAMPLES}/object-detection/sample_output.manifest")))

    boxes = [box for item in objects for box in item["category"].labels]
    assert len(objects) == 100
    assert len(boxes) == 192
    assert {box.label for box in boxes} == {"Bird"}
    first = objects[0]["category"]
    assert objects[0].source.endswith("/images/000062a39995e348.jpg")
    assert (first.job_name, first.human_annotated) == ("ground-truth-od-demo-1662974840", True)
    assert first.creation_date == datetime(2022, 9, 12, 9, 51, 0, 148118, tzinfo=UTC)
    assert first.adjusted is None
    assert first.frames[0].size == PictureSize(width=680, height=1024, depth=3)
    (box,) = first.labels
    assert isinstance(box, Box)
    assert (box.left, box.top, box.width, box.height) == (138.8, 164.60000000000002, 443.8, 859)
    assert box.confidence == 0.93


def test_birds_are_named_in_three_hundred_and_two_images():
    objects = list(read_manifest(lines(f"{EXAMPLES}/image-classification/output.manifest")))

    labels = [item["birds-open-images-clone"] for item in objects]
    (first,) = labels[0].labels
    assert len(objects) == 302
    assert (first.label, first.class_id, first.confidence) == ("Canary", 9, 0.95)
    assert {len(found.labels) for found in labels} == {1}
    assert len({found.labels[0].label for found in labels}) == 10
    assert Counter(found.labels[0].confidence == 0.95 for found in labels) == {True: 297, False: 5}


def test_five_workers_say_which_bird_they_see():
    folder = DATA / EXAMPLES / "image-classification/worker-response/iteration-1"
    answers = read_worker_response((folder / "7/2019-04-18_16_12_00.json").read_bytes())

    assert [answer.labels[0].label for answer in answers] == ["Woodpecker"] * 5
    assert len({answer.worker_id for answer in answers}) == 5
    assert answers[0].submitted_at == datetime(2019, 4, 18, 16, 10, 53, tzinfo=UTC)
    assert (answers[0].accepted_at, answers[0].seconds) == (None, None)
    assert {len(read_worker_response(file.read_bytes())) for file in folder.glob("*/*.json")} == {5}


def test_classes_may_be_texts_and_jobs_without_their_prefix():
    species, mood = read_manifest(lines(f"{EXAMPLES}/text-or-image-classification/output.manifest"))

    assert [(label.label, label.class_id) for label in species["species"].labels] == [("dog", 0)]
    assert species["species"].job_name == "identify-animal-species"
    assert mood.is_text
    assert mood.source == "The food was delicious"
    assert [(label.label, label.confidence) for label in mood["mood"].labels] == [("positive", 0.8)]


def test_a_text_has_one_class_or_several_or_spans():
    first, second, one, several = read_manifest(lines("comprehend-examples/output.manifest"))

    spans = first["EntityRecognizerPOC-1"].of(Span)
    assert [(span.label, span.start, span.end) for span in spans] == [
        ("Date", 16, 22),
        ("Person", 0, 3),
        ("Location", 56, 67),
    ]
    assert spans[1].of(first.source) == "Bob"
    assert second["EntityRecognizerPOC-1"].of(Span)[0].of(second.source) == "Jan 1 1990"
    (joy,) = one["cutomDocClassification-multi-class"].labels
    assert (joy.label, joy.class_id, joy.confidence) == ("joy", 0, 0.0)
    assert [
        (label.label, label.class_id, label.confidence)
        for label in several["cutomDocClassification"].labels
    ] == [("joy", 5, 0.91), ("optimism", 1, 0.49)]


def test_entities_are_where_their_offsets_say():
    objects = list(read_manifest(lines("comprehend-ner-examples/output.manifest"), "ner"))

    spans = [(span, item.source) for item in objects for span in item["ner"].of(Span)]
    assert len(objects) == 9
    assert len(spans) == 27
    assert {span.label for span, _ in spans} == {"Brand", "Internet", "Person"}
    assert spans[0][0].of(spans[0][1]) == "Online Returns Center"
    assert spans[0][0].confidence == 0.11
    assert "Sebastian Thrun" in {span.of(text) for span, text in spans}


def test_custom_labels_are_kept_as_they_are():
    objects = list(read_manifest(lines("legal-entity-extraction/output.manifest")))

    (attribute,) = objects[0].labels
    found = objects[0][attribute]
    assert len(objects) == 40
    assert objects[0].unlabeled == {}
    assert found.type == "groundtruth/custom"
    assert found.job_name == "legal-entity-label-job-labeling-job-20220104t172242"
    assert found.content == {
        "annotation-ref": "s3://legal-entity-blog/annotations/Letter 36-1-21e16c6e-ann.json"
    }
    assert found.labels == ()


def test_the_parts_of_a_circuit_board_are_counted_in_pixels():
    (item,) = read_manifest(
        lines("lookout-vision-segmentation/output.manifest"),
        fetch=lambda uri: content("lookout-vision-segmentation/mask.png"),
    )

    masks = item["S10-label3-ref"].of(Mask)
    assert [(mask.label, mask.color) for mask in masks] == [
        ("IC", "#2ca02c"),
        ("resistor1", "#1f77b4"),
        ("resistor2", "#ff7f0e"),
    ]
    pixels = masks[0].picture.decode()
    assert (pixels.width, pixels.height) == (1696, 959)
    assert [pixels.classes.count(mask.class_id) for mask in masks] == [27558, 2677, 2945]


@pytest.mark.parametrize(
    ("place", "present", "size", "count"),
    [(0, "cat", (2187, 2187), 1553535), (5, "dog", (968, 681), 183370)],
)
def test_cats_and_dogs_are_segmented(place, present, size, count):
    objects = list(
        read_manifest(
            lines("superannotate-sdk/instance_segmentation/output.manifest"),
            fetch=Folder("superannotate-sdk/instance_segmentation"),
        )
    )

    masks = objects[place]["attribute-name-ref"].of(Mask)
    pixels = masks[0].picture.decode()
    found = {mask.label: pixels.classes.count(mask.class_id) for mask in masks}
    assert len(objects) == 6
    assert (pixels.width, pixels.height) == size
    assert found == {"cat": 0, "dog": 0} | {present: count}


def test_consolidated_labels_are_those_of_the_manifest():
    objects = list(read_manifest(lines("superannotate-sdk/object_detection/output.manifest")))
    items = [
        item
        for name in ("2020-11-01_14_41_11.json", "2020-11-01_14_42_15.json")
        for item in consolidated(content(f"superannotate-sdk/object_detection/{name}"))
    ]

    assert sorted(index for index, _ in items) == [0, 1, 2, 3, 4, 5]
    assert [
        (box.label, box.left, box.top, box.width, box.height)
        for box in objects[3]["test-obj-detect"].of(Box)
    ] == [("dog", 188, 85, 465, 379)]
    for index, item in items:
        assert item.labels == objects[index].labels


def test_consolidated_masks_are_those_of_the_manifest():
    folder = "superannotate-sdk/instance_segmentation"
    objects = list(read_manifest(lines(f"{folder}/output.manifest")))

    items = [
        item
        for file in sorted((DATA / folder).glob("*.json"))
        for item in consolidated(file.read_bytes())
    ]

    assert sorted(index for index, _ in items) == [0, 1, 2, 3, 4, 5]
    for index, item in items:
        assert item.labels == objects[index].labels


def test_cars_are_cuboids_of_a_point_cloud():
    (item,) = read_manifest(lines("groundtruth-immersionday/OD-adjustment-manifest.json"))

    found = item["pointcloud"]
    first = found.of(Cuboid)[0]
    assert set(item.labels) == {"pointcloud"}
    assert item.unlabeled == {}
    assert len(found.labels) == 5
    assert (first.label, first.class_id, first.track) == ("Car", 0, Track("", "Car:1"))
    assert first.center_x == -5.573935142733263
    assert (first.length, first.width, first.height) == (4, 2, 2)
    assert first.yaw == -0.8378374384812028
    assert right_handed_yaw(first.yaw, found.creation_date) == pytest.approx(3.97943009)


def test_a_label_file_of_cuboids_is_known_by_its_place_whatever_the_type_says():
    (item,) = read_manifest(lines("groundtruth-immersionday/OT-adjustment-manifest.json"))

    found = item["pointcloud-ref"]
    assert found.type == "groundtruth/point_cloud_object_detection"
    assert found.uri == "s3://$BUCKET/artifacts/gt-point-cloud-demos/output/SeqLabel.json"
    assert not found.fetched
    assert found.labels == ()


def test_the_classes_of_points_need_no_background():
    (item,) = read_manifest(lines("groundtruth-immersionday/SS-audit-manifest.json"))

    masks = item["pointcloud-ref"].of(PointMask)
    assert [(mask.class_id, mask.label, mask.color, mask.confidence) for mask in masks] == [
        (0, "Car", "#467ce6", 1.0),
        (1, "Bus", "#ff7be8", 1.0),
        (2, "Pedestrian", "#417505", 1.0),
    ]
    assert masks[0].cloud.classes is None


def _tracks(found: SeqLabel) -> list[Track]:
    return [label.track for label in found.labels if label.track]
