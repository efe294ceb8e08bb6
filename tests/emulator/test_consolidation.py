"""One label of the answers of several people."""

from __future__ import annotations

import numpy as np
import pytest

from emulator.ground_truth.answers import Annotation
from emulator.ground_truth.consolidation.boxes import agreed_boxes, overlap
from emulator.ground_truth.consolidation.classes import Verdict, any_classes, one_class
from emulator.ground_truth.consolidation.masks import agreed_mask, palette_png, pixels_of
from tests.emulator.recorded import recorded_lines

VOTES = "amazon-sagemaker-examples/image-classification-votes.jsonl"


def box(
    left: float, top: float, width: float = 10, height: float = 10, label: str = "Cat"
) -> Annotation:
    return Annotation(label, {"left": left, "top": top, "width": width, "height": height})


# --- classes


def test_real_answers_lead_to_the_real_classes() -> None:
    recorded = recorded_lines(VOTES)

    verdicts = one_class([line["votes"] for line in recorded])

    assert [v.label for v in verdicts] == [line["class-name"] for line in recorded]
    differences = [
        abs(verdict.confidence - line["confidence"])
        for verdict, line in zip(verdicts, recorded, strict=True)
    ]
    assert max(differences) < 0.1
    assert sum(differences) / len(differences) < 0.001


def test_who_is_often_right_counts_more() -> None:
    """Three reliable people and two who always say the same thing."""
    truth = ["Cat", "Dog", "Owl", "Fox"] * 25
    votes = [{"a": label, "b": label, "c": label, "lazy": "Cat", "idle": "Cat"} for label in truth]
    # Here one of the three errs, so that the two would win by number.
    votes.append({"a": "Dog", "b": "Dog", "c": "Cat", "lazy": "Cat", "idle": "Cat"})

    verdicts = one_class(votes)

    assert [v.label for v in verdicts] == [*truth, "Dog"]


@pytest.mark.parametrize(
    ("votes", "verdict"),
    [
        ({"a": "Cat"}, Verdict("Cat", 0.0)),
        ({"a": "Cat", "b": "Cat"}, Verdict("Cat", 0.95)),
        ({"a": "Dog", "b": "Cat"}, Verdict("Dog", 0.5)),
    ],
)
def test_of_one_or_two_people_the_majority_decides(votes: dict[str, str], verdict: Verdict) -> None:
    assert one_class([votes]) == [verdict]


def test_an_object_with_fewer_answers_than_others_has_a_class_too() -> None:
    verdicts = one_class([{"a": "Cat", "b": "Cat", "c": "Cat"}, {"a": "Dog"}])

    assert verdicts[1] == Verdict("Dog", 0.0)


def test_nothing_makes_no_labels() -> None:
    assert one_class([]) == []


def test_of_several_classes_each_needs_half_of_the_people() -> None:
    votes = {"a": ["Cat", "Dog"], "b": ["Dog"], "c": ["Dog", "Owl"], "d": ["Owl"]}

    assert any_classes([votes, {"a": []}], ["Owl", "Dog", "Cat"]) == [{"Owl": 0.5, "Dog": 0.75}, {}]


# --- boxes


def test_the_same_box_of_several_people_is_their_mean() -> None:
    agreed = agreed_boxes([[box(10, 10)], [box(11, 10)], [box(12, 10)], [box(10, 11)]])

    assert [item.annotation for item in agreed] == [box(10.75, 10.25)]
    assert 0.75 < agreed[0].confidence < 0.85


def test_boxes_of_different_labels_or_places_stay_apart() -> None:
    drawn = [
        [box(0, 0), box(50, 50)],
        [box(0, 0, label="Dog"), box(50, 50)],
        [box(50, 50)],
        [box(6, 6)],
    ]

    agreed = agreed_boxes(drawn)

    assert [(item.annotation, item.confidence) for item in agreed] == [
        (box(0, 0), 0.25),
        (box(50, 50), 0.75),
        (box(0, 0, label="Dog"), 0.25),
        (box(6, 6), 0.25),
    ]


def test_two_boxes_of_one_person_are_two_things() -> None:
    agreed = agreed_boxes([[box(0, 0), box(1, 0)], [box(1, 0)]])

    assert [item.annotation for item in agreed] == [box(0, 0), box(1, 0)]


def test_a_mean_in_whole_pixels_is_written_as_such() -> None:
    (agreed,) = agreed_boxes([[box(10, 10)], [box(12, 11)]])

    geometry = agreed.annotation.geometry
    assert (geometry["left"], geometry["top"]) == (11, 10.5)
    assert isinstance(geometry["left"], int)


def test_boxes_overlap_by_what_they_share() -> None:
    assert overlap(box(0, 0).geometry, box(5, 0).geometry) == pytest.approx(1 / 3)
    assert overlap(box(0, 0).geometry, box(20, 0).geometry) == 0
    assert overlap(box(0, 0, 0, 0).geometry, box(0, 0, 0, 0).geometry) == 1


# --- masks


def test_each_pixel_is_voted_on() -> None:
    masks = [np.zeros((4, 4), dtype=np.uint8) for _ in range(3)]
    masks[0][:, :2] = masks[1][:, :2] = 5
    masks[2][:, 2:] = 7

    agreed, confidence = agreed_mask(masks)

    assert (agreed[:, :2] == 5).all()
    assert (agreed[:, 2:] == 0).all()
    assert confidence == 0.67


def test_a_draw_goes_to_what_is_around() -> None:
    one, other = (np.full((5, 5), number, dtype=np.uint8) for number in (1, 1))
    other[2, 2] = 2

    agreed, _ = agreed_mask([other, one])

    assert (agreed == 1).all()


def test_nothing_to_see_is_certain() -> None:
    empty = np.zeros((2, 2), dtype=np.uint8)

    assert agreed_mask([empty, empty])[1] == 1.0
    assert agreed_mask([empty])[1] == 0.0


def test_a_mask_is_read_as_it_was_written() -> None:
    pixels = np.array([[0, 1], [2, 255]], dtype=np.uint8)

    assert (pixels_of(palette_png(pixels, ["#ffffff", "#2ca02c"])) == pixels).all()
