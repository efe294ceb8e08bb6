from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from labeling.plan import sequences
from labeling.plan.findings import problems as as_problems
from labeling.plan.point_clouds import cloud_findings, image_uris
from labeling.plan.sequences import SequenceFacts
from tests.unit.plan.inputs import BUCKETS, LOC, errors, objects, put, recorded, touch, warnings

URI = "s3://in/sequences/seq1.json"
FOLDER = "s3://in/artifacts/gt-point-cloud-demos/sequences/frames"

Change = Callable[[dict[str, Any]], object]


def cloud() -> dict[str, Any]:
    """The metadata of a published frame, with one camera image."""
    metadata: dict[str, Any] = json.loads(recorded("SingleFrame-manifest.json"))[
        "source-ref-metadata"
    ]
    return metadata


def found(about: dict[str, Any], name: str = "0.txt") -> dict[str, str]:
    return errors(as_problems(cloud_findings(about, name), LOC))


def worth_knowing(about: dict[str, Any], name: str = "0.txt") -> dict[str, str]:
    return warnings(as_problems(cloud_findings(about, name), LOC))


def test_only_the_time_of_a_point_cloud_is_needed():
    assert list(cloud_findings({"unix-timestamp": 1.5}, "0.bin")) == []
    assert list(cloud_findings(cloud(), "0.txt")) == []


@pytest.mark.parametrize(
    ("change", "kind", "said"),
    [
        (lambda c: c.pop("unix-timestamp"), "timestamp_missing", "seconds since 1970"),
        (lambda c: c.update({"unix-timestamp": "1.5"}), "timestamp", 'is "1.5"'),
        (lambda c: c.update(format="text/xyz,"), "format", "Did you mean text/xyz"),
        (lambda c: c.update(format=["text/xyz"]), "format", "is a list"),
        (lambda c: c.update(prefix="s3://in/frames"), "prefix", "ends with /"),
        (lambda c: c.update({"ego-vehicle-pose": []}), "pose", "is a list"),
        (lambda c: c["ego-vehicle-pose"].pop("heading"), "heading_missing", "qx, qy, qz, qw"),
        (lambda c: c["ego-vehicle-pose"].pop("position"), "position_missing", "x, y, z"),
        (lambda c: c["ego-vehicle-pose"]["position"].pop("z"), "position", "position.z"),
        (lambda c: c["ego-vehicle-pose"]["heading"].update(qw="1"), "heading", "heading.qw"),
        (lambda c: c["ego-vehicle-pose"]["heading"].update(qw=10**400), "heading", "heading.qw"),
        (lambda c: c.update(images={}), "images", "list of camera images"),
        (lambda c: c.update(images=c["images"] * 9), "too_many_images", "9 images"),
        (lambda c: c.update(images=["a.jpg"]), "image", "images[0]"),
        (lambda c: c["images"][0].pop("image-path"), "image_path", "images[0].image-path"),
        (lambda c: c.pop("prefix"), "image_without_prefix", "no prefix"),
        (lambda c: c["images"][0].pop("unix-timestamp"), "camera", "unix-timestamp"),
        (lambda c: c["images"][0].pop("fx"), "camera", "images[0].fx"),
        (lambda c: c["images"][0].update(k1="0"), "camera", "images[0].k1"),
        (lambda c: c["images"][0].pop("position"), "position_missing", "images[0] has no"),
        (lambda c: c["images"][0]["heading"].pop("qz"), "heading", "images[0].heading.qz"),
        (lambda c: c["images"][0].update(camera_model="fish"), "camera_model", "fisheye"),
    ],
)
def test_what_is_wrong_with_a_point_cloud(change: Change, kind: str, said: str) -> None:
    about = cloud()
    change(about)

    assert found(about).keys() == {kind}
    assert said in found(about)[kind]


def test_what_may_be_meant_so_is_a_warning():
    about = cloud()
    about["format"] = "binary/xyzi"
    about["ego-vehicle-pose"]["heading"] = {"qx": 1, "qy": 1, "qz": 1, "qw": 1}
    without_pose = cloud()
    del without_pose["ego-vehicle-pose"]

    assert found(about) == {}
    assert worth_knowing(about).keys() == {"format_and_name", "heading_length"}
    assert "world coordinates" in worth_knowing(without_pose)["images_without_pose"]


def test_images_lie_below_the_prefix():
    about = {"images": [{"image-path": "a.jpg"}, {"image-path": "s3://in/b.jpg"}, {}, 3]}

    assert list(image_uris(about)) == ["s3://in/b.jpg"]
    assert list(image_uris(about, prefix="s3://in/f/")) == ["s3://in/f/a.jpg", "s3://in/b.jpg"]


def look(change: Change, *, missing: str = "") -> SequenceFacts:
    """A published sequence of ten frames with an image each, after a change."""
    there = objects()
    document = json.loads(recorded("seq1.json"))
    touch(there, *(f"{FOLDER}/{number}.txt" for number in range(10)))
    touch(there, *(f"{FOLDER}/images/frame_{number}_camera_0.jpg" for number in range(10)))
    there.texts.pop(missing, None)
    change(document)
    put(there, URI, document)
    return sequences.look_at_point_clouds(URI, objects=there, allowed_buckets=BUCKETS)


def of(facts: SequenceFacts) -> dict[str, str]:
    return errors(as_problems(facts.findings, LOC))


@pytest.mark.parametrize(
    ("change", "kind", "said"),
    [
        (lambda s: s["frames"][3].pop("unix-timestamp"), "timestamp_missing", "frames[3] (3.txt)"),
        (
            lambda s: s["frames"][3].update({"unix-timestamp": 1.0}),
            "timestamp_order",
            "frames[3] (3.txt) is 1.0, not after that of frames[2] (2.txt)",
        ),
        (
            lambda s: s["frames"][1].update(
                {"unix-timestamp": s["frames"][0]["unix-timestamp"]},
            ),
            "timestamp_order",
            "frames[1]",
        ),
        (lambda s: s["frames"][5].update(frame="5.pcd"), "frame_format", ".bin, .txt"),
        (lambda s: s["frames"][5]["images"][0].pop("cx"), "camera", "frames[5] (5.txt): images[0]"),
        (lambda s: s.pop("seq-no"), "seq_no", "needs seq-no"),
        (
            lambda s: s["frames"][5].update(prefix="s3://elsewhere/f/"),
            "other_bucket",
            "s3://elsewhere/f/images/frame_5_camera_0.jpg",
        ),
    ],
)
def test_what_is_wrong_with_a_sequence_of_point_clouds(
    change: Change, kind: str, said: str
) -> None:
    problems = of(look(change))
    problems.pop("frame_missing", None)  # of the renamed one

    assert problems.keys() == {kind}
    assert said in problems[kind]


def test_frame_numbers_of_point_clouds_are_not_read():
    facts = look(lambda s: [frame.pop("frame-no") for frame in s["frames"]])

    assert facts.findings == ()


def test_missing_point_clouds_and_images_are_named():
    for missing in (f"{FOLDER}/7.txt", f"{FOLDER}/images/frame_7_camera_0.jpg"):
        assert missing in of(look(lambda s: None, missing=missing))["frame_missing"]


def test_a_sequence_has_five_hundred_point_clouds_at_most():
    def longer(document: dict[str, Any]) -> None:
        document["frames"] = [
            {"frame": f"{number}.txt", "unix-timestamp": number} for number in range(501)
        ]
        document["number-of-frames"] = 501

    facts = look(longer)

    assert facts.frames == 501
    assert "too_many_frames" in of(facts)
