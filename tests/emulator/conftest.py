"""The services of the local cloud, started once, emptied before each test."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from emulator.aws_services import AwsServices
from emulator.clock import VirtualClock
from tests.emulator.functions import Functions
from tests.emulator.tables import create_table

ClientFactory = Callable[..., Any]


@pytest.fixture(scope="module")
def running_services() -> Iterator[AwsServices]:
    """Not for tests: `services` is this, empty. Not for the session, since only one can run."""
    with AwsServices(clock=VirtualClock()) as services:
        yield services


@pytest.fixture
def services(running_services: AwsServices) -> AwsServices:
    """moto, mended, empty, on a clock that stands still (`services.clock.advance`)."""
    running_services.clock.close()
    running_services.reset()
    return running_services


@pytest.fixture(params=["in process", "over HTTP"])
def client(request: pytest.FixtureRequest, services: AwsServices) -> ClientFactory:
    """`client("s3")` is a boto3 client; the test runs with both ways to the services."""
    over_http = request.param == "over HTTP"
    return lambda service, **options: services.client(service, over_http=over_http, **options)


@pytest.fixture
def functions(services: AwsServices) -> Iterator[Functions]:
    """Lambda functions can be deployed and run."""
    functions = Functions(services)
    yield functions
    functions.close()


@pytest.fixture
def table(client: ClientFactory) -> Any:
    """A client, with the table."""
    dynamodb = client("dynamodb")
    create_table(dynamodb)
    return dynamodb


@pytest.fixture
def eager_threads() -> Iterator[None]:
    """Threads that take turns 500 times as often as usual, so that races happen."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)
    yield
    sys.setswitchinterval(before)


@pytest.fixture
def clean_process() -> Iterator[None]:
    """For tests that start services of their own, while those of the module wait."""
    suspended = AwsServices._running
    if suspended:
        suspended.stop()
    yield
    if suspended:
        suspended.start()
