"""YOLO, Pascal VOC and MOT Challenge: formats of boxes, read back with Datumaro and TrackEval."""

from __future__ import annotations

import csv
from pathlib import Path

import datumaro
import pytest
import trackeval
import yaml
from PIL import Image

from labeling.exporting import Options
from labeling.labels import Box, PictureSize
from tests.exporting.data_sets import (
    CLIP,
    SIZE,
    box,
    clip,
    everything,
    exported,
    partly_labeled,
    picture,
    recorded,
    recorded_clip,
)

DETECTION = ("amazon-sagemaker-examples/object-detection", "sample_output.manifest")


def boxes_of(frame) -> list[Box]:
    return [it.label for it in frame.annotations if isinstance(it.label, Box)]


def listed(folder: Path) -> list[dict[str, str]]:
    with (folder / "pictures.csv").open(newline="") as file:
        return list(csv.DictReader(file))


def empty_pictures(folder: Path, size: PictureSize = SIZE) -> None:
    """Readers open the pictures, which no export has."""
    for row in listed(folder):
        file = folder / row["file"]
        file.parent.mkdir(parents=True, exist_ok=True)
        Image.new("L", (size.width, size.height)).save(file)


def read(folder: Path, form: str) -> tuple[dict[str, list[tuple]], list[str]]:
    """By picture the boxes, as class, left, top, width, height, and the names of all classes."""
    found = datumaro.Dataset.import_from(str(folder), form)
    names = [label.name for label in found.categories()[datumaro.AnnotationType.label]]
    items = {
        item.id: [(names[it.label], *it.get_bbox()) for it in item.annotations] for item in found
    }
    return items, names


def as_read(labels: list[Box]) -> list:
    """Datumaro rounds to hundredths of a pixel."""
    return [
        (
            it.label,
            *(pytest.approx(v, abs=0.02) for v in (it.left, it.top, it.width, it.height)),
        )
        for it in labels
    ]


def test_yolo_is_read_back(tmp_path):
    exported("yolo", [CLIP], tmp_path)
    empty_pictures(tmp_path)

    items, names = read(tmp_path, "yolo")

    assert names == ["Car", "Cart"]
    frames = {f"one_{frame.name}".removesuffix(".jpg"): frame for frame in CLIP.frames}
    assert items.keys() == frames.keys()
    assert items == {name: as_read(boxes_of(frame)) for name, frame in frames.items()}


def test_recorded_boxes_are_read_back_from_yolo(tmp_path):
    merged = recorded(*DETECTION)
    sizes = {one.frames[0].size for one in merged}
    exported("yolo", merged, tmp_path)
    assert len(sizes) > 1

    expected = [boxes_of(one.frames[0]) for one in merged]
    classes = yaml.safe_load((tmp_path / "data.yaml").read_text())["names"]
    for row, labels, one in zip(listed(tmp_path), expected, merged, strict=True):
        assert row["uri"] == one.source
        size = one.frames[0].size
        assert size is not None
        text = tmp_path / row["file"].replace("images", "labels").replace(".jpg", ".txt")
        found = [tuple(map(float, line.split())) for line in text.read_text().splitlines()]
        inside = [
            (
                (min(it.left + it.width, size.width) + it.left) / 2 / size.width,
                (min(it.top + it.height, size.height) + it.top) / 2 / size.height,
            )
            for it in labels
        ]
        assert [classes[int(line[0])] for line in found] == [it.label for it in labels]
        assert [line[1:3] for line in found] == [pytest.approx(it, abs=1e-8) for it in inside]


def test_yolo_cuts_boxes_off_where_the_picture_ends(tmp_path):
    report, missing = exported(
        "yolo",
        [picture("s3://b/a.jpg", box("Car", 190), box("Car", 200), box("Car", -5))],
        tmp_path,
    )

    assert (tmp_path / "labels/train/a.txt").read_text().splitlines() == [
        "0 0.97500000 0.25000000 0.05000000 0.30000000",
        "0 0.03750000 0.25000000 0.07500000 0.30000000",
    ]
    assert report.annotations == {"box": 2}
    assert missing["parts of boxes"][0] == 2
    assert missing["box"] == (1, "YOLO has no boxes without an area inside of the picture")


def test_yolo_leaves_out_pictures_of_unknown_size_and_says_so(tmp_path):
    unknown = clip(frames=((box("Car", 1),), ()), size=None)

    _, without = exported("yolo", [unknown], tmp_path / "a")
    report, told = exported("yolo", [unknown], tmp_path / "b", Options(size=SIZE))

    why = "YOLO measures in parts of the picture, and nobody knows its size"
    assert (without["frames"], without["box"]) == ((2, why), (1, why))
    assert report.frames == 2
    assert "frames" not in told
    assert (tmp_path / "b/labels/train/one_0001.txt").read_bytes() == b""


def test_a_picture_whose_class_alone_was_asked_for_is_no_picture_of_nothing(tmp_path):
    exported("yolo", everything(), tmp_path)

    names = {Path(row["file"]).stem for row in listed(tmp_path)}
    assert {"street", "street-2", "one_0002"} <= names
    assert not {"judged", "mask", "film", "points"} & names


def test_voc_is_read_back(tmp_path):
    exported("voc", [CLIP], tmp_path)

    items, names = read(tmp_path, "voc_detection")

    frames = {f"one_{frame.name}".removesuffix(".jpg"): frame for frame in CLIP.frames}
    assert items == {name: as_read(boxes_of(frame)) for name, frame in frames.items()}
    assert names == ["background", "Car", "Cart"]


