"""The merge: what several jobs say of one object comes together."""

from __future__ import annotations

import json

import pytest

from labeling.labels import read_manifest
from labeling.merging import MergeReport, merge, read_merged, write_merged
from tests.labels.recorded import DATA, content
from tests.merging.batch_files import (
    CLIP,
    Files,
    box,
    drawn,
    labeled,
    merged,
    seq_label,
)


@pytest.fixture
def files() -> Files:
    files = Files()
    files.sequence(CLIP, "a.jpg", "b.jpg", "c.jpg")
    return files


def test_modalities_of_a_clip_come_together_by_the_names_of_its_frames(files):
    boxes = {"b.jpg": [box("Car:1", 11)], "a.jpg": [box("Car:1", 10)]}
    lanes = seq_label({"a.jpg": [], "b.jpg": []}, first=7)
    lanes["tracking-annotations"][1]["polylines"] = [
        {"class-id": "1", "object-name": "Lane:1", "vertices": [{"x": 1, "y": 2}]}
    ]
    files.put("s3://out/boxes.json", seq_label(boxes, first=3))
    files.put("s3://out/lanes.json", lanes)
    jobs = [
        files.job("boxes", {"source-ref": CLIP, **labeled("boxes", "s3://out/boxes.json")}),
        files.job("lanes", {"source-ref": CLIP, **labeled("lanes", "s3://out/lanes.json")}),
    ]

    (clip,) = merged(files, *jobs)

    assert [layer.attribute for layer in clip.layers] == ["boxes", "lanes"]
    assert [(frame.name, frame.number, frame.uri) for frame in clip.frames] == [
        ("a.jpg", 0, "s3://in/frames/a.jpg"),
        ("b.jpg", 1, "s3://in/frames/b.jpg"),
        ("c.jpg", 2, "s3://in/frames/c.jpg"),
    ]
    assert [[it.label.label for it in frame.annotations] for frame in clip.frames] == [
        ["Car"],
        ["Car", "Lane"],
        [],
    ]
    assert {it.label.frame_number for it in clip.frames[1].annotations} == {1}


def test_objects_are_joined_by_what_they_are_wherever_they_stand(files):
    def line(text: str, attribute: str, value: int) -> dict:
        return {"source": text, **labeled(attribute, value, "TextMultiClass")}

    jobs = [
        files.job("mood", *(line(t, "mood", 0) for t in "xyz"), modality="TextMultiClass"),
        files.job("topic", *(line(t, "topic", 1) for t in "zx"), modality="TextMultiClass"),
    ]

    texts = merged(files, *jobs)

    assert [(it.source, it.is_text, len(it.layers)) for it in texts] == [
        ("x", True, 2),
        ("y", True, 1),
        ("z", True, 2),
    ]
    assert [it.attribute for it in texts[2].frames[0].annotations] == ["mood", "topic"]
    assert texts[0].frames[0].uri is None


def test_a_text_that_reads_like_a_uri_is_not_the_picture_there(files):
    uri = "s3://in/1.png"
    text = {"source": uri, **labeled("mood", 0, "TextMultiClass")}
    picture = {"source-ref": uri, **labeled("scene", 0, "ImageMultiClass")}

    both = merged(
        files,
        files.job("mood", text, modality="TextMultiClass"),
        files.job("scene", picture, modality="ImageMultiClass"),
    )

    assert [(it.is_text, it.frames[0].uri) for it in both] == [(True, None), (False, uri)]


def test_jobs_of_one_folder_of_frames_mean_the_same_clip(files):
    jobs = []
    for name in ("boxes", "lanes"):
        sequence = files.sequence(f"s3://in/{name}/sequence.json", "a.jpg")
        uri = files.put(f"s3://out/{name}.json", seq_label({"a.jpg": [box(f"{name}:1", 1)]}))
        line = {"source-ref": sequence, **labeled(name, uri)}
        jobs.append(files.job(name, line, frames_prefix="s3://in/frames/"))
    again = {**line, **labeled("audit", "s3://out/lanes.json")}
    jobs.append(
        files.job("audit", again, modality="VideoObjectTrackingAudit", level=2, chain_from="lanes")
    )

    (clip,) = merged(files, *jobs)

    assert clip.source == "s3://in/boxes/sequence.json"
    assert drawn(clip.frames[0]) == [("boxes:1", 1), ("lanes:1", 1)]


