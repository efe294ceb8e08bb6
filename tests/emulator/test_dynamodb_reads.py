from __future__ import annotations

import sys
from collections.abc import Callable
from types import FrameType
from typing import Any

import pytest

from emulator.aws_services import AwsServices
from tests.emulator.tables import (
    IMPOSSIBLE,
    TABLE,
    Item,
    add,
    adding,
    code,
    create_table,
    get,
    key,
    put,
    query,
)


@pytest.fixture
def jobs(table: Any) -> Any:
    """Two batches of 30 jobs; every third waits since its number."""
    for batch in ("b1", "b2"):
        for number in reversed(range(30)):
            waits = {"status": {"S": "QUEUED"}, "at": {"S": f"{number:02}"}}
            put(table, f"JOB#{number:02}", batch, **(waits if number % 3 == 0 else {}))
        put(table, "LEVEL#01", batch)
    return table


def b1(*numbers: int) -> list[tuple[str, str]]:
    return [("b1", f"JOB#{number:02}") for number in numbers]


@pytest.mark.parametrize("limit", [{}, {"Limit": 7}], ids=["one page", "pages"])
def test_a_query_sees_its_partition_in_order(jobs: Any, limit: Item) -> None:
    ordered = [*b1(*range(30)), ("b1", "LEVEL#01")]

    assert query(jobs, "pk = :0", "b1", **limit) == ordered
    assert query(jobs, "pk = :0", "b1", ScanIndexForward=False, **limit) == ordered[::-1]
    assert query(jobs, "pk = :0", "no such batch", **limit) == []


@pytest.mark.parametrize("limit", [{}, {"Limit": 2}], ids=["one page", "pages"])
def test_a_query_may_ask_for_a_part_of_its_partition(jobs: Any, limit: Item) -> None:
    begins = query(jobs, "pk = :0 AND begins_with(sk, :1)", "b1", "JOB#1", **limit)
    between = query(jobs, "pk = :0 AND sk BETWEEN :1 AND :2", "b1", "JOB#28", "LEVEL#01", **limit)
    less = query(jobs, "pk = :0 AND sk < :1", "b1", "JOB#02", ScanIndexForward=False, **limit)

    assert begins == b1(*range(10, 20))
    assert between == [*b1(28, 29), ("b1", "LEVEL#01")]
    assert less == b1(1, 0)


@pytest.mark.parametrize("limit", [{}, {"Limit": 4}], ids=["one page", "pages"])
def test_an_index_holds_the_items_that_have_its_keys(jobs: Any, limit: Item) -> None:
    options = {"IndexName": "by-status", "ExpressionAttributeNames": {"#status": "status"}}

    found = query(jobs, "#status = :0", "QUEUED", **options, **limit)
    names = {"#status": "status", "#at": "at"}
    late = query(
        jobs,
        "#status = :0 AND #at >= :1",
        *("QUEUED", "27"),
        **options | {"ExpressionAttributeNames": names},
        **limit,
    )

    assert sorted(late) == [("b1", "JOB#27"), ("b2", "JOB#27")]
    assert [sk for _, sk in found] == [f"JOB#{n:02}" for n in range(0, 30, 3) for _ in range(2)]
    assert sorted(pk for pk, _ in found) == ["b1"] * 10 + ["b2"] * 10


def test_an_index_of_keys_answers_with_keys_only(table: Any) -> None:
    put(table, status={"S": "OPEN"}, at={"S": "2026"}, request={"M": {"jobs": {"L": []}}})

    [item] = table.query(
        TableName=TABLE,
        IndexName="by-status",
        KeyConditionExpression="#status = :open",
        ExpressionAttributeNames={"#status": "status"},
        ExpressionAttributeValues={":open": {"S": "OPEN"}},
    )["Items"]

    assert item == key() | {"status": {"S": "OPEN"}, "at": {"S": "2026"}}


