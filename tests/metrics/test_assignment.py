"""The best pairing is the one that SciPy finds, of several equally good ones too."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from scipy.optimize import linear_sum_assignment

from labeling.metrics.assignment import best_pairs

sizes = st.tuples(st.integers(1, 9), st.integers(1, 9))
# Few values, so that many pairings tie; or any, as overlaps are.
tied = arrays.arrays(np.float64, sizes, elements=st.sampled_from([0.0, 0.1, 0.3, 1.0]))
spread = arrays.arrays(np.float64, sizes, elements=st.floats(0, 1000, allow_subnormal=False))


@settings(max_examples=400, deadline=None)
@given(scores=st.one_of(tied, spread))
def test_it_is_the_pairing_of_scipy(scores):
    rows, columns = linear_sum_assignment(-scores)
    kept = scores[rows, columns] > 0

    found = best_pairs(scores)

    assert scores[found].sum() == scores[rows, columns].sum() or np.isclose(
        scores[found].sum(), scores[rows, columns].sum(), rtol=1e-12, atol=0
    )
    if np.unique(scores).size <= 4:
        np.testing.assert_array_equal(found, (rows[kept], columns[kept]))


def test_it_is_the_pairing_of_scipy_in_a_crowd():
    random = np.random.default_rng(7)
    for height, width in ((60, 60), (40, 75), (75, 40)):
        scores = random.random((height, width)) * (random.random((height, width)) < 0.2)
        rows, columns = linear_sum_assignment(-scores)
        kept = scores[rows, columns] > 0

        np.testing.assert_array_equal(best_pairs(scores), (rows[kept], columns[kept]))


def test_nothing_pairs_with_nothing():
    for shape in ((0, 0), (0, 3), (3, 0)):
        rows, columns = best_pairs(np.zeros(shape))
        assert len(rows) == len(columns) == 0


def test_scores_of_nought_are_no_pairs():
    rows, columns = best_pairs(np.array([[0.0, 2.0], [0.0, 0.0]]))

    assert (rows.tolist(), columns.tolist()) == ([0], [1])
