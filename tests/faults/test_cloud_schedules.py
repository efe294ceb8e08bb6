"""Some of the random schedules on the whole local cloud: `CLOUD_SCHEDULES` says how many."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings

import smgt
from emulator.clock import VirtualClock
from emulator.cloud import LocalCloud
from emulator.ground_truth.life import Pace
from stacks.synthesized import assembly
from tests.faults.cloud_schedules import STEP, CloudPlay
from tests.faults.simulated.schedules import SIMPLEST, Schedule, schedules
from tests.figures import held
from tests.workflow.conftest import cloud_session

SCHEDULES = int(os.environ.get("CLOUD_SCHEDULES", "3"))


@pytest.fixture(scope="module")
def cloud() -> Iterator[LocalCloud]:
    with LocalCloud(
        clock=VirtualClock(), seconds_per_object=30, pace=Pace(stopping=2 * STEP)
    ) as cloud:
        parameters = {"NotificationEmail": "team@example.com", "JobCompletionTimeout": "1200"}
        cloud.deploy_app(assembly(), parameters)
        yield cloud


@pytest.mark.parametrize("number", range(SCHEDULES))
def test_a_schedule_of_trouble_breaks_nothing_on_the_whole_cloud(number, cloud, record_property):
    client = smgt.Client(
        api_url=cloud.endpoints.api_url,
        session=cloud_session(cloud),
        aws_endpoint_url=cloud.endpoints.aws_endpoint_url,
        sleep=lambda seconds: None,
    )

    @seed(number)
    @settings(
        max_examples=2,
        phases=[Phase.generate],
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(schedules())
    def played(schedule: Schedule) -> None:
        if schedule != SIMPLEST:
            assert CloudPlay(cloud, client, schedule).play() == []

    played()
    held("schedules on the local cloud", played=1, record_property=record_property)
