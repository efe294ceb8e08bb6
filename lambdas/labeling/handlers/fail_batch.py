"""BatchError."""

from __future__ import annotations

from typing import Any

from labeling.messages import caught_error
from labeling.state_function import state_function
from labeling.use_cases.fail_batch import fail_batch
from labeling.wiring import LambdaPorts


@state_function
def handler(event: dict[str, Any], context: object) -> None:
    error_type, reason = caught_error(event["error"])
    fail_batch(
        event["batchId"],
        event["execution"],
        error_type=error_type,
        reason=reason,
        ports=LambdaPorts(),
    )
