"""The local cloud: AWS's services, Ground Truth, people and the API, in this process.

with LocalCloud(workers="scripted") as cloud:
    cloud.deploy_app(Path("cdk.out"), {"NotificationEmail": "me@example.com"})
    cloud.endpoints          # the API and the AWS services, for any client
    cloud.client("s3")       # boto3 clients, answered in this process
    cloud.settle()           # nothing runs and nothing is due any more
    cloud.inbox.mails()      # what the e-mail subscription received
    cloud.reset()            # deployed, but empty: for the next test
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any, Literal, Self
from urllib.parse import urlsplit

from moto.stepfunctions.models import stepfunctions_backends

from emulator import emptying
from emulator.access_keys import caller_of
from emulator.added_functions import add_function
from emulator.aws_services import AwsServices
from emulator.clock import Clock, SystemClock, VirtualClock
from emulator.deployment import DeployedStack, Deployments
from emulator.endpoints import DEFAULT_ACCOUNT_ID, DEFAULT_KEY, DEFAULT_REGION, Endpoints
from emulator.faults import Faults
from emulator.gateway import Gateway, Throttle
from emulator.ground_truth.life import Pace
from emulator.ground_truth.limits import Limits
from emulator.ground_truth.service import GroundTruth
from emulator.inbox import Inbox
from emulator.lambdas import Handler, LambdaRunner
from emulator.mends import lambdas, sagemaker
from emulator.pollers import Pollers
from emulator.quiet import Quiet
from emulator.workers import Accuracy, Answers, LabelScript, ScriptedWorkers
from emulator.workforce import Workforce
from labeling import wiring

Workers = Literal["scripted", "none"]
CODE = "labeling"
"""The package whose time and whose cached ports are the local cloud's while it runs."""


