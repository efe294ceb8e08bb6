"""A partition takes 1,000 write units a second (DynamoDB, "Burst and adaptive capacity"), and a
batch is one partition: large ones are written at that pace."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, cast

import pytest
from moto.dynamodb.exceptions import TransactionCanceledException

from emulator.aws_services import AwsServices
from emulator.mends import dynamodb
from labeling.adapters import aws
from labeling.adapters.dynamodb import DynamoBatches
from labeling.adapters.dynamodb_table import Table
from labeling.model import JobStatus
from tests.adapters.conftest import TABLE
from tests.adapters.samples import NOW, a_batch, a_job, the_levels

JOBS = 200
A_SECOND = 1_000  # write units
A_CALL = 0.01  # seconds
UNITS_A_WRITE = 8  # two for every started KB of an item


class Partition:
    """Refuses what is over its units; they come back while time passes. No burst capacity."""

    def __init__(self) -> None:
        self.time = 0.0
        self.refused = 0
        self._units = float(A_SECOND)

    def sleep(self, seconds: float) -> None:
        self.time += seconds
        self._units = min(A_SECOND, self._units + seconds * A_SECOND)

    def write(self, items: list[dict[str, Any]]) -> None:
        self.sleep(A_CALL)
        units = sum(_units(item) for item in items)
        if units > self._units:
            self.refused += 1
            message = "Throughput exceeds the current capacity"
            reasons: list[Any] = [("ThrottlingError", message, None)]
            reasons += [(None, None, None)] * (len(items) - 1)
            raise cast(Exception, TransactionCanceledException(reasons))
        self._units -= units


@pytest.fixture
def partition() -> Iterator[Partition]:
    made = Partition()
    dynamodb.before_transaction = made.write
    yield made
    dynamodb.before_transaction = None


@pytest.fixture
def batches(
    services: AwsServices, dynamo_batches: DynamoBatches, partition: Partition
) -> DynamoBatches:
    """The table, whose pauses let the partition's time pass."""
    client = aws.client("dynamodb", region=services.region)
    return DynamoBatches(Table(client, TABLE, sleep=partition.sleep), levels=3, now=lambda: NOW)


def test_a_large_batch_is_written_as_fast_as_its_partition_takes_it(
    batches: DynamoBatches, partition: Partition
) -> None:
    batch = a_batch()
    jobs = [a_job(batch, f"job-{index}", index) for index in range(JOBS)]
    batches.add(batch)

    assert batches.add_jobs(batch, the_levels(batch, jobs), jobs) == []
    batches.enqueue(batch, jobs, now=NOW)

    written = batches.jobs("clip", 1)
    assert [job.name for job in written] == [job.name for job in jobs]
    assert {(job.status, job.since) for job in written} == {(JobStatus.QUEUED, NOW)}
    assert partition.refused > 0
    least = 2 * JOBS * UNITS_A_WRITE / A_SECOND - 1  # a second's units are there at first
    assert least < partition.time < 2 * least


def _units(item: dict[str, Any]) -> int:
    """What writing an item of the batch's partition costs, in a transaction."""
    ((kind, parameters),) = item.items()
    key = parameters.get("Key") or parameters["Item"]
    elsewhere = key["pk"]["S"].startswith("labeling-job#") or kind == "ConditionCheck"
    return 0 if elsewhere else UNITS_A_WRITE
