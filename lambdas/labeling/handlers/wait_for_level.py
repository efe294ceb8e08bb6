"""CheckFor<Nth>LevelComplete and WaitFor<Nth>LevelApproval."""

from __future__ import annotations

from typing import Any

from labeling import wiring
from labeling.state_function import state_function
from labeling.use_cases.wait_for_level import wait_for_level


@state_function
def handler(event: dict[str, Any], context: object) -> None:
    wait_for_level(
        event["batchId"],
        event["execution"],
        event["state"],
        token=event["taskToken"],
        attempt=event["retryCount"],
        batches=wiring.batches(),
        queue=wiring.queue(),
    )
