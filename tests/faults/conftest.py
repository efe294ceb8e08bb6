"""One deployed cloud for all faults of a module."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache

import pytest

from emulator.clock import VirtualClock
from emulator.cloud import LocalCloud
from stacks.synthesized import assembly
from tests.faults.campaign import Campaign
from tests.faults.laboratory import Laboratory
from tests.faults.scenarios import Scenario


@pytest.fixture(scope="module")
def laboratory() -> Iterator[Laboratory]:
    with LocalCloud(clock=VirtualClock(), workers="none") as cloud:
        cloud.deploy_app(assembly(), {"NotificationEmail": "team@example.com"})
        yield Laboratory(cloud)


@pytest.fixture(scope="module")
def campaigns(laboratory: Laboratory) -> Callable[[Scenario], Campaign]:
    """The campaign of a scenario; its undisturbed run is done once."""
    return cache(lambda scenario: Campaign.of(scenario, laboratory))