EVERYTHING: Item = {
    "text": {"S": "ä\n"},
    "number": {"N": "12345678901234567890.5"},
    "binary": {"B": b"\x00\xff"},
    "yes": {"BOOL": True},
    "nothing": {"NULL": True},
    "texts": {"SS": ["a", "b"]},
    "numbers": {"NS": ["1", "2.5"]},
    "binaries": {"BS": [b"\x00", b"\xff"]},
    "list": {"L": [{"S": "a"}, {"M": {"deep": {"B": b"\x01"}}}, {"L": []}]},
    "map": {"M": {"n": {"N": "1"}, "list": {"L": [{"BOOL": False}]}, "empty": {"M": {}}}},
}


def test_every_type_comes_back_as_it_was_written(table: Any) -> None:
    put(table, **EVERYTHING)
    whole = key() | EVERYTHING

    batch = table.batch_get_item(RequestItems={TABLE: {"Keys": [key()]}})
    transaction = table.transact_get_items(
        TransactItems=[{"Get": {"TableName": TABLE, "Key": key()}}]
    )
    updated = table.update_item(
        TableName=TABLE,
        Key=key(),
        UpdateExpression="SET #text = :text",
        ExpressionAttributeNames={"#text": "text"},
        ExpressionAttributeValues={":text": {"S": "new"}},
        ReturnValues="ALL_OLD",
    )

    assert table.scan(TableName=TABLE)["Items"] == [whole | {"text": {"S": "new"}}]
    assert batch["Responses"] == {TABLE: [whole]}
    assert transaction["Responses"] == [{"Item": whole}]
    assert updated["Attributes"] == whole


def test_a_projection_may_name_attributes_and_what_is_in_them(table: Any) -> None:
    put(table, **EVERYTHING)

    names = table.get_item(
        TableName=TABLE,
        Key=key(),
        ProjectionExpression="#binary, yes, #map, absent",
        ExpressionAttributeNames={"#binary": "binary", "#map": "map"},
    )
    inside = table.get_item(
        TableName=TABLE,
        Key=key(),
        ProjectionExpression="#map.n",
        ExpressionAttributeNames={"#map": "map"},
    )

    assert names["Item"] == {name: EVERYTHING[name] for name in ("binary", "yes", "map")}
    assert inside["Item"] == {"map": {"M": {"n": {"N": "1"}}}}


def test_what_was_read_is_not_changed_by_later_updates(table: Any) -> None:
    put(table, n={"N": "1"})

    answer = table.update_item(
        TableName=TABLE,
        Key=key(),
        UpdateExpression="ADD n :n",
        ExpressionAttributeValues={":n": {"N": "1"}},
        ReturnValues="UPDATED_OLD",
    )

    assert answer["Attributes"] == {"n": {"N": "1"}}
    assert get(table) == key() | {"n": {"N": "2"}}


def test_a_transaction_may_read_a_hundred_items(table: Any) -> None:
    for number in range(100):
        put(table, f"JOB#{number:03}")

    answer = table.transact_get_items(
        TransactItems=[
            {"Get": {"TableName": TABLE, "Key": key(f"JOB#{number:03}")}} for number in range(100)
        ]
    )

    assert len([found for found in answer["Responses"] if found["Item"]]) == 100


def calls_of(function: Callable[[], object]) -> int:
    """How many calls of functions it takes: its costs, but the same on any machine."""
    calls = 0

    def count(frame: FrameType, event: str, _: Any) -> None:
        nonlocal calls
        calls += event == "call"

    sys.setprofile(count)
    try:
        function()
    finally:
        sys.setprofile(None)
    return calls


@pytest.mark.parametrize("request_of", ["a query", "an update", "a cancelled transaction"])
def test_a_request_costs_the_same_in_a_large_table(services: AwsServices, request_of: str) -> None:
    table = services.client("dynamodb")
    create_table(table)
    for number in range(10):
        put(table, f"JOB#{number}", n={"N": "1"})
    requests: dict[str, Callable[[], object]] = {
        "a query": lambda: query(table, "pk = :0 AND begins_with(sk, :1)", "b1", "JOB#1"),
        "an update": lambda: add(table, "JOB#1"),
        "a cancelled transaction": lambda: code(
            table.transact_write_items, TransactItems=[adding("JOB#1"), IMPOSSIBLE]
        ),
    }
    requests[request_of]()  # fills caches

    small = calls_of(requests[request_of])
    for number in range(300):
        put(table, f"JOB#{number}", "b2")

    assert calls_of(requests[request_of]) < 1.1 * small
