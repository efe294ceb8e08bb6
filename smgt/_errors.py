"""What can go wrong, by name. Each text says what is wrong, where, and what to do about it.

SmgtError
├── NotConfigured        before any call: no API address, credentials, region or bucket is known
├── InvalidInput         what was handed to the client cannot be used: frames, labels, a file
├── Refused              the API understood the call and said no
│   ├── InvalidRequest     400: mistakes in the request, all of them in `errors`
│   ├── Forbidden          403: unsigned, or signed by someone who may not
│   ├── NotFound           404: no such batch (or no such address)
│   ├── Conflict           409: the id or a job name is taken, or the batch is in another state
│   └── TooLarge           413: the request is over the limit
├── Unavailable          no answer, 429 or 5xx, after several tries: worth another try later
├── UnexpectedAnswer     an answer that the client cannot read
├── StorageError         S3 refused an upload or a download
└── QueueError           SQS refused to show or to move messages
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any


class SmgtError(Exception):
    """Anything that this package raises on purpose."""


class NotConfigured(SmgtError):
    """Something that the client needs to know is not known."""


class InvalidInput(SmgtError):
    """What was handed to the client cannot be used."""


@dataclass(frozen=True)
class Mistake:
    """One mistake in a request: where (`labelingJobs[2].jobName`), and what to do. `type` is the
    API's word for mistakes of this kind."""

    where: str
    message: str
    type: str = ""

    def __str__(self) -> str:
        return f"{self.where}: {self.message}" if self.where else self.message

    @classmethod
    def from_json(cls, answer: Mapping[str, Any]) -> Mistake:
        kind = str(answer.get("type") or "")
        return cls(str(answer.get("loc") or ""), str(answer.get("message") or kind), kind)


class Refused(SmgtError):
    """The API said no. `errors` holds the single mistakes, where it named any."""

    def __init__(self, message: str, errors: Sequence[Mistake] = ()) -> None:
        self.message = message
        self.errors = tuple(errors)
        super().__init__(_told(message, self.errors))


class InvalidRequest(Refused):
    """The request has mistakes."""


class Forbidden(Refused):
    """The call was not signed, or its signer may not make it."""


class NotFound(Refused):
    """There is no such batch, or nothing at this address."""


class Conflict(Refused):
    """The id or a job name is taken, or the batch is in a state that does not allow this."""


class TooLarge(Refused):
    """The request is over the limit of the API."""


class Unavailable(SmgtError):
    """No usable answer after several tries."""


class UnexpectedAnswer(SmgtError):
    """An answer that the client cannot read."""


class StorageError(SmgtError):
    """S3 refused an upload or a download."""


class QueueError(SmgtError):
    """SQS refused to show or to move messages."""


def _told(message: str, errors: Sequence[Mistake]) -> str:
    """The message, then every mistake on a line of its own; none of them twice."""
    if not errors:
        return message
    first = errors[0]
    head = message.removesuffix(str(first)).removesuffix(first.message).strip()
    if not head and len(errors) == 1:
        return message
    return "\n".join([head or message, *(f"  - {mistake}" for mistake in errors)])
