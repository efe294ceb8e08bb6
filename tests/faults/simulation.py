"""The whole pipeline in memory, on one thread of virtual time: a schedule says what goes wrong.

Real: handlers, use cases, the state machine's definition, the adapter of Ground Truth and the
engine behind it. In memory: the table, S3, SNS (the fakes, which pass the adapters' tests), SQS,
EventBridge and Step Functions (`tests.faults.simulated`).
"""

from __future__ import annotations

import importlib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from types import SimpleNamespace
from typing import Any

from botocore.exceptions import ReadTimeoutError

from emulator.clock import VirtualClock
from emulator.ground_truth.life import Pace
from emulator.ground_truth.limits import Limits
from labeling.errors import LabelingError
from labeling.model import BatchRequest, BatchStatus
from labeling.naming import Places
from labeling.use_cases.approve_level import approve_level
from labeling.use_cases.create_batch import create_batch
from labeling.use_cases.retry_batch import retry_batch
from labeling.use_cases.stop_batch import stop_batch
from statemachine.builder import definition
from tests.fakes import FakeBatches, FakeNotifier, FakeObjects, FakeWorkforce
from tests.fakes.world import stack_account
from tests.faults.simulated.account import Account
from tests.faults.simulated.acts import act
from tests.faults.simulated.batches import batch_request
from tests.faults.simulated.checks import Checks
from tests.faults.simulated.executions import Executions
from tests.faults.simulated.post import Ended, Post, Record
from tests.faults.simulated.processes import Process, Troubles, WatchedPort
from tests.faults.simulated.schedules import Schedule
from tests.faults.simulated.whats import Act
from tests.faults.simulated.wired import PORTS, running
from tests.unit.request_bodies import SETTINGS

START = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
PERIOD = timedelta(minutes=5)  # of the reconciler
LEVELS = 3
# What may still be under way when the trouble ends: a process that stalls for 13 minutes, an event
# that is late by 10, a claim that lasts 10, a message that is invisible for 6, a retry of Step
# Functions after 5; then the reconciler's next look; and people need time for their work.
SETTLES_WITHIN = timedelta(minutes=35)


@dataclass
class Report:
    """How a schedule went."""

    broken: list[str]
    took: timedelta  # until everything was settled, after the trouble


