"""Labels of pictures in the local Ground Truth, compared with what the service left."""

from __future__ import annotations

from base64 import b64decode
from io import BytesIO
from typing import Any

import numpy as np
import pytest
from PIL import Image

from emulator.ground_truth.limits import Limits
from tests.emulator.ground_truth_world import World
from tests.emulator.image_jobs import (
    SIZE,
    form,
    have_done,
    image_request,
    pictures,
    png_picture,
    responses,
)
from tests.emulator.recorded import DATA, recorded, recorded_lines

AWS = "amazon-sagemaker-examples"
SA = "superannotate-sdk"
BOX = {"label": "Dog", "left": 10, "top": 5, "width": 20, "height": 30}
OUT = "s3://out/jobs"


@pytest.fixture
def world() -> World:
    world = World()
    pictures(world)
    return world


def first_line(name: str) -> Any:
    return recorded_lines(name)[0]


def renamed(line: Any, old: str, new: str) -> Any:
    """A manifest line with another label attribute."""
    return {key.replace(old, new, 1) if key.startswith(old) else key: v for key, v in line.items()}


# --- what is stored, beside real output


def test_a_class_is_stored_as_the_service_stored_it(world: World) -> None:
    real = renamed(
        first_line(f"{AWS}/image-classification.manifest"), "birds-open-images-clone", "c"
    )

    (line,) = have_done(
        world,
        image_request(world, "c", "ImageMultiClass"),
        script={"0.jpg": {"classes": ["Dog"]}},
    )

    assert form(line) == form(real)
    assert line["c"] == 1
    assert line["c-metadata"]["class-name"] == "Dog"
    assert line["c-metadata"]["confidence"] == 0.0
    assert line["c-metadata"]["type"] == real["c-metadata"]["type"]
    assert line["c-metadata"]["job-name"] == "labeling-job/c"


def test_an_answer_of_a_class_is_the_service_s(world: World) -> None:
    real = recorded(f"{AWS}/image-classification-worker-response.json")

    have_done(world, image_request(world, "c", "ImageMultiClass"))

    (answer,) = responses(world, "c")
    old = real["answers"][0]
    assert set(old) <= set(answer)
    assert form(answer["answerContent"]) == form(old["answerContent"])


def test_boxes_are_stored_as_the_service_stored_them(world: World) -> None:
    real = renamed(first_line(f"{SA}/object-detection.manifest"), "test-obj-detect", "b")

    (line,) = have_done(
        world,
        image_request(world, "b", "BoundingBox", ["Dog"]),
        script={"0.jpg": {"shapes": [BOX]}},
    )

    assert form(line) == form(real)
    assert line["b"] == {
        "image_size": [{"width": 64, "height": 48, "depth": 3}],
        "annotations": [{"class_id": 0, "top": 5, "left": 10, "height": 30, "width": 20}],
    }
    assert line["b-metadata"]["objects"] == real["b-metadata"]["objects"]
    assert list(line["b"]["annotations"][0]) == list(real["b"]["annotations"][0])


def test_a_consolidation_answers_as_the_service_s(world: World) -> None:
    kinds = {
        "BoundingBox": ("object-detection", "test-obj-detect", "b"),
        "SemanticSegmentation": ("semantic-segmentation", "attribute-name-ref", "s-ref"),
    }
    for task_type, (name, old, new) in kinds.items():
        real = recorded(f"{SA}/{name}-consolidation-response.json")[0]
        real["consolidatedAnnotation"]["content"] = renamed(
            real["consolidatedAnnotation"]["content"], old, new
        )
        job = new.removesuffix("-ref")
        labels = ["Cat", "Dog"] if job == "s" else ["Dog"]
        (line,) = have_done(
            world,
            image_request(world, job, task_type, labels),
            script={"0.jpg": {"shapes": [BOX]}},
        )

        folder = f"{OUT}/{job}/annotations/consolidated-annotation/"
        (uri,) = world.objects.under(f"{folder}consolidation-response/iteration-1/")
        (answer,) = world.objects.json(uri)
        if job == "s":
            colors = answer["consolidatedAnnotation"]["content"]["s-ref-metadata"]
            assert set(colors["internal-color-map"]) == {"0", "1", "2"}
        assert form(answer) == form(real)
        assert answer["consolidatedAnnotation"]["content"].items() <= line.items()


def test_a_consolidation_is_asked_with_all_answers(world: World) -> None:
    have_done(world, image_request(world, "c", "ImageMultiClass", workers=3))

    folder = f"{OUT}/c/annotations/consolidated-annotation/consolidation-request/iteration-1/"
    (uri,) = world.objects.under(folder)
    (asked,) = world.objects.json(uri)
    assert asked["datasetObjectId"] == "0"
    assert asked["dataObject"] == {"s3Uri": "s3://in/0.jpg"}
    assert len({annotation["workerId"] for annotation in asked["annotations"]}) == 3
    content = asked["annotations"][0]["annotationData"]["content"]
    assert content.startswith('{"crowd-image-classifier": {"label": ')


