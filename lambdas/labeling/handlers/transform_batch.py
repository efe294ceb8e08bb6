"""TransformationStep."""

from __future__ import annotations

from typing import Any

from labeling.settings import settings
from labeling.state_function import state_function
from labeling.use_cases.transform_batch import transform_batch
from labeling.wiring import LambdaPorts


@state_function
def handler(event: dict[str, Any], context: object) -> None:
    transform_batch(
        event["batchId"],
        event["execution"],
        ports=LambdaPorts(),
        settings=settings(),
    )
