"""How large everything became that AWS limits, beside the limit."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from benchmarks.account import Account
from benchmarks.watch import Figures, largest_event, largest_item

KB, MB = 1024, 1024 * 1024

REQUESTS: Mapping[str, int] = {
    # Amazon SNS, API_Publish; Amazon SQS, API_SendMessage
    "sns:Publish": 256 * KB,
    "sqs:SendMessage": 256 * KB,
    "sqs:SendMessageBatch": 256 * KB,
    # DynamoDB, "Quotas": the items of a transaction, with what surrounds them
    "dynamodb:TransactWriteItems": 4 * MB,
    "dynamodb:BatchGetItem": 16 * MB,
    # Step Functions, "Quotas": input or result data of a task, state or execution
    "stepfunctions:StartExecution": 256 * KB,
    "stepfunctions:SendTaskSuccess": 256 * KB,
    "stepfunctions:SendTaskFailure": 256 * KB,
}
STATE_ANSWER = 256 * KB
API_ANSWER = 6 * MB  # Lambda, "Quotas": invocation payload
API_REQUEST = 5 * MB  # our own: Lambda gets up to 6 MB, the request's headers included
ITEM = 400 * KB  # DynamoDB, "Quotas"
EVENTS = 25_000  # Step Functions, "Quotas": events of an execution
HANDLED_WITHIN = 60  # seconds of an invocation of the listener


@dataclass(frozen=True, kw_only=True)
class Size:
    """The largest there was of something: bytes, events or seconds."""

    what: str
    largest: float
    limit: float

    @property
    def over(self) -> bool:
        return self.largest > self.limit


def sizes(place: Account, seen: Figures, *, request: int = 0) -> list[Size]:
    """All of them; `request` is how large the body of the largest request was."""
    event, events = largest_event(place.cloud)
    found = [*_of_calls(seen), *_of_invocations(seen)]
    found += [
        Size(what="body of POST /batch/create", largest=request, limit=API_REQUEST),
        Size(what="item of the table", largest=largest_item(place.cloud), limit=ITEM),
        Size(what="event of an execution", largest=event, limit=STATE_ANSWER),
        Size(what="events of an execution", largest=events, limit=EVENTS),
    ]
    return found


def _of_calls(seen: Figures) -> Iterator[Size]:
    for call, limit in REQUESTS.items():
        yield Size(what=f"request of {call}", largest=seen.largest[call], limit=limit)


def _of_invocations(seen: Figures) -> Iterator[Size]:
    for function, timeout in sorted(seen.timeouts.items()):
        limit = API_ANSWER if function == "Api" else STATE_ANSWER
        yield Size(what=f"answer of {function}", largest=seen.largest[function], limit=limit)
        longest = round(seen.longest[function], 1)
        yield Size(what=f"seconds of {function}", largest=longest, limit=timeout)