def test_a_mask_is_stored_as_the_service_stored_it(world: World) -> None:
    real = renamed(first_line(f"{SA}/semantic-segmentation.manifest"), "attribute-name", "s")
    with Image.open(DATA / f"{SA}/semantic-segmentation.png") as image:
        mode, palette = image.mode, image.getpalette()

    (line,) = have_done(
        world,
        image_request(world, "s", "SemanticSegmentation", ["cat", "dog"]),
        script={"0.jpg": {"shapes": [{**BOX, "label": "dog"}]}},
    )

    assert form(line) == form(real)
    colors = line["s-ref-metadata"]["internal-color-map"]
    assert colors == real["s-ref-metadata"]["internal-color-map"]
    folder = f"{OUT}/s/annotations/consolidated-annotation/output/"
    assert line["s-ref"].startswith(f"{folder}0_2026-03-01T09:30:")
    with Image.open(BytesIO(world.objects.read(line["s-ref"]))) as image:
        assert (image.mode, image.getpalette(), image.size) == (mode, palette, SIZE)
        pixels = np.array(image)
    assert (pixels[5:35, 10:30] == 2).all()
    assert np.count_nonzero(pixels) == 20 * 30


def test_an_answer_of_a_mask_has_the_picture_and_its_colors(world: World) -> None:
    have_done(
        world,
        image_request(world, "s", "SemanticSegmentation"),
        script={"0.jpg": {"shapes": [BOX]}},
    )

    (answer,) = responses(world, "s")
    content = answer["answerContent"]["crowd-semantic-segmentation"]
    assert content["inputImageProperties"] == {"height": 48, "width": 64}
    assert content["labelMappings"] == {"Dog": {"color": "#1f77b4"}}
    with Image.open(BytesIO(b64decode(content["labeledImage"]["pngImageData"]))) as image:
        assert image.size == SIZE


def test_several_classes_come_with_a_confidence_each(world: World) -> None:
    (line,) = have_done(
        world,
        image_request(world, "m", "ImageMultiClassMultiLabel", ["Cat", "Dog", "Owl"]),
        script={"0.jpg": {"classes": ["Owl", "Cat"]}},
    )

    assert line["m"] == [0, 2]
    assert line["m-metadata"]["class-map"] == {"0": "Cat", "2": "Owl"}
    assert line["m-metadata"]["confidence-map"] == {"0": 0.0, "2": 0.0}
    assert line["m-metadata"]["type"] == "groundtruth/image-classification-multilabel"


def test_the_name_of_a_job_is_in_lower_case(world: World) -> None:
    (line,) = have_done(world, image_request(world, "Birds-2", "ImageMultiClass"))

    assert line["Birds-2-metadata"]["job-name"] == "labeling-job/birds-2"


def test_answers_come_under_the_name_that_the_template_gives(world: World) -> None:
    html = '<crowd-form><crowd-image-classifier src="a" name="bird"></crowd-image-classifier>'
    ui = {"UiTemplateS3Uri": world.objects.put("s3://in/own.html", html)}
    request = world.request(
        "c", "ImageMultiClass", categories=world.categories("Cat", "Dog"), UiConfig=ui
    )

    have_done(world, request)

    (answer,) = responses(world, "c")
    assert list(answer["answerContent"]) == ["bird"]


# --- pictures that cannot be labeled


@pytest.mark.parametrize(
    ("name", "body"),
    [("gone.png", None), ("text.png", b"this is no picture"), ("large.png", b"PNG" * 2000)],
)
def test_a_picture_that_nobody_can_see_fails_alone(name: str, body: bytes | None) -> None:
    world = World(limits=Limits(image_bytes=5000))
    pictures(world)
    if body is not None:
        world.objects.bodies[f"s3://in/{name}"] = body
    lines = [{"source-ref": f"s3://in/{name}"}, {"source-ref": "s3://in/0.jpg"}]
    request = image_request(world, "c", "ImageMultiClass", manifest=world.manifest(lines))

    failed, labeled = have_done(world, request)

    assert world.describe("c")["LabelingJobStatus"] == "Completed"
    assert world.describe("c")["LabelCounters"]["FailedNonRetryableError"] == 1
    assert failed == {"source-ref": f"s3://in/{name}"}
    assert "c" in labeled


@pytest.mark.parametrize("line", [{"source-ref": "s3://in/a.gif"}, {"source": "a text"}])
def test_a_line_that_names_no_picture_fails_the_job(world: World, line: Any) -> None:
    request = image_request(world, "c", "ImageMultiClass", manifest=world.manifest([line]))
    world.twin.create_labeling_job(request)
    world.advance()

    assert world.describe("c")["LabelingJobStatus"] == "Failed"
    assert "image" in world.describe("c")["FailureReason"]


@pytest.mark.parametrize(("mode", "channels"), [("L", 1), ("RGB", 3), ("RGBA", 4)])
def test_the_depth_of_a_picture_is_the_number_of_its_channels(mode: str, channels: int) -> None:
    world = World()
    world.objects.bodies["s3://in/a.PNG"] = png_picture(mode)
    world.manifest([{"source-ref": "s3://in/a.PNG"}])

    (line,) = have_done(world, image_request(world, "b", "BoundingBox"))

    assert line["b"]["image_size"] == [{"width": 64, "height": 48, "depth": channels}]
