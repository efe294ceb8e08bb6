"""A small sample of `make bench-quality`: faults of every kind in real tracks."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks.quality import clips, measure, tracker
from benchmarks.quality.faults import FAULTS
from benchmarks.quality.sequence_labels import written
from benchmarks.quality.table import Table
from labeling.quality import seqlabel

CLEAN = clips.clean()


@pytest.mark.parametrize("kind", [kind for kind in FAULTS if kind != "never-labeled"])
def test_faults_put_into_real_tracks_are_found_under_their_own_kind(kind):
    driving = measure.recall(CLEAN["driving (BDD100K)"], kind, trials=8, seed=1)
    vehicles = measure.recall(CLEAN["vehicles (Ground Truth)"], kind, trials=8, seed=1)

    total = driving + vehicles
    assert total.injected >= 6
    assert total.named >= 0.8 * total.injected


def test_an_object_that_nobody_labeled_cannot_be_seen():
    vehicles = CLEAN["vehicles (Ground Truth)"]

    assert measure.recall(vehicles, "never-labeled", trials=3, seed=1).found == 0


def test_of_mixed_faults_most_lie_in_the_worst_tenth_of_the_frames():
    mixed = measure.mixed(CLEAN["driving (BDD100K)"], faults=8, seed=3)

    assert mixed.injected == 8
    assert mixed.in_worst >= 6


def test_a_fault_changes_the_clip_and_the_same_chance_makes_the_same_one():
    vehicles = CLEAN["vehicles (Ground Truth)"]
    for inject in FAULTS.values():
        one, other = (
            inject(Table(vehicles), np.random.default_rng(5), frozenset()) for _ in range(2)
        )
        if one is not None and other is not None:
            assert one[1] == other[1]
            assert np.array_equal(one[0].tracks.x, other[0].tracks.x, equal_nan=True)


def test_suspicion_leads_to_the_errors_of_a_real_tracker_better_than_chance():
    agreement = tracker.agreement(clips.driving(), clips.predicted())

    assert agreement.in_worst > 0.13
    assert agreement.rank_correlation > 0.3


def test_a_clip_written_twice_is_read_as_twice_as_many_tracks():
    tracks = seqlabel.read(written(clips.vehicles(), 2), (1920.0, 1080.0))

    assert (len(tracks), len(tracks.frames), len(tracks.track_names)) == (1780, 600, 6)
    assert np.array_equal(tracks.x[:890], clips.vehicles().x)
