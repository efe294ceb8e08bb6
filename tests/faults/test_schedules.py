"""Random schedules of trouble on the whole pipeline in memory: every invariant holds in each.

`FAULT_SCHEDULES` says how many. Each has its number for a seed, so that hypothesis draws all of
them apart from each other (by itself it varies what it drew before) and the same ones every time.
"""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, seed, settings

from tests.faults.simulated.schedules import SIMPLEST, Schedule, Shape, schedules
from tests.faults.simulated.wired import wired
from tests.faults.simulation import Simulation
from tests.figures import held

SCHEDULES = int(os.environ.get("FAULT_SCHEDULES", "100"))
PARTS = 4


@pytest.fixture(autouse=True, scope="module")
def _wired() -> Iterator[None]:
    with wired():
        yield


def test_without_trouble_batches_complete():
    shape = Shape(objects=(2, 1), levels=3, approve_before=frozenset({2}), wide=True, rate=50)
    simulation = Simulation(Schedule(shapes=(shape, Shape(objects=(1,)))))

    assert simulation.play().broken == []


@pytest.mark.parametrize("part", range(PARTS))
def test_whatever_happens_nothing_is_lost_and_nothing_is_done_twice(part, record_property):
    numbers = range(part, SCHEDULES, PARTS)
    for number in numbers:
        play(number)

    held("schedules", played=len(numbers), record_property=record_property)


def play(number: int) -> None:
    """Draws the schedule of this number, and plays it; smaller ones, if an invariant is broken."""

    @seed(number)
    @settings(
        max_examples=2,  # the first is always the simplest
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(schedules())
    def played(schedule: Schedule) -> None:
        if schedule != SIMPLEST:
            simulation = Simulation(schedule)
            broken = simulation.play().broken
            assert not broken, "\n".join([*simulation.log, *broken])

    played()
