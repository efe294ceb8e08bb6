from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from types import FrameType
from typing import Any

import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from emulator.aws_services import AwsServices
from emulator.mends import dynamodb as mend
from tests.emulator.conftest import ClientFactory

TABLE = "batches"
THREADS = 4

Item = dict[str, Any]


@pytest.fixture
def table(client: ClientFactory) -> Any:
    """A client, with the table."""
    dynamodb = client("dynamodb")
    create_table(dynamodb)
    return dynamodb


def create_table(dynamodb: Any) -> None:
    """The table has an index of keys by status and time."""
    dynamodb.create_table(
        TableName=TABLE,
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[
            {"AttributeName": name, "AttributeType": "S"} for name in ("pk", "sk", "status", "at")
        ],
        KeySchema=[
            {"AttributeName": "pk", "KeyType": "HASH"},
            {"AttributeName": "sk", "KeyType": "RANGE"},
        ],
        GlobalSecondaryIndexes=[
            {
                "IndexName": "by-status",
                "KeySchema": [
                    {"AttributeName": "status", "KeyType": "HASH"},
                    {"AttributeName": "at", "KeyType": "RANGE"},
                ],
                "Projection": {"ProjectionType": "KEYS_ONLY"},
            }
        ],
    )


@pytest.fixture
def conflicts() -> Iterator[list[int]]:
    """The positions of the operations that are in conflict in the next transactions."""
    positions: list[int] = []

    def gate(items: list[Item]) -> None:
        if positions:
            raise mend.transaction_conflict(items, *positions)

    mend.before_transaction = gate
    yield positions
    mend.before_transaction = None


def key(sk: str = "BATCH", pk: str = "b1") -> Item:
    return {"pk": {"S": pk}, "sk": {"S": sk}}


def put(table: Any, sk: str = "BATCH", pk: str = "b1", **attributes: Item) -> None:
    table.put_item(TableName=TABLE, Item=key(sk, pk) | attributes)


def get(table: Any, sk: str = "BATCH", pk: str = "b1") -> Item | None:
    item: Item | None = table.get_item(TableName=TABLE, Key=key(sk, pk)).get("Item")
    return item


def add(table: Any, sk: str = "BATCH", n: int = 1) -> None:
    table.update_item(
        TableName=TABLE,
        Key=key(sk),
        UpdateExpression="ADD n :n",
        ExpressionAttributeValues={":n": {"N": str(n)}},
    )


def code(function: Callable[..., Any], **arguments: Any) -> str:
    try:
        function(**arguments)
    except ClientError as error:
        return str(error.response["Error"]["Code"])
    return "done"


def adding(sk: str, **options: Any) -> Item:
    return {
        "Update": {
            "TableName": TABLE,
            "Key": key(sk),
            "UpdateExpression": "ADD n :one",
            "ExpressionAttributeValues": {":one": {"N": "1"}},
            **options,
        }
    }


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


IMPOSSIBLE = {
    "ConditionCheck": {
        "TableName": TABLE,
        "Key": key("NEVER"),
        "ConditionExpression": "attribute_exists(pk)",
    }
}


def test_no_update_is_lost(table: Any, eager_threads: None) -> None:
    def update(number: int) -> None:
        table.update_item(
            TableName=TABLE,
            Key=key(),
            UpdateExpression="ADD n :one SET #own = :one",
            ExpressionAttributeNames={"#own": f"own-{number}"},
            ExpressionAttributeValues={":one": {"N": "1"}},
        )

    with ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(update, range(100)))

    own = {f"own-{number}": {"N": "1"} for number in range(100)}
    assert get(table) == key() | own | {"n": {"N": "100"}}


def test_a_condition_has_one_winner(table: Any, eager_threads: None) -> None:
    def claim(sk: str) -> str:
        return code(
            table.put_item,
            TableName=TABLE,
            Item=key(sk),
            ConditionExpression="attribute_not_exists(pk)",
        )

    with ThreadPoolExecutor(THREADS) as pool:
        for number in range(25):
            answers = list(pool.map(claim, [f"WAIT#{number}"] * THREADS))
            assert sorted(answers) == ["ConditionalCheckFailedException"] * 3 + ["done"]