class Simulation:
    """Plays one schedule, inside `tests.faults.simulated.wired`."""

    def __init__(self, schedule: Schedule) -> None:
        self.schedule = schedule
        self.clock = VirtualClock(START)
        self.log: list[str] = []
        self.troubles = Troubles(schedule.troubles)
        self.tables = FakeBatches()
        self.objects = FakeObjects(self.clock.now)
        self.notifier = FakeNotifier()
        self.checks = Checks(
            self.tables,
            self.notifier,
            caught=lambda name: self.executions.all[name].caught,
            moment=self._moment,
            lets_jobs_fail=schedule.lets_jobs_fail,
        )
        self.post = Post(
            clock=self.clock,
            listener=self._listen,
            events=schedule.events,
            messages=schedule.messages,
        )
        self.executions = Executions(
            definition(LEVELS),
            clock=self.clock,
            invoke=self._invoke,
            publish=self.post.publish,
            answered=self.checks.token_answered,
        )
        self.account = Account(
            self.objects,
            clock=self.clock,
            limits=Limits(
                running_jobs=schedule.quota,
                create_per_second=1 if schedule.rates else None,
                describe_per_second=5 if schedule.rates else None,
                stop_per_second=1 if schedule.rates else None,
            ),
            pace=Pace(
                initializing=timedelta(seconds=40 if schedule.slow_service else 0),
                stopping=timedelta(seconds=90 if schedule.slow_service else 0),
            ),
            publish=self.post.publish,
            labeled=self.checks.object_is_asked_for,
        )
        self.stack = stack_account(schedule.quota)
        self.workforce = FakeWorkforce()
        self.workforce.members[self.account.team] = ("somebody@example.org",)
        self.requests: list[BatchRequest] = [
            batch_request(number, shape, team=self.account.team, objects=self.objects)
            for number, shape in enumerate(schedule.shapes)
        ]
        self._nonces = iter(f"nonce{number}" for number in range(1000))
        self._processes: list[Process] = []

    # --- the story

    def play(self) -> Report:
        """The trouble, then quiet until all is settled, then a retry of what did not end well."""
        self._prepare()
        for request in self.requests:
            self.create(request)
        self._tick()
        for one in sorted(self.schedule.acts, key=lambda one: one.at):
            self._pass_until(START + timedelta(seconds=one.at))
            self._act(one)
        self.pass_time(PERIOD)
        self.troubles.over()
        self.post.calm()
        self.post.resume()
        self.account.engine.faults.clear()
        for request in self.requests:
            self.create(request)

        took = self._settle()
        self.checks.when_settled(self.account.jobs())
        for request in self.requests:
            batch = self.tables.batch(request.batch_id)
            if batch and batch.status in (BatchStatus.STOPPED, BatchStatus.INTERNAL_ERROR):
                self.retry(request.batch_id)
        took = max(took, self._settle())
        for request in self.requests:
            batch = self.tables.batch(request.batch_id)
            if batch is None or batch.status is not BatchStatus.COMPLETE:
                self.checks.fail(f"{request.batch_id} is not COMPLETE after a retry: {batch}")
        self.checks.when_settled(self.account.jobs())
        if self.post.dead:
            self.checks.fail(f"dead letters: {self.post.dead}")
        return Report(self.checks.broken, took)

    def _act(self, one: Act) -> None:
        self.log.append(f"{self._moment()}: {one.what} {one.target}")
        act(self, one)

    def _prepare(self) -> None:
        faults = self.account.engine.faults
        if self.schedule.early:
            faults.complete_before_create_returns("b0-0-*")
        if self.schedule.stalled_job is not None:
            faults.stall(f"b0-*-l{1 + self.schedule.stalled_job}*")
        if self.schedule.failing_objects:
            faults.fail_objects("b0-0-*", self.schedule.failing_objects)

    def _settle(self) -> timedelta:
        """Quiet time until nothing is left to do."""
        since = self.clock.now()
        approved_at = since
        while not (self._is_settled() or self.checks.broken):
            if self.clock.now() - approved_at > SETTLES_WITHIN:
                self.checks.fail(f"it hangs: {self._what_is_left()}")
                break
            if self._approve_what_waits():
                approved_at = self.clock.now()
            self.pass_time(timedelta(seconds=30))
        return self.clock.now() - approved_at

    def _approve_what_waits(self) -> bool:
        waits = [
            execution.batch_id
            for execution in self.executions.all.values()
            if execution.status == "RUNNING" and execution.state.endswith("Approval")
        ]
        approved = [self.approve(batch_id) for batch_id in waits]
        return any(approved)

    def _is_settled(self) -> bool:
        return not self._what_is_left()

    def _what_is_left(self) -> list[str]:
        left = [
            f"{batch.batch_id} is {batch.status}, published: {batch.published}"
            for request in self.requests
            if (batch := self.tables.batch(request.batch_id))
            and (batch.status is BatchStatus.IN_PROGRESS or not batch.published)
        ]
        left += [
            f"{execution.name} is in {execution.state}"
            for execution in self.executions.all.values()
            if execution.status == "RUNNING"
        ]
        left += [f"{name} runs" for name in self.account.running() if not name.startswith("other")]
        left += [f"message {body}" for body in self.post.under_way.values() if "tick" not in body]
        left += [f"{process.name} stalls" for process in self._processes if process.stalls]
        return left

    # --- what people do

    def create(self, request: BatchRequest) -> bool:
        return self._api(
            "create",
            request.batch_id,
            lambda ports: create_batch(
                request,
                ports=ports,
                settings=SETTINGS,
                nonce=lambda: next(self._nonces),
            ),
        )

    def approve(self, batch_id: str, rate: int | None = None) -> bool:
        return self._api(
            "approve",
            batch_id,
            lambda ports: approve_level(
                batch_id,
                rate=rate,
                batches=ports.batches,
                queue=ports.queue,
                now=ports.now(),
            ),
        )

    def stop(self, batch_id: str) -> bool:
        return self._api("stop", batch_id, lambda ports: stop_batch(batch_id, ports=ports))

    def retry(self, batch_id: str) -> bool:
        return self._api("retry", batch_id, lambda ports: retry_batch(batch_id, ports=ports))

    def abort(self, batch_id: str) -> None:
        """Somebody stops the execution, on Step Functions' own page."""
        batch = self.tables.batch(batch_id)
        if batch is not None:
            self.checks.posted[batch_id]["abort"] += 1
            self.executions.stop(batch, cause="by hand")

    def _api(self, name: str, batch_id: str, do: Callable[[Any], object]) -> bool:
        self.checks.posted[batch_id][name] += 1
        errors: list[BaseException | None] = []

        def ended(result: Any, error: BaseException | None) -> None:
            errors.append(error)
            if isinstance(error, Exception) and not isinstance(
                error, LabelingError | ReadTimeoutError | TimeoutError
            ):
                self.checks.fail(f"{name} raised {error!r}")
            self.log.append(f"{self._moment()}: {name} {batch_id}: {error!r}")

        self._run(f"api {name}", do, ended)
        return errors == [None]

    # --- functions

    def _invoke(
        self,
        function: str,
        event: Mapping[str, Any],
        ended: Callable[[Any, BaseException | None], None],
    ) -> None:
        module = importlib.import_module(f"labeling.handlers.{_snake_case(function)}")

        def told(result: Any, error: BaseException | None) -> None:
            self.log.append(f"{self._moment()}: {event['execution']} {event['state']}: {error!r}")
            ended(result, error)

        def start() -> None:
            self._run(function, lambda ports: module.handler(dict(event), None), told, event)

        self.clock.call_at(self.clock.now(), start)

    def _listen(self, records: list[Record], ended: Ended) -> None:
        from labeling.handlers import listener

        bodies = [record["body"][:90] for record in records]

        def told(result: Any, error: BaseException | None) -> None:
            self.log.append(f"{self._moment()}: listener {bodies}: {error or result}")
            failures = result["batchItemFailures"] if result else []
            ended(None if error else [entry["itemIdentifier"] for entry in failures])

        self._run("Listener", lambda ports: listener.handler({"Records": records}, None), told)

    def _run(
        self,
        name: str,
        do: Callable[[Any], object],
        ended: Callable[[Any, BaseException | None], object],
        event: Mapping[str, Any] | None = None,
    ) -> None:
        """`event` is what a state function gets."""

        def work() -> object:
            running.ports = self._ports(process, event or {})
            return do(running.ports)

        process = Process(
            name,
            work,
            ended=ended,
            later=self._later,
            meanwhile=lambda what: self._act(Act(at=0, what=what)),
            troubles=self.troubles,
        )
        self._processes = [*(one for one in self._processes if one.stalls), process]
        process.run()
        self.account.look_for_work()

    def _ports(self, process: Process, event: Mapping[str, Any]) -> Any:
        real = {
            "batches": self.tables,
            "labeling": self.account.service,
            "workflow": self.executions,
            "objects": self.objects,
            "notifier": self.notifier,
            "queue": self.post,
            "workforce": self.workforce,
            "account": self.stack,
        }
        return SimpleNamespace(
            **{
                name: WatchedPort(real[name], name, process, partial(self._after, event))
                for name in PORTS
            },
            places=Places(processing_bucket=SETTINGS.processing_bucket),
            settings=replace(SETTINGS, levels=LEVELS, job_completion_timeout=1200),
            table_name="batches",
            levels=LEVELS,
            job_completion_timeout=timedelta(seconds=1200),
            now=self.clock.now,
            logged=self.checks.fail,
        )

    def _after(self, event: Mapping[str, Any], what: str, answer: Any) -> None:
        if event:
            self.checks.by_state_function(event["batchId"], event["execution"], what, answer)
        if what.startswith("batches."):
            for request in self.requests:
                self.checks.table(request.batch_id)
        elif what == "labeling.create":
            self.checks.labeling_jobs(self.account.jobs())

    # --- time

    def _tick(self) -> None:
        self.post.tick()
        self.clock.call_at(self.clock.now() + PERIOD, self._tick)

    def _later(self, seconds: int, do: Callable[[], object]) -> None:
        self.clock.call_at(self.clock.now() + timedelta(seconds=seconds), do)

    def _pass_until(self, when: datetime) -> None:
        self.pass_time(max(when - self.clock.now(), timedelta()))

    def pass_time(self, time: timedelta) -> None:
        until = self.clock.now() + time
        while (due := self.clock.next_due()) is not None and due <= until:
            self.clock.advance(max(due - self.clock.now(), timedelta()))
            self.account.look_for_work()
        self.clock.advance(until - self.clock.now())

    def _moment(self) -> str:
        return f"{(self.clock.now() - START).total_seconds():.0f} s"


def _snake_case(name: str) -> str:
    return re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()
