"""The table's calls: what DynamoDB asks its callers to do again is done again here."""

from __future__ import annotations

import random
import time
import uuid
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from typing import TYPE_CHECKING, Any

from labeling.adapters.dynamodb_expressions import Action
from labeling.adapters.dynamodb_items import Item, decode, encode
from labeling.adapters.dynamodb_keys import Key
from labeling.errors import Conflict

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.client import DynamoDBClient

LARGEST_TRANSACTION = 100
LARGEST_BATCH_GET = 100
PATIENCE = 20.0  # seconds of conflicts until the caller's caller has to try again
SHORTEST_PAUSE, LONGEST_PAUSE = 0.02, 1.0  # seconds

_AGAIN = {"TransactionConflict", "ThrottlingError", "ProvisionedThroughputExceeded"}


class Refused(dict[int, Item]):
    """What a transaction's conditions refused: the item that is there, by the action's place.

    Empty when it was done.
    """


class Table:
    def __init__(
        self,
        client: DynamoDBClient,
        name: str,
        *,
        sleep: Callable[[float], object] = time.sleep,
        patience: float = PATIENCE,
    ) -> None:
        self._client = client
        self.name = name
        self._sleep = sleep
        self._patience = patience

    def get(self, key: Key) -> Item | None:
        answer = self._client.get_item(TableName=self.name, Key=encode(key), ConsistentRead=True)
        item = answer.get("Item")
        return decode(item) if item else None

    def get_many(self, keys: Iterable[Key]) -> dict[tuple[str, str], Item]:
        """Items by (pk, sk), consistently, a hundred a call; what is not there is left out."""
        found: dict[tuple[str, str], Item] = {}
        wanted = iter({(key["pk"], key["sk"]): encode(key) for key in keys}.values())
        while chunk := list(islice(wanted, LARGEST_BATCH_GET)):
            for item in self._get_chunk(chunk):
                found[item["pk"], item["sk"]] = item
        return found

    def _get_chunk(self, keys: list[Any]) -> Iterator[Item]:
        pauses = _Pauses(self._sleep, self._patience)
        while keys:
            answer = self._client.batch_get_item(
                RequestItems={self.name: {"Keys": keys, "ConsistentRead": True}}
            )
            yield from map(decode, answer["Responses"].get(self.name, []))
            unprocessed = answer.get("UnprocessedKeys", {}).get(self.name)
            keys = list(unprocessed["Keys"]) if unprocessed else []
            if keys:
                pauses.wait("its reads are throttled")

    def query(
        self, pk: str, *, begins_with: str | None = None, between: tuple[str, str] | None = None
    ) -> Iterator[Item]:
        """Items of a partition in the order of their sort keys, consistently."""
        condition = "pk = :pk AND "
        values = {":pk": pk}
        if begins_with is not None:
            condition += "begins_with(sk, :prefix)"
            values[":prefix"] = begins_with
        elif between is not None:
            condition += "sk BETWEEN :first AND :last"
            values |= {":first": between[0], ":last": between[1]}
        yield from self._pages(
            KeyConditionExpression=condition,
            ExpressionAttributeValues=encode(values),
            ConsistentRead=True,
        )

    def query_index(
        self,
        index: str,
        attribute: str,
        value: str,
        *,
        newest_first: bool = False,
        page: int | None = None,
        after: Key | None = None,
    ) -> Iterator[Item]:
        """The keys of an index's entries, in its order (eventually consistent), `page` a call."""
        parameters: dict[str, Any] = {}
        if page is not None:
            parameters["Limit"] = page
        if after is not None:
            parameters["ExclusiveStartKey"] = encode(after)
        yield from self._pages(
            IndexName=index,
            KeyConditionExpression="#partition = :value",
            ExpressionAttributeNames={"#partition": attribute},
            ExpressionAttributeValues=encode({":value": value}),
            ScanIndexForward=not newest_first,
            **parameters,
        )

    def _pages(self, **parameters: Any) -> Iterator[Item]:
        while True:
            answer = self._client.query(TableName=self.name, **parameters)
            yield from map(decode, answer["Items"])
            last = answer.get("LastEvaluatedKey")
            if not last:
                return
            parameters["ExclusiveStartKey"] = last

    def write(self, action: Action) -> Item | None:
        """One conditional put, update or deletion.

        Returns the item that is there when the condition refused (an empty one when none is),
        None when it was written. Raises Conflict.
        """
        ((kind, parameters),) = action.items()
        calls: dict[str, Callable[..., Any]] = {
            "Put": self._client.put_item,
            "Update": self._client.update_item,
            "Delete": self._client.delete_item,
        }
        pauses = _Pauses(self._sleep, self._patience)
        while True:
            try:
                calls[kind](TableName=self.name, **parameters)
                return None
            except self._client.exceptions.ConditionalCheckFailedException as error:
                refusal: Any = error.response
                return decode(refusal.get("Item", {}))
            except self._client.exceptions.TransactionConflictException:
                pauses.wait("a transaction writes the same item")

    def transact(self, actions: Sequence[Action]) -> Refused:
        """All of these (at most 100), or none where a condition refuses.

        An answer that was lost on the way is asked for again under the same token, so that what
        was done is not taken for refused. Raises Conflict.
        """
        token = uuid.uuid4().hex
        items: Any = [
            {kind: {"TableName": self.name, **parameters} for kind, parameters in action.items()}
            for action in actions
        ]
        pauses = _Pauses(self._sleep, self._patience)
        while True:
            try:
                self._client.transact_write_items(TransactItems=items, ClientRequestToken=token)
                return Refused()
            except self._client.exceptions.TransactionCanceledException as error:
                cancellation: Any = error.response
                reasons = cancellation.get("CancellationReasons", [])
                codes = {reason.get("Code") for reason in reasons}
                if not codes & _AGAIN:
                    refused = _refused(reasons)
                    if not refused:
                        raise
                    return refused
                pauses.wait("other transactions write the same items")
            except self._client.exceptions.TransactionInProgressException:
                pauses.wait("the same transaction is under way")

    def transact_accepted(self, always: Sequence[Action], each: Sequence[Action]) -> Refused:
        """`each` in as few transactions as they fit in, each of these with `always` in it.

        What a condition refuses is left out and returned, by its place in `each`, and the rest is
        done without it. Stops when one of `always` is refused: places are negative, from -1.
        """
        refused = Refused()
        room = LARGEST_TRANSACTION - len(always)
        for start in range(0, len(each), room):
            places = list(range(start, min(start + room, len(each))))
            while places:
                answer = self.transact([*always, *(each[place] for place in places)])
                fixed = {-1 - place: item for place, item in answer.items() if place < len(always)}
                if fixed:
                    refused.update(fixed)
                    return refused
                if not answer:
                    break
                out = {places[place - len(always)]: item for place, item in answer.items()}
                refused.update(out)
                places = [place for place in places if place not in out]
        return refused


def _refused(reasons: Sequence[Any]) -> Refused:
    return Refused(
        {
            place: decode(reason.get("Item") or {})
            for place, reason in enumerate(reasons)
            if reason.get("Code") == "ConditionalCheckFailed"
        }
    )


class _Pauses:
    """Longer and longer, with jitter, so that those in conflict do not meet again."""

    def __init__(self, sleep: Callable[[float], object], patience: float) -> None:
        self._sleep = sleep
        self._left = patience
        self._longest = SHORTEST_PAUSE

    def wait(self, why: str) -> None:
        """Raises Conflict when it has taken too long altogether."""
        if self._left <= 0:
            raise Conflict(f"the table is busy: {why}")
        pause = random.uniform(self._longest / 2, self._longest)
        self._sleep(pause)
        self._left -= pause
        self._longest = min(self._longest * 2, LONGEST_PAUSE)
