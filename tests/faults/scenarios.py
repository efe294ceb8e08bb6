"""Batches whose every AWS call is made to fail once, and what people do while they run."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from emulator.cloud import LocalCloud
from examples.driving.batch import request

BATCH = "clip"


@dataclass(frozen=True)
class Scenario:
    """A batch, and what goes wrong in it by itself."""

    name: str
    status: str
    """How the batch ends."""
    changes: Callable[[str], Mapping[str, Any]] = lambda inputs: {}
    """What is different from the driving clip's request; gets where the inputs lie."""
    prepare: Callable[[LocalCloud], object] = lambda cloud: None

    def __str__(self) -> str:
        return self.name

    def body(self, inputs: str) -> dict[str, Any]:
        return request(BATCH, inputs) | self.changes(inputs)


def _three_levels(inputs: str) -> dict[str, Any]:
    """Vehicles and lanes, each labeled and audited, and the lanes audited once more."""
    jobs = request(BATCH, inputs)["labelingJobs"]
    again = {
        "jobName": f"{BATCH}-lane-again",
        "jobModality": "VideoObjectTrackingAudit",
        "jobLevel": "3",
        "inputConfig": {"chainFromJobName": f"{BATCH}-lane-audit"},
    }
    return {"labelingJobs": [*jobs, again]}


EXAMPLE = Scenario(name="example", status="COMPLETE")

FAILING = Scenario(
    name="three-levels-failing",
    status="INTERNAL_ERROR",
    changes=_three_levels,
    prepare=lambda cloud: cloud.ground_truth.faults.fail_next(f"{BATCH}-lane-again", "No frames."),
)

CONTINUING = Scenario(
    name="three-levels-continuing",
    status="COMPLETE",
    changes=lambda inputs: {
        **_three_levels(inputs),
        "onJobFailure": "continue",
        "approveBeforeLevels": [3],
    },
    prepare=lambda cloud: cloud.ground_truth.faults.fail_next(f"{BATCH}-vehicle", "No frames."),
)

SCENARIOS = (EXAMPLE, FAILING, CONTINUING)
