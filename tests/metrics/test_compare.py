"""What a comparison of two levels says that an audit has changed."""

from __future__ import annotations

import json

import pytest

from labeling.metrics import by_worker, compare
from labeling.quality.tracks import Tracks
from tests.metrics.drawn import tracks

CAR = ("a.jpg", "Car:1", "Car", 10.0, 10.0, 20.0, 10.0)
FAR = ("a.jpg", "Car:2", "Car", 200.0, 10.0, 20.0, 10.0)
NEXT = ("b.jpg", "Car:1", "Car", 13.0, 10.0, 20.0, 10.0)


def counts(before: Tracks, after: Tracks, **options) -> dict[str, int]:
    """The changes that there are."""
    answer = compare(before, after, **options).changes.as_answer()
    kinds = ("moved", "relabeled", "identitiesChanged", "attributesChanged", "added", "removed")
    return {kind: answer[kind] for kind in kinds if answer[kind]}


def test_an_audit_that_changes_nothing():
    comparison = compare(tracks(CAR, FAR, NEXT), tracks(CAR, FAR, NEXT))

    assert comparison.changes.unchanged == 3
    assert comparison.changes.share == 0
    assert comparison.changes.f1 == 1
    answer = comparison.as_answer()
    for score in ("HOTA", "DetA", "AssA", "LocA", "IDF1", "MOTA", "MOTP"):
        assert answer["scores"][score] == pytest.approx(1)


@pytest.mark.parametrize(
    ("after", "expected"),
    [
        ([CAR, NEXT], {"removed": 1}),
        ([CAR, FAR, NEXT, ("b.jpg", "Car:2", "Car", 200, 10, 20, 10)], {"added": 1}),
        ([CAR, FAR, ("b.jpg", "Car:1", "Car", 14, 10, 20, 10)], {"moved": 1}),
        ([CAR, FAR, ("b.jpg", "Car:1", "Car", 500, 400, 9, 9)], {"moved": 1}),
        ([("a.jpg", "Car:1", "Van", 10, 10, 20, 10), FAR, NEXT], {"relabeled": 1}),
        ([CAR, ("a.jpg", "Car:9", "Car", 200, 10, 20, 10), NEXT], {"identitiesChanged": 1}),
        (
            [("a.jpg", "Car:2", *CAR[2:]), ("a.jpg", "Car:1", *FAR[2:]), NEXT],
            {"identitiesChanged": 2},
        ),
        (
            [("a.jpg", "Van:1", "Van", 11, 10, 20, 10), FAR, NEXT],
            {"moved": 1, "relabeled": 1, "identitiesChanged": 1},
        ),
        ([], {"removed": 3}),
    ],
    ids=[
        "a box taken away", "a box added", "a box moved", "a box moved far", "a class corrected",
        "an identity corrected", "two that had swapped", "all at once", "everything taken away",
    ],
)  # fmt: skip
def test_each_change_is_counted_as_what_it_is(after, expected):
    assert counts(tracks(CAR, FAR, NEXT), tracks(*after)) == expected


def test_an_attribute_that_was_changed_or_answered_for_the_first_time():
    before = tracks(CAR, FAR, NEXT, attribute=["red", "", "blue"])
    after = tracks(CAR, FAR, NEXT, attribute=["blue", "red", "blue"])

    assert counts(before, after) == {"attributesChanged": 2}
    assert counts(tracks(CAR), tracks(CAR, attribute=["red"])) == {"attributesChanged": 1}


def test_a_move_is_measured_by_overlap():
    after = tracks(("a.jpg", "Car:1", "Car", 10, 10, 10, 10), FAR)

    answer = compare(tracks(CAR, FAR), after).as_answer()

    assert answer["changes"]["iou"]["mean"] == 0.75
    assert answer["changes"]["iou"]["quantiles"]["0.5"] == 0.75
    assert answer["changes"]["changedShare"] == 0.5


def test_frames_and_classes_are_joined_by_name_not_by_number():
    before = tracks(("b.jpg", "1", "Van", 1, 2, 3, 4), ("a.jpg", "2", "Car", 5, 6, 7, 8))
    after = tracks(("a.jpg", "2", "Car", 5, 6, 7, 8), ("b.jpg", "1", "Van", 1, 2, 3, 4))

    assert counts(before, after) == {}


def test_only_what_was_audited_is_compared():
    before, after = tracks(CAR, FAR, NEXT), tracks(CAR, FAR)

    assert counts(before, after) == {"removed": 1}
    assert counts(before, after, frames=["a.jpg"]) == {}
    # a frame that a label file leaves out has no boxes
    assert counts(before, after, frames=["a.jpg", "b.jpg", "c.jpg"]) == {"removed": 1}


