"""What the jobs of all families have written is read as typed labels, each as documented."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from labeling.labels import (
    Box,
    ClassLabel,
    Cuboid,
    KeyPoint,
    Mask,
    PointMask,
    Polygon,
    Polyline,
    Span,
    Verification,
    read_worker_response,
)
from labeling.modalities import modalities
from tests.workflow.families import SIZE, clouds, images, texts, videos
from tests.workflow.families.conftest import Done

# "Output Data": members of the metadata that not all types have.
MEMBERS = {
    "groundtruth/image-classification": {"class-name", "confidence"},
    "groundtruth/image-classification-multilabel": {"class-map", "confidence-map"},
    "groundtruth/text-classification": {"class-name", "confidence"},
    "groundtruth/text-classification-multilabel": {"class-map", "confidence-map"},
    "groundtruth/text-span": {"entities"},
    "groundtruth/video-classification": {"class-name", "confidence"},
    "groundtruth/object-detection": {"objects", "class-map"},
    "groundtruth/semantic-segmentation": {"internal-color-map"},
    "groundtruth/label-verification": {"class-name", "confidence"},
    "groundtruth/video-object-detection": {"class-map"},
    "groundtruth/video-object-tracking": {"class-map"},
    "groundtruth/point_cloud_object_detection": {"objects", "class_map"},
    "groundtruth/point_cloud_object_tracking": {"objects", "class-map"},
    "groundtruth/point_cloud_single_frame_semantic_segmentation": {
        "color-map",
        "dataset-object-attributes",
    },
    "groundtruth/custom": set(),
}
COMMON = {"type", "job-name", "human-annotated", "creation-date"}
# What they have beyond that.
FURTHER = {"boxes-verdict": {"worker-feedback"}, "entities-audit": {"worker-response-ref"}}
ADJUSTED = {"boxes-audit", "masks-audit", "lines-audit", "drive-audit"}


def test_every_label_of_every_job_can_be_read(done: Done) -> None:
    for job in done.asked:
        for found in done.objects(job):
            assert found.unlabeled == {}, job
            assert all(labels.fetched for labels in found.labels.values()), job
            assert done.jobs[job].label_attribute in found.labels, job


def test_every_type_of_output_is_among_them(done: Done) -> None:
    written = {labels.type for job in done.asked for labels in done.labels(job)}
    known = {modality.output_type for modality in modalities().values() if modality.output_type}

    assert written == set(MEMBERS) >= {name.lower() for name in known}


def test_the_metadata_of_a_label_have_the_documented_members(done: Done) -> None:
    for job in done.asked:
        attribute = done.jobs[job].label_attribute
        adjusts = done.modality(job).audits is not None and not done.modality(job).judges
        for line in done.lines(job):
            metadata = line[f"{attribute}-metadata"]
            further = FURTHER.get(job, set()) | ({"adjustment-status"} if adjusts else set())
            assert set(metadata) == COMMON | MEMBERS[metadata["type"]] | further, job


def test_a_label_says_by_which_job_and_when_it_was_made(done: Done) -> None:
    now = done.cloud.clock.now()
    for job in done.asked:
        for labels in done.labels(job):
            assert labels.job_name == job
            assert labels.human_annotated is True
            assert labels.creation_date is not None
            assert timedelta() <= now - labels.creation_date < timedelta(minutes=1)


def test_an_audit_says_whether_something_was_changed(done: Done) -> None:
    statuses = {job: {labels.adjusted for labels in done.labels(job)} for job in done.asked}

    for job, modality in ((job, done.modality(job)) for job in done.asked):
        adjusts = modality.audits is not None and not modality.judges
        assert statuses[job] == ({job in ADJUSTED} if adjusts else {None}), job


def test_whatever_is_in_a_line_stays_in_it(done: Done) -> None:
    for job in done.asked:
        if source := done.source(job):
            before, after = done.lines(source), done.lines(job)
            assert [line | more for line, more in zip(before, after, strict=True)] == after


# --- pictures


def test_the_boxes_of_three_people_become_one_each(done: Done) -> None:
    for labels in done.labels("boxes"):
        assert [box.label for box in labels.labels] == ["Car", "Truck"]
        for box, drawn in zip(labels.of(Box), (images.CAR, images.TRUCK), strict=True):
            for side in ("left", "top", "width", "height"):
                assert getattr(box, side) == pytest.approx(drawn[side], abs=5)
            assert 0.5 < (box.confidence or 0) < 1
        size = labels.frames[0].size
        assert size is not None
        assert (size.width, size.height) == SIZE


def test_each_of_the_three_has_an_answer_of_his_own(done: Done) -> None:
    [uri] = done.responses("boxes")

    answers = read_worker_response(done.text(uri))

    assert len({answer.worker_id for answer in answers}) == 3
    assert [[box.label for box in answer.labels] for answer in answers] == 3 * [["Car", "Truck"]]


def test_what_an_audit_moved_has_moved(done: Done) -> None:
    [car, truck] = done.labels("boxes-audit")[0].of(Box)

    assert (car.left, truck.left) == (images.MOVED_CAR["left"], images.TRUCK["left"])


def test_a_verdict_is_a_class_and_comments(done: Done) -> None:
    [verdict] = done.labels("boxes-verdict")[0].of(Verification)
    [other] = done.labels("masks-verdict")[0].of(Verification)

    assert (verdict.label, verdict.class_id) == ("Incorrect", 1)
    assert verdict.comments == ("The car is off.", "The car is off.")
    assert (other.label, other.comments) == ("Usable", ())


def test_an_audit_of_what_was_judged_works_on_what_the_verdict_was_about(done: Done) -> None:
    before, after = done.labels("boxes"), done.labels("boxes-judged")

    assert [labels.of(Box) for labels in after] != []
    for drawn, kept in zip(before, after, strict=True):
        assert [(box.label, box.left, box.top) for box in kept.of(Box)] == [
            (box.label, box.left, box.top) for box in drawn.of(Box)
        ]


def test_masks_have_a_class_for_every_pixel(done: Done) -> None:
    width, height = SIZE
    # first answers have gaps where somebody's brush slipped
    for job, horizon, gaps in (("masks", 50, 0.1), ("masks-audit", 60, 0.0)):
        for labels in done.labels(job):
            road, sky = labels.of(Mask)
            pixels = road.picture.decode()
            assert (road.label, sky.label) == ("Road", "Sky")
            assert (pixels.width, pixels.height) == (width, height)
            painted = [pixels.classes.count(mask.class_id or 0) for mask in (road, sky)]
            assert painted == pytest.approx([80 * width, horizon * width], rel=gaps)


@pytest.mark.parametrize(
    ("job", "classes"),
    [
        ("weather", ["Dry"]),
        ("scene", ["Day", "Traffic"]),
        ("mood", ["positive"]),
        ("topics", ["Shopping", "Devices"]),
        ("road", ["Curved"]),
    ],
)
def test_people_agree_on_classes(done: Done, job: str, classes: list[str]) -> None:
    for labels in done.labels(job):
        assert [label.label for label in labels.of(ClassLabel)] == classes
        assert all((label.confidence or 0) > 0.5 for label in labels.labels)


# --- texts


def test_entities_are_parts_of_their_text(done: Done) -> None:
    for found in done.objects("entities"):
        spans = found["entities"].of(Span)
        assert found.is_text
        assert found.source in texts.TEXTS
        assert spans
        for span in spans:
            assert span.label in texts.ENTITIES
            assert span.of(found.source)[0].isupper()


def test_the_form_of_a_custom_audit_begins_with_the_entities(done: Done) -> None:
    """Without functions of one's own the label is empty and leads to what people answered."""
    for found, line in zip(
        done.objects("entities-audit"), done.lines("entities-audit"), strict=True
    ):
        assert found["entities-audit"].content == {}
        uri = line["entities-audit-metadata"]["worker-response-ref"]
        [answer] = read_worker_response(done.text(uri))
        assert _spans(answer.content) == [
            (span.label, span.start, span.end) for span in found["entities"].of(Span)
        ]


