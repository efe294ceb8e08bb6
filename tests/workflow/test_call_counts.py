"""How many AWS calls our functions make for a batch: a batch pays for each, and waits for it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from benchmarks.account import Account, account
from benchmarks.aws_calls import MOST, calls_of_a_batch


@pytest.fixture(scope="module")
def place() -> Iterator[Account]:
    with account(workers=False) as made:
        yield made


@pytest.mark.parametrize("jobs", MOST)
def test_a_batch_takes_no_more_calls_than_it_needs(place: Account, jobs: int) -> None:
    calls = calls_of_a_batch(place, jobs)

    assert calls.total <= MOST[jobs], calls.by_function
