"""A table of batches, as the project's, and short words for using it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from botocore.exceptions import ClientError

TABLE = "batches"

Item = dict[str, Any]


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


IMPOSSIBLE = {
    "ConditionCheck": {
        "TableName": TABLE,
        "Key": key("NEVER"),
        "ConditionExpression": "attribute_exists(pk)",
    }
}
