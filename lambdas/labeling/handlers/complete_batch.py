"""CopyLogsAndSendBatchCompleted."""

from __future__ import annotations

from typing import Any

from labeling.state_function import state_function
from labeling.use_cases.complete_batch import complete_batch
from labeling.wiring import LambdaPorts


@state_function
def handler(event: dict[str, Any], context: object) -> None:
    complete_batch(
        event["batchId"], event["execution"], attempt=event["retryCount"], ports=LambdaPorts()
    )
