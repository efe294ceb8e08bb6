from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from labeling.sampling import kept


def test_a_rate_of_a_hundred_keeps_everything():
    assert kept(7, 100, seed="batch") == frozenset(range(7))


def test_the_same_seed_keeps_the_same_objects_and_another_one_others():
    assert kept(1000, 10, seed="a") == kept(1000, 10, seed="a") != kept(1000, 10, seed="b")


@given(count=st.integers(1, 500), rate=st.integers(1, 100))
def test_a_sample_is_the_rate_to_the_nearest_object_and_never_empty(count, rate):
    chosen = kept(count, rate, seed="batch")

    assert len(chosen) == max(1, round(count * rate / 100))
    assert chosen <= set(range(count))


def test_there_is_nothing_to_keep_of_nothing():
    assert kept(0, 10, seed="batch") == frozenset()
