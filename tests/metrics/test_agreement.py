"""What became of typed labels of every kind between two levels."""

from __future__ import annotations

import io
import json
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest
from PIL import Image

from labeling.labels import (
    Box,
    ClassLabel,
    Cuboid,
    KeyPoint,
    Label,
    LabelsUnreadable,
    Mask,
    MaskPicture,
    Point,
    PointClasses,
    PointMask,
    Polygon,
    Polyline,
    Span,
    Track,
    Verification,
)
from labeling.metrics import agreement

BOX = Box(label="Cat", left=0, top=0, width=20, height=10)
CUBOID = Cuboid(
    label="Car", center_x=0, center_y=0, center_z=0, length=4, width=2, height=1.5, roll=0, pitch=0,
    yaw=0,
)  # fmt: skip
LINE = Polyline(label="Lane", vertices=(Point(0, 0), Point(0, 100)))
AREA = Polygon(label="Road", vertices=(Point(0, 0), Point(10, 0), Point(10, 10), Point(0, 10)))
POINT = KeyPoint(label="Nose", x=5, y=5)
SPAN = Span(label="Person", start=3, end=9)
EVERY_KIND = [
    BOX,
    CUBOID,
    LINE,
    AREA,
    POINT,
    SPAN,
    ClassLabel(label="Cat"),
    Verification(label="ok"),
]


def only(before: Sequence[Label], after: Sequence[Label], **options: Any) -> dict[str, Any]:
    """The answer about the one kind that occurs."""
    (changes,) = agreement(before, after, **options).values()
    return changes.as_answer()


def counts(before: Sequence[Label], after: Sequence[Label]) -> dict[str, int]:
    answer = only(before, after)
    kinds = ("moved", "relabeled", "identitiesChanged", "attributesChanged", "added", "removed")
    return {kind: answer[kind] for kind in kinds if answer[kind]}


@pytest.mark.parametrize("label", EVERY_KIND, ids=lambda label: type(label).__name__)
def test_of_every_kind_a_label_is_kept_relabeled_added_or_removed(label):
    assert counts([label], [label]) == {}
    assert counts([label], [replace(label, label="Other")]) == {"relabeled": 1}
    assert counts([label], []) == {"removed": 1}
    assert counts([], [label]) == {"added": 1}
    assert counts([label], [replace(label, attributes={"seen": "no"})]) == {"attributesChanged": 1}
    json.dumps(only([label], [label]), allow_nan=False)


@pytest.mark.parametrize(
    ("before", "after", "measure", "expected"),
    [
        (BOX, replace(BOX, width=15), "iou", 0.75),
        (AREA, replace(AREA, vertices=(*AREA.vertices[:2], Point(10, 5), Point(0, 5))), "iou", 0.5),
        (LINE, replace(LINE, vertices=(Point(3, 0), Point(3, 100))), "distance", 3),
        (POINT, replace(POINT, x=9, y=8), "distance", 5),
        (SPAN, replace(SPAN, start=0), "iou", 2 / 3),
        (CUBOID, replace(CUBOID, center_x=1), "centerDistance", 1),
        (CUBOID, replace(CUBOID, yaw=0.5), "yawDifference", 0.5),
        (CUBOID, replace(CUBOID, height=1), "sizeIou", 2 / 3),
    ],
)
def test_a_label_that_was_moved_is_measured(before, after, measure, expected):
    answer = only([before], [after])

    assert counts([before], [after]) == {"moved": 1}
    assert answer[measure]["mean"] == pytest.approx(expected)


def test_labels_too_far_apart_are_two():
    for before, after in (
        (BOX, replace(BOX, left=15)),
        (POINT, replace(POINT, x=30)),
        (LINE, replace(LINE, vertices=(Point(30, 0), Point(30, 100)))),
        (CUBOID, replace(CUBOID, center_x=2.5)),
        (SPAN, replace(SPAN, start=8, end=20)),
    ):
        assert counts([before], [after]) == {"added": 1, "removed": 1}