def test_a_cancelled_transaction_leaves_the_writes_of_others(
    table: Any, eager_threads: None
) -> None:
    put(table, "OLD", n={"N": "1"})

    def cancelled(number: int) -> str:
        return code(table.transact_write_items, TransactItems=[adding("OLD"), IMPOSSIBLE])

    def plain(number: int) -> str:
        return code(table.put_item, TableName=TABLE, Item=key(f"NEW#{number:03}"))

    with ThreadPoolExecutor(THREADS) as pool:
        cancels = pool.map(cancelled, range(60))
        puts = pool.map(plain, range(60))

    assert set(cancels) == {"TransactionCanceledException"}
    assert set(puts) == {"done"}
    answer = table.query(
        TableName=TABLE,
        KeyConditionExpression="pk = :pk",
        ExpressionAttributeValues={":pk": {"S": "b1"}},
    )
    assert [item["sk"]["S"] for item in answer["Items"]] == [
        *(f"NEW#{number:03}" for number in range(60)),
        "OLD",
    ]
    assert get(table, "OLD") == key("OLD") | {"n": {"N": "1"}}


def test_transactions_are_seen_whole(table: Any, eager_threads: None) -> None:
    def write(number: int) -> None:
        table.transact_write_items(TransactItems=[adding("LEFT"), adding("RIGHT")])

    def read(number: int) -> list[Any]:
        answer = table.transact_get_items(
            TransactItems=[
                {"Get": {"TableName": TABLE, "Key": key(sk)}} for sk in ("LEFT", "RIGHT")
            ]
        )
        return [found.get("Item", {}).get("n") for found in answer["Responses"]]

    with ThreadPoolExecutor(THREADS) as pool:
        writes = pool.map(write, range(40))
        reads = list(pool.map(read, range(40)))
        list(writes)

    assert all(left == right for left, right in reads)


def test_a_cancelled_transaction_leaves_no_trace(table: Any) -> None:
    put(table, "KEPT", n={"N": "1"}, tags={"SS": ["a", "b"]}, map={"M": {"list": {"L": []}}})
    put(table, "CHANGED", n={"N": "1"}, map={"M": {"x": {"N": "1"}}})
    before = [get(table, "KEPT"), get(table, "CHANGED")]

    with pytest.raises(ClientError) as raised:
        table.transact_write_items(
            TransactItems=[
                {"Put": {"TableName": TABLE, "Item": key("NEW")}},
                {"Delete": {"TableName": TABLE, "Key": key("KEPT")}},
                adding(
                    "CHANGED",
                    UpdateExpression="ADD n :one SET #map.x = :two",
                    ExpressionAttributeNames={"#map": "map"},
                    ExpressionAttributeValues={":one": {"N": "1"}, ":two": {"N": "2"}},
                ),
                IMPOSSIBLE,
            ]
        )

    assert [reason["Code"] for reason in raised.value.response["CancellationReasons"]] == [
        "None",
        "None",
        "None",
        "ConditionalCheckFailed",
    ]
    assert [get(table, "KEPT"), get(table, "CHANGED")] == before
    assert get(table, "NEW") is None


def test_an_update_that_fails_on_the_way_changes_nothing(table: Any) -> None:
    put(table, n={"N": "1"}, text={"S": "x" * 200_000})
    before = get(table)

    with pytest.raises(ClientError, match="size"):
        table.update_item(
            TableName=TABLE,
            Key=key(),
            UpdateExpression="SET n = :n, more = :more",
            ExpressionAttributeValues={":n": {"N": "2"}, ":more": {"S": "x" * 300_000}},
        )

    assert get(table) == before


def test_a_transaction_with_the_same_token_is_done_once(table: Any) -> None:
    request = {"ClientRequestToken": "once", "TransactItems": [adding("LEVEL#01")]}

    table.transact_write_items(**request)
    table.transact_write_items(**request)

    assert get(table, "LEVEL#01") == key("LEVEL#01") | {"n": {"N": "1"}}


def test_a_token_belongs_to_one_request(table: Any) -> None:
    table.transact_write_items(ClientRequestToken="once", TransactItems=[adding("LEVEL#01")])

    with pytest.raises(table.exceptions.IdempotentParameterMismatchException):
        table.transact_write_items(ClientRequestToken="once", TransactItems=[adding("LEVEL#02")])


def test_a_cancelled_transaction_may_be_tried_again_with_its_token(table: Any) -> None:
    request = {
        "ClientRequestToken": "once",
        "TransactItems": [adding("LEVEL#01", ConditionExpression="attribute_exists(pk)")],
    }
    assert code(table.transact_write_items, **request) == "TransactionCanceledException"
    put(table, "LEVEL#01")

    table.transact_write_items(**request)

    assert get(table, "LEVEL#01") == key("LEVEL#01") | {"n": {"N": "1"}}