def test_corrected_entities_are_in_the_merged_data_set(done: Done) -> None:
    corrected = {
        found.source: read_worker_response(
            done.text(line["entities-audit-metadata"]["worker-response-ref"])
        )
        for found, line in zip(
            done.objects("entities-audit"), done.lines("entities-audit"), strict=True
        )
    }
    merged = {text.source: text for text in done.merged("texts")}

    assert merged.keys() == corrected.keys() == set(texts.TEXTS)
    for source, [answer] in corrected.items():
        [layer] = [it for it in merged[source].layers if it.attribute == "entities-audit"]
        assert layer.content == {
            "answers": [{"workerId": answer.worker_id, "content": answer.content}]
        }
        found = [it for it in merged[source].annotations if it.attribute == "entities-audit"]
        assert {it.provenance.job for it in found} == {"entities-audit"}
        assert [
            (it.label.label, it.label.start, it.label.end)
            for it in found
            if isinstance(it.label, Span)
        ] == _spans(answer.content)


def _spans(content: Any) -> list[tuple[str, int, int]]:
    entities = content["crowd-entity-annotation"]["entities"]
    return [(one["label"], one["startOffset"], one["endOffset"]) for one in entities]


def test_functions_of_ones_own_make_the_label_of_a_custom_audit(done: Done) -> None:
    for found in done.objects("entities-merged"):
        agreed = found["entities-merged"].content["agreed"]
        assert [(one["label"], one["startOffset"], one["endOffset"]) for one in agreed] == [
            (span.label, span.start, span.end) for span in found["entities"].of(Span)
        ]


