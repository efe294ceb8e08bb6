from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from labeling.errors import ObjectUnreadable
from labeling.plan import presence, sequences
from labeling.plan.findings import problems as as_problems
from labeling.plan.sequences import SequenceFacts
from labeling.ports import ObjectEntry
from tests.fakes import FakeObjects
from tests.unit.plan.inputs import (
    BUCKETS,
    LOC,
    NOW,
    errors,
    objects,
    put,
    recorded,
    touch,
    warnings,
)

URI = "s3://in/clips/seq1.json"
PREFIX = "s3://in/clips/1/"


def clip(*names: str, **changes: Any) -> dict[str, Any]:
    frames = [{"frame-no": number, "frame": name} for number, name in enumerate(names, start=1)]
    given = {"seq-no": 1, "prefix": PREFIX, "number-of-frames": len(frames), "frames": frames}
    return {name: value for name, value in (given | changes).items() if value is not None}


def names(count: int) -> list[str]:
    return [f"{number:04}.jpg" for number in range(1, count + 1)]


def look(document: Any, *there_are: str) -> SequenceFacts:
    """The files of the sequence lie there, unless others are given."""
    there = objects()
    put(there, URI, document)
    frames = document.get("frames") if isinstance(document, dict) else None
    files = [frame["frame"] for frame in frames or [] if isinstance(frame.get("frame"), str)]
    touch(there, *(there_are or [f"{PREFIX}{name}" for name in files]))
    return sequences.look_at_video(URI, objects=there, allowed_buckets=BUCKETS)


def found(facts: SequenceFacts) -> dict[str, str]:
    return errors(as_problems(facts.findings, LOC))


def test_a_good_sequence_says_how_many_frames_are_paid_for():
    facts = look(clip(*names(12)))

    assert facts.findings == ()
    assert facts.frames == 12


def test_frames_may_lie_in_folders_below_the_prefix_and_in_any_order_in_the_file():
    document = clip("cam/0001.JPG", "cam/0002.png", "cam/0003.jpeg")
    document["frames"].reverse()

    assert look(document).findings == ()


@pytest.mark.parametrize(
    ("changes", "kind", "said"),
    [
        ({"seq-no": None}, "seq_no", "needs seq-no"),
        ({"seq-no": "1"}, "seq_no", 'is "1"'),
        ({"seq-no": True}, "seq_no", "is true"),
        (
            {"number-of-frames": None, "number_of_frames": 2},
            "number_of_frames",
            "Is it called number_of_frames there?",
        ),
        ({"number-of-frames": 3}, "number_of_frames", "lists 2"),
        ({"frames": []}, "frames", "at least one frame"),
        ({"frames": None}, "frames", "at least one frame"),
        ({"prefix": None}, "prefix", "is null"),
        ({"prefix": "clips/1/"}, "prefix", "s3://bucket/folder/"),
        ({"prefix": PREFIX[:-1]}, "prefix", f'make it "{PREFIX}"'),
        ({"prefix": "s3://in/"}, "prefix", "whole bucket"),
        ({"prefix": "s3://elsewhere/clips/1/"}, "other_bucket", "s3://in or s3://processing"),
    ],
)
def test_what_is_wrong_with_a_sequence_itself(
    changes: dict[str, Any], kind: str, said: str
) -> None:
    facts = look(clip(*names(2), **changes), *(f"{PREFIX}{name}" for name in names(2)))

    assert said in found(facts)[kind]
    assert found(facts).keys() == {kind}


@pytest.mark.parametrize(
    ("frame", "kind"),
    [
        ({"frame-no": 3}, "frame"),
        ({"frame-no": 3, "frame": ""}, "frame"),
        ({"frame-no": 3, "frame": "s3://in/0003.jpg"}, "frame_name"),
        ({"frame-no": 3, "frame": "0003.bmp"}, "frame_format"),
        ({"frame-no": 3, "frame": "0002.jpg"}, "frame_twice"),
        ({"frame": "0003.jpg"}, "frame_no"),
        ({"frame-no": "3", "frame": "0003.jpg"}, "frame_no"),
        ({"frame-no": 2, "frame": "0003.jpg"}, "frame_no_twice"),
        ({"frame-no": 0, "frame": "0003.jpg"}, "frame_order"),
        ({"frame-no": 3, "frame": "0003.jpg", "unix-timestamp": "noon"}, "timestamp"),
    ],
)
def test_a_frame_that_will_not_do_is_named(frame: dict[str, Any], kind: str) -> None:
    document = clip(*names(2))
    document["frames"].append(frame)
    document["number-of-frames"] = 3
    facts = look(document)

    assert found(facts).keys() == {kind}
    assert "frames[2]" in found(facts)[kind] or "0003.jpg" in found(facts)[kind]


def test_names_without_zeros_are_shown_in_another_order_than_their_numbers():
    message = found(look(clip(*(f"frame{number}.jpg" for number in range(1, 13)))))["frame_order"]

    assert "frame12.jpg (frame-no 12) comes before frame2.jpg (frame-no 2)" in message
    assert "zeros" in message


