"""What the state machine's functions have in common."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from labeling.errors import LabelingError, ServiceUnavailable

Answer = TypeVar("Answer")
Handler = Callable[[dict[str, Any], object], Answer]


def state_function(handler: Handler[Answer]) -> Handler[Answer]:
    """Trouble of AWS that passes becomes ServiceUnavailable, whatever the service calls it.

    Step Functions matches errors by name, and the state machine retries that one: every state
    function can be repeated.
    """

    @wraps(handler)
    def guarded(event: dict[str, Any], context: object) -> Answer:
        try:
            return handler(event, context)
        except LabelingError:
            raise
        except Exception as error:
            from labeling.adapters.passing import passes  # botocore; most calls need no error of it

            if passes(error):
                raise ServiceUnavailable(f"{type(error).__name__}: {error}") from error
            raise

    return guarded
