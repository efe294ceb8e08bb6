"""Adjusting and verifying labels of pictures in the local Ground Truth."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import numpy as np
import pytest
from PIL import Image

from emulator.ground_truth.errors import RequestInvalid
from emulator.ground_truth.interfaces import interface_of
from tests.emulator.ground_truth_world import World, picture
from tests.emulator.image_jobs import have_done, image_request, pictures, responses
from tests.emulator.recorded import DATA, recorded_lines

SA = "superannotate-sdk"
BOX = {"label": "Dog", "left": 10, "top": 5, "width": 20, "height": 30}
DRAWN = {"0.jpg": {"shapes": [BOX]}}


@pytest.fixture
def world() -> World:
    """A picture with one box and one area, both of a dog."""
    world = World()
    pictures(world)
    have_done(world, image_request(world, "b", "BoundingBox"), script=DRAWN)
    have_done(world, image_request(world, "s", "SemanticSegmentation"), script=DRAWN)
    return world


def output_of(world: World, name: str) -> str:
    return str(world.describe(name)["LabelingJobOutput"]["OutputDatasetS3Uri"])


def audit(
    world: World, name: str, task_type: str, *labels: str, audits: str = "b", **more: Any
) -> dict[str, Any]:
    manifest = output_of(world, audits.removesuffix("-ref"))
    return image_request(
        world,
        name,
        task_type,
        labels or ("Cat", "Dog"),
        **{"audits": audits, "manifest": manifest, **more},
    )


def mask_of(world: World, uri: str) -> Any:
    with Image.open(BytesIO(world.objects.read(uri))) as image:
        return np.array(image)


# --- adjusting


def test_boxes_that_are_left_as_they_are_are_unadjusted(world: World) -> None:
    (line,) = have_done(world, audit(world, "a", "AdjustmentBoundingBox"))

    assert line["a"] == line["b"]
    assert line["a-metadata"]["adjustment-status"] == "unadjusted"
    assert line["a-metadata"]["type"] == "groundtruth/object-detection"
    (answer,) = responses(world, "a")
    assert answer["answerContent"]["boundingBox"]["initialValueModified"] is False


def test_boxes_that_one_of_three_changed_are_adjusted(world: World) -> None:
    (line,) = have_done(
        world,
        audit(world, "a", "AdjustmentBoundingBox", workers=3),
        script={"0.jpg": {"shapes": [{**BOX, "left": 12}]}},
    )

    assert line["a"]["annotations"][0]["left"] == 12
    assert line["a-metadata"]["adjustment-status"] == "adjusted"
    assert line["b"]["annotations"][0]["left"] == 10
    assert responses(world, "a")[0]["answerContent"]["boundingBox"]["initialValueModified"] is True


def test_labels_may_be_numbered_differently_in_an_adjustment(world: World) -> None:
    (boxes,) = have_done(world, audit(world, "a", "AdjustmentBoundingBox", "Dog", "Owl", "Cat"))
    (masks,) = have_done(
        world,
        audit(world, "p", "AdjustmentSemanticSegmentation", "Owl", "Cat", "Dog", audits="s-ref"),
    )

    assert boxes["a"]["annotations"][0]["class_id"] == 0
    assert boxes["a-metadata"]["class-map"] == {"0": "Dog"}
    assert set(np.unique(mask_of(world, masks["p-ref"]))) == {0, 3}
    assert masks["p-ref-metadata"]["adjustment-status"] == "unadjusted"


def test_a_mask_that_was_painted_over_is_adjusted(world: World) -> None:
    (line,) = have_done(
        world,
        audit(world, "p", "AdjustmentSemanticSegmentation", audits="s-ref"),
        script={"0.jpg": {"shapes": [BOX, {**BOX, "label": "Cat", "height": 10}]}},
    )

    assert line["p-ref-metadata"]["adjustment-status"] == "adjusted"
    assert (mask_of(world, line["p-ref"])[5:15, 10:30] == 1).all()
    assert (mask_of(world, line["s-ref"])[5:15, 10:30] == 2).all()


def test_a_real_mask_can_be_adjusted() -> None:
    world = World()
    (real,) = recorded_lines(f"{SA}/semantic-segmentation.manifest")
    body = (DATA / f"{SA}/semantic-segmentation.png").read_bytes()
    world.objects.bodies[real["source-ref"]] = picture(640, 480)
    world.objects.bodies[real["attribute-name-ref"]] = body
    request = image_request(
        world,
        "p",
        "AdjustmentSemanticSegmentation",
        ["cat", "dog"],
        audits="attribute-name-ref",
        manifest=world.manifest([real]),
    )

    (line,) = have_done(world, request)

    with Image.open(BytesIO(body)) as image:
        assert (mask_of(world, line["p-ref"]) == np.array(image)).all()
    assert (
        line["p-ref-metadata"]["internal-color-map"]
        == (real["attribute-name-ref-metadata"]["internal-color-map"])
    )


@pytest.mark.parametrize(
    "change",
    [
        {"b": None},
        {"b-metadata": "none"},
        {"b-metadata": {"class-map": {"1": "Horse"}}},
        {"b-metadata": {"class-map": {}}},
    ],
)
def test_a_line_whose_boxes_cannot_be_audited_fails_alone(world: World, change: Any) -> None:
    (line,) = world.output("b")
    manifest = world.manifest([{**line, **change}, line])

    first, second = have_done(world, audit(world, "a", "AdjustmentBoundingBox", manifest=manifest))

    assert "a" not in first
    assert "a" in second
    assert world.describe("a")["LabelCounters"]["FailedNonRetryableError"] == 1


@pytest.mark.parametrize(
    "change",
    [
        {"s-ref": "s3://in/gone.png"},
        {"s-ref": "s3://in/0.jpg"},
        {"s-ref-metadata": {}},
        {"s-ref-metadata": {"internal-color-map": {"2": {"class-name": "X", "hex-color": "#0"}}}},
    ],
)
def test_a_line_whose_mask_cannot_be_audited_fails_alone(world: World, change: Any) -> None:
    (line,) = world.output("s")
    manifest = world.manifest([{**line, **change}, line])

    first, second = have_done(
        world,
        audit(world, "p", "AdjustmentSemanticSegmentation", audits="s-ref", manifest=manifest),
    )

    assert "p-ref" not in first
    assert "p-ref" in second


def test_a_mask_of_another_size_than_its_picture_fails_alone(world: World) -> None:
    world.objects.bodies["s3://in/0.jpg"] = picture(10, 10)

    (line,) = have_done(world, audit(world, "p", "AdjustmentSemanticSegmentation", audits="s-ref"))

    assert "p-ref" not in line


def test_masks_without_known_colors_fail_the_job(world: World) -> None:
    (line,) = world.output("s")
    del line["s-ref-metadata"]["internal-color-map"]["2"]["hex-color"]
    manifest = world.manifest([line])
    for name, task_type in (
        ("p", "AdjustmentSemanticSegmentation"),
        ("v", "VerificationSemanticSegmentation"),
    ):
        request = audit(world, name, task_type, audits="s-ref", manifest=manifest)
        world.twin.create_labeling_job(request)
        world.advance()

        assert world.describe(name)["LabelingJobStatus"] == "Failed"
        assert "hex-color for class 2" in world.describe(name)["FailureReason"]


# --- verifying


@pytest.mark.parametrize(
    ("task_type", "audits"),
    [("VerificationBoundingBox", "b"), ("VerificationSemanticSegmentation", "s-ref")],
)
def test_a_verification_says_of_labels_whether_they_are_right(
    world: World, task_type: str, audits: str
) -> None:
    (line,) = have_done(world, audit(world, "v", task_type, "Good", "Bad", audits=audits))

    metadata = line["v-metadata"]
    assert line["v"] == "0"
    assert set(metadata) == {
        *("class-name", "confidence", "type", "job-name", "human-annotated", "creation-date")
    }
    assert (metadata["class-name"], metadata["type"]) == ("Good", "groundtruth/label-verification")


def test_what_verifiers_remark_is_kept(world: World) -> None:
    (line,) = have_done(
        world,
        audit(world, "v", "VerificationBoundingBox", "Good", "Bad", workers=3),
        script={"0.jpg": {"classes": ["Bad"], "comment": "No tail"}},
    )

    assert line["v"] == "1"
    assert line["v-metadata"]["worker-feedback"] == [{"comment": "No tail"}] * 3
    assert line["v-metadata"]["confidence"] == 0.95


def test_verifiers_see_labels_with_their_own_classes(world: World) -> None:
    for name, task_type, audits in (
        ("v", "VerificationBoundingBox", "b"),
        ("w", "VerificationSemanticSegmentation", "s-ref"),
    ):
        request = audit(world, name, task_type, "Good", "Bad", audits=audits)
        world.twin.create_labeling_job(request)
        world.advance()
        (task,) = world.twin.desk.tasks_of(name)
        assert task.existing is not None
        assert task.categories.labels == ("Good", "Bad")


# --- what the template says


def test_an_audit_needs_a_template_that_shows_a_label(world: World) -> None:
    request = world.request("a", "AdjustmentBoundingBox", categories=world.categories("Dog"))

    with pytest.raises(RequestInvalid, match="needs a template that shows the label to audit"):
        world.twin.create_labeling_job(request)


def test_an_audit_has_a_label_attribute_of_its_own(world: World) -> None:
    request = audit(world, "a", "AdjustmentBoundingBox") | {"LabelAttributeName": "b"}

    with pytest.raises(RequestInvalid, match="must differ from the audited attribute b"):
        world.twin.create_labeling_job(request)


@pytest.mark.parametrize(
    ("html", "attribute"),
    [
        ("{{ task.input.manifestLine.cats.annotations }}", "cats"),
        ("{% for b in task.input.manifestLine.my-cats.annotations %}", "my-cats"),
        ('{{ task.input.manifestLine["cats-ref"] | grant_read_access }}', "cats-ref"),
        ("{{ task.input.manifestLine['cats-metadata'].class-map }}", "cats"),
        ("{{ task.input.manifestLine.source-ref }} {{ task.input.manifestLine.dogs }}", "dogs"),
        ("{{ task.input.manifestLine.source-ref }} {{ task.input.labels }}", None),
    ],
)
def test_the_audited_label_is_the_one_that_the_template_reads(
    html: str, attribute: str | None
) -> None:
    assert interface_of(html).audited_attribute == attribute
