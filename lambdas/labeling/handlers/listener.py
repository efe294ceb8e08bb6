"""The queue of events, wakes and ticks."""

from __future__ import annotations

from typing import Any

from labeling.listener_batch import handle_batch
from labeling.wiring import LambdaPorts

SECONDS = 45  # of the function's 60


def handler(event: dict[str, Any], context: object) -> dict[str, list[dict[str, str]]]:
    failed = handle_batch(event["Records"], ports=LambdaPorts(), seconds=SECONDS)
    return {"batchItemFailures": [{"itemIdentifier": message_id} for message_id in failed]}
