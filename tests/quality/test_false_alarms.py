"""What looks odd to simpler checks and is none: few flags, at most five in a thousand frames."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks.quality import clips, measure, worlds
from labeling.quality.check import check
from labeling.quality.findings import Kind


@pytest.mark.parametrize("dodging", [0.0, 1.5, 8.0])
def test_fast_small_objects_do_not_jump(dodging):
    movers = clips.fast_movers(400, dodging=dodging, seed=9)

    assert len(check(movers).findings) <= 2


def test_tracks_that_leave_over_the_border_end_as_they_should():
    assert check(clips.leaving(400, objects=30, seed=9)).findings == ()


def test_tracks_that_simply_end_are_how_the_clip_was_labeled():
    kinds = {finding.kind for finding in check(clips.simply_ending(600, seed=9)).findings}

    assert not kinds & {Kind.EARLY_END, Kind.LATE_START}


def test_people_who_cross_each_other_do_not_swap_names():
    frames = 40
    walk = np.arange(frames) * 6.0
    tracks = clips.scene(
        places=np.stack([
            np.column_stack([300 + walk, np.full(frames, 200.0)]),
            np.column_stack([540 - walk, np.full(frames, 205.0)]),
        ], axis=1),
        shapes=np.broadcast_to([40.0, 120.0], (frames, 2, 2)),
        lives=[(0, frames)] * 2,
        picture=(1280.0, 720.0),
    )  # fmt: skip

    assert check(tracks).findings == ()


def test_a_camera_that_jolts_moves_everybody_and_flags_nobody():
    tracks = clips.leaving(300, objects=40, seed=9)
    later = tracks.frame >= 150
    jolted = type(tracks)(**{**vars(tracks), "x": tracks.x + 60.0 * later, "picture": None})

    assert [f for f in check(jolted).findings if f.kind is Kind.POSITION_JUMP] == []


def test_the_vehicles_have_no_finding_once_their_planted_faults_are_repaired():
    assert check(clips.clean()["vehicles (Ground Truth)"]).findings == ()


@pytest.mark.parametrize("name", ["square", "square with doors", "thrown", "aerial"])
@pytest.mark.parametrize("rate", [10.0, 30.0])
def test_scenes_that_no_limit_was_tuned_on_have_few_flags(name, rate):
    scene = worlds.WORLDS[name](rate, np.random.default_rng([77, 5]))

    assert measure.Flags(len(check(scene).findings), len(scene.frames)).per_thousand <= 10


@pytest.mark.parametrize("objects", [3, 10])
def test_scenes_that_have_no_way_out_over_the_border_flag_no_end(objects):
    doors = worlds.square(10.0, np.random.default_rng(78), people=objects * 3, doors=True)

    kinds = [finding.kind for finding in check(doors).findings]
    assert len([kind for kind in kinds if kind in (Kind.EARLY_END, Kind.LATE_START)]) <= 1


def test_flags_are_counted_for_a_thousand_frames():
    assert measure.Flags(findings=3, frames=1500).per_thousand == 2.0
