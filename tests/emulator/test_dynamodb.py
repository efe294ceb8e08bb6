from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from emulator.aws_services import AwsServices
from emulator.mends import dynamodb as mend
from tests.emulator.conftest import ClientFactory
from tests.emulator.tables import (
    IMPOSSIBLE,
    TABLE,
    Item,
    add,
    adding,
    code,
    get,
    key,
    put,
    query,
)

THREADS = 4


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