def test_each_class_has_its_own_numbers():
    van = ("a.jpg", "Van:1", "Van", 300, 10, 30, 20)
    comparison = compare(tracks(CAR, van), tracks(("a.jpg", "Car:1", "Van", *CAR[3:]), van))

    cars, vans = comparison.classes["Car"], comparison.classes["Van"]
    assert (cars.changes.before, cars.changes.after, cars.changes.relabeled) == (1, 0, 1)
    assert (vans.changes.before, vans.changes.after, vans.changes.unchanged) == (1, 2, 1)
    assert (cars.scores.clear.fp, vans.scores.clear.fn, vans.scores.clear.tp) == (1, 1, 1)
    assert comparison.scores.clear.mota == 0


def test_boxes_that_are_none_are_set_aside():
    broken = ("a.jpg", "Car:3", "Car", 1.0, 1.0, 0.0, 5.0)
    lost = ("a.jpg", "Car:4", "Car", float("nan"), 1.0, 4.0, 5.0)
    again = ("a.jpg", "Car:1", "Car", 90.0, 90.0, 20.0, 10.0)

    comparison = compare(tracks(CAR, broken, lost, again), tracks(CAR))

    assert (comparison.before_set_aside, comparison.after_set_aside) == (3, 0)
    assert comparison.changes.unchanged == 1
    assert comparison.changes.removed == 0


def test_labels_without_identities_have_no_scores_of_identity():
    before = tracks(CAR, FAR, tracked=False)
    # another job numbers its boxes otherwise, which is no change
    after = tracks(("a.jpg", "x", *CAR[2:]), ("a.jpg", "y", *FAR[2:]), tracked=False)

    answer = compare(before, after).as_answer()

    assert answer["changes"]["unchanged"] == 2
    assert answer["scores"]["DetA"] == 1
    for score in ("HOTA", "AssA", "IDF1", "IDSW", "Frag", "MT"):
        assert answer["scores"][score] is None


def test_two_tracks_of_one_name_stay_two():
    def twins(*names: str) -> Tracks:
        made = tracks(CAR, FAR)
        return Tracks(**{**vars(made), "track_names": names})

    assert counts(twins("Car:1", "Car:1"), twins("Car:1", "Car:1")) == {}
    assert counts(twins("Car:1", "Car:2"), twins("Car:1", "Car:1")) == {"identitiesChanged": 1}


def test_without_boxes_scores_are_unknown_and_the_answer_is_json_all_the_same():
    answer = compare(tracks(frames=["a.jpg"]), tracks(frames=["a.jpg"])).as_answer()

    assert answer["frames"] == 1
    assert answer["scores"]["HOTA"] is None
    assert answer["changes"]["changedShare"] is None
    json.dumps(answer, allow_nan=False)


def test_the_answer_holds_every_limit_of_hota():
    answer = compare(tracks(CAR), tracks(("a.jpg", "Car:1", "Car", 10, 10, 10, 10))).as_answer()

    per_alpha = answer["scores"]["perAlpha"]
    assert per_alpha["alpha"][:2] + per_alpha["alpha"][-1:] == [0.05, 0.1, 0.95]
    # an overlap of one half is enough for ten of nineteen limits
    assert per_alpha["HOTA"] == [1.0] * 10 + [0.0] * 9
    assert answer["scores"]["HOTA"] == pytest.approx(10 / 19)
    json.dumps(answer, allow_nan=False)


def test_workers_get_the_sum_of_what_was_theirs():
    good = compare(tracks(CAR, NEXT), tracks(CAR, NEXT))
    bad = compare(tracks(CAR, FAR), tracks(CAR))
    van = compare(tracks(("a.jpg", "Van:1", "Van", 1, 2, 3, 4)), tracks(frames=["a.jpg"]))

    workers = by_worker([("ann", good), ("bob", bad), ("ann", van)])

    assert set(workers) == {"ann", "bob"}
    assert workers["bob"].as_answer() == bad.as_answer()
    ann = workers["ann"]
    assert (ann.frames, ann.changes.unchanged, ann.changes.removed) == (3, 2, 1)
    assert set(ann.classes) == {"Car", "Van"}
    assert (ann.scores.clear.tp, ann.scores.clear.fp) == (2, 1)
    assert ann.changes.as_answer()["iou"]["mean"] == 1
