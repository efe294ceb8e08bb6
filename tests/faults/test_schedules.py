"""Random schedules of trouble on the whole pipeline in memory: every invariant holds in each.

`FAULT_SCHEDULES` says how many; the same number draws the same schedules.
"""

from __future__ import annotations

import os

import pytest
from hypothesis import HealthCheck, given, settings

from tests.faults.simulated.schedules import Schedule, Shape, schedules
from tests.faults.simulation import Simulation, wired
from tests.figures import held

SCHEDULES = int(os.environ.get("FAULT_SCHEDULES", "100"))


@pytest.fixture(autouse=True, scope="module")
def _wired():
    with wired():
        yield


def test_without_trouble_a_batch_of_each_kind_completes():
    shape = Shape(objects=(2, 1), levels=3, approve_before=frozenset({2}), wide=True, rate=50)
    simulation = Simulation(Schedule(shapes=(shape, Shape(objects=(1,)))))

    assert simulation.play().broken == []


def test_whatever_happens_nothing_is_lost_and_nothing_is_done_twice(record_property):
    played = []

    @settings(
        max_examples=SCHEDULES,
        derandomize=True,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(schedules())
    def play(schedule: Schedule) -> None:
        simulation = Simulation(schedule)
        played.append(schedule)
        broken = simulation.play().broken
        assert not broken, "\n".join([*simulation.log, *broken])

    play()
    held("schedules", played=len(played), record_property=record_property)