def test_what_is_said_of_pictures_belongs_to_the_frames_of_the_clip_that_they_are(files):
    pictures = [
        {"source-ref": "s3://in/frames/a.jpg", **labeled("scene", 0, "ImageMultiClass")},
        {"source-ref": "s3://in/frames/b.jpg"},
        {"source-ref": "s3://in/other.jpg", **labeled("scene", 1, "ImageMultiClass")},
    ]
    uri = files.put("s3://out/boxes.json", seq_label({"a.jpg": [box("Car:1", 10)]}))
    jobs = [
        files.job("scene", *pictures, modality="ImageMultiClass"),
        files.job("boxes", {"source-ref": CLIP, **labeled("boxes", uri)}),
    ]

    clip, other = merged(files, *jobs)

    assert [layer.attribute for layer in clip.layers] == ["scene", "boxes"]
    assert [(it.attribute, it.label.frame) for it in clip.frames[0].annotations] == [
        ("scene", "a.jpg"),
        ("boxes", "a.jpg"),
    ]
    assert [frame.unlabeled for frame in clip.frames] == [
        {},
        {"scene": "there is no label"},
        {"scene": "scene did not get this frame"},
    ]
    assert other.source == "s3://in/other.jpg"


def test_a_verification_is_a_layer_of_its_own_about_another_one(files):
    picture = {
        "source-ref": "s3://in/1.png",
        **labeled(
            "boxes",
            {
                "image_size": [{"width": 20, "height": 10, "depth": 3}],
                "annotations": [{"class_id": 0, "left": 1, "top": 2, "width": 3, "height": 4}],
            },
            "BoundingBox",
        ),
    }
    judged = {
        **picture,
        **labeled("verdict", "1", "BoundingBoxVerification", **{"class-name": "too large"}),
    }
    audited = {**judged, **labeled("audit", picture["boxes"], "BoundingBoxAudit")}

    (merged_picture,) = merged(
        files,
        files.job("boxes", picture, modality="BoundingBox"),
        files.job(
            "verdict", judged, modality="BoundingBoxVerification", level=2, chain_from="boxes"
        ),
        files.job("audit", audited, modality="BoundingBoxAudit", level=3, chain_from="verdict"),
    )

    assert [(it.attribute, it.judges) for it in merged_picture.layers] == [
        ("boxes", ""),
        ("verdict", "boxes"),
    ]
    (frame,) = merged_picture.frames
    assert [(it.label.label, it.provenance.job) for it in frame.annotations] == [
        ("Car", "audit"),
        ("too large", "verdict"),
    ]
    assert frame.size is not None
    assert (frame.size.width, frame.size.height) == (20, 10)


def test_the_label_of_a_custom_job_stands_in_its_layer(files):
    line = {"source-ref": "s3://in/1.png", **labeled("own", {"answer": 42}, "Custom")}

    (picture,) = merged(files, files.job("own", line, modality="Custom"))

    (layer,) = picture.layers
    assert layer.content == {"answer": 42}
    assert layer.provenance is not None
    assert layer.provenance.job == "own"
    assert [frame.annotations for frame in picture.frames] == [()]


