"""DynamoDB: every request is atomic, transactions are cancelled without a trace, reads are fast.

moto has no locks: updates get lost, a condition can have two winners, and a cancelled transaction
puts back a copy of the whole table, over the acknowledged writes of others. It ignores
`ClientRequestToken`, sorts the whole table for each query, and spends milliseconds on writing each
item into an answer.

Here one lock is held for the length of a request. Items in a table are never changed in place: an
update changes a copy, which takes the item's place. So what a request has read stays as it was
read, nothing needs to be copied for reading, and undoing a write is putting the old item back.
"""

from __future__ import annotations

import base64
import copy
import hashlib
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime, timedelta
from typing import Any, cast

from moto.core.responses import ActionResult
from moto.dynamodb import models, responses, urls
from moto.dynamodb.exceptions import (
    DynamodbException,
    MockValidationException,
    TransactionCanceledException,
)
from moto.dynamodb.models import DynamoDBBackend
from moto.dynamodb.models.dynamo_type import DynamoType, Item
from moto.dynamodb.models.table import Table
from moto.dynamodb.responses import DynamoHandler

from emulator.mends import clock

lock = threading.RLock()
"""Held for the length of a request. Whoever reads moto's tables directly should hold it too."""

TOKEN_LIFETIME = timedelta(minutes=10)
"""API_TransactWriteItems: how long a ClientRequestToken makes a request idempotent."""

BATCH_WRITE_LIMIT = 25
"""API_BatchWriteItem: put and delete operations in one request."""

TRANSACTION_LIMIT = 100
"""API_TransactGetItems: actions in one request."""

before_transaction: Callable[[list[dict[str, Any]]], None] | None = None
"""Called with the TransactItems of each transaction before anything is written, under the lock.
What it raises is the answer, for example a `transaction_conflict`."""


def transaction_conflict(items: list[dict[str, Any]], *positions: int) -> Exception:
    """The cancellation of a transaction of these items, because others were writing to those at
    the given positions."""
    message = "Transaction is ongoing for the item"
    reasons = [
        ("TransactionConflict", message, None) if position in positions else (None, None, None)
        for position in range(len(items))
    ]
    return cast(Exception, TransactionCanceledException(reasons))


class IdempotentParameterMismatch(DynamodbException):
    """A ClientRequestToken came again with another request."""

    def __init__(self) -> None:
        super().__init__(
            "com.amazonaws.dynamodb.v20120810#IdempotentParameterMismatchException",
            "The request uses the same client token as a previous, but non-identical request.",
        )


class Backend(DynamoDBBackend):
    """moto's tables, with copies on write, an undo log and short queries."""

    _url_module = urls

    def __init__(self, region_name: str, account_id: str) -> None:
        super().__init__(region_name, account_id)
        self.tokens: dict[str, tuple[str, datetime]] = {}

    def update_item(self, table_name: str, key: dict[str, Any], *args: Any, **kwargs: Any) -> Item:
        with lock:
            table = self.get_table(table_name)
            with _undone_on_error(table, [key]), _mode.set(copy_items=bool(table.stream_shard)):
                if slot := _slot(table, key):
                    partition, name = slot
                    if name in partition:
                        partition[name] = _copy_item(partition[name], {})
                return super().update_item(table_name, key, *args, **kwargs)

    def transact_write_items(self, transact_items: list[dict[str, Any]]) -> None:
        with lock:
            if before_transaction:
                before_transaction(transact_items)
            keys: dict[str, list[dict[str, Any]]] = {}
            for entry in transact_items:
                for operation in entry.values():
                    key = operation.get("Key") or operation.get("Item") or {}
                    keys.setdefault(operation.get("TableName", ""), []).append(key)
            with ExitStack() as undo, _mode.set(copy_tables=False):
                for name, touched in keys.items():
                    if name in self.tables:
                        undo.enter_context(_undone_on_error(self.tables[name], touched))
                super().transact_write_items(transact_items)

    def query(
        self,
        table_name: str,
        hash_key_dict: dict[str, Any] | None,
        range_comparison: str | None,
        range_value_dicts: list[dict[str, Any]],
        *args: Any,
        index_name: str | None = None,
        **kwargs: Any,
    ) -> tuple[list[Item], int, dict[str, Any] | None]:
        with lock:
            table = self.get_table(table_name)
            if hash_key_dict is None:
                items = None
            elif index_name:
                index = next((i for i in table.all_indexes() if i.name == index_name), None)
                items = _having(table, index.schema, hash_key_dict) if index else None
            else:
                values = [DynamoType(value) for value in range_value_dicts]
                items = _partition(table, DynamoType(hash_key_dict), range_comparison, values)
            with _mode.set(items=items):
                found: tuple[list[Item], int, dict[str, Any] | None] = super().query(
                    table_name,
                    hash_key_dict,
                    range_comparison,
                    range_value_dicts,
                    *args,
                    index_name=index_name,
                    **kwargs,
                )
            return found


