from __future__ import annotations

import json

import numpy as np
import pytest

from benchmarks.quality import clips
from labeling.quality import mot, seqlabel
from labeling.quality.check import check
from labeling.quality.findings import Kind
from tests.quality.scenes import summary


def test_ground_truths_own_output_is_read_whole():
    tracks = clips.vehicles()

    assert (len(tracks), len(tracks.frames)) == (890, 300)
    assert tracks.track_names == ("Vehicle:1", "Vehicle:2", "Vehicle:3")
    assert tracks.label_names == ("Vehicle",)
    assert (tracks.x[0], tracks.y[0], tracks.w[0], tracks.h[0]) == (952, 545, 83, 66)
    assert tracks.attributes["Color"].values == ("Green", "Silver")
    assert tracks.frames[0] == "000001.jpg"


def test_its_gap_and_its_three_boxes_with_an_edge_off_are_found_and_nothing_else():
    assert set(summary(check(clips.vehicles()))) == {
        (Kind.GAP, ("Vehicle:1",), 217, 217),
        (Kind.ASPECT_JUMP, ("Vehicle:2",), 102, 102),
        (Kind.ASPECT_JUMP, ("Vehicle:1",), 140, 140),
        (Kind.ASPECT_JUMP, ("Vehicle:2",), 284, 284),
    }


def sequence(*boxes: dict[str, object], key: str = "tracking-annotations") -> bytes:
    entries = [
        {"frame-no": str(number), "frame": f"{number}.jpg", "annotations": [box]}
        for number, box in enumerate(boxes)
    ]
    return json.dumps({key: entries}).encode()


BOX = {
    "left": 1, "top": 2, "width": 30, "height": 40, "class-id": "0",
    "object-id": "a", "object-name": "Car:1", "label-category-attributes": {},
}  # fmt: skip


def test_detections_have_no_identities():
    tracks = seqlabel.read(sequence(BOX, BOX, key="detection-annotations"))

    assert not tracks.tracked
    assert tracks.track.tolist() == [0, 1]


def test_numbers_that_are_none_are_reported_and_do_not_stop_the_rest():
    tracks = seqlabel.read(sequence(BOX, {**BOX, "width": None}, BOX))

    assert np.isnan(tracks.w[1])
    assert (Kind.NO_SIZE, ("Car:1",), 1, 1) in summary(check(tracks))


def test_attributes_that_a_box_does_not_have_are_unsaid():
    tracks = seqlabel.read(
        sequence(BOX, {**BOX, "label-category-attributes": {"hidden": "yes"}}, BOX)
    )

    assert tracks.attributes["hidden"].codes.tolist() == [-1, 0, -1]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"nonsense", "invalid character"),
        (b"{}", "neither"),
        (sequence({**BOX, "object-name": 7}), "annotations"),
        (b'{"tracking-annotations": [{"annotations": []}]}', "frame"),
    ],
)
def test_what_is_no_sequence_of_labels_is_refused_with_the_place(content, words):
    with pytest.raises(seqlabel.NotSequenceLabels, match=words):
        seqlabel.read(content)


def test_mot_lines_become_boxes_and_frames_count_from_one():
    tracks = mot.read(b"1,7,10,20,30,40,1,1,0.9\n3,7,12,20,30,40,1,1,0.9\n", (640, 480))

    assert tracks.frame.tolist() == [0, 2]
    assert tracks.track_names == ("7",)
    assert (tracks.x[1], tracks.w[1]) == (12, 30)
    assert len(tracks.frames) == 3


def test_mot_lines_that_are_not_to_be_considered_are_left_out():
    assert len(mot.read(b"1,7,10,20,30,40,0,1,0.9\n1,8,10,20,30,40,1,1,1\n")) == 1


def test_mot_detections_have_no_identities():
    assert not mot.read(b"1,-1,10,20,30,40,0.8\n1,-1,50,20,30,40,0.7\n").tracked


def test_an_empty_mot_file_is_a_clip_without_boxes():
    assert len(mot.read(b"\n", frames=5).frames) == 5


@pytest.mark.parametrize("content", [b"1,2,3\n", b"1,1,1,1,1,1\n1,1\n", b"a,b,c,d,e,f\n"])
def test_what_is_no_mot_table_is_refused(content):
    with pytest.raises(mot.NotMotCsv):
        mot.read(content)
