"""What the twin needs from the world around it."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol


class StoreError(Exception):
    """An object could not be read or written; the text says which and why."""


class FunctionError(Exception):
    """A Lambda function failed or could not be invoked; the text says which and why."""


class ObjectStore(Protocol):
    """Objects by `s3://bucket/key`. Every method raises `StoreError`."""

    def read(self, uri: str) -> bytes: ...

    def write(self, uri: str, body: bytes, content_type: str) -> None: ...

    def exists(self, uri: str) -> bool: ...


class Clock(Protocol):
    """Time, and what happens later, from any thread. `call_at` returns what `cancel` takes."""

    def now(self) -> datetime: ...

    def call_at(self, when: datetime, fn: Callable[[], None], /) -> Any: ...

    def cancel(self, timer: Any, /) -> None: ...


class EventPublisher(Protocol):
    """Where state changes are published (EventBridge)."""

    def publish(
        self, *, source: str, detail_type: str, resources: Sequence[str], detail: Mapping[str, Any]
    ) -> None: ...


class Ids(Protocol):
    """A source of ids: `hexadecimal(n)` gives n digits that were never given before."""

    def hexadecimal(self, digits: int) -> str: ...


class Functions(Protocol):
    """Lambda functions by ARN."""

    def exists(self, arn: str) -> bool: ...

    def invoke(self, arn: str, event: Any) -> Any:
        """What a function returns for an event, both as JSON has it; raises `FunctionError`."""


class NoFunctions:
    """An account without any Lambda function."""

    def exists(self, arn: str) -> bool:
        return False

    def invoke(self, arn: str, event: Any) -> Any:
        raise FunctionError(f"The function {arn} does not exist.")
