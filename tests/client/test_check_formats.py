"""What is read of each format, and what is said of files that are not as they should be."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from labeling.merging import write_merged
from smgt import InvalidInput
from smgt.checks import Checked, Given, check, read
from tests.client.label_files import (
    FRAMES,
    RECORDED,
    VEHICLES,
    box_line,
    clip_line,
    coco,
    mot,
    seq_label,
    write,
)
from tests.exporting.data_sets import everything

PICTURE = Given(picture=(1280.0, 720.0))


def checked(path: Path, given: Given = PICTURE) -> Checked:
    return check(read(path, given))


def found(file: Checked) -> set[tuple[str, tuple[str, ...], int, int]]:
    return {
        (each.kind.value, each.objects, each.first_frame, each.last_frame)
        for _, each in file.findings
    }


@pytest.mark.parametrize(
    ("content", "names"),
    [
        (seq_label(), ("Car:1", "Car:2")),
        (seq_label(polylines=[]), ("Car:1", "Car:2")),
        (coco(), ("1", "2")),
        (mot(), ("1", "2")),
        (mot(" "), ("1", "2")),
        ("\n" + mot("; ") + "\n", ("1", "2")),
    ],
    ids=["SeqLabel", "SeqLabel with more than boxes", "COCO", "MOT", "MOT, blanks", "MOT, ;"],
)
def test_the_same_faults_are_found_in_every_format(tmp_path, content, names):
    gap, jump = names

    assert found(checked(write(tmp_path / "labels", content))) == {
        ("gap", (gap,), 10, 10),
        ("position-jump", (jump,), 25, 25),
    }


def test_a_file_packed_with_gzip_is_the_same(tmp_path):
    plain = tmp_path / "SeqLabel.json"
    plain.write_bytes(gzip.decompress(VEHICLES.read_bytes()))

    assert found(checked(VEHICLES)) == found(checked(plain))


def test_frames_that_a_label_file_leaves_out_are_frames_without_labels(tmp_path):
    document = seq_label()
    entries = document["tracking-annotations"]
    document["tracking-annotations"] = entries[:20] + entries[23:]

    file = checked(write(tmp_path / "SeqLabel.json", document))

    assert len(file.source.parts[0].columns.frames) == FRAMES
    assert ("empty-frame", 20, 22) in {(kind, first, last) for kind, _, first, last in found(file)}
    assert file.source.notes == [
        "3 frames are left out of the file; taken for frames without labels."
    ]


def test_a_clip_of_every_second_frame_has_no_frames_between(tmp_path):
    document = seq_label()
    for entry in document["tracking-annotations"]:
        entry["frame-no"] *= 2

    file = checked(write(tmp_path / "SeqLabel.json", document))

    assert len(file.source.parts[0].columns.frames) == FRAMES


def test_lines_and_points_of_a_clip_are_checked_too(tmp_path):
    document = seq_label()
    for number, entry in enumerate(document["tracking-annotations"]):
        x = 600 if number == 30 else 100
        name = {"class-id": "1", "object-id": "p", "object-name": "Light:1"}
        entry["keypoints"] = [{**name, "x": x, "y": 50}]
        line = [{"x": 10, "y": 700}, {"x": 100, "y": 600}]
        entry["polylines"] = [
            {"class-id": "2", "object-id": "l", "object-name": "Lane:1", "vertices": line}
        ] * (2 if number == 5 else 1)

    assert found(checked(write(tmp_path / "SeqLabel.json", document))) >= {
        ("point-jump", ("Light:1",), 30, 30),
        ("duplicate-row", ("Lane:1",), 5, 5),
        ("gap", ("Car:1",), 10, 10),
    }


def test_cuboids_of_a_point_cloud_are_checked(tmp_path):
    frames = [
        {
            "frame-number": number,
            "frame-name": f"{number}.txt",
            "annotations": [
                {
                    "object-name": "Car:1",
                    "object-id": "c",
                    "class-id": 0,
                    "center-x": number * 0.5,
                    "center-y": 1.0,
                    "center-z": 0.5,
                    "length": 9.0 if number == 12 else 4.5,
                    "width": 1.8,
                    "height": 1.5,
                    "yaw": 3.1 if number >= 20 else 0.0,
                }
            ],
        }
        for number in range(30)
    ]

    file = checked(write(tmp_path / "SeqLabel.json", {"tracking-annotations": frames}))

    assert found(file) == {
        ("dimension-change", ("Car:1",), 12, 12),
        ("yaw-flip", ("Car:1",), 20, 20),
    }


def test_images_of_a_manifest_are_checked_as_one_batch(tmp_path):
    lines = [
        box_line("s3://b/one/a.jpg", (10, 10, 100, 100), (11, 10, 100, 100)),
        box_line("s3://b/two/b.jpg", (600, 400, 200, 50), (5, 5, 2, 2)),
    ]

    file = checked(write(tmp_path / "output.manifest", lines), Given())

    assert file.source.parts[0].columns.frames == ("one/a.jpg", "two/b.jpg")
    assert found(file) == {
        ("duplicate-box", ("Car #1", "Car #2"), 0, 0),
        ("out-of-frame", ("Car #1",), 1, 1),
        ("tiny-box", ("Car #2",), 1, 1),
    }


def test_images_of_coco_without_tracks_are_a_batch_and_their_outlines_are_checked(tmp_path):
    document = coco(tracked=False)
    document["annotations"][0]["segmentation"] = [[0, 0, 9, 9, 9, 0, 0, 9]]
    document["annotations"][1] |= {"iscrowd": 1, "bbox": [0, 0, 1, 1]}

    file = checked(write(tmp_path / "coco.json", document))

    assert found(file) == {("self-crossing", ("car #0",), 0, 0)}
    assert file.source.notes == ["1 crowd (iscrowd) not checked: their boxes are of many."]


def test_coco_results_name_their_images_themselves(tmp_path):
    results = [
        {"image_id": 3, "category_id": 1, "bbox": [0, 0, 50, 0], "score": 0.5},
        {"image_id": 1, "category_id": 1, "bbox": [0, 0, float("nan"), 40], "score": 0.5},
    ]
    path = tmp_path / "results.json"
    path.write_text(json.dumps(results))

    assert found(checked(path)) == {("no-size", ("1 #1",), 0, 0), ("no-size", ("1 #1",), 1, 1)}


def test_spans_of_texts_are_checked():
    file = checked(RECORDED / "comprehend-examples/output.manifest")

    assert file.kinds == {"span-cuts-word": 2}


@pytest.mark.parametrize(
    "place",
    [
        "labels/0/SeqLabel.json",
        "annotations/consolidated-annotation/output/0/SeqLabel.json",
        "../../annotations/consolidated-annotation/output/0/SeqLabel.json",
    ],
)
def test_label_files_are_found_where_downloads_put_them(tmp_path, place):
    uri = "s3://b/job/annotations/consolidated-annotation/output/0/SeqLabel.json"
    manifest = write(tmp_path / "job/manifests/output/output.manifest", [clip_line(uri)])
    write(manifest.parent / place, seq_label())

    file = checked(manifest)

    assert {kind for kind, *_ in found(file)} == {"gap", "position-jump"}
    assert file.source.notes == []


def test_a_label_file_that_is_not_there_is_said(tmp_path):
    lines = [clip_line("s3://b/x/SeqLabel.json"), box_line("s3://b/1.jpg", (1, 1, 50, 50))]

    file = checked(write(tmp_path / "output.manifest", lines))

    assert file.source.notes == [
        "cars-ref: 1 label file not found beside the manifest, so not checked, like "
        "s3://b/x/SeqLabel.json."
    ]


def test_a_broken_line_is_named_and_the_others_are_checked(tmp_path):
    lines = [box_line("s3://b/1.jpg", (1, 1, 2, 2)), {"source-ref": 5}]

    file = checked(write(tmp_path / "output.manifest", lines))

    assert file.kinds == {"tiny-box": 1}
    assert file.source.unreadable == ["line 2, source-ref: a text is expected, not a number ('5')"]


def test_what_nothing_checks_is_said():
    examples = RECORDED / "amazon-sagemaker-examples"
    notes = checked(examples / "image-classification/output.manifest").source.notes

    assert notes == [
        "birds-open-images-clone: 302 classes not checked, as there is no check for that."
    ]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "is empty"),
        ("hello", "no SeqLabel.json, no output manifest, no COCO and no MOT"),
        ('{"a": 1}', "its members are: a"),
        ('{"tracking-annotations": [', "it is not JSON"),
        ('{"tracking-annotations": 5}', "tracking-annotations: a list is expected"),
        ('{"images": [], "annotations": [{}]}', "missing required field `image_id`"),
        (
            '{"images": [{"id": 1}], "annotations": [{"image_id": 1, "bbox": [1, 2]}]}',
            "a bbox of image 1 has 2 numbers, not four",
        ),
        ("1,1,5,5,10\n", "line 1 has 5 columns, and six are needed"),
        ("1,1,5,5,10,10\n\n2,1,5,5,10\n", "line 3 has 5 columns"),
        ("0,1,5,5,10,10\n", "line 1 has frame 0: frames count from 1"),
        ("9e9,1,5,5,10,10\n", "frames count from 1, to 1,000,000 at most"),
        ('{"source-ref": "s3://b/1.jpg"}', "no object of it has any labels"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_in_a_sentence(tmp_path, content, said):
    path = write(tmp_path / "labels", content)

    with pytest.raises(InvalidInput) as refused:
        read(path)
    assert str(path) in str(refused.value)
    assert said in str(refused.value)


def test_every_recorded_manifest_is_read():
    files = [*RECORDED.rglob("*.manifest"), *RECORDED.rglob("*manifest.json")]

    labels = [part.labels for path in files for part in read(path).parts]

    assert len(files) > 10
    assert sum(labels) > 200


def test_coco_of_which_only_some_objects_have_tracks_is_checked_image_by_image(tmp_path):
    document = coco()
    del document["annotations"][0]["track_id"]

    file = checked(write(tmp_path / "coco.json", document))

    assert found(file) == set()
    assert file.source.notes == [
        "1 annotation has no track, so that images were checked one by one."
    ]


def test_each_video_of_coco_is_a_clip_of_its_own(tmp_path):
    document = coco()
    second = coco()
    for image in second["images"]:
        image |= {"id": image["id"] + 1000, "video_id": 2}
    for annotation in second["annotations"]:
        annotation |= {"id": annotation["id"] + 1000, "image_id": annotation["image_id"] + 1000}
    document["images"] += second["images"]
    document["annotations"] += second["annotations"]

    file = checked(write(tmp_path / "coco.json", document))

    assert [part.name for part in file.source.parts] == ["clip", "2"]
    assert file.kinds == {"gap": 2, "position-jump": 2}


def test_an_audits_manifest_is_checked_once_and_by_its_own_label_file(tmp_path):
    line = clip_line("s3://b/one/annotations/consolidated-annotation/output/0/SeqLabel.json")
    line["audit-ref"] = line["cars-ref"].replace("/one/", "/two/")
    line["audit-ref-metadata"] = line["cars-ref-metadata"]
    manifest = write(tmp_path / "job/output.manifest", [line])
    write(manifest.parent / "labels/0/SeqLabel.json", seq_label())

    own = checked(manifest)
    earlier = checked(manifest, Given(attribute="cars-ref"))

    assert len(own.source.parts) == 1
    assert own.source.notes[0] == (
        "Checked are the labels of audit-ref, the last job of this manifest; those of cars-ref are "
        "checked with --attribute."
    )
    assert earlier.source.parts == []
    assert "cars-ref: 1 label file not found beside the manifest" in earlier.source.notes[0]


def test_a_merged_data_set_is_checked_clip_by_clip(tmp_path):
    data = tmp_path / "data.jsonl"
    data.write_text("".join(f"{line}\n" for line in write_merged(everything())))

    file = checked(data)
    only = checked(data, Given(attribute=file.source.parts[0].name.split(",")[0]))

    assert file.source.format == "merged data set"
    assert sum(part.labels for part in file.source.parts) > 0
    assert 0 < len(only.source.parts) < len(file.source.parts)
