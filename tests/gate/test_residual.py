"""The error rate of what nobody looked at again."""

from __future__ import annotations

import random

import pytest

from labeling.gate.residual import residual


@pytest.mark.parametrize(
    ("wrong", "looked_at", "low", "high"),
    [(0, 10, 0.0, 0.2775), (5, 100, 0.0215, 0.1118), (10, 10, 0.7225, 1.0)],
)
def test_the_interval_is_wilson_s(wrong, looked_at, low, high):
    found = residual(looked_at=looked_at, wrong=wrong, left=900)

    assert found is not None
    assert found.low == pytest.approx(low, abs=1e-4)
    assert found.high == pytest.approx(high, abs=1e-4)


def test_without_a_control_sample_nobody_can_tell():
    assert residual(looked_at=0, wrong=0, left=100) is None


def test_the_interval_holds_the_truth_nineteen_times_in_twenty():
    chance = random.Random(0)
    truth = [chance.random() < 0.08 for _ in range(5_000)]
    rate = sum(truth) / len(truth)
    held = 0
    for _ in range(400):
        sample = chance.sample(truth, 250)
        found = residual(looked_at=250, wrong=sum(sample), left=4_750)
        assert found is not None
        held += found.low <= rate <= found.high

    assert held >= 0.93 * 400


def test_what_is_told_of_it_are_counts_and_shares():
    found = residual(looked_at=100, wrong=5, left=900)

    assert found is not None
    assert found.as_answer() == {
        "controlUnits": 100,
        "controlUnitsChanged": 5,
        "unitsNotLookedAt": 900,
        "errorRate": 0.05,
        "errorRateLow": 0.0215,
        "errorRateHigh": 0.1118,
    }