def test_one_identity_is_one_label_however_far_it_moved():
    track = Track("480dc450", "Car:1")
    before, after = replace(CUBOID, track=track), replace(CUBOID, track=track, center_x=50)

    assert counts([before], [after]) == {"moved": 1}
    other = replace(CUBOID, track=Track("9a", "Car:2"))
    assert counts([before], [other]) == {"identitiesChanged": 1}


def test_what_belongs_together_is_found_in_any_order():
    names = [replace(SPAN, start=start, end=start + 5) for start in (0, 10, 20)]
    moved = [names[2], replace(names[0], end=6), names[1]]

    assert counts(names, moved) == {"moved": 1}
    assert only(names, moved)["exactF1"] == pytest.approx(2 / 3)


def test_classes_agree_or_not():
    before = [ClassLabel(label=name) for name in ("cat", "dog", "cow")]
    after = [ClassLabel(label=name) for name in ("dog", "fox")]

    assert counts(before, after) == {"relabeled": 1, "removed": 1}
    assert only(before, after)["exactF1"] == pytest.approx(2 / 5)


def test_each_frame_and_sensor_is_compared_with_itself():
    first, second = replace(BOX, frame="1.jpg"), replace(BOX, frame="2.jpg")
    side = replace(first, sensor="camera-1")

    assert counts([first], [second]) == {"added": 1, "removed": 1}
    assert counts([first, side], [side, first]) == {}
    assert counts([first], [side]) == {"added": 1, "removed": 1}
    assert only([first, second], [first], frames={"1.jpg"})["removed"] == 0


def test_kinds_are_told_apart():
    result = agreement(EVERY_KIND, EVERY_KIND[1:])

    assert result["Box"].removed == 1
    assert {name for name, changes in result.items() if changes.unchanged} == {
        type(label).__name__ for label in EVERY_KIND[1:]
    }


def test_boxes_and_lines_without_extent_are_no_trouble():
    flat = replace(BOX, width=0)
    nothing = replace(LINE, vertices=())

    assert counts([flat], [flat]) == {}
    assert counts([nothing], [nothing]) == {}
    track = Track("1", "Lane:1")
    answer = only([replace(nothing, track=track)], [replace(LINE, track=track)])
    assert answer["moved"] == 1
    json.dumps(answer, allow_nan=False)


def picture(*rows: str) -> MaskPicture:
    image = Image.new("L", (len(rows[0]), len(rows)))
    image.putdata([int(pixel) for row in rows for pixel in row])
    content = io.BytesIO()
    image.save(content, "PNG")
    return MaskPicture("s3://bucket/mask.png", content.getvalue(), {})


def masks(of: MaskPicture) -> list[Label]:
    return [
        Mask(label=name, class_id=number, color="", picture=of)
        for number, name in ((1, "Road"), (2, "Sky"))
    ]


def test_masks_are_compared_class_by_class():
    before = masks(picture("1111", "0022"))
    after = masks(picture("1110", "0022"))

    answer = only(before, after)

    assert (answer["unchanged"], answer["moved"]) == (1, 1)
    assert answer["iou"]["mean"] == (3 / 4 + 1) / 2
    assert counts(before[:1], after[1:]) == {"added": 1, "removed": 1}
    assert only(before[:1], masks(picture("1"))[:1])["iou"]["mean"] == 0


def test_points_of_clouds_are_compared_like_pixels():
    def cloud(classes: bytes | None) -> PointMask:
        return PointMask(
            label="Tree", class_id=7, color="", cloud=PointClasses("s3://bucket/p.zlib", classes)
        )

    assert only([cloud(b"\7\7\7\0")], [cloud(b"\7\7\0\0")])["iou"]["mean"] == pytest.approx(2 / 3)
    assert counts([cloud(b"\0\0")], [cloud(b"\0\0")]) == {}
    with pytest.raises(LabelsUnreadable, match=r"not fetched.*p\.zlib|p\.zlib.*not fetched"):
        agreement([cloud(None)], [cloud(b"\7")])
