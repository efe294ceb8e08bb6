"""Each port twice: in memory, and on the mended services of the local cloud."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from typing import Any

import pytest

from emulator.aws_services import AwsServices
from emulator.clock import VirtualClock
from labeling.adapters import aws
from labeling.adapters.dynamodb import DynamoBatches
from labeling.adapters.dynamodb_table import Table
from labeling.ports import Batches
from stacks.synthesized import template
from tests.adapters.samples import NOW
from tests.fakes import FakeBatches

IMPLEMENTATIONS = ["fake", "aws"]
TABLE = "batches"


@pytest.fixture(scope="module")
def running_services() -> Iterator[AwsServices]:
    """Not for tests: `services` is this, empty."""
    with AwsServices(clock=VirtualClock()) as services:
        aws.session.cache_clear()
        yield services
    aws.session.cache_clear()


@pytest.fixture
def services(running_services: AwsServices) -> AwsServices:
    """The services of the local cloud, empty, on a clock that stands still."""
    running_services.clock.close()
    running_services.reset()
    return running_services


@pytest.fixture(scope="session")
def resources() -> dict[str, Any]:
    """What the workflow's stack is made of."""
    found: dict[str, Any] = json.loads(template().read_text())["Resources"]
    return found


@pytest.fixture
def eager_threads() -> Iterator[None]:
    """Threads that take turns 500 times as often as usual, so that races happen."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)
    yield
    sys.setswitchinterval(before)


@pytest.fixture(params=IMPLEMENTATIONS)
def batches(request: pytest.FixtureRequest) -> Batches:
    if request.param == "fake":
        return FakeBatches()
    table: DynamoBatches = request.getfixturevalue("dynamo_batches")
    return table


@pytest.fixture
def dynamo_batches(services: AwsServices, resources: dict[str, Any]) -> DynamoBatches:
    """On a table as the stack makes it."""
    [properties] = [
        resource["Properties"]
        for resource in resources.values()
        if resource["Type"] == "AWS::DynamoDB::Table"
    ]
    known = ("AttributeDefinitions", "BillingMode", "GlobalSecondaryIndexes", "KeySchema")
    services.client("dynamodb").create_table(
        TableName=TABLE, **{name: properties[name] for name in known}
    )
    client = aws.client("dynamodb", region=services.region)
    return DynamoBatches(Table(client, TABLE), levels=3, now=lambda: NOW)