def test_point_clouds_and_their_pictures_keep_their_sensors(files):
    files.sequence("s3://in/3d.json", "0.bin", "1.bin")
    cuboid = {
        **{f"center-{axis}": 1 for axis in "xyz"},
        **dict.fromkeys(("length", "width", "height", "yaw"), 2),
        "class-id": 0,
        "object-id": "1",
        "object-name": "Car:1",
    }
    lidar = [{"frame-number": 1, "frame-name": "1.bin.pcd", "annotations": [cuboid]}]
    camera = [{"frame-no": 1, "frame": "images/1.jpg", "annotations": [box("Car:1", 5)]}]
    uri = files.put(
        "s3://out/3d.json",
        {
            "camera-0": {"tracking-annotations": camera},
            "lidar": {"tracking-annotations": lidar},
        },
    )
    line = {"source-ref": "s3://in/3d.json", **labeled("3d", uri, "PointCloudObjectTracking")}

    (clip,) = merged(files, files.job("3d", line, modality="PointCloudObjectTracking"))

    assert [(it.sensor, it.name, it.number, len(it.annotations)) for it in clip.frames] == [
        ("lidar", "0.bin", 0, 0),
        ("lidar", "1.bin", 1, 1),
        ("camera-0", "images/1.jpg", 1, 1),
    ]
    assert clip.frames[1].uri == "s3://in/frames/1.bin"


def test_one_object_after_another_is_read_and_none_before_it_is_wanted(files):
    lines = []
    for number in range(3):
        sequence = files.sequence(f"s3://in/{number}.json", "a.jpg")
        uri = files.put(f"s3://out/{number}.json", seq_label({"a.jpg": [box("Car:1", number)]}))
        lines.append({"source-ref": sequence, **labeled("boxes", uri)})
    job = files.job("boxes", *lines)

    objects = merge([job], read_lines=files.lines, fetch=files.fetch)
    first = next(objects)
    objects.close()

    assert drawn(first.frames[0]) == [("Car:1", 0)]
    assert files.read == [job.output_uri, "s3://out/0.json", "s3://in/0.json"]


def test_a_merge_that_is_left_leaves_no_file(files, tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    line = {"source": "x", **labeled("mood", 0, "TextMultiClass")}
    job = files.job("mood", line, {**line, "source": "y"}, modality="TextMultiClass")

    objects = merge([job], read_lines=files.lines, fetch=files.fetch)
    next(objects)
    during = list(tmp_path.iterdir())
    objects.close()

    assert len(during) == 1
    assert list(tmp_path.iterdir()) == []


def test_building_it_again_gives_the_same_bytes(files):
    uri = files.put("s3://out/boxes.json", seq_label({"a.jpg": [box("Car:1", 0.1 + 0.2)]}))
    job = files.job("boxes", {"source-ref": CLIP, **labeled("boxes", uri)})
    text = {"source": "x \ud83d", **labeled("mood", 0, "TextMultiClass")}
    other = files.job("mood", text, modality="TextMultiClass")

    first, second = (list(write_merged(merged(files, job, other))) for _ in range(2))

    assert first == second
    assert list(read_merged(first)) == merged(files, job, other)


def test_recorded_output_is_merged_with_every_label_that_it_has(files):
    folder = "amazon-sagemaker-examples/video-object-tracking"
    files.put("s3://out/real.json", content(f"{folder}/SeqLabel.json").decode())
    line = {"source-ref": CLIP, **labeled("real", "s3://out/real.json")}
    real = json.loads(files.texts["s3://out/real.json"])["tracking-annotations"]
    files.sequence(CLIP, *(frame["frame"] for frame in real))
    recorded = DATA / "amazon-sagemaker-examples/object-detection/sample_output.manifest"
    lines = recorded.read_text().splitlines()
    attribute = next(iter(next(read_manifest(lines)).labels))
    pictures = files.job("pictures", modality="BoundingBox", attribute=attribute)
    assert pictures.output_uri is not None
    files.put(pictures.output_uri, "\n".join(lines))
    report = MergeReport()

    clip, *rest = merged(files, files.job("real", line), pictures, report=report)

    assert len(list(clip.annotations)) == sum(len(frame["annotations"]) for frame in real)
    expected = {it.source: it[attribute].labels for it in read_manifest(lines)}
    assert {it.source: tuple(a.label for a in it.annotations) for it in rest} == expected
    assert report.problems == []
