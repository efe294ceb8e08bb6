"""Input that cannot be worked on: the job fails, and says why."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from emulator.ground_truth.categories import read_categories
from emulator.ground_truth.limits import Limits
from emulator.ground_truth.task_types import task_types
from tests.emulator.ground_truth_world import World

TRACKING = "VideoObjectTracking"
SEQUENCE = "s3://in/clip-0.json"
CATEGORIES = "s3://in/categories/labels.json"
MANIFEST = "s3://in/input.manifest"
LABEL = {"label": "Car"}


@pytest.fixture
def world() -> World:
    world = World()
    world.clips()
    world.categories()
    return world


def failure(world: World, task_type: str = TRACKING) -> str:
    """Why a job on this world's input fails."""
    arn = world.twin.create_labeling_job(world.request("job", task_type))
    world.advance()
    job = world.describe("job")
    assert job["LabelingJobStatus"] == "Failed"
    assert world.events.statuses_of(arn) == ["Failed"]
    return str(job["FailureReason"])


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (None, "s3://in/input.manifest does not exist"),
        ("", "has no data objects"),
        ('{"source-ref": "s3://in/clip-0.json"}\n{oops\n', "Line 2 of the input manifest"),
        ("[1]\n", "is not a JSON object"),
        ('{"other": 1}\n', "must have either source or source-ref"),
        ('{"source": "a", "source-ref": "s3://in/a"}\n', "must have either source or source-ref"),
        ('{"source-ref": "s3://in/clip-0.json", "$x": 1}\n', "must not begin with $"),
        (f'{{"source-ref": "{"x" * 20_001}"}}\n', "more than 20000 characters"),
        ('{"source-ref": "clip-0.json"}\n', "must be an S3 URI"),
        ('{"source-ref": "s3://in/other.json"}\n', "s3://in/other.json does not exist"),
    ],
)
def test_a_bad_manifest_fails_the_job(world: World, text: str | None, reason: str) -> None:
    if text is None:
        del world.objects.bodies[MANIFEST]
    else:
        world.objects.put(MANIFEST, text)

    assert reason in failure(world)


def test_lines_may_end_as_on_windows(world: World) -> None:
    world.objects.put(MANIFEST, f'{{"source-ref": "{SEQUENCE}"}}\r\n')

    assert world.run(world.request("job", TRACKING))["LabelCounters"]["HumanLabeled"] == 1


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda s: s.pop("seq-no"), "seq-no (integer) is required"),
        (lambda s: s.update({"prefix": "s3://in/clip-0"}), "must be an S3 URI that ends in /"),
        (lambda s: s.update({"number-of-frames": 4}), "must be the length of frames (3)"),
        (lambda s: s.update({"frames": []}), "frames must be a list of frames"),
        (lambda s: s["frames"][0].pop("frame-no"), "needs a frame-no"),
        (lambda s: s["frames"][0].pop("frame"), "needs the name of its file"),
        (lambda s: s["frames"][0].update(frame="000002.jpg"), "a frame occurs twice"),
        (lambda s: s["frames"][0].update(frame="000001.gif"), "000001.gif is not"),
        (lambda s: s["frames"][0].update(frame="0.jpg"), "are missing: s3://in/clip-0/0.jpg."),
    ],
)
def test_a_bad_sequence_file_fails_the_job(
    world: World, change: Callable[[Any], object], reason: str
) -> None:
    sequence = world.objects.json(SEQUENCE)
    change(sequence)
    world.objects.put(SEQUENCE, sequence)

    assert reason in failure(world)


def test_a_sequence_file_that_is_no_json_fails_the_job(world: World) -> None:
    world.objects.put(SEQUENCE, "not JSON")

    assert f"The sequence file {SEQUENCE} is not valid JSON" in failure(world)


@pytest.mark.parametrize(
    ("document", "reason"),
    [
        (None, "s3://in/categories/labels.json does not exist"),
        ("{", "is not valid JSON"),
        ("[]", "its structure is not that of a label category file"),
        ({"labels": []}, "at least one label"),
        ({"labels": [{"name": "Car"}]}, "its structure is not that of a label category file"),
        ({"labels": [LABEL, LABEL]}, "label 'Car' occurs more than once"),
        ({"labels": [{"label": f"L{n}"} for n in range(31)]}, "there are 31 labels"),
        ({"labels": [LABEL], "annotationType": "Circle"}, "annotationType must be one of"),
        (
            {"labels": [LABEL], "frameAttributes": [{"name": "wet", "type": "string"}]},
            "needs a description",
        ),
        (
            {"labels": [LABEL], "categoryGlobalAttributes": [{"name": "a", "type": "date"}]},
            "must have the type string or number",
        ),
        (
            {
                "labels": [LABEL],
                "categoryGlobalAttributes": [{"name": "a", "type": "number"}] * 2,
            },
            "attribute 'a' occurs more than once",
        ),
    ],
)
def test_a_bad_label_category_file_fails_the_job(world: World, document: Any, reason: str) -> None:
    if document is None:
        del world.objects.bodies[CATEGORIES]
    else:
        world.objects.put(CATEGORIES, document)

    assert reason in failure(world)


