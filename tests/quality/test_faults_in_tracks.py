from __future__ import annotations

import numpy as np
import pytest

from benchmarks.quality.table import Table
from labeling.quality.check import check
from labeling.quality.findings import Kind
from tests.quality.scenes import clip, rows, said


@pytest.fixture(name="table")
def _table() -> Table:
    return Table(clip())


def test_a_clip_without_a_fault_has_no_finding(table):
    assert said(table) == []


def test_a_track_that_is_away_for_some_frames_has_a_gap(table):
    gone = table.without(rows(table, "car:1", 20, 23))

    assert said(gone) == [(Kind.GAP, ("car:1",), 20, 23)]


def test_a_gap_behind_another_object_is_none(table):
    # a bus that hides car:1 completely for these frames
    behind = rows(table, "car:1", 18, 25)
    hidden, bus = table.named("bus:1")
    place = {name: getattr(table.tracks, name)[behind] for name in "xy"}
    hidden = hidden.plus(
        behind, track=bus, label=1, x=place["x"] - 40, y=place["y"] - 40, w=200.0, h=140.0
    ).without(rows(table, "car:1", 20, 23))

    assert (Kind.GAP, ("car:1",), 20, 23) not in said(hidden)


@pytest.mark.parametrize("last", [30, 32])
def test_boxes_off_their_path_are_a_position_jump(table, last):
    off = rows(table, "car:2", 30, last)

    assert said(table.put(off, y=table.tracks.y[off] + 50)) == [
        (Kind.POSITION_JUMP, ("car:2",), 30, last)
    ]


def test_a_track_that_leaves_its_path_for_good_jumps_where_it_does(table):
    off = rows(table, "car:2", 30, 59)

    assert said(table.put(off, y=table.tracks.y[off] + 50)) == [
        (Kind.POSITION_JUMP, ("car:2",), 30, 30)
    ]


def test_boxes_of_another_size_are_a_size_jump(table):
    off = rows(table, "car:3", 40, 40)
    tracks = table.tracks
    grown = table.put(off, x=tracks.x[off] - 35, y=tracks.y[off] - 30, w=140.0, h=120.0)

    assert said(grown) == [(Kind.SIZE_JUMP, ("car:3",), 40, 40)]


def test_a_box_of_which_one_edge_is_off_is_an_aspect_jump(table):
    off = rows(table, "car:3", 40, 40)

    assert said(table.put(off, w=110.0)) == [(Kind.ASPECT_JUMP, ("car:3",), 40, 40)]


def test_two_tracks_that_swap_names_are_one_identity_switch_and_nothing_else(table):
    one, other = rows(table, "car:0", 25, 59), rows(table, "car:1", 25, 59)
    swapped = table.put(one, track=1).put(other, track=0)

    assert said(swapped) == [(Kind.IDENTITY_SWITCH, ("car:0", "car:1"), 24, 25)]


@pytest.mark.parametrize("missing", [0, 2])
def test_a_track_that_goes_on_under_another_name_is_an_identity_break(table, missing):
    broken, fresh = table.named("car:9")
    broken = broken.put(rows(table, "car:4", 30, 59), track=fresh)
    broken = broken.without(rows(table, "car:4", 30, 29 + missing))

    assert said(broken) == [(Kind.IDENTITY_BREAK, ("car:4", "car:9"), 29, 30 + missing)]


def test_a_second_name_on_the_same_object_is_a_duplicate(table):
    again = rows(table, "car:0", 10, 30)
    doubled, fresh = table.named("car:9")
    doubled = doubled.plus(again, track=fresh, x=table.tracks.x[again] + 3)

    assert (Kind.DUPLICATE_ID, ("car:0", "car:9"), 10, 30) in said(doubled)


def test_a_second_row_of_a_name_in_a_frame_is_a_duplicate_row(table):
    again = rows(table, "car:0", 10, 10)

    assert said(table.plus(again, x=table.tracks.x[again] + 3)) == [
        (Kind.DUPLICATE_ROW, ("car:0",), 10, 10)
    ]


def test_a_single_box_in_the_middle_of_the_clip_is_a_stray_track(table):
    stray, fresh = table.named("car:9")
    stray = stray.plus(np.array([0]), track=fresh, frame=33, x=900.0, y=330.0)

    assert said(stray) == [(Kind.STRAY, ("car:9",), 33, 33)]


def test_a_box_that_stays_while_its_object_goes_on_is_frozen(table):
    held, still = rows(table, "car:4", 20, 20)[0], rows(table, "car:4", 21, 27)
    frozen = table.put(still, x=table.tracks.x[held], y=table.tracks.y[held])

    assert (Kind.FROZEN, ("car:4",), 20, 27) in said(frozen)


