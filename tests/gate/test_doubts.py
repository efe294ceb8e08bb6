"""What the checks say of a labeled object, whatever kind of labels it has."""

from __future__ import annotations

import json

import pytest

from labeling.errors import ObjectUnreadable
from labeling.gate.doubts import look

FRAMES = [f"{number:03}.jpg" for number in range(12)]
TRACKING = {"type": "groundtruth/video-object-tracking", "class-map": {"0": "Lane"}}


def nothing(uri):
    """What stands in the line itself is not fetched."""
    raise AssertionError(uri)


def sequence(frames=FRAMES, **shapes):
    """A clip with one object; `shapes` makes its entry of each frame by the kind of list."""
    [(kind, made)] = shapes.items()
    return {
        "tracking-annotations": [
            {
                "frame": name,
                "frame-no": number,
                "frame-attributes": {},
                "annotations": [],
                kind: [
                    {
                        "class-id": "0",
                        "label-category-attributes": {},
                        "object-id": "id-1",
                        "object-name": "Lane:1",
                        **made(number),
                    }
                ],
            }
            for number, name in enumerate(frames)
        ]
    }


def lane(number):
    """A line that drifts, and is drawn far away in frame 6."""
    off = 200 if number == 6 else 0
    return {"vertices": [{"x": 10 + number, "y": 10 + off}, {"x": 10 + number, "y": 300 + off}]}


def cuboid(number):
    """A car that drives on, and is turned around in frame 6."""
    return {
        "center-x": float(number),
        "center-y": 0.0,
        "center-z": 0.0,
        "length": 4.0,
        "width": 2.0,
        "height": 1.5,
        "roll": 0.0,
        "pitch": 0.0,
        "yaw": 3.1 if number == 6 else 0.0,
    }


def looked(document, frames=FRAMES, metadata=TRACKING):
    line = {
        "source-ref": "s3://in/clip.json",
        "x-ref": "s3://out/x.json",
        "x-ref-metadata": metadata,
    }
    return look(line, "x-ref", frames, fetch=lambda uri: json.dumps(document).encode())


def test_outlines_that_jump_are_suspicious_in_their_frame():
    found = looked(sequence(polylines=lane))

    assert max(found.of_frame, key=found.of_frame.get) in ("005.jpg", "006.jpg", "007.jpg")
    assert found.severity > 0
    assert found.severity_of_frame["006.jpg"] == found.severity
    assert found.classes["000.jpg"] == frozenset({"Lane"})


def test_boxes_without_identities_are_looked_at_frame_by_frame():
    def box(number):
        return {"left": 10 * number, "top": 5, "width": 1 if number == 6 else 40, "height": 30}

    document = {"detection-annotations": sequence(annotations=box)["tracking-annotations"]}

    found = looked(document, metadata=TRACKING | {"type": "groundtruth/video-object-detection"})

    assert [name for name, doubt in found.of_frame.items() if doubt] == ["006.jpg"]


def test_frames_that_a_label_file_leaves_out_are_there_all_the_same():
    found = looked(sequence(FRAMES[3:], polylines=lane))

    assert list(found.of_frame) == FRAMES


def test_cuboids_that_turn_around_are_suspicious():
    metadata = TRACKING | {"type": "groundtruth/point_cloud_object_tracking"}

    found = looked(sequence(annotations=cuboid), frames=(), metadata=metadata)

    assert {finding.kind.value for finding in found.findings} == {"yaw-flip"}
    assert found.doubt > 0.5
    assert found.stratum == "Lane"


def test_pictures_with_a_box_that_is_hardly_one_are_suspicious():
    def picture(width):
        box = {"class_id": 0, "left": 9, "top": 9, "width": width, "height": 30}
        return {
            "source-ref": "s3://in/1.jpg",
            "boxes": {
                "image_size": [{"width": 100, "height": 100, "depth": 3}],
                "annotations": [box],
            },
            "boxes-metadata": {
                "type": "groundtruth/object-detection",
                "class-map": {"0": "Car"},
                "objects": [{"confidence": 0.1}],
            },
        }

    slip, car = (look(picture(width), "boxes", (), fetch=nothing) for width in (1, 30))

    assert slip.doubt > car.doubt == 0
    assert slip.severity >= 0.5
    assert slip.stratum == car.stratum == "Car"


def test_pixels_are_not_fetched():
    line = {
        "source-ref": "s3://in/1.jpg",
        "mask-ref": "s3://out/1.png",
        "mask-ref-metadata": {
            "type": "groundtruth/semantic-segmentation",
            "internal-color-map": {"1": {"class-name": "Road", "hex-color": "#00ff00"}},
        },
    }

    assert look(line, "mask-ref", (), fetch=nothing).stratum == "Road"


@pytest.mark.parametrize("content", [b"{", b'{"tracking-annotations": 1}', b"\xff", None])
def test_what_cannot_be_read_is_suspicious_as_a_whole(content):
    def fetch(uri):
        if content is None:
            raise ObjectUnreadable(f"{uri}: there is no such object")
        return content

    line = {
        "source-ref": "s3://in/clip.json",
        "x-ref": "s3://out/x.json",
        "x-ref-metadata": TRACKING,
    }
    found = look(line, "x-ref", FRAMES, fetch=fetch)

    assert (found.doubt, found.severity) == (1, 1)
    assert found.unreadable


def test_a_check_that_breaks_does_not_keep_the_batch_from_going_on(monkeypatch):
    def broken(tracks):
        raise IndexError("index 7 is out of bounds")

    monkeypatch.setattr("labeling.gate.doubts.check", broken)

    assert looked(
        sequence(annotations=lambda n: {"left": n, "top": 1, "width": 9, "height": 9})
    ).unreadable