def test_an_attribute_of_one_label_may_be_called_as_one_of_all_labels(world: World) -> None:
    """A file of Amazon's own Ground Truth workshop has such ones."""
    own = {"name": "Occlusion", "type": "string", "enum": ["some", "none"]}
    shared = {"name": "Occlusion", "type": "number"}
    labels = [{"label": "Car", "categoryAttributes": [own]}, {"label": "Bus"}]
    world.objects.put(CATEGORIES, {"labels": labels, "categoryGlobalAttributes": [shared]})

    categories = read_categories(
        CATEGORIES, task_type=task_types()[TRACKING], objects=world.objects
    )

    assert [one.type for one in categories.attributes_of("Car")] == ["string"]
    assert [one.type for one in categories.attributes_of("Bus")] == ["number"]
    assert world.run(world.request("job", TRACKING))["LabelingJobStatus"] == "Completed"


def test_all_that_is_wrong_with_a_label_category_file_is_said(world: World) -> None:
    world.objects.put(CATEGORIES, {"labels": [LABEL, LABEL], "annotationType": "Circle"})

    reason = failure(world)

    assert "occurs more than once" in reason
    assert "annotationType" in reason


def test_a_failed_job_carries_its_lines_to_the_output(world: World) -> None:
    world.objects.put(SEQUENCE, "not JSON")

    failure(world)

    assert world.output("job") == [{"source-ref": SEQUENCE}]


def test_a_video_job_has_at_most_ten_sequences(world: World) -> None:
    world.manifest([{"source-ref": f"{SEQUENCE}"}] * 11)

    assert "has 11 data objects, at most 10 are allowed" in failure(world)


def test_a_sequence_has_at_most_so_many_frames() -> None:
    world = World(limits=Limits(video_frames=2))
    world.clips()
    world.categories()

    assert "has more than 2 frames" in failure(world)


def test_frames_are_shown_in_the_order_of_their_names(world: World) -> None:
    sequence = world.objects.json(SEQUENCE)
    sequence["frames"].reverse()
    world.objects.put(SEQUENCE, sequence)
    world.twin.create_labeling_job(world.request("job", TRACKING))
    world.advance()

    (task,) = world.twin.desk.open_tasks(world.team)

    assert [(frame.number, frame.name) for frame in task.source.frames] == [
        (0, "000001.jpg"),
        (1, "000002.jpg"),
        (2, "000003.jpg"),
    ]


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda line: line.pop("source-ref-metadata"), "needs source-ref-metadata"),
        (lambda line: line["source-ref-metadata"].update(format="binary/rgb"), "is unknown"),
        (lambda line: line.update({"source-ref": "s3://in/x.pcd"}), "must end in .bin or .txt"),
        (lambda line: line.update({"source-ref": "s3://in/x.bin"}), "are missing: s3://in/x.bin"),
    ],
)
def test_a_bad_point_cloud_fails_the_job(
    world: World, change: Callable[[Any], object], reason: str
) -> None:
    line = world.cloud(0)
    change(line)
    world.manifest([line])

    assert reason in failure(world, "3DPointCloudObjectDetection")


def test_cuboids_linked_with_boxes_in_camera_images_are_not_done_here(world: World) -> None:
    world.cloud_sequence()
    linked = {"labels": [LABEL], "annotationType": [{"type": "BoundingBox"}, {"type": "Cuboid"}]}
    world.objects.put(CATEGORIES, linked)

    reason = failure(world, "3DPointCloudObjectTracking")

    assert "the local Ground Truth links no cuboids with boxes in camera images" in reason


def test_what_is_drawn_in_point_clouds_needs_no_annotation_type(world: World) -> None:
    world.clouds()
    uri = world.categories(annotationType="Cuboid")

    described = world.run(world.request("job", "3DPointCloudObjectDetection", categories=uri))

    assert described["LabelingJobStatus"] == "Completed"


def test_times_of_point_clouds_must_increase(world: World) -> None:
    world.cloud_sequence()
    sequence = world.objects.json("s3://in/drive.json")
    sequence["frames"][2]["unix-timestamp"] = 1
    world.objects.put("s3://in/drive.json", sequence)

    assert "must increase" in failure(world, "3DPointCloudObjectTracking")
