"""Failed, stopped, doubled, lost and early events, and what executions of failed batches show.

Each scenario is a batch of four jobs on the local cloud; it ends right when batch, jobs, counts,
execution and messages all say what happened.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from benchmarks.account import RECONCILED, SUBSCRIBER, Account, account
from benchmarks.figures import Figure

BATCH = "clip"
LOST_FIRST, LOST_SECOND = f"{BATCH}-0", f"{BATCH}-1"
Scenario = Callable[[Account], bool]


def failed(place: Account) -> bool:
    place.cloud.ground_truth.faults.fail_next(LOST_FIRST, "The frames cannot be read.")
    place.create(BATCH, 4)
    place.run()
    return _failed_with(place, "FAILED", "The frames cannot be read.")


def failed_without_a_label(place: Account) -> bool:
    place.cloud.ground_truth.faults.fail_objects(LOST_FIRST, 1)
    place.create(BATCH, 4)
    place.run()
    return _failed_with(place, "FAILED", "no object was labeled")


def stopped_by_somebody(place: Account) -> bool:
    place.cloud.ground_truth.faults.stall(LOST_FIRST)
    place.create(BATCH, 4)
    place.run()
    place.cloud.client("sagemaker").stop_labeling_job(LabelingJobName=LOST_FIRST)
    place.run()
    return _failed_with(place, "STOPPED", "the labeling job was stopped")


def doubled_event(place: Account) -> bool:
    place.cloud.faults.events.double_next_event("aws.sagemaker", times=4)
    place.create(BATCH, 4)
    place.run()
    return _completed(place)


def lost_event(place: Account) -> bool:
    place.cloud.faults.events.lose_next_event("aws.sagemaker", times=2)
    place.create(BATCH, 4)
    place.run()
    if place.show(BATCH)["firstLevel"]["status"] != "IN_PROGRESS":
        return False
    place.wait(RECONCILED)
    return _completed(place)


def late_event(place: Account) -> bool:
    """Both jobs' events of the first level come in the wrong order, after the reconciler."""
    events = place.cloud.faults.events
    events.hold_next_event("aws.sagemaker", times=2)
    place.create(BATCH, 4)
    place.run()
    place.wait(RECONCILED)
    events.release_events()
    place.run()
    return _completed(place)


def early_event(place: Account) -> bool:
    """The jobs are over, and their events sent, before CreateLabelingJob has answered."""
    place.cloud.ground_truth.faults.complete_before_create_returns("*")
    place.create(BATCH, 4)
    place.run()
    return _completed(place)


def event_before_the_end(place: Account) -> bool:
    """An event says Completed of jobs that still run, and of somebody else's job."""
    twin, events = place.cloud.ground_truth, place.cloud.faults.events
    twin.faults.stall(LOST_FIRST)
    place.create(BATCH, 4)
    place.run()
    events.foreign_event(LOST_FIRST)
    events.foreign_event("somebody-elses")
    place.run()
    waits = place.show(BATCH)["firstLevel"]
    if (waits["status"], waits["numChildBatchesComplete"]) != ("IN_PROGRESS", "1"):
        return False
    twin.faults.release(LOST_FIRST)
    place.run()
    return _completed(place)


EVENTS: Mapping[str, Scenario] = {
    "failed": failed,
    "failed without a label": failed_without_a_label,
    "stopped": stopped_by_somebody,
    "doubled": doubled_event,
    "lost": lost_event,
    "late": late_event,
    "early": early_event,
    "before the end": event_before_the_end,
}


def figures(*, quick: bool = False) -> list[Figure]:
    with account() as place:
        ended = {name: _ends_right(place, scenario) for name, scenario in EVENTS.items()}
        return [_events(ended), _execution(place)]


def _ends_right(place: Account, scenario: Scenario) -> bool:
    place.reset()
    return scenario(place)


def _events(ended: Mapping[str, bool]) -> Figure:
    wrong = [name for name, right in ended.items() if not right]
    return Figure(
        what=f"events: {', '.join(ended)}",
        original="job marked COMPLETE, or hang until the 14-day timeout",
        ours="every one ends right" if not wrong else f"wrong: {', '.join(wrong)}",
        target="every one ends right",
        reached=not wrong,
        details={"endsRight": dict(ended)},
    )


def _execution(place: Account) -> Figure:
    place.reset()
    failed(place)
    described = execution(place)
    caught = json.loads(described.get("cause", "{}"))
    reason = f"{caught.get('Error')}: {caught.get('Cause')}"
    right = described["status"] == "FAILED" and "The frames cannot be read." in reason
    return Figure(
        what="execution of a failed batch",
        original="Succeeded",
        ours=f"{described['status'].capitalize()}, {reason}",
        target="Failed, with the reason",
        reached=right,
    )


def execution(place: Account) -> dict[str, Any]:
    """DescribeExecution of the only execution there is."""
    states = place.cloud.client("stepfunctions")
    machine = states.list_state_machines()["stateMachines"][0]["stateMachineArn"]
    [listed] = states.list_executions(stateMachineArn=machine)["executions"]
    described: dict[str, Any] = states.describe_execution(executionArn=listed["executionArn"])
    return described


def _completed(place: Account) -> bool:
    shown = place.show(BATCH)
    levels = (shown["firstLevel"], shown["secondLevel"])
    return (
        shown["status"] == "COMPLETE"
        and all(level["numChildBatchesComplete"] == "2" for level in levels)
        and execution(place)["status"] == "SUCCEEDED"
        and _said(place) == ["IN_PROGRESS", "SUCCESS"]
    )


def _failed_with(place: Account, status: str, reason: str) -> bool:
    shown = place.show(BATCH)
    jobs = {job["jobName"]: job for job in shown["firstLevel"]["jobLevels"]}
    return (
        shown["status"] == "INTERNAL_ERROR"
        and jobs[LOST_FIRST]["batchStatus"] == status
        and jobs[LOST_SECOND]["batchStatus"] == "COMPLETE"
        and reason in shown["message"]
        and execution(place)["status"] == "FAILED"
        and _said(place) == ["FAILED"]
    )


def _said(place: Account) -> list[str]:
    return [mail.json()["status"] for mail in place.cloud.inbox.mails(SUBSCRIBER)]