def test_a_token_is_forgotten_after_ten_minutes(services: AwsServices, table: Any) -> None:
    request = {"ClientRequestToken": "once", "TransactItems": [adding("LEVEL#01")]}

    table.transact_write_items(**request)
    services.clock.advance(timedelta(minutes=10))
    table.transact_write_items(**request)

    assert get(table, "LEVEL#01") == key("LEVEL#01") | {"n": {"N": "2"}}


def test_a_conflict_can_be_provoked(table: Any, conflicts: list[int]) -> None:
    conflicts.append(1)

    with pytest.raises(table.exceptions.TransactionCanceledException) as raised:
        table.transact_write_items(TransactItems=[adding("LEFT"), adding("RIGHT")])

    assert [reason["Code"] for reason in raised.value.response["CancellationReasons"]] == [
        "None",
        "TransactionConflict",
    ]
    assert get(table, "LEFT") is None


@pytest.fixture
def jobs(table: Any) -> Any:
    """Two batches of 30 jobs; every third waits since its number."""
    for batch in ("b1", "b2"):
        for number in reversed(range(30)):
            waits = {"status": {"S": "QUEUED"}, "at": {"S": f"{number:02}"}}
            put(table, f"JOB#{number:02}", batch, **(waits if number % 3 == 0 else {}))
        put(table, "LEVEL#01", batch)
    return table


def query(table: Any, condition: str, *values: str, **options: Any) -> list[tuple[str, str]]:
    """All pages; values are :0, :1 and so on."""
    found: list[tuple[str, str]] = []
    while True:
        answer = table.query(
            TableName=TABLE,
            KeyConditionExpression=condition,
            ExpressionAttributeValues={f":{n}": {"S": value} for n, value in enumerate(values)},
            **options,
        )
        assert len(answer["Items"]) <= options.get("Limit", 1000)
        found += [(item["pk"]["S"], item["sk"]["S"]) for item in answer["Items"]]
        if "LastEvaluatedKey" not in answer:
            return found
        options["ExclusiveStartKey"] = answer["LastEvaluatedKey"]


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


def test_a_stream_holds_old_and_new_images(client: ClientFactory) -> None:
    dynamodb = client("dynamodb")
    streams = client("dynamodbstreams", config=Config(account_id_endpoint_mode="disabled"))
    described = dynamodb.create_table(
        TableName=TABLE,
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[
            {"AttributeName": name, "AttributeType": "S"} for name in ("pk", "sk")
        ],
        KeySchema=[
            {"AttributeName": "pk", "KeyType": "HASH"},
            {"AttributeName": "sk", "KeyType": "RANGE"},
        ],
        StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"},
    )["TableDescription"]
    put(dynamodb, n={"N": "1"})
    add(dynamodb)
    code(dynamodb.transact_write_items, TransactItems=[adding("BATCH"), IMPOSSIBLE])

    stream = {"StreamArn": described["LatestStreamArn"]}
    shard = streams.describe_stream(**stream)["StreamDescription"]["Shards"][0]["ShardId"]
    iterator = streams.get_shard_iterator(
        **stream, ShardId=shard, ShardIteratorType="TRIM_HORIZON"
    )["ShardIterator"]
    changes = [
        record["dynamodb"] for record in streams.get_records(ShardIterator=iterator)["Records"]
    ]

    assert [change.get("OldImage", {}).get("n") for change in changes] == [None, {"N": "1"}]
    assert [change["NewImage"]["n"] for change in changes] == [{"N": "1"}, {"N": "2"}]


def test_a_batch_of_writes_has_at_most_25(table: Any) -> None:
    puts = [{"PutRequest": {"Item": key(f"JOB#{number}")}} for number in range(26)]

    table.batch_write_item(RequestItems={TABLE: puts[:25]})
    with pytest.raises(ClientError, match="Too many items"):
        table.batch_write_item(RequestItems={TABLE: puts})

    assert len(query(table, "pk = :0", "b1")) == 25


def test_a_transaction_may_read_a_hundred_items(table: Any) -> None:
    for number in range(100):
        put(table, f"JOB#{number:03}")

    answer = table.transact_get_items(
        TransactItems=[
            {"Get": {"TableName": TABLE, "Key": key(f"JOB#{number:03}")}} for number in range(100)
        ]
    )

    assert len([found for found in answer["Responses"] if found["Item"]]) == 100


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