def test_a_sequence_has_two_thousand_frames_at_most():
    assert look(clip(*names(2_000))).findings == ()
    assert found(look(clip(*names(2_001)))).keys() == {"too_many_frames"}


def test_missing_and_empty_frames_are_named():
    there = objects()
    put(there, URI, clip(*names(6)))
    touch(there, *(f"{PREFIX}{name}" for name in names(6)[:2]))
    there.write(f"{PREFIX}0001.jpg", "")
    facts = sequences.look_at_video(URI, objects=there, allowed_buckets=BUCKETS)

    assert f"4 files that are not there: {PREFIX}0003.jpg" in found(facts)["frame_missing"]
    assert "and 1 more" in found(facts)["frame_missing"]
    assert f"1 file of 0 bytes: {PREFIX}0001.jpg" in found(facts)["frame_empty"]


@pytest.mark.parametrize(
    ("body", "kind"),
    [("{", "not_json"), ("[]", "not_an_object"), ('{"seq-no": NaN}', "not_json")],
)
def test_a_sequence_file_is_one_json_object(body: str, kind: str) -> None:
    there = objects()
    there.write(URI, body)
    facts = sequences.look_at_video(URI, objects=there, allowed_buckets=BUCKETS)

    assert found(facts).keys() == {kind}
    assert facts.frames == 0


def test_a_sequence_file_that_is_not_there_cannot_be_read():
    facts = sequences.look_at_video(URI, objects=objects(), allowed_buckets=BUCKETS)

    assert "there is no such object" in found(facts)["unreadable"]


def test_half_a_character_is_no_name():
    there = objects()
    there.write(URI, json.dumps(clip("\ud83d.jpg")))
    facts = sequences.look_at_video(URI, objects=there, allowed_buckets=BUCKETS)

    assert found(facts).keys() == {"not_json"}


def test_many_frames_take_few_listings():
    there = Counting()
    put(there, URI, clip(*names(1_500), *(f"z/{name}" for name in names(500))))
    touch(there, *(f"{PREFIX}{name}" for name in names(1_500)))
    touch(there, *(f"{PREFIX}z/{name}" for name in names(500)), *map(beside, range(100)))
    facts = sequences.look_at_video(URI, objects=there, allowed_buckets=BUCKETS)

    assert facts.findings == ()
    assert there.listings == 2
    assert there.listed < 2_100


def test_a_folder_for_each_frame_takes_one_listing():
    there = Counting()
    files = [f"{number:03}/left.jpg" for number in range(100)]
    put(there, URI, clip(*files))
    touch(there, *(f"{PREFIX}{name}" for name in files[:-1]))
    facts = sequences.look_at_video(URI, objects=there, allowed_buckets=BUCKETS)

    assert f"{PREFIX}099/left.jpg" in found(facts)["frame_missing"]
    assert there.listings == 1


def test_frames_among_very_many_other_objects_are_not_all_looked_up(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(presence, "MOST_LISTED", 10)
    there = objects()
    put(there, URI, clip("0001.jpg", "9999.jpg"))
    touch(there, f"{PREFIX}0001.jpg", f"{PREFIX}9999.jpg", *map(beside, range(50)))
    facts = sequences.look_at_video(URI, objects=there, allowed_buckets=BUCKETS)

    assert found(facts) == {}
    assert "frames_not_looked_up" in warnings(as_problems(facts.findings, LOC))


def beside(number: int) -> str:
    return f"{PREFIX}5{number:03}.jpg.json"


def test_a_bucket_that_may_not_be_listed_is_named():
    there = Closed(lambda: NOW)
    put(there, URI, clip(*names(2)))
    facts = sequences.look_at_video(URI, objects=there, allowed_buckets=BUCKETS)

    assert "access is denied" in found(facts)["frames_not_listed"]


class Counting(FakeObjects):
    """Counts what it lists."""

    def __init__(self) -> None:
        super().__init__(lambda: NOW)
        self.listings = 0
        self.listed = 0

    def listing(self, prefix_uri: str) -> Iterator[ObjectEntry]:
        self.listings += 1
        for entry in super().listing(prefix_uri):
            self.listed += 1
            yield entry


class Closed(FakeObjects):
    def listing(self, prefix_uri: str) -> Iterator[ObjectEntry]:
        raise ObjectUnreadable(f"{prefix_uri}: access is denied")


def test_a_published_sequence_of_point_clouds_is_in_order():
    there = objects()
    there.write(URI, recorded("seq1.json"))
    folder = "s3://in/artifacts/gt-point-cloud-demos/sequences/frames"
    touch(there, *(f"{folder}/{number}.txt" for number in range(10)))
    touch(there, *(f"{folder}/images/frame_{number}_camera_0.jpg" for number in range(10)))
    facts = sequences.look_at_point_clouds(URI, objects=there, allowed_buckets=BUCKETS)

    assert facts.findings == ()
    assert facts.frames == 10
