"""What looks like a fault and has another explanation: it leads the eye, and is not reported."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from benchmarks.quality.table import Table
from labeling.quality.check import BOX_CHECKS, SINGLE_BOX_CHECKS, check
from labeling.quality.columns import Columns
from labeling.quality.findings import REPORTED, Kind
from labeling.quality.looking import look
from tests.quality.scenes import clip, rows, said


@pytest.fixture(name="table")
def _table() -> Table:
    return Table(clip())


def with_bus(table: Table, name: str, first: int, last: int) -> Table:
    """A bus in front of the right half of a car."""
    car = rows(table, name, first, last)
    table, bus = table.named("bus:1")
    place = {side: getattr(table.tracks, side)[car] for side in "xyw"}
    return table.plus(
        car, track=bus, label=1, x=place["x"] + place["w"] / 2, y=place["y"] - 30, w=90.0, h=120.0
    )


def test_a_box_that_loses_what_a_bus_hides_is_doubtful_and_one_in_the_open_is_reported(table):
    half = rows(table, "car:3", 30, 32)
    shrunk = table.put(half, w=35.0)
    behind = with_bus(table, "car:3", 0, 59).put(half, w=35.0)

    assert said(shrunk) == [(Kind.ASPECT_JUMP, ("car:3",), 30, 32)]
    assert Kind.ASPECT_JUMP not in {kind for kind, *_ in said(behind)}


def test_what_is_doubtful_raises_the_suspicion_of_its_frames(table):
    calm = with_bus(table, "car:3", 0, 59)
    report = check(calm.put(rows(table, "car:3", 30, 32), w=35.0).tracks)

    assert all(finding.severity >= REPORTED for finding in report.findings)
    assert (report.frames[30:33] > check(calm.tracks).frames[30:33]).all()


def test_what_others_leave_out_when_it_is_hidden_as_far_is_no_gap(table):
    # car:0 and car:1 drive behind trucks that hide 0.75 of them; both are left out there, twice
    hidden = table
    for number in (0, 1):
        for begin in (10, 40):
            behind = rows(hidden, f"car:{number}", begin - 2, begin + 9)
            hidden, truck = hidden.named(f"truck:{number}-{begin}")
            place = {side: getattr(hidden.tracks, side)[behind] for side in "xy"}
            hidden = hidden.plus(
                behind, track=truck, label=1, x=place["x"] + 20, y=place["y"] - 40, w=200.0, h=140.0
            )
            hidden = hidden.without(rows(hidden, f"car:{number}", begin, begin + 7))

    assert Kind.GAP not in {kind for kind, *_ in said(hidden)}


def test_a_track_that_is_away_for_longer_than_it_is_there_may_have_left(table):
    away = table.without(rows(table, "car:1", 12, 47))

    assert Kind.GAP not in {kind for kind, *_ in said(away)}


def test_tracks_that_go_on_under_other_names_wherever_they_were_hidden_are_doubtful(table):
    renamed = table
    for number in range(5):
        at = 20 + 4 * number
        renamed, fresh = renamed.named(f"car:{number}-again")
        renamed = renamed.put(rows(renamed, f"car:{number}", at, 59), track=fresh)
        renamed = renamed.without(rows(renamed, f"car:{number}-again", at, at + 2))

    assert Kind.IDENTITY_BREAK not in {kind for kind, *_ in said(renamed)}


def test_a_box_over_the_border_of_a_picture_of_unknown_size_is_found_and_the_guess_said():
    table = Table(clip())
    over = rows(table, "car:3", 12, 13)
    thrown = replace(table.put(over, x=1250.0).tracks, picture=None)

    (finding,) = (f for f in check(thrown).findings if f.kind is Kind.OUT_OF_FRAME)
    assert (finding.objects, finding.first_frame, finding.last_frame) == (("car:3",), 12, 13)
    assert "taken to be 1280 by 720 pixels" in finding.message


def test_a_report_says_which_checks_were_made():
    loose = replace(clip(), tracked=False)

    assert check(clip()).checks == BOX_CHECKS
    assert check(loose).checks == SINGLE_BOX_CHECKS == (Kind.NO_SIZE, Kind.OUT_OF_FRAME)
    assert len(set(BOX_CHECKS)) == len(BOX_CHECKS) == 18


def test_boxes_are_as_suspicious_among_any_labels_as_alone(table):
    # where a track ends there is doubt without a finding, too
    ending = table.without(rows(table, "car:1", 30, 59)).tracks
    unknown = np.full((len(ending.frames), 2), np.nan)

    alone, among = check(ending), look(Columns(boxes=ending, sizes=unknown))

    assert among.frames == pytest.approx(alone.frames)
    assert (among.findings, among.checks) == (alone.findings, alone.checks)


def test_suspicion_is_a_share_in_every_frame(table):
    worst = table.put(rows(table, "car:1", 5, 30), w=0.0)

    suspicion = check(worst.tracks).frames
    assert ((suspicion >= 0) & (suspicion <= 1)).all()
    assert np.argmax(suspicion) in range(4, 32)