class LocalCloud:
    """One account and region. One at a time in a process; several one after another."""

    def __init__(
        self,
        *,
        workers: Workers = "scripted",
        clock: Clock | None = None,
        limits: Limits | None = None,
        pace: Pace | None = None,
        script: LabelScript | None = None,
        accuracy: Accuracy | None = None,
        seconds_per_object: float | None = None,
        people_per_team: int = 2,
        handlers: Mapping[str, Handler] | None = None,
        region: str = DEFAULT_REGION,
        account_id: str = DEFAULT_ACCOUNT_ID,
        access_key_id: str = DEFAULT_KEY,
        secret_access_key: str = DEFAULT_KEY,
        port: int = 0,
        api_port: int = 0,
        throttle: bool = False,
    ) -> None:
        """Nothing runs before `start`.

        Args:
            workers: `scripted` people do the tasks of all teams; with `none` somebody has to.
            clock: time; that of the machine if not given. One that was given is left running.
            limits: Ground Truth's quotas.
            pace: how long Ground Truth itself takes.
            script: prepared answers of the scripted workers; others are drawn.
            accuracy: how good their answers are.
            seconds_per_object: their pace; 0.2 by default, none when time stands still.
            people_per_team: whom each work team has as members.
            handlers: called for functions of these dotted names instead of importing them.
            port: of the AWS services; 0 is any free one.
            api_port: of the API.
            throttle: whether the API's limits of requests a second count.
        """
        self.clock: Clock = clock or SystemClock()
        self._owns_clock = clock is None
        self._workers_kind = workers
        self._limits = limits
        self._twin_pace = pace
        self._script = script
        self._accuracy = accuracy
        standing = isinstance(self.clock, VirtualClock)
        default_pace = 0.0 if standing else 0.2
        self._seconds = default_pace if seconds_per_object is None else seconds_per_object
        self._people = people_per_team
        self._services = AwsServices(
            clock=self.clock,
            region=region,
            account_id=account_id,
            access_key_id=access_key_id,
            secret_access_key=secret_access_key,
            port=port,
        )
        self._place = {"account_id": account_id, "region": region}
        self._stage = ""
        self._clients: dict[str, Any] = {}
        self._workers: ScriptedWorkers | None = None
        self._undo = ExitStack()
        self.inbox = Inbox(account_id, region)
        self.faults = Faults(clock=self.clock, **self._place)
        self.runner = LambdaRunner(
            clock=self.clock,
            handlers=handlers,
            interference=self.faults,
            on_new_environment=_forget_ports,
            on_exhausted=lambdas.exhausted,
        )
        self.pollers = Pollers(self.runner, lambdas.deployed)
        self.deployments = Deployments(self.client, **self._place)
        self._gateway = Gateway(
            invoke=lambda arn, event: self.runner.run(lambdas.deployed(arn), event),
            caller_of=lambda key: caller_of(key, self._services.endpoints),
            clock=self.clock,
            port=api_port,
            throttle=Throttle() if throttle else None,
            **self._place,
        )
        self._quiet = Quiet(
            self.clock,
            {
                "a function": lambda: self.runner.idle,
                "a queue": lambda: self.pollers.idle,
                "an execution": self._executions_idle,
                "a worker": self._workers_idle,
            },
        )

    @property
    def endpoints(self) -> Endpoints:
        """Where it is reached. `api_url` is empty as long as no API is deployed."""
        api_url = f"{self._gateway.url}/{self._stage}" if self._stage else ""
        return replace(self._services.endpoints, api_url=api_url)

    @property
    def ground_truth(self) -> GroundTruth:
        """The twin of Ground Truth: its teams, its desk of tasks, its faults."""
        return sagemaker.ground_truth(**self._place)

    def client(self, service: str, *, over_http: bool = False, **options: Any) -> Any:
        """A boto3 client, answered in this process or through the port."""
        if over_http or options:
            return self._services.client(service, over_http=over_http, **options)
        if service not in self._clients:
            self._clients[service] = self._services.client(service)
        return self._clients[service]

    def start(self) -> Self:
        """Start, with an account that has a workforce and nothing else.

        Raises:
            OSError: a port is taken.
            RuntimeError: this process runs a local cloud already.
        """
        with ExitStack() as undo:
            if self._owns_clock:
                undo.callback(self.clock.close)
            sagemaker.configure(limits=self._limits, pace=self._twin_pace)
            undo.callback(sagemaker.configure)
            self._services.start()
            self._clients.clear()
            undo.callback(self._services.stop)
            undo.enter_context(_time_of(self.clock))
            undo.callback(self.runner.close)
            lambdas.use(self.runner, self.pollers)
            undo.callback(lambdas.use, None)
            undo.enter_context(self.faults)
            undo.callback(self._end_work)
            self._gateway.start()
            undo.callback(self._gateway.stop)
            self.workforce = Workforce.create(self.client)
            self._start_workers()
            self._undo = undo.pop_all()
        return self

    def stop(self) -> None:
        """Stop all of it and forget all data. Does nothing the second time."""
        self._undo.close()

    def deploy_app(
        self, cdk_out: Path, parameters: Mapping[str, str] | None = None
    ) -> list[DeployedStack]:
        """Deploy, or update, what the CDK wrote to a folder. The workforce's ids are given to
        templates that ask for them.

        Raises:
            DeploymentFailed: with the reasons.
        """
        stacks = self.deployments.deploy_app(
            cdk_out, parameters or {}, offered=self.workforce.parameters()
        )
        self._move_in(stacks)
        return stacks

    def deploy(
        self,
        template: Mapping[str, Any],
        parameters: Mapping[str, str] | None = None,
        *,
        name: str = "stack",
    ) -> DeployedStack:
        """Deploy, or update, one template, as `deploy_app` does.

        Raises:
            DeploymentFailed: with the reasons.
        """
        stack = self.deployments.deploy(
            name, template, parameters or {}, offered=self.workforce.parameters()
        )
        self._move_in([stack])
        return stack

    def add_function(self, name: str, handler: Handler) -> str:
        """Create a Lambda function that is `handler(event, context)`; returns its ARN. Functions of
        custom labeling jobs, for instance: Ground Truth's role may invoke those whose names have
        LabelingFunction in them. Raises `ClientError` when there is such a function."""
        return add_function(name, handler, client=self.client, runner=self.runner)

    def settle(self, timeout: float = 60.0) -> None:
        """Wait until nothing runs and nothing is due. What waits for an answer, for a person (when
        there are no scripted ones) or for a later time does not count.

        Args:
            timeout: real seconds.

        Raises:
            NotQuiet: it takes longer; the text says what still runs.
        """
        self._quiet.wait(timeout)

    def reset(self) -> None:
        """Empty everything and leave it deployed: tables, buckets, queues, executions, labeling
        jobs, e-mails, logs, faults. Time is not turned back."""
        self._end_work()
        self.faults.clear()
        self.faults.calls.clear()
        self.ground_truth.forget_jobs()
        self.ground_truth.faults.clear()
        emptying.empty_stores(**self._place, keep_bucket=self.deployments.asset_bucket)
        self.inbox.clear()
        self.runner.logs.clear()
        if isinstance(self.clock, VirtualClock):
            self.clock.close()
            emptying.restart_schedules(**self._place)
        self._start_workers()
        self.pollers.resume()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *exception: object) -> None:
        self.stop()

    def _move_in(self, stacks: list[DeployedStack]) -> None:
        """Find the API's stage, and put people into the teams."""
        for stack in stacks:
            if url := stack.outputs.get("ApiUrl"):
                self._stage = urlsplit(url).path.strip("/")
        self.workforce.staff(self.client, people=self._people)

    def _start_workers(self) -> None:
        if self._workers_kind == "none":
            return
        twin = self.ground_truth
        self._workers = ScriptedWorkers(
            twin,
            Answers(
                objects=sagemaker.S3Objects(self._place["account_id"]),
                script=self._script,
                accuracy=self._accuracy,
            ),
            clock=self.clock,
            seconds_per_object=self._seconds,
            workers_per_team=self._people,
        )
        self._workers.start()

    def _end_work(self) -> None:
        """Have nobody work any more: no people, no queues, no executions."""
        if self._workers:
            self._workers.stop()
            self._workers = None
        self.pollers.pause()
        emptying.end_executions(**self._place)
        Quiet(
            self.clock,
            {"a function": lambda: self.runner.idle, "a queue": lambda: self.pollers.idle},
        ).wait(60)

    def _executions_idle(self) -> bool:
        return bool(stepfunctions_backends[self._place["account_id"]][self._place["region"]].idle)

    def _workers_idle(self) -> bool:
        """A worker who waits for a standing clock will not do anything by himself."""
        if self._workers is None:
            return True
        if isinstance(self.clock, VirtualClock):
            return self._workers.step() == 0
        return self._workers.idle


@contextmanager
def _time_of(clock: Clock) -> Iterator[None]:
    """The functions' code takes the time from this clock."""
    before = wiring.now
    wiring.now = clock.now
    try:
        yield
    finally:
        wiring.now = before
        _forget_ports()


def _forget_ports() -> None:
    """Have the functions' code read its variables and make its clients anew."""
    for name, module in list(sys.modules.items()):
        if name.partition(".")[0] == CODE:
            for value in list(vars(module).values()):
                if hasattr(value, "cache_clear"):
                    value.cache_clear()
