"""Scores equal those of TrackEval to 1e-9: on real tracks, on hard cases, on any small tracks."""

from __future__ import annotations

import gzip
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import benchmarks.quality
from benchmarks.quality import scalabel
from labeling.metrics import Boxes, compare, scores
from labeling.quality.tracks import Tracks
from tests.metrics.drawn import Row, boxes, walk
from tests.metrics.published import assert_equal, evaluated, together

DATA = Path(benchmarks.quality.__file__).parent / "data"
TEN = range(10)


def real(name: str) -> Tracks:
    return scalabel.read(gzip.decompress((DATA / f"bdd100k-{name}.json.gz").read_bytes()))


@pytest.fixture(scope="module")
def truth() -> Tracks:
    return real("truth")


@pytest.fixture(scope="module")
def predictions() -> Tracks:
    return real("predictions")


def columns(tracks: Tracks, label: str | None = None) -> Boxes:
    rows = np.arange(len(tracks))
    if label is not None:
        known = label in tracks.label_names
        rows = np.flatnonzero(tracks.label == (tracks.label_names.index(label) if known else -1))
    return Boxes(tracks.frame, tracks.track, tracks.x, tracks.y, tracks.w, tracks.h).of(rows)


def test_a_real_tracker_against_people_whatever_the_class(truth, predictions):
    ours = scores(columns(truth), columns(predictions))

    assert_equal(ours, evaluated(columns(truth), columns(predictions)))
    assert ours.clear.idsw > 10, "the clip has switches of identity to count"


def test_a_real_tracker_class_by_class_and_all_together(truth, predictions):
    published = {
        label: evaluated(columns(truth, label), columns(predictions, label))
        for label in truth.label_names
    }

    comparison = compare(predictions, truth)

    assert set(comparison.classes) == set(published)
    for label, expected in published.items():
        assert_equal(comparison.classes[label].scores, expected)
    assert_equal(comparison.scores, together(published))


def test_people_against_a_real_tracker(truth, predictions):
    assert_equal(
        scores(columns(predictions), columns(truth)),
        evaluated(columns(predictions), columns(truth)),
    )


@pytest.mark.parametrize("seed", range(3))
def test_real_tracks_with_boxes_shaken_lost_doubled_and_cut_into_pieces(truth, seed):
    random = np.random.default_rng(seed)
    true = columns(truth)
    kept = true.of(np.flatnonzero(random.random(len(true)) < 0.9))
    again = np.flatnonzero(random.random(len(kept)) < 0.1)
    both = np.concatenate([np.arange(len(kept)), again])
    judged = kept.of(both)
    judged = Boxes(
        judged.frame,
        # each track in four pieces, the doubled ones in tracks of their own
        judged.track * 4 + judged.frame // 60 + 10_000 * (np.arange(len(both)) >= len(kept)),
        judged.x + random.normal(0, 3, len(both)),
        judged.y + random.normal(0, 3, len(both)),
        judged.w,
        judged.h,
    )

    assert_equal(scores(true, judged), evaluated(true, judged))


CASES: dict[str, tuple[list[Row], list[Row]]] = {
    "nothing at all": ([], []),
    "no truth": ([], walk(0, TEN)),
    "nothing to judge": (walk(0, TEN), []),
    "the same": (walk(0, TEN), walk(0, TEN)),
    "nothing in common": (walk(0, TEN), walk(0, TEN, y=100)),
    "other frames": (walk(0, range(5)), walk(0, range(5, 10))),
    "frames without boxes": (walk(0, [0, 1, 5, 9]), walk(0, [0, 3, 5, 9])),
    "a switch of identity": (walk(0, TEN), walk(1, range(4)) + walk(2, range(4, 10))),
    "identities swapped": (
        walk(0, TEN) + walk(1, TEN, y=5),
        walk(0, range(5)) + walk(1, range(5), y=5) + walk(1, range(5, 10)) + walk(0, range(5, 10)),
    ),
    "doubled boxes": (walk(0, TEN), walk(1, TEN) + walk(2, TEN)),
    "all doubled": (walk(0, TEN) + walk(1, TEN), walk(1, TEN) + walk(2, TEN) + walk(3, TEN)),
    "lost and found": (walk(0, range(30)), walk(0, [*range(5), *range(9, 12), *range(20, 22)])),
    "boxes without a size": ([(0, 0, 5, 5, 0, 0)], [(0, 0, 5, 5, 0, 0)]),
    "an overlap at the limit": ([(0, 0, 0, 0, 20, 10)], [(0, 0, 0, 0, 10, 10)]),
    "found for four fifths": (walk(0, TEN), walk(0, range(8))),
    "found for a fifth": (walk(0, TEN), walk(0, range(2))),
}


@pytest.mark.parametrize("case", CASES)
def test_hard_cases(case):
    truth, judged = map(boxes, CASES[case])

    assert_equal(scores(truth, judged), evaluated(truth, judged))


# Few places and sizes, so that boxes coincide and pairings tie.
rows = st.lists(
    st.tuples(
        st.integers(0, 6),
        st.integers(0, 4),
        st.sampled_from([0.0, 4.0, 8.0, 12.0]),
        st.sampled_from([0.0, 4.0]),
        st.sampled_from([8.0, 16.0]),
        st.sampled_from([8.0, 16.0]),
    ),
    max_size=24,
    unique_by=lambda row: row[:2],
)


@settings(max_examples=200, deadline=None)
@given(truth=rows, judged=rows)
def test_any_small_tracks(truth, judged):
    assert_equal(scores(boxes(truth), boxes(judged)), evaluated(boxes(truth), boxes(judged)))