# --- video


@pytest.mark.parametrize(
    ("job", "kind"),
    [("boxes-2d", Box), ("lines", Polyline), ("areas", Polygon), ("spots", KeyPoint)],
)
@pytest.mark.parametrize("step", ["", "-audit", "-verdict"])
def test_what_is_drawn_in_frames_is_of_the_kind_that_was_asked_for(
    done: Done, job: str, kind: type, step: str
) -> None:
    [labels] = done.labels(f"{job}{step}")

    assert [frame.name for frame in labels.frames] == list(videos.FRAMES)
    assert {type(label) for label in labels.labels} == {kind}
    assert {label.label for label in labels.labels} <= set(videos.LABELS)
    assert {label.frame for label in labels.labels} == set(videos.FRAMES)


def test_objects_are_tracked_through_the_frames(done: Done) -> None:
    [labels] = done.labels("boxes-2d-verdict")

    tracks = {label.track.key: label.track for label in labels.labels if label.track}
    names = {key: track.object_name.partition(":")[0] for key, track in tracks.items()}

    assert all(label.track and names[label.track.key] == label.label for label in labels.labels)
    assert set(names.values()) == set(videos.LABELS)


def test_the_line_that_an_audit_drew_is_what_the_verdict_was_about(done: Done) -> None:
    for job in ("lines-audit", "lines-verdict"):
        [labels] = done.labels(job)
        assert [
            [{"x": point.x, "y": point.y} for point in line.vertices]
            for line in labels.of(Polyline)
        ] == 3 * [videos.LANE]


# --- point clouds


@pytest.mark.parametrize("step", ["", "-audit", "-verdict"])
def test_cuboids_have_their_place_in_space_and_what_was_said_of_them(done: Done, step: str) -> None:
    for labels in done.labels(f"cuboids{step}"):
        cuboids = labels.of(Cuboid)
        assert {cuboid.label for cuboid in cuboids} == {"Car", "Bus"}
        for cuboid in cuboids:
            assert min(cuboid.length, cuboid.width, cuboid.height) > 0
            assert cuboid.attributes["Occlusion"] in ("Partial", "Full")


def test_cuboids_are_tracked_along_the_drive(done: Done) -> None:
    for job in ("drive-audit", "drive-verdict"):
        [labels] = done.labels(job)
        assert [frame.name for frame in labels.frames] == list(clouds.CLOUDS)
        [first, second] = labels.of(Cuboid)
        assert first.track == second.track
        assert first.track is not None
        assert (first.label, first.track.object_name) == ("Car", "Car:1")
        assert (first.center_x, first.yaw) == (clouds.CAR["center-x"], clouds.CAR["yaw"])
        assert first.attributes == {"Occlusion": "Partial"}


@pytest.mark.parametrize("step", ["", "-audit", "-verdict"])
def test_every_point_of_a_cloud_has_a_class(done: Done, step: str) -> None:
    for labels in done.labels(f"surfaces{step}"):
        road, building = labels.of(PointMask)
        assert (road.label, building.label) == ("Road", "Building")
        assert road.cloud.classes is not None
        assert len(road.cloud.classes) == clouds.POINTS
        assert set(road.cloud.classes) <= {0, road.class_id, building.class_id}
        assert labels.frames[0].attributes["Quality"] in ("Good", "Bad")
