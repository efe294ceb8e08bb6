"""TriggerLabeling<Nth>Level."""

from __future__ import annotations

from typing import Any

from labeling.state_function import state_function
from labeling.use_cases.trigger_level import trigger_level
from labeling.wiring import LambdaPorts

SECONDS = 45  # of starting; the listener goes on with what is left


@state_function
def handler(event: dict[str, Any], context: object) -> None:
    trigger_level(
        event["batchId"],
        event["execution"],
        event["level"],
        ports=LambdaPorts(),
        seconds=SECONDS,
    )