def test_voc_keeps_answers_and_sizes(tmp_path):
    exported("voc", [CLIP], tmp_path)

    found = datumaro.Dataset.import_from(str(tmp_path), "voc_detection")

    (first,) = (item for item in found if item.id == "one_0000")
    assert first.media.size == (100, 200)
    car, cart = (it.attributes for it in first.annotations)
    assert car["note"] == '<wet> & "dark"'
    assert (car["truncated"], cart["occluded"]) == (False, False)


def test_recorded_boxes_are_read_back_from_voc(tmp_path):
    merged = recorded(*DETECTION)
    exported("voc", merged, tmp_path)

    items, _ = read(tmp_path, "voc_detection")

    assert list(items.values()) == [as_read(boxes_of(one.frames[0])) for one in merged]


def test_voc_has_no_character_that_xml_cannot_have(tmp_path):
    odd = box("a\x07:b\nc", 1, attributes={"\x00": "\ud83d"})
    _, missing = exported("voc", [picture("s3://b/a.jpg", odd)], tmp_path)

    items, _ = read(tmp_path, "voc_detection")

    assert [it[0] for it in items["a"]] == ["a�_b c"]
    assert missing["class names"][0] == 1


def test_mot_is_read_back_by_datumaro(tmp_path):
    exported("mot", [CLIP], tmp_path)

    found = datumaro.Dataset.import_from(str(tmp_path / "one"), "mot_seq")

    names = found.categories()[datumaro.AnnotationType.label]
    items = {int(item.id): item.annotations for item in found}
    assert list(items) == [1, 2, 3, 4]
    for number, frame in enumerate(CLIP.frames, start=1):
        boxes = [(names[it.label].name, *it.get_bbox()) for it in items[number]]
        assert boxes == as_read(boxes_of(frame))
    tracks = [[it.attributes["track_id"] for it in annotations] for annotations in items.values()]
    assert tracks == [[1, 2], [1], [], [1, 2]]


def trackeval_of(folder: Path, classes: list[str]) -> trackeval.datasets.MotChallenge2DBox:
    """The export as ground truth, and as the answer of a tracker too."""
    (folder / "seqmaps").mkdir(exist_ok=True)
    sequences = (folder / "seqmaps/all.txt").read_text().split()[1:]
    for sequence in sequences:
        data = folder / "trackers/same/data"
        data.mkdir(parents=True, exist_ok=True)
        (data / f"{sequence}.txt").write_text((folder / sequence / "gt/gt.txt").read_text())
    config = trackeval.datasets.MotChallenge2DBox.get_default_dataset_config() | {
        "GT_FOLDER": str(folder),
        "TRACKERS_FOLDER": str(folder / "trackers"),
        "SEQMAP_FILE": str(folder / "seqmaps/all.txt"),
        "SKIP_SPLIT_FOL": True,
        "DO_PREPROC": False,
        "PRINT_CONFIG": False,
    }
    return trackeval.datasets.MotChallenge2DBox(config)


def test_recorded_tracks_are_read_back_by_trackeval(tmp_path):
    merged = recorded_clip()
    report, missing = exported("mot", [merged], tmp_path)

    data = trackeval_of(tmp_path, ["Vehicle"]).get_raw_seq_data("same", "clip")

    numbers: dict[str, int] = {}
    for step, frame in enumerate(merged.frames):
        boxes = boxes_of(frame)
        assert data["gt_dets"][step].tolist() == [
            [it.left, it.top, it.width, it.height] for it in boxes
        ]
        keys = [it.track.key for it in boxes if it.track]
        for key in keys:
            numbers.setdefault(key, len(numbers) + 1)
        assert data["gt_ids"][step].tolist() == [numbers[key] for key in keys]
    assert data["num_timesteps"] == 300
    assert report.tracks == len(numbers)
    assert missing["frame rate"][0] == missing["picture size"][0] == 1


def test_mot_has_no_object_that_no_job_tracks(tmp_path):
    report, _ = exported("mot", everything(), tmp_path)

    assert (tmp_path / "one-2/gt/gt.txt").read_text().splitlines() == [
        "1,-1,1,10,20,30,1,1,1",
        "1,-1,5,10,20,30,1,1,1",
    ]
    assert report.tracks == 2 + 1 + 1  # of the clips, and of the camera beside the point clouds


def test_mot_says_that_single_pictures_are_missing(tmp_path):
    _, missing = exported("mot", [picture("s3://b/a.jpg", box("Car", 1))], tmp_path)

    why = "MOT Challenge has clips only, and this is a single picture"
    assert (missing["frames"], missing["box"]) == ((1, why), (1, why))


def test_a_frame_that_was_never_labeled_is_no_frame_of_nothing(tmp_path):
    report, missing = exported("mot", [partly_labeled()], tmp_path)

    lines = (tmp_path / "part/gt/gt.txt").read_text().splitlines()
    assert [line.split(",")[0] for line in lines] == ["1", "3"]
    assert "seqLength=3\n" in (tmp_path / "part/seqinfo.ini").read_text()
    assert [row["uri"] for row in listed(tmp_path)] == [
        "s3://b/part/0000.jpg",
        "s3://b/part/0002.jpg",
    ]
    assert report.frames == 2
    assert {it.why for it in report.not_held if it.what == "frames"} == {
        "nothing that MOT Challenge holds was labeled here",
        "MOT Challenge has frames only, and this is about the whole clip",
    }
    assert missing["labels"] == (1, "the frame is not labeled")
    assert missing["class"][0] == 1