class Handler(DynamoHandler):
    """One request after another; items are written into answers without detours."""

    def call_action(self) -> Any:
        with lock:
            return super().call_action()

    def batch_write_item(self) -> ActionResult:
        if sum(map(len, self.body["RequestItems"].values())) > BATCH_WRITE_LIMIT:
            raise MockValidationException("Too many items requested for the BatchWriteItem call")
        return super().batch_write_item()

    def transact_write_items(self) -> ActionResult:
        token = self.body.get("ClientRequestToken")
        if not token:
            return super().transact_write_items()
        tokens = self.dynamodb_backend.tokens
        now = clock.now()
        for old in [old for old, (_, end) in tokens.items() if end <= now]:
            del tokens[old]
        request = hashlib.sha256(
            json.dumps(self.body, sort_keys=True, default=_base64).encode()
        ).hexdigest()
        if token not in tokens:
            result = super().transact_write_items()
            tokens[token] = (request, now + TOKEN_LIFETIME)
            return result
        if tokens[token][0] != request:
            raise IdempotentParameterMismatch
        return ActionResult({"ConsumedCapacity": [], "ItemCollectionMetrics": {}})

    def serialized(self, action_result: ActionResult) -> Any:
        if not isinstance(action_result, _ItemsResult):
            return super().serialized(action_result)
        headers = {"Content-Type": "application/x-amz-json-1.0", **self.response_headers}
        body = json.dumps(action_result.result, default=_plain, separators=(",", ":"))
        return 200, headers, body


class _ItemsResult(ActionResult):
    """An answer with items, which stay moto's objects until they are written into the body."""


def _result(result: dict[str, Any]) -> ActionResult:
    if {"Item", "Items", "Responses", "Attributes"} & result.keys():
        return _ItemsResult(result)
    return _dynamo_result(result)


class _Mode(threading.local):
    """How moto's functions behave for the request of this thread."""

    copy_tables = True
    copy_items = False
    items: list[Item] | None = None

    @contextmanager
    def set(self, **values: Any) -> Iterator[None]:
        before = {name: getattr(self, name) for name in values}
        self.__dict__.update(values)
        try:
            yield
        finally:
            self.__dict__.update(before)


_mode = _Mode()


@contextmanager
def _undone_on_error(table: Table, keys: list[dict[str, Any]]) -> Iterator[None]:
    slots = [slot for key in keys if (slot := _slot(table, key))]
    before = [(partition, name, partition.get(name)) for partition, name in slots]
    records = len(table.stream_shard.items) if table.stream_shard else 0
    try:
        yield
    except BaseException:
        for partition, name, item in before:
            if item is not None:
                partition[name] = item
            else:
                partition.pop(name, None)
        if table.stream_shard:
            del table.stream_shard.items[records:]
        raise


def _slot(table: Table, key: dict[str, Any]) -> tuple[dict[Any, Item], DynamoType] | None:
    """Where an item with this key is or would be; None for a key that moto will refuse."""
    if not set(table.table_key_attrs) <= key.keys():
        return None
    hash_key = DynamoType(key[table.hash_key_attr])
    if table.range_key_attr is None:
        return table.items, hash_key
    return table.items[hash_key], DynamoType(key[table.range_key_attr])


def _items_of(table: Table) -> Iterator[Item]:
    for partition in table.items.values():
        if table.range_key_attr is None:
            yield partition
        else:
            yield from partition.values()


def _partition(
    table: Table, hash_key: DynamoType, comparison: str | None, values: list[DynamoType]
) -> list[Item]:
    partition = table.items.get(hash_key)
    if partition is None:
        return []
    if table.range_key_attr is None:
        return [partition]
    items = partition.values()
    if comparison:
        items = [item for item in items if item.range_key.compare(comparison, values)]
    return sorted(items, key=lambda item: item.range_key.cast_value)


def _having(table: Table, schema: list[dict[str, str]], value: dict[str, Any]) -> list[Item]:
    name = next(key["AttributeName"] for key in schema if key["KeyType"] == "HASH")
    wanted = DynamoType(value)
    same: Callable[[DynamoType], bool] = (
        wanted.__eq__ if wanted.is_number() else lambda found: found.value == wanted.value
    )
    return [
        item
        for item in _items_of(table)
        if (found := item.attrs.get(name)) and found.type == wanted.type and same(found)
    ]


def _base64(value: bytes) -> str:
    return base64.b64encode(value).decode()


def _plain(value: Any) -> Any:
    if isinstance(value, DynamoType):
        return {value.type: value.value}
    if isinstance(value, bytes):
        return _base64(value)
    raise TypeError(f"not part of an item: {value!r}")


_dynamo_result = responses.DynamoResult
_copy_item = Item.__deepcopy__
_project_item = Item.project
_all_items = Table.all_items


def _deepcopy_item(item: Item, memo: dict[int, Any]) -> Item:
    return _copy_item(item, memo) if _mode.copy_items else item


def _deepcopy_table(table: Table, memo: dict[int, Any]) -> Table:
    if not _mode.copy_tables:
        return table
    result = memo[id(table)] = table.__class__.__new__(table.__class__)
    result.__dict__.update(copy.deepcopy(table.__dict__, memo))
    return result


def _project(item: Item, expressions: list[list[str]]) -> Item:
    """moto makes Python values of the whole item for each attribute; names need none of that."""
    if any(len(path) > 1 or "[" in path[0] for path in expressions):
        return _project_item(item, expressions)
    result = Item(item.hash_key, item.range_key, {})
    for (name,) in expressions:
        if name in item.attrs:
            dict.__setitem__(result.attrs, name, item.attrs[name])
    return result


def _selected_items(table: Table) -> list[Item]:
    return _all_items(table) if _mode.items is None else _mode.items


def install() -> None:
    """Put the classes above in the place of moto's."""
    models.dynamodb_backends.backend = Backend
    urls.url_paths["{0}/"] = Handler.dispatch
    responses.DynamoResult = _result
    responses.TRANSACTION_MAX_ITEMS = TRANSACTION_LIMIT
    Item.__deepcopy__ = _deepcopy_item
    Item.project = _project
    Table.__deepcopy__ = _deepcopy_table
    Table.all_items = _selected_items
