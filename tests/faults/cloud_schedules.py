"""The same schedules on the whole local cloud, as far as its faults on demand go."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from itertools import pairwise
from types import SimpleNamespace
from typing import Any

import smgt
from emulator.cloud import LocalCloud
from emulator.ground_truth.errors import ServiceRefusal
from emulator.mends import sagemaker
from labeling import wiring
from labeling.model import BatchStatus, BatchView
from labeling.naming import approval_state
from tests.faults.simulated.account import labeling_jobs
from tests.faults.simulated.batches import batch_request
from tests.faults.simulated.checks import Checks
from tests.faults.simulated.post import Fate
from tests.faults.simulated.processes import Kind, Trouble
from tests.faults.simulated.schedules import FAILING, Schedule
from tests.faults.simulated.whats import Act, What

STEP = timedelta(seconds=30)
PERIOD = timedelta(minutes=5)
SETTLES_WITHIN = timedelta(minutes=60)
STALLS_FOR = timedelta(seconds=60)
# Whose process meets the trouble: by the place of the call among those that may fail.
FUNCTIONS = (
    *("Listener", "TriggerLevel", "Listener", "WaitForLevel", "Listener"),
    *("PostProcessLevel", "TransformBatch", "CompleteBatch"),
)
# What fails instead of a port's method: service and operation.
OPERATIONS = {
    "labeling.create": ("sagemaker", "CreateLabelingJob"),
    "labeling.stop": ("sagemaker", "StopLabelingJob"),
    "labeling.describe": ("sagemaker", "DescribeLabelingJob"),
    "labeling.running": ("sagemaker", "ListLabelingJobs"),
    "notifier.publish": ("sns", "Publish"),
    "queue.wake": ("sqs", "SendMessage"),
    "queue.start_jobs": ("sqs", "SendMessage"),
    "objects.write_once": ("s3", "PutObject"),
}


@dataclass
class CloudPlay:
    """One schedule on a deployed cloud, which is emptied first."""

    cloud: LocalCloud
    client: smgt.Client
    schedule: Schedule

    def play(self) -> list[str]:
        """What does not hold."""
        self.cloud.reset()
        self._start = self.cloud.clock.now()
        self._stalled_since: datetime | None = None
        store = sagemaker.S3Objects(self.cloud.endpoints.account_id)
        write = SimpleNamespace(
            write=lambda uri, text: store.write(uri, text.encode(), "application/json")
        )
        team = next(
            team.arn for team in self.cloud.ground_truth.workteams.all() if "first" in team.arn
        )
        inputs = f"s3://{self.client.input_bucket}"
        self.requests = [
            batch_request(number, shape, team=team, objects=write, inputs=inputs)
            for number, shape in enumerate(self.schedule.shapes)
        ]
        self.checks = Checks(
            _Table(),
            _Mails(self.cloud),
            caught=self._caught,
            moment=lambda: f"{(self.cloud.clock.now() - self._start).total_seconds():.0f} s",
            lets_jobs_fail=self.schedule.lets_jobs_fail,
        )
        self._order_trouble()
        self._create_all()
        for one in sorted(self.schedule.acts, key=lambda one: one.at):
            self._pass_until(self._start + timedelta(seconds=one.at))
            self._act(one)
        self._pass_until(self.cloud.clock.now() + PERIOD)
        self._calm()
        self._create_all()
        self._settle()
        self.checks.when_settled(self._labeling_jobs())
        for request in self.requests:
            batch = wiring.batches().batch(request.batch_id)
            if batch and batch.status in (BatchStatus.STOPPED, BatchStatus.INTERNAL_ERROR):
                self._post("retry", request.batch_id, self.client.retry)
        self._settle()
        self._check_the_end()
        return self.checks.broken

    # --- trouble

    def _order_trouble(self) -> None:
        twin, faults = self.cloud.ground_truth.faults, self.cloud.faults
        if self.schedule.stalled_job is not None:
            twin.stall(f"b0-*-l{1 + self.schedule.stalled_job}*")
        if self.schedule.failing_objects:
            twin.fail_objects("b0-0-*", self.schedule.failing_objects)
        if self.schedule.early:
            twin.complete_before_create_returns("b0-0-*")
        for fate in self.schedule.events:
            self._order_fate(fate)
        for trouble in self.schedule.troubles:
            function = FUNCTIONS[FAILING.index(trouble.call) % len(FUNCTIONS)]
            match trouble.kind:
                case Kind.DIES:
                    when: Any = "after" if trouble.done else "before"
                    faults.crash(function, at_call=1 + trouble.nth, when=when)
                case Kind.FAILS:
                    self._order_failure(trouble, function)
                case Kind.STALLS | Kind.GIVEN_UP if function == "WaitForLevel":
                    faults.stall(function)

    def _order_fate(self, fate: Fate) -> None:
        events = self.cloud.faults.events
        match fate.arrivals:
            case ():
                events.lose_next_event("aws.sagemaker")
            case (seconds,):
                events.delay_next_event(timedelta(seconds=seconds), "aws.sagemaker")
            case _:
                events.double_next_event("aws.sagemaker")

    def _order_failure(self, trouble: Trouble, function: str) -> None:
        faults, at_call = self.cloud.faults, 1 + trouble.nth
        if trouble.call not in OPERATIONS:
            faults.conflict(at_call=at_call, function=function)
        elif trouble.done:
            faults.lose_answer(*OPERATIONS[trouble.call], at_call=at_call)
        else:
            faults.throttle(*OPERATIONS[trouble.call], at_call=at_call)

    def _calm(self) -> None:
        self.cloud.faults.wake_stalled()
        self.cloud.faults.events.release_events()
        self.cloud.faults.clear()
        self.cloud.ground_truth.faults.clear()

    # --- what people do

    def _act(self, one: Act) -> None:
        batch_id = self.requests[one.target % len(self.requests)].batch_id
        match one.what:
            case What.APPROVE:
                self._post("approve", batch_id, self.client.approve)
            case What.STOP:
                self._post("stop", batch_id, self.client.stop)
            case What.RETRY:
                self._post("retry", batch_id, self.client.retry)
            case What.CREATE_AGAIN:
                self._create_all()
            case What.ABORT:
                self._abort(batch_id)
            case What.FOREIGN_EVENT:
                self.cloud.faults.events.foreign_event()
            case What.FAIL_JOB | What.EXPIRE_TASKS | What.OUTSIDER_STOPS:
                self._to_a_running_job(one)
            case _:
                return

    def _create_all(self) -> None:
        for request in self.requests:
            document = {key: value for key, value in request.document.items() if value != []}
            self._post("create", request.batch_id, partial(self._create, document))

    def _create(self, document: Mapping[str, Any], batch_id: str) -> None:
        self.client.create(document)

    def _post(self, name: str, batch_id: str, post: Callable[[str], object]) -> None:
        self.checks.posted[batch_id][name] += 1
        with suppress(smgt.Conflict, smgt.NotFound, smgt.Unavailable):
            post(batch_id)

    def _abort(self, batch_id: str) -> None:
        batch = wiring.batches().batch(batch_id)
        if batch is not None:
            self.checks.posted[batch_id]["abort"] += 1
            wiring.workflow().stop(batch, cause="by hand")

    def _to_a_running_job(self, one: Act) -> None:
        running = [job for job in self._labeling_jobs() if job["status"] == "InProgress"]
        if not running:
            return
        name, twin = running[one.target % len(running)]["name"], self.cloud.ground_truth
        with suppress(ServiceRefusal):
            match one.what:
                case What.FAIL_JOB:
                    twin.fail_job(name, "trouble was ordered")
                case What.EXPIRE_TASKS:
                    twin.expire_tasks(name)
                case _:
                    twin.stop_labeling_job(name)

    # --- time

    def _pass_until(self, when: datetime) -> None:
        while self.cloud.clock.now() < when:
            self._step()

    def _step(self) -> None:
        self.cloud.clock.advance(STEP)
        self.cloud.settle()
        self.cloud.faults.wake_stalled()
        for request in self.requests:
            self.checks.table(request.batch_id)
        self.checks.labeling_jobs(self._labeling_jobs())

    def _settle(self) -> None:
        since = self.cloud.clock.now()
        while not self.checks.broken and (left := self._what_is_left()):
            if self.cloud.clock.now() - since > SETTLES_WITHIN:
                self.checks.fail(f"it hangs: {left}")
            for request in self.requests:
                if self._waits_for_approval(request.batch_id):
                    self._post("approve", request.batch_id, self.client.approve)
                    since = self.cloud.clock.now()
            self._step()

    def _what_is_left(self) -> list[str]:
        left = []
        for request in self.requests:
            batch = wiring.batches().batch(request.batch_id)
            if batch and (batch.status is BatchStatus.IN_PROGRESS or not batch.published):
                waits = " for approval" * self._waits_for_approval(batch.batch_id)
                left.append(f"{batch.batch_id} is {batch.status}{waits}")
        left += [
            f"{job['name']} is {job['status']}"
            for job in self._labeling_jobs()
            if job["status"] in ("Initializing", "InProgress", "Stopping")
        ]
        return left

    def _waits_for_approval(self, batch_id: str) -> bool:
        states = {approval_state(number): number for number in (2, 3)}
        view = wiring.batches().settle_view(batch_id, list(states))
        return view is not None and any(
            wait.run == view.batch.run and not view.levels[states[state]].approved
            for state, wait in view.waits.items()
        )

    # --- what there is

    def _labeling_jobs(self) -> list[dict[str, Any]]:
        return labeling_jobs(self.cloud.ground_truth)

    def _caught(self, name: str) -> list[tuple[str, str]]:
        batch = next(
            batch
            for request in self.requests
            if (batch := wiring.batches().batch(request.batch_id)) and batch.execution == name
        )
        history = self.cloud.client("stepfunctions").get_paginator("get_execution_history")
        pages = history.paginate(executionArn=wiring.workflow().execution_arn(batch))
        entered = [
            event["stateEnteredEventDetails"]
            for page in pages
            for event in page["events"]
            if "stateEnteredEventDetails" in event
        ]
        return [
            (before["name"], json.loads(state["input"])["error"]["Error"])
            for before, state in pairwise(entered)
            if state["name"] in ("BatchError", "BatchFailed")
        ]

    def _check_the_end(self) -> None:
        for request in self.requests:
            batch = wiring.batches().batch(request.batch_id)
            if batch is None or batch.status is not BatchStatus.COMPLETE:
                self.checks.fail(f"{request.batch_id} is not COMPLETE after a retry: {batch}")
        self.checks.when_settled(self._labeling_jobs())


class _Table:
    """The deployed table; it is known when a function has run."""

    def view(self, batch_id: str) -> BatchView | None:
        return wiring.batches().view(batch_id)


class _Mails:
    """What people were sent, as the checks look at it."""

    def __init__(self, cloud: LocalCloud) -> None:
        self._cloud = cloud

    @property
    def published(self) -> list[Any]:
        return [
            SimpleNamespace(attributes=mail.attributes, body=mail.message)
            for mail in self._cloud.inbox.mails()
        ]
