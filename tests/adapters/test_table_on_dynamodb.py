"""The table on DynamoDB: conflicts, lost answers, throttled reads, its log, and how many calls."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from botocore.exceptions import ReadTimeoutError
from moto.core.models import botocore_stubber

from emulator.aws_services import AwsServices
from emulator.mends import dynamodb
from labeling.adapters import aws
from labeling.adapters.dynamodb import DynamoBatches
from labeling.adapters.dynamodb_table import Table
from labeling.errors import Conflict
from labeling.model import BatchStatus, JobStatus, Outcome, Wait
from tests.adapters.conftest import TABLE
from tests.adapters.samples import NOW, a_batch, a_job, only_job, queued, running, stored

COMPLETE = Outcome(status=JobStatus.COMPLETE, reason="")
STATE = "CheckForFirstLevelComplete"


class Line:
    """The line to DynamoDB: counts the calls on it, and loses answers of those it is told."""

    def __init__(self, client: Any) -> None:
        self.calls: Counter[str] = Counter()
        self._lose: set[str] = set()
        client.meta.events.register_first("before-send.dynamodb", self._call)

    def lose_next_answer(self, operation: str) -> None:
        self._lose.add(operation)

    def _call(self, event_name: str, request: Any, **options: Any) -> None:
        operation = event_name.rpartition(".")[2]
        self.calls[operation] += 1
        if operation in self._lose:
            self._lose.remove(operation)
            botocore_stubber(event_name, request, **options)  # done all the same
            raise ReadTimeoutError(endpoint_url=request.url)


@pytest.fixture
def pauses() -> list[float]:
    return []


@pytest.fixture
def client(services: AwsServices, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setattr("botocore.retries.standard.ExponentialBackoff.delay_amount", lambda *_: 0)
    return aws.client("dynamodb", region=services.region)


@pytest.fixture
def line(client: Any) -> Line:
    return Line(client)


@pytest.fixture
def batches(dynamo_batches: DynamoBatches, client: Any, pauses: list[float]) -> DynamoBatches:
    """Its pauses are noted and take no time."""
    assert dynamo_batches
    return DynamoBatches(Table(client, TABLE, sleep=pauses.append), levels=3, now=lambda: NOW)


@pytest.fixture
def conflicts() -> Iterator[Callable[[int], None]]:
    """`conflicts(n)`: the next n transactions meet another one on their first item."""
    left = 0

    def collide(items: list[dict[str, Any]]) -> None:
        nonlocal left
        if left > 0:
            left -= 1
            raise dynamodb.transaction_conflict(items, 0)

    def begin(count: int) -> None:
        nonlocal left
        left = count

    dynamodb.before_transaction = collide
    yield begin
    dynamodb.before_transaction = None


# --- conflicts and lost answers


def test_a_transaction_that_meets_others_is_done_in_the_end(
    batches: DynamoBatches, conflicts: Callable[[int], None], pauses: list[float]
) -> None:
    batch = a_batch()
    job = a_job(batch, "vehicle")
    running(batches, batch, job)
    conflicts(5)

    assert batches.record(job, COMPLETE, now=NOW)

    assert only_job(batches).status is JobStatus.COMPLETE
    assert len(pauses) == 5
    assert pauses[-1] > pauses[0]


def test_a_transaction_that_always_meets_others_is_given_up_in_time(
    batches: DynamoBatches, conflicts: Callable[[int], None], pauses: list[float]
) -> None:
    batch = a_batch()
    job = a_job(batch, "vehicle")
    running(batches, batch, job)
    conflicts(10_000)

    with pytest.raises(Conflict):
        batches.record(job, COMPLETE, now=NOW)

    assert 20 <= sum(pauses) <= 22
    assert only_job(batches).status is JobStatus.WAIT_FOR_SMGT_RESPONSE


def test_an_end_whose_answer_was_lost_is_recorded_once_and_true(
    batches: DynamoBatches, line: Line
) -> None:
    batch = a_batch()
    job = a_job(batch, "vehicle")
    running(batches, batch, job)
    line.lose_next_answer("TransactWriteItems")

    assert batches.record(job, COMPLETE, now=NOW)

    view = batches.view("clip")
    assert view is not None
    assert view.level(1).complete == 1


def test_a_claim_whose_answer_was_lost_is_won(batches: DynamoBatches, line: Line) -> None:
    batch = a_batch()
    job = a_job(batch, "vehicle")
    queued(batches, batch, job)
    line.lose_next_answer("TransactWriteItems")

    assert batches.claim(batch, job, now=NOW)


def test_a_batch_whose_answer_was_lost_is_added(batches: DynamoBatches, line: Line) -> None:
    line.lose_next_answer("TransactWriteItems")

    assert batches.add(a_batch()) == a_batch()


def test_an_end_of_a_batch_whose_answer_was_lost_is_ours_to_publish(
    batches: DynamoBatches, line: Line
) -> None:
    batch = batches.add(a_batch())
    line.lose_next_answer("TransactWriteItems")

    ended = batches.end(batch, BatchStatus.COMPLETE, message="", now=NOW)

    assert ended is not None
    assert batches.unpublished() == [ended]


def test_a_run_whose_answer_was_lost_has_begun(batches: DynamoBatches, line: Line) -> None:
    batch = batches.add(a_batch())
    over = batches.end(batch, BatchStatus.STOPPED, message="", now=NOW)
    assert over is not None
    line.lose_next_answer("TransactWriteItems")

    assert batches.begin_run(over, now=NOW) == replace(batch, run=1)


def test_a_stop_whose_answer_was_lost_is_noted(batches: DynamoBatches, line: Line) -> None:
    batch = a_batch()
    job = a_job(batch, "vehicle")
    running(batches, batch, job)
    line.lose_next_answer("UpdateItem")

    assert batches.mark_stopping(job)


def test_a_restart_whose_answer_was_lost_is_done_once(batches: DynamoBatches, line: Line) -> None:
    batch = a_batch()
    job = a_job(batch, "vehicle")
    running(batches, batch, job)
    batches.record(job, Outcome(status=JobStatus.FAILED), now=NOW)
    failed = only_job(batches)
    following = replace(failed, status=JobStatus.QUEUED, attempt=1, counted=False)
    line.lose_next_answer("TransactWriteItems")

    assert batches.restart(batch, failed, following, now=NOW)

    view = batches.view("clip")
    assert view is not None
    assert view.level(1).failed == 0


def test_jobs_that_ended_before_ends_were_marked_are_counted(
    batches: DynamoBatches, client: Any
) -> None:
    batch = a_batch()
    jobs = [a_job(batch, "vehicle"), a_job(batch, "lane", 1)]
    running(batches, batch, *jobs)
    batches.record(jobs[0], COMPLETE, now=NOW)
    for sk in ("JOB#01#00000", "JOB#01#00001"):
        client.update_item(
            TableName=TABLE,
            Key={"pk": {"S": "clip"}, "sk": {"S": sk}},
            UpdateExpression="REMOVE counted",
        )

    assert [job.counted for job in batches.jobs("clip", 1)] == [True, False]


def test_a_token_whose_answer_was_lost_is_stored(batches: DynamoBatches, line: Line) -> None:
    batches.add(a_batch())
    line.lose_next_answer("TransactWriteItems")

    assert batches.put_wait(Wait(batch_id="clip", state=STATE, run=0, attempt=0, token="t"))


def test_a_mark_whose_answer_was_lost_is_made(batches: DynamoBatches, line: Line) -> None:
    batch = batches.add(a_batch())
    ended = batches.end(batch, BatchStatus.COMPLETE, message="", now=NOW)
    assert ended is not None
    line.lose_next_answer("UpdateItem")

    batches.mark_published(ended)

    assert batches.unpublished() == []


def test_reads_that_are_throttled_are_read_again(
    batches: DynamoBatches, client: Any, pauses: list[float]
) -> None:
    batch = a_batch()
    jobs = [a_job(batch, f"job-{index}", index) for index in range(4)]
    stored(batches, batch, *jobs)
    half_read = iter([True, False])

    def hold_back(parsed: Any, **_: Any) -> None:
        if next(half_read):
            *read, held = parsed["Responses"][TABLE]
            parsed["Responses"][TABLE] = read
            key = {name: held[name] for name in ("pk", "sk")}
            parsed["UnprocessedKeys"] = {TABLE: {"Keys": [key], "ConsistentRead": True}}

    client.meta.events.register("after-call.dynamodb.BatchGetItem", hold_back)

    assert len(batches.owners([job.labeling_job for job in jobs])) == 4
    assert len(pauses) == 1


# --- what is in it


def test_every_transition_is_a_line_of_the_batchs_log(batches: DynamoBatches, client: Any) -> None:
    batch = a_batch()
    job = a_job(batch, "vehicle")
    queued(batches, batch, job)
    seconds = iter(range(1, 10))

    def later() -> Any:
        return NOW + timedelta(seconds=next(seconds))

    batches.claim(batch, job, now=later())
    batches.confirm(batch, job, now=later())
    failed = Outcome(status=JobStatus.FAILED, reason="no labels")
    batches.record(only_job(batches), failed, now=later())
    batches.put_wait(Wait(batch_id="clip", state=STATE, run=0, attempt=0, token="secret"))
    batches.end(batch, BatchStatus.INTERNAL_ERROR, message="vehicle failed", now=later())

    lines = client.query(
        TableName=TABLE,
        KeyConditionExpression="pk = :clip AND begins_with(sk, :z)",
        ExpressionAttributeValues={":clip": {"S": "clip"}, ":z": {"S": "Z#"}},
    )["Items"]
    told = [
        " ".join(
            line[name]["S"] for name in ("what", "job", "from", "to", "reason") if name in line
        )
        for line in lines
    ]
    assert sorted(told[:3]) == ["batch IN_PROGRESS", "jobs 1 added", "jobs 1 may start"]
    assert told[3:] == [
        "job vehicle QUEUED STARTING",
        "job vehicle STARTING WAIT_FOR_SMGT_RESPONSE",
        "job vehicle WAIT_FOR_SMGT_RESPONSE FAILED no labels",
        "batch IN_PROGRESS INTERNAL_ERROR vehicle failed",
    ]


def test_the_index_of_open_jobs_holds_open_jobs_only(batches: DynamoBatches, client: Any) -> None:
    batch = a_batch()
    jobs = [a_job(batch, name, index) for index, name in enumerate("abcd")]
    stored(batches, batch, *jobs)
    batches.enqueue(batch, jobs[1:], now=NOW)
    for job in jobs[2:]:
        batches.claim(batch, job, now=NOW)
    batches.record(jobs[3], COMPLETE, now=NOW)

    entries = client.scan(TableName=TABLE, IndexName="open-jobs")["Items"]

    assert sorted((entry["sk"]["S"], entry["openStatus"]["S"]) for entry in entries) == [
        ("JOB#01#00001", "QUEUED"),
        ("JOB#01#00002", "STARTING"),
    ]


# --- how many calls


def test_a_jobs_life_takes_three_calls(batches: DynamoBatches, line: Line) -> None:
    batch = a_batch()
    job = a_job(batch, "vehicle")
    queued(batches, batch, job)
    line.calls.clear()

    batches.claim(batch, job, now=NOW)
    batches.confirm(batch, job, now=NOW)
    batches.record(job, COMPLETE, now=NOW)

    assert line.calls == {"TransactWriteItems": 3}


def test_a_hundred_jobs_are_added_enqueued_and_given_inputs_in_few_calls(
    batches: DynamoBatches, line: Line
) -> None:
    batch = a_batch()
    jobs = [a_job(batch, f"job-{index}", index) for index in range(100)]
    batches.add(batch)
    line.calls.clear()

    batches.add_jobs(batch, [], jobs)
    batches.set_inputs(batch, jobs)
    batches.enqueue(batch, jobs, now=NOW)

    assert line.calls.total() == 3 + 2 + 2


def test_reading_takes_one_call(batches: DynamoBatches, line: Line) -> None:
    batch = a_batch()
    jobs = [a_job(batch, f"job-{index}", index) for index in range(100)]
    queued(batches, batch, *jobs)
    reads: list[Callable[[], object]] = [
        lambda: batches.batch("clip"),
        lambda: batches.view("clip"),
        lambda: batches.jobs("clip", 1),
        lambda: batches.settle_view("clip", [STATE, "WaitForSecondLevelApproval"]),
        lambda: batches.owners([job.labeling_job for job in jobs]),
        lambda: batches.batch_ids(BatchStatus.IN_PROGRESS, limit=100),
    ]

    for read in reads:
        line.calls.clear()
        assert read()
        assert line.calls.total() == 1

    line.calls.clear()
    assert len(batches.open_jobs(JobStatus.QUEUED, limit=100)) == 100
    assert line.calls == {"Query": 1, "BatchGetItem": 1}

    line.calls.clear()
    assert len(batches.open_jobs(JobStatus.QUEUED, limit=100, known=jobs)) == 100
    assert line.calls == {"Query": 1}


def test_an_id_and_names_are_looked_up_in_one_call(batches: DynamoBatches, line: Line) -> None:
    batch = a_batch()
    stored(batches, batch, a_job(batch, "vehicle"))
    line.calls.clear()

    there, owners = batches.look_up("clip", ["vehicle", "lane"])

    assert there == batch
    assert owners.keys() == {"vehicle"}
    assert line.calls == {"BatchGetItem": 1}
