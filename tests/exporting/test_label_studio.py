"""Label Studio, held against its configuration by label-studio-sdk, and read back with its
converter."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from label_studio_sdk.converter.converter import Converter
from label_studio_sdk.label_interface.interface import LabelInterface

from labeling.exporting import Options
from labeling.labels import Box, ClassLabel
from tests.exporting.data_sets import (
    CLIP,
    SIZE,
    box,
    clip,
    everything,
    exported,
    picture,
    recorded,
    recorded_clip,
)

MEDIA = ("image", "text", "video")


def tasks(folder: Path, medium: str = "image") -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads((folder / f"{medium}.json").read_text())
    return found


def results(task: dict[str, Any]) -> list[dict[str, Any]]:
    (annotation,) = task["annotations"]
    found: list[dict[str, Any]] = annotation["result"]
    return found


def as_coco(folder: Path) -> dict[str, Any]:
    """What the converter makes of the tasks."""
    converter = Converter((folder / "image.xml").read_text(), str(folder), download_resources=False)
    converter.convert_to_coco(str(folder / "image.json"), str(folder / "coco"), is_dir=False)
    found: dict[str, Any] = json.loads((folder / "coco/result.json").read_text())
    return found


@pytest.mark.parametrize("medium", MEDIA)
def test_all_that_is_written_fits_the_configuration(medium, tmp_path):
    exported("label-studio", everything(), tmp_path, Options(classes=("Zebra",)))

    interface = LabelInterface((tmp_path / f"{medium}.xml").read_text())

    interface.validate()
    for task in tasks(tmp_path, medium):
        (annotation,) = task["annotations"]
        assert interface._validate_object(annotation, return_errors=True) == []
        assert task["data"].keys() == {medium}


def test_boxes_of_a_recorded_manifest_are_read_back(tmp_path):
    merged = recorded("amazon-sagemaker-examples/object-detection", "sample_output.manifest")
    exported("label-studio", merged, tmp_path)

    coco = as_coco(tmp_path)

    expected = [it.label for one in merged for it in one.annotations]
    names = {category["id"]: category["name"] for category in coco["categories"]}
    for read, label in zip(coco["annotations"], expected, strict=True):
        assert isinstance(label, Box)
        assert names[read["category_id"]] == label.label
        where = [label.left, label.top, label.width, label.height]
        assert read["bbox"] == pytest.approx(where)


def test_boxes_of_a_recorded_clip_are_read_back(tmp_path):
    merged = recorded_clip()
    report, _ = exported("label-studio", [merged], tmp_path, Options(size=SIZE))

    found = tasks(tmp_path)

    assert len(found) == 300
    assert report.annotations["box"] == len(list(merged.annotations))
    for task, frame in zip(found, merged.frames, strict=True):
        assert task["meta"] == {
            "source": merged.source,
            "frame": frame.name,
            "number": frame.number,
        }
        keys = [it.label.track.key for it in frame.annotations if it.label.track]
        regions = [it for it in results(task) if it["type"] == "rectanglelabels"]
        assert [it["meta"]["text"] for it in regions] == [[key] for key in keys]


def test_shapes_are_in_percent_of_the_picture(tmp_path):
    exported("label-studio", [CLIP], tmp_path)

    first, *_ = tasks(tmp_path)

    assert first["data"] == {"image": "s3://b/clips/one/0000.jpg"}
    values = {it["from_name"]: it["value"] for it in results(first) if it["type"] != "textarea"}
    assert values["polygon"] == {
        "points": [[0, 0], [20, 0], [20.25, 30]],
        "closed": True,
        "polygonlabels": ["Road"],
    }
    assert [(it["x"], it["y"]) for it in values["polyline"]["vertices"]] == [(0.5, 2), (1.75, 4)]
    assert (values["keypoint"]["x"], values["keypoint"]["y"]) == (5.5, 12.25)


def test_answers_about_a_shape_have_its_id(tmp_path):
    exported("label-studio", [CLIP], tmp_path)

    car, occluded, note, *_ = results(tasks(tmp_path)[0])

    assert car["id"] == occluded["id"] == note["id"]
    assert (occluded["from_name"], occluded["value"]["text"]) == ("attribute.occluded", ["yes"])
    assert (car["score"], car["meta"]) == (0.75, {"text": ["0f1e"]})


def test_classes_verdicts_and_answers_about_pictures_are_kept(tmp_path):
    exported("label-studio", everything(), tmp_path)

    (judged,) = [it for it in tasks(tmp_path) if it["data"]["image"] == "s3://b/judged.jpg"]

    assert {it["from_name"]: it["value"] for it in results(judged)} == {
        "class.scene": {"choices": ["Town"]},
        "class.ok": {"choices": ["bad"]},
        "frame.ok.comments": {"text": ["too large"]},
        "frame.scene.weather": {"text": ["rain"]},
    }


def test_a_picture_that_only_a_custom_job_has_labeled_is_there_with_its_class(tmp_path):
    own = picture("s3://b/own.jpg", ClassLabel(label="Town"), kind="groundtruth/custom")
    nothing = picture("s3://b/nothing.jpg", kind="groundtruth/custom")

    exported("label-studio", [own, nothing], tmp_path)

    (task,) = tasks(tmp_path)
    assert task["data"]["image"] == "s3://b/own.jpg"
    assert [it["value"] for it in results(task)] == [{"choices": ["Town"]}]


def test_spans_are_read_back(tmp_path):
    merged = recorded("comprehend-ner-examples")
    exported("label-studio", merged, tmp_path)

    found = tasks(tmp_path, "text")

    assert len(found) == len(merged)
    for task, one in zip(found, merged, strict=True):
        assert task["data"]["text"] == one.source
        for result, annotation in zip(results(task), one.annotations, strict=True):
            value = result["value"]
            assert value["labels"] == [annotation.label.label]
            assert one.source[value["start"] : value["end"]] == value["text"]


def test_classes_of_videos_are_kept(tmp_path):
    exported("label-studio", everything(), tmp_path)

    (film,) = tasks(tmp_path, "video")

    assert film["data"] == {"video": "s3://b/film.mp4"}
    assert results(film)[0]["value"] == {"choices": ["Fall"]}


def test_shapes_of_pictures_of_unknown_size_are_reported(tmp_path):
    report, missing = exported(
        "label-studio", [clip(frames=((box("Car", 1),),), size=None)], tmp_path
    )

    assert (report.frames, report.annotations) == (1, {})
    assert missing["box"][0] == 1
