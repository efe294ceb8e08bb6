"""Batches whose every AWS call is made to fail once, and what people do while they run."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import smgt
from emulator.cloud import LocalCloud
from examples.driving.batch import request
from labeling import wiring
from labeling.model import BatchStatus, JobStatus
from labeling.naming import approval_state, completion_state
from labeling.settings import settings

BATCH = "clip"

People = Callable[[smgt.Client], object]
"""What people do whenever there is nothing else to do; they look before they act."""


def nobody(client: smgt.Client) -> None:
    """All goes on by itself."""


@dataclass(frozen=True)
class Scenario:
    """A batch, and what goes wrong in it by itself."""

    name: str
    status: str
    """How the batch ends, whatever it is on its way."""
    changes: Callable[[str], Mapping[str, Any]] = lambda inputs: {}
    """What is different from the driving clip's request; gets where the inputs lie."""
    prepare: Callable[[LocalCloud], object] = lambda cloud: None
    people: People = nobody

    def __str__(self) -> str:
        return self.name

    def body(self, inputs: str) -> dict[str, Any]:
        return {**request(BATCH, inputs), **self.changes(inputs)}


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


def approve(client: smgt.Client) -> None:
    """Lets the level begin that waits for it."""
    waiting = [approval_state(level) for level in range(2, settings().levels + 1)]
    view = wiring.batches().settle_view(BATCH, waiting)
    if view and any(not view.levels[waiting.index(state) + 2].approved for state in view.waits):
        client.approve(BATCH)


def stop(client: smgt.Client) -> None:
    """Stops the batch once its first jobs run and its execution waits for them."""
    view = wiring.batches().view(BATCH)
    settling = wiring.batches().settle_view(BATCH, [completion_state(1)])
    if view is None or settling is None or view.batch.status is not BatchStatus.IN_PROGRESS:
        return
    run = {job.status for job in view.jobs if job.level == 1}
    if settling.waits and run == {JobStatus.WAIT_FOR_SMGT_RESPONSE}:
        client.stop(BATCH)


def retry(client: smgt.Client) -> None:
    """Retries the batch once it has failed and people were told."""
    batch = wiring.batches().batch(BATCH)
    if batch and batch.status is BatchStatus.INTERNAL_ERROR and batch.published:
        client.retry(BATCH)


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
    people=approve,
)

STOPPED = Scenario(
    name="stopped",
    status="STOPPED",
    prepare=lambda cloud: cloud.ground_truth.faults.stall("*"),
    people=stop,
)

RETRIED = Scenario(
    name="retried",
    status="COMPLETE",
    prepare=lambda cloud: cloud.ground_truth.faults.fail_next(f"{BATCH}-lane", "No frames."),
    people=retry,
)

SCENARIOS = (EXAMPLE, FAILING, CONTINUING, STOPPED, RETRIED)