def test_an_object_that_brakes_stands_and_starts_again_is_not_frozen(table):
    way = rows(table, "car:0", 0, 59)
    speed = np.clip(np.abs(np.arange(60) - 30.0) - 6, 0, 6)
    braking = table.put(way, x=60 + np.cumsum(speed), y=100.0)

    assert said(braking) == []


def test_a_track_that_begins_and_ends_in_the_open_began_late_and_ended_early(table):
    ends = rows(table, "car:2", 0, 11), rows(table, "car:2", 48, 59)
    cut = table.without(np.concatenate(ends))

    assert {kind for kind, *_ in said(cut)} == {Kind.LATE_START, Kind.EARLY_END}
    assert all(objects == ("car:2",) for _, objects, *_ in said(cut))


def test_where_many_tracks_simply_end_none_ended_early(table):
    cut = table
    for number in range(5):
        cut = cut.without(rows(cut, f"car:{number}", 30 + 4 * number, 59))

    assert said(cut) == []


def test_a_box_that_waits_at_the_border_for_its_object_is_stuck(table):
    # car:4 leaves over the left border and stays there
    way = rows(table, "car:4", 0, 59)
    place = 300.0 - 8 * np.arange(60)
    left, right = np.maximum(place, 0), np.maximum(place + 50, 12)
    stuck = table.put(way, x=left, w=right - left)

    assert [one for one in said(stuck) if one[0] is Kind.STUCK] == [
        (Kind.STUCK, ("car:4",), 43, 59)
    ]


def test_a_box_over_the_border_is_out_of_frame(table):
    over = rows(table, "car:3", 12, 13)

    assert (Kind.OUT_OF_FRAME, ("car:3",), 12, 13) in said(table.put(over, x=-50.0))


def test_data_sets_that_draw_what_the_border_hides_are_left_alone(table):
    way = [rows(table, f"car:{number}", 0, 59) for number in range(4)]
    leaving = table
    for each in way:
        leaving = leaving.put(each, x=200.0 - 4 * np.arange(60))

    assert said(leaving) == []


@pytest.mark.parametrize(("side", "value"), [("w", 0.0), ("h", -3.0), ("w", np.nan)])
def test_a_box_without_a_size_is_said_so(table, side, value):
    flat = table.put(rows(table, "car:1", 9, 9), **{side: value})

    assert said(flat) == [(Kind.NO_SIZE, ("car:1",), 9, 9), (Kind.GAP, ("car:1",), 9, 9)]


def test_boxes_of_another_class_are_a_class_change(table):
    assert said(table.put(rows(table, "car:1", 9, 11), label=1)) == [
        (Kind.CLASS_CHANGE, ("car:1",), 9, 11)
    ]


def test_an_attribute_that_changes_and_changes_back_flickers(table):
    flicker = table.put_attribute("color", rows(table, "car:1", 20, 21), np.array([0, 0]))

    assert said(flicker) == [(Kind.FLICKER, ("car:1",), 20, 21)]


def test_an_attribute_that_every_object_changes_now_and_then_does_not_flicker():
    table = Table(clip())
    for number in range(5):
        off = rows(table, f"car:{number}", 20 + number, 21 + number)
        table = table.put_attribute("color", off, 1 - table.tracks.attributes["color"].codes[off])

    assert said(table) == []


def test_a_frame_without_boxes_is_empty_and_no_gap_of_every_track(table):
    assert said(table.only(table.tracks.frame != 25)) == [(Kind.EMPTY_FRAME, (), 25, 25)]


def test_a_clip_of_which_only_some_frames_were_labeled_has_no_empty_frames(table):
    assert said(table.only(table.tracks.frame % 2 == 0)) == []


def test_labels_without_identities_are_checked_box_by_box():
    tracks = clip()
    loose = Table(tracks).put(np.array([5]), w=0.0).tracks
    findings = check(type(loose)(**{**vars(loose), "tracked": False})).findings

    assert [finding.kind for finding in findings] == [Kind.NO_SIZE]


def test_an_empty_clip_has_no_finding():
    report = check(Table(clip()).only(np.zeros(0, np.int64)).tracks)

    assert report.findings == ()
    assert not report.frames.any()


def test_the_frames_of_a_fault_are_the_most_suspicious_ones(table):
    gone = table.without(rows(table, "car:1", 20, 23))
    suspicion = check(gone.tracks).frames

    assert set(np.flatnonzero(suspicion)) == {20, 21, 22, 23}
    assert suspicion[20] == suspicion[23] == suspicion.max() > 0.8


def test_a_finding_is_a_document_with_a_sentence_for_the_auditor(table):
    (finding,) = check(table.without(rows(table, "car:1", 20, 23)).tracks).findings

    assert finding.document() == {
        "kind": "gap",
        "objects": ["car:1"],
        "firstFrame": 20,
        "lastFrame": 23,
        "severity": 0.95,
        "message": "car:1 is missing in frames 20 to 23 (4) and comes back; "
        "label it there, or make sure that it cannot be seen.",
    }
