"""Send<Next>LevelSNSAndCheckResponse."""

from __future__ import annotations

from typing import Any

from labeling import wiring
from labeling.state_function import state_function
from labeling.use_cases.post_process_level import post_process_level


@state_function
def handler(event: dict[str, Any], context: object) -> dict[str, bool]:
    waits = post_process_level(
        event["batchId"],
        event["execution"],
        event["level"],
        attempt=event["retryCount"],
        batches=wiring.batches(),
        objects=wiring.objects(),
        notifier=wiring.notifier(),
        places=wiring.places(),
        now=wiring.now(),
    )
    return {"approvalRequired": waits}
