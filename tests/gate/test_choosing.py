"""Which units go on to an audit."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labeling.gate.choosing import Unit, choose
from labeling.model import Selection, Strategy

UNITS = [Unit(line=n, doubt=n / 100, severity=n / 100, stratum="ab"[n % 2]) for n in range(100)]


def chosen(selection, units=UNITS, seed="clip"):
    return choose(units, selection, seed=seed)


def test_the_worst_tenth_goes_on():
    choice = chosen(Selection(strategy=Strategy.WORST_FIRST, rate=10))

    assert choice.chosen == frozenset(range(90, 100))
    assert choice.control == frozenset()


def test_what_has_a_grave_finding_goes_on_however_many_that_are():
    choice = chosen(Selection(strategy=Strategy.FINDINGS, min_severity=0.6))

    assert choice.chosen == frozenset(range(60, 100))


def test_findings_are_no_more_than_the_rate_worst_first():
    choice = chosen(Selection(strategy=Strategy.FINDINGS, min_severity=0.6, rate=10))

    assert choice.chosen == frozenset(range(90, 100))


def test_without_a_finding_nothing_but_the_control_sample_goes_on():
    units = [Unit(line=n) for n in range(50)]

    none = chosen(Selection(strategy=Strategy.FINDINGS, min_severity=0), units)
    some = chosen(Selection(strategy=Strategy.FINDINGS, always_sample=10), units)

    assert none.kept == frozenset()
    assert len(some.control) == 5


def test_a_control_sample_is_drawn_from_the_rest():
    choice = chosen(Selection(strategy=Strategy.WORST_FIRST, rate=10, always_sample=20))

    assert len(choice.control) == 18
    assert not choice.control & choice.chosen


def test_a_rare_stratum_is_looked_at_too():
    units = [Unit(line=n, stratum="rare" if n == 7 else "common") for n in range(200)]

    choice = chosen(Selection(strategy=Strategy.STRATIFIED, rate=5), units)

    assert 7 in choice.chosen
    assert len(choice.chosen) == 10


def test_many_strata_are_no_more_than_the_rate():
    units = [Unit(line=n, stratum=str(n % 150)) for n in range(200)]

    choice = chosen(Selection(strategy=Strategy.STRATIFIED, rate=5), units)

    assert len(choice.chosen) == 10


def test_strata_are_drawn_by_their_share():
    units = [Unit(line=n, stratum="a" if n < 150 else "b") for n in range(200)]

    choice = chosen(Selection(strategy=Strategy.STRATIFIED, rate=20), units)

    assert sum(place < 150 for place in choice.chosen) == 30
    assert len(choice.chosen) == 40


def test_equally_suspicious_units_are_drawn_from_the_whole_clip():
    units = [Unit(line=0, frame=f"{n}.jpg") for n in range(1000)]

    choice = chosen(Selection(strategy=Strategy.WORST_FIRST, rate=10), units)

    assert max(choice.chosen) > 800
    assert min(choice.chosen) < 200


def test_another_seed_draws_others():
    one = chosen(Selection(strategy=Strategy.RANDOM, rate=10, seed=1))
    other = chosen(Selection(strategy=Strategy.RANDOM, rate=10, seed=2))

    assert one.chosen != other.chosen


@given(
    count=st.integers(0, 60),
    rate=st.integers(1, 100),
    control=st.integers(0, 100),
    strategy=st.sampled_from(list(Strategy)),
)
def test_the_same_is_chosen_again_and_something_always_goes_on(count, rate, control, strategy):
    units = [Unit(line=n, doubt=(n * 7 % 10) / 10, severity=0.9) for n in range(count)]
    selection = Selection(strategy=strategy, rate=rate, always_sample=control)

    choice = chosen(selection, units)

    assert choice == chosen(selection, units)
    assert choice.kept <= frozenset(range(count))
    assert bool(choice.kept) == bool(count)


@pytest.mark.parametrize("strategy", Strategy)
def test_everything_goes_on_at_a_rate_of_a_hundred(strategy):
    units = [Unit(line=n, severity=1.0) for n in range(9)]

    assert len(chosen(Selection(strategy=strategy), units).chosen) == 9
