"""The model of the protocol: with all its guards nothing goes wrong, without any one of them
something does."""

from __future__ import annotations

import pytest

from tests.faults.campaign import ALL
from tests.faults.model_state import GUARDS, Bounds
from tests.faults.search import COMPLETE, LARGE, REVEALING, search


@pytest.mark.parametrize("bounds", COMPLETE + (LARGE if ALL else ()), ids=str)
def test_with_all_guards_nothing_goes_wrong(bounds: Bounds):
    finding = search(bounds, most=3_000_000)

    assert not finding.what, str(finding)


EXPECTED = {
    "attempt": "a job has failed, and its labeling job has not",
    "once": "more ends are counted than there are jobs",
    "run": "an execution of an old run ended the batch",
    "order": "it never comes to rest",
    "claim": "a job is started for a batch that is over",
    "own token": "nobody approved",
    "stopping": "people were asked twice for one object",
}


@pytest.mark.parametrize("guard", GUARDS)
def test_each_guard_is_needed(guard: str):
    finding = search(REVEALING[guard], without=guard)

    assert finding.what == EXPECTED[guard], str(finding)
