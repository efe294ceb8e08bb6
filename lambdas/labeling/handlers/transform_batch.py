"""TransformationStep."""

from __future__ import annotations

from typing import Any

from labeling import wiring
from labeling.use_cases.transform_batch import transform_batch


def handler(event: dict[str, Any], context: object) -> None:
    transform_batch(
        event["batchId"],
        event["execution"],
        batches=wiring.batches(),
        objects=wiring.objects(),
        places=wiring.places(),
        now=wiring.now(),
    )
