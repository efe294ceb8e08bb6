from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from emulator.aws_services import AwsServices
from emulator.clock import Clock, SystemClock, VirtualClock
from tests.emulator.conftest import ClientFactory

HOUR = timedelta(hours=1)
NOON = datetime(2026, 7, 1, 12, tzinfo=UTC)


@pytest.fixture(params=["virtual", "system"])
def clock(request: pytest.FixtureRequest) -> Iterator[Clock]:
    clock: Clock = VirtualClock() if request.param == "virtual" else SystemClock()
    yield clock
    clock.close()


def test_a_clock_starts_at_the_present(clock: Clock) -> None:
    assert abs(clock.now() - datetime.now(UTC)) < timedelta(seconds=5)


def test_calls_fall_due_in_order_of_their_times(clock: Clock) -> None:
    called: list[str] = []
    start = clock.now()
    clock.call_at(start + 3 * HOUR, lambda: called.append("third"))
    clock.call_at(start + HOUR, lambda: called.append("first"))
    clock.call_at(start + 2 * HOUR, lambda: called.append("second"))
    clock.call_at(start + 2 * HOUR, lambda: called.append("second, given later"))

    clock.advance(2 * HOUR + timedelta(minutes=1))

    assert called == ["first", "second", "second, given later"]


def test_what_falls_due_on_the_way_may_ask_for_more(clock: Clock) -> None:
    times: list[datetime] = []

    def every_hour() -> None:
        times.append(clock.now())
        clock.call_at(times[-1] + HOUR, every_hour)

    start = clock.now()
    clock.call_at(start + HOUR, every_hour)
    clock.advance(3 * HOUR + timedelta(minutes=1))

    assert [round((time - start) / HOUR) for time in times] == [1, 2, 3]


def test_a_cancelled_call_is_not_made(clock: Clock) -> None:
    called: list[str] = []
    timer = clock.call_at(clock.now() + HOUR, lambda: called.append("cancelled"))
    clock.call_at(clock.now() + HOUR, lambda: called.append("kept"))

    clock.cancel(timer)
    clock.advance(2 * HOUR)
    clock.cancel(timer)

    assert called == ["kept"]


def test_a_call_may_cancel_another_that_is_due_at_the_same_time(clock: Clock) -> None:
    called: list[str] = []
    when = clock.now() + HOUR
    clock.call_at(when, lambda: clock.cancel(second))
    second = clock.call_at(when, lambda: called.append("second"))

    clock.advance(2 * HOUR)

    assert called == []


def test_errors_are_raised_after_everything_else_was_called(clock: Clock) -> None:
    called: list[str] = []

    def fail() -> None:
        raise LookupError("no such token")

    clock.call_at(clock.now() + HOUR, fail)
    clock.call_at(clock.now() + 2 * HOUR, lambda: called.append("second"))

    with pytest.raises(ExceptionGroup) as raised:
        clock.advance(3 * HOUR)

    assert [str(error) for error in raised.value.exceptions] == ["no such token"]
    assert called == ["second"]


def test_the_next_call_is_known(clock: Clock) -> None:
    assert clock.next_due() is None

    later = clock.call_at(clock.now() + 2 * HOUR, lambda: None)
    sooner = clock.call_at(clock.now() + HOUR, lambda: None)

    assert clock.next_due() == sooner.when
    clock.cancel(sooner)
    assert clock.next_due() == later.when


def test_a_time_needs_a_time_zone(clock: Clock) -> None:
    with pytest.raises(ValueError, match="time zone"):
        clock.call_at(datetime(2026, 7, 1, 12), lambda: None)


def test_time_does_not_go_back(clock: Clock) -> None:
    with pytest.raises(ValueError, match="go back"):
        clock.advance(-HOUR)


def test_a_closed_clock_calls_nobody(clock: Clock) -> None:
    called: list[str] = []
    clock.call_at(clock.now() + HOUR, lambda: called.append("late"))

    clock.close()
    clock.advance(2 * HOUR)

    assert called == []


def test_a_virtual_clock_stands_still_until_it_is_advanced() -> None:
    clock = VirtualClock(NOON)
    assert clock.now() == NOON
    assert clock.now() == NOON

    clock.advance(timedelta(days=14))

    assert clock.now() == NOON + timedelta(days=14)


def test_a_virtual_clock_calls_at_the_very_time() -> None:
    clock = VirtualClock(NOON)
    times: list[datetime] = []
    clock.call_at(NOON + HOUR, lambda: times.append(clock.now()))
    clock.call_at(NOON - HOUR, lambda: times.append(clock.now()))

    clock.advance(2 * HOUR)

    assert times == [NOON, NOON + HOUR]
    assert clock.now() == NOON + 2 * HOUR


def test_the_system_clock_calls_by_itself() -> None:
    clock = SystemClock()
    later = threading.Event()
    at_once = threading.Event()
    clock.call_at(clock.now() + timedelta(milliseconds=30), later.set)
    clock.call_at(clock.now() - HOUR, at_once.set)

    assert at_once.wait(5)
    assert later.wait(5)
    clock.close()


def test_the_system_clock_survives_a_call_that_fails() -> None:
    clock = SystemClock()
    called = threading.Event()
    clock.call_at(clock.now(), lambda: [][0])
    clock.call_at(clock.now() + timedelta(milliseconds=10), called.set)

    assert called.wait(5)
    clock.close()


def test_a_table_is_created_at_the_clock_s_time(
    services: AwsServices, client: ClientFactory
) -> None:
    services.clock.advance(timedelta(days=100))
    client("dynamodb").create_table(
        TableName="batches",
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
    )

    table = client("dynamodb").describe_table(TableName="batches")["Table"]

    assert abs(table["CreationDateTime"] - services.clock.now()) < timedelta(seconds=1)


def test_an_object_is_modified_at_the_clock_s_time(
    services: AwsServices, client: ClientFactory
) -> None:
    client("s3").create_bucket(Bucket="clips")
    services.clock.advance(timedelta(days=100))
    client("s3").put_object(Bucket="clips", Key="frame.jpg", Body=b"")

    answer = client("s3").head_object(Bucket="clips", Key="frame.jpg")

    assert abs(answer["LastModified"] - services.clock.now()) < timedelta(seconds=2)


def test_a_received_message_comes_back_by_the_clock(
    services: AwsServices, client: ClientFactory
) -> None:
    sqs = client("sqs")
    queue = sqs.create_queue(QueueName="events", Attributes={"VisibilityTimeout": "3600"})
    address = {"QueueUrl": queue["QueueUrl"]}
    sqs.send_message(**address, MessageBody="stopped")
    assert "Messages" in sqs.receive_message(**address)
    assert "Messages" not in sqs.receive_message(**address)

    services.clock.advance(timedelta(seconds=3601))

    assert [message["Body"] for message in sqs.receive_message(**address)["Messages"]] == [
        "stopped"
    ]
