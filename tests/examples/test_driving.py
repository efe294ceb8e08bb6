"""The example's labels and request: right in form, and the second version better than the first."""

from __future__ import annotations

from typing import Any

import boto3
import pytest
from moto import mock_aws
from PIL import Image

import smgt
from examples.driving import batch
from examples.driving.labels import FRAMES, HEIGHT, KINDS, WIDTH, Version, between, seq_label
from smgt._seqlabels import Shape, read_seq_label

NAMES = [path.name for path in sorted(FRAMES.iterdir())]


def boxes(version: Version) -> dict[str, dict[str, Shape]]:
    frames = read_seq_label(seq_label("vehicle", version))
    return {frame: {shape.name: shape for shape in shapes} for frame, shapes in frames.items()}


def overlap(one: Shape, other: Shape) -> float:
    """Intersection over union."""
    (l1, t1), (r1, b1) = one.points
    (l2, t2), (r2, b2) = other.points
    common = max(0, min(r1, r2) - max(l1, l2)) * max(0, min(b1, b2) - max(t1, t2))
    return common / ((r1 - l1) * (b1 - t1) + (r2 - l2) * (b2 - t2) - common)


@pytest.mark.parametrize("version", Version)
@pytest.mark.parametrize("kind", KINDS)
def test_every_frame_is_labeled_inside_the_picture(kind: str, version: Version) -> None:
    frames = read_seq_label(seq_label(kind, version))

    assert list(frames) == NAMES
    for shapes in frames.values():
        assert shapes
        for x, y in (point for shape in shapes for point in shape.points):
            assert 0 <= x <= WIDTH
            assert 0 <= y <= HEIGHT


def test_an_entry_has_the_keys_of_ground_truth_s_output() -> None:
    document = seq_label("vehicle", Version.AUDITED)
    frame = document["tracking-annotations"][0]
    line = seq_label("lane", Version.AUDITED)["tracking-annotations"][0]["polylines"][0]

    assert set(frame) == {"annotations", "frame-no", "frame", "frame-attributes"}
    assert (frame["frame-no"], frame["frame"]) == ("0", "000001.jpg")
    assert {key: frame["annotations"][0][key] for key in ("left", "top", "width", "height")} == {
        "left": 810,
        "top": 409,
        "width": 131,
        "height": 88,
    }
    assert set(line) == {
        "vertices",
        "class-id",
        "label-category-attributes",
        "object-id",
        "object-name",
    }
    assert line["vertices"][0] == {"x": 289, "y": 684}


def test_an_object_has_one_id_through_the_clip_and_both_versions() -> None:
    ids: dict[str, set[str]] = {}
    for kind in KINDS:
        for version in Version:
            for frame in seq_label(kind, version)["tracking-annotations"]:
                for entry in frame.get("annotations", frame.get("polylines")):
                    ids.setdefault(entry["object-name"], set()).add(entry["object-id"])

    assert set(ids) == {"Vehicle:1", "Vehicle:2", "Lane:1", "Lane:2"}
    assert all(len(known) == 1 for known in ids.values())
    assert len(set.union(*ids.values())) == 4


def test_the_first_version_forgets_a_car_for_a_while_and_is_loose_elsewhere() -> None:
    first, audited = boxes(Version.FIRST), boxes(Version.AUDITED)

    forgotten = [frame for frame in NAMES if "Vehicle:2" not in first[frame]]
    worst = [
        overlap(shape, audited[frame][name])
        for frame, shapes in first.items()
        for name, shape in shapes.items()
    ]

    assert forgotten == NAMES[20:27]
    assert all(len(shapes) == 2 for shapes in audited.values())
    assert 0.6 < min(worst) < sum(worst) / len(worst) < 0.9


def test_both_versions_are_the_same_each_time() -> None:
    assert seq_label("lane", Version.FIRST) == seq_label("lane", Version.FIRST)


@pytest.mark.parametrize(("number", "place"), [(1, 10), (3, 14), (5, 18), (9, 18)])
def test_a_key_frame_holds_until_the_next_along_a_straight_line(number: int, place: int) -> None:
    assert between({1: [10], 5: [18]}, number) == [place]


def test_lanes_lie_on_the_paint() -> None:
    """Yellow under the left line, at its middle third, in every frame."""
    frames = read_seq_label(seq_label("lane", Version.AUDITED))
    for name, shapes in frames.items():
        left = next(shape for shape in shapes if shape.name == "Lane:1")
        (x1, y1), (x2, y2) = left.points[1], left.points[2]
        with Image.open(FRAMES / name) as picture:
            pixels = picture.convert("RGB")
        yellow = 0
        for step in range(20):
            x, y = x1 + (x2 - x1) * step / 20, y1 + (y2 - y1) * step / 20
            red, green, blue = _pixel(pixels, round(x), round(y))
            yellow += min(red, green) - blue > 20
        assert yellow >= 14, name


def _pixel(picture: Image.Image, x: int, y: int) -> tuple[int, int, int]:
    pixel: Any = picture.getpixel((x, y))
    red, green, blue = pixel
    return red, green, blue


def test_the_request_is_the_one_of_the_two_levels() -> None:
    document = batch.request("driving-1", "s3://the-input/driving")

    assert document["batchId"] == "driving-1"
    assert [
        (job["jobName"], job["jobModality"], job["jobLevel"]) for job in document["labelingJobs"]
    ] == [
        ("driving-1-vehicle", "VideoObjectTracking", "1"),
        ("driving-1-lane", "VideoObjectTracking", "1"),
        ("driving-1-vehicle-audit", "VideoObjectTrackingAudit", "2"),
        ("driving-1-lane-audit", "VideoObjectTrackingAudit", "2"),
    ]
    assert document["labelingJobs"][3]["inputConfig"] == {"chainFromJobName": "driving-1-lane"}


def test_the_clip_is_uploaded_with_all_that_the_request_names(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "local")
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    with mock_aws():
        s3 = boto3.client("s3")
        s3.create_bucket(Bucket="the-input")
        client = smgt.Client(api_url="https://x.example/prod")
        client.outputs = {"InputBucketName": "the-input"}

        inputs = batch.upload(client, "clips/driving")
        sequence = client.storage.read(f"{inputs}/driving.json")
        stored = s3.list_objects_v2(Bucket="the-input", Prefix="clips/driving/")["Contents"]

    keys = {entry["Key"].removeprefix("clips/driving/") for entry in stored}
    assert inputs == "s3://the-input/clips/driving"
    assert {f"frames/{name}" for name in NAMES} < keys
    assert {"driving.manifest", "vehicle_label_category.json", "lane_label_category.json"} < keys
    assert b'"prefix": "s3://the-input/clips/driving/frames/"' in sequence
