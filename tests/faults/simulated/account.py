"""An account in which labeling jobs run: the twin's engine, people, and the real adapter."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any, cast

from botocore.exceptions import ClientError

from emulator.clock import Clock
from emulator.ground_truth.answers import Labels
from emulator.ground_truth.desk import Task
from emulator.ground_truth.errors import ServiceRefusal
from emulator.ground_truth.ids import SeededIds
from emulator.ground_truth.life import Pace
from emulator.ground_truth.limits import Limits
from emulator.ground_truth.ports import StoreError
from emulator.ground_truth.service import GroundTruth
from labeling.adapters import ground_truth as adapter
from tests.fakes.objects import FakeObjects

ACCOUNT, REGION = "123456789012", "us-east-1"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/labeling"
PACE_OF_WORK = timedelta(seconds=30)  # per object and job
_TEAM = {
    "WorkteamName": "people",
    "Description": "People",
    "MemberDefinitions": [
        {
            "CognitoMemberDefinition": {
                "UserPool": "us-east-1_Pool123",
                "UserGroup": "people",
                "ClientId": "client",
            }
        }
    ],
}


class Account:
    """`service` is `labeling.ports.LabelingService`; people work by themselves.

    `labeled` is called with the label attribute and the object of each task that is done.
    """

    def __init__(
        self,
        objects: FakeObjects,
        *,
        clock: Clock,
        limits: Limits,
        pace: Pace,
        publish: Callable[[Mapping[str, Any]], object],
        labeled: Callable[[str, str], object],
    ) -> None:
        self._clock = clock
        self._labeled = labeled
        self._publish = publish
        self._working = False
        self.engine = GroundTruth(
            account=ACCOUNT,
            region=REGION,
            objects=_Store(objects),
            clock=clock,
            events=self,
            ids=SeededIds(),
            limits=limits,
            pace=pace,
        )
        self.team = self.engine.workteams.create(_TEAM).arn
        self.engine.faults.answer_early = self._answer_early
        client: Any = _Client(self.engine)
        self.service = adapter.GroundTruth(lambda attempts: client, region=REGION, role_arn=ROLE)

    def publish(self, **event: Any) -> None:
        """What the engine says when a job ends (`EventPublisher`)."""
        event["detail-type"] = event.pop("detail_type")
        self._publish(event)

    def jobs(self) -> list[dict[str, Any]]:
        return labeling_jobs(self.engine)

    def running(self) -> list[str]:
        final = ("Completed", "Failed", "Stopped")
        return [job["name"] for job in self.jobs() if job["status"] not in final]

    def look_for_work(self) -> None:
        """Somebody looks at the open tasks soon, if there are any."""
        if not self._working and self.engine.desk.open_tasks(self.team, limit=1):
            self._working = True
            self._clock.call_at(self._clock.now() + PACE_OF_WORK, self._work)

    def _work(self) -> None:
        self._working = False
        first_of_job: dict[str, Task] = {}
        for task in self.engine.desk.open_tasks(self.team):
            first_of_job.setdefault(task.job_name, task)
        for task in first_of_job.values():
            self._answer(task)
        self.look_for_work()

    def _answer_early(self, name: str) -> None:
        for task in self.engine.desk.tasks_of(name):
            self._answer(task)

    def _answer(self, task: Task) -> None:
        self._labeled(task.label_attribute, task.source.uri)
        taken = self.engine.desk.accept(task, "somebody")
        self.engine.desk.submit(taken, task.existing or Labels())


class _Store:
    """The engine's view of the objects."""

    def __init__(self, objects: FakeObjects) -> None:
        self._objects = objects

    def read(self, uri: str) -> bytes:
        if uri not in self._objects.texts:
            raise StoreError(f"{uri} does not exist.")
        return self._objects.texts[uri].encode()

    def write(self, uri: str, body: bytes, content_type: str) -> None:
        self._objects.texts[uri] = body.decode()

    def exists(self, uri: str) -> bool:
        return uri in self._objects.texts


class _Client:
    """The calls of boto3's client that the adapter makes, answered by the engine."""

    def __init__(self, engine: GroundTruth) -> None:
        self._engine = engine

    def create_labeling_job(self, **request: Any) -> dict[str, Any]:
        return {
            "LabelingJobArn": _refusing(lambda: self._engine.create_labeling_job(request), "Create")
        }

    def describe_labeling_job(self, *, LabelingJobName: str) -> dict[str, Any]:
        described = _refusing(
            lambda: self._engine.describe_labeling_job(LabelingJobName), "Describe"
        )
        return cast("dict[str, Any]", described)

    def stop_labeling_job(self, *, LabelingJobName: str) -> None:
        _refusing(lambda: self._engine.stop_labeling_job(LabelingJobName), "Stop")

    def list_labeling_jobs(self, **request: Any) -> dict[str, Any]:
        page = _refusing(lambda: self._engine.list_labeling_jobs(request), "List")
        return {"LabelingJobSummaryList": page.items, "NextToken": page.next_token}


def _refusing(call: Callable[[], Any], operation: str) -> Any:
    try:
        return call()
    except ServiceRefusal as error:
        answer: Any = {
            "Error": {"Code": error.code, "Message": str(error)},
            "ResponseMetadata": {"HTTPStatusCode": 400},
        }
        raise ClientError(answer, operation) from error


def labeling_jobs(engine: GroundTruth) -> list[dict[str, Any]]:
    """Every labeling job, the oldest first; looking counts for no rate of calls."""
    return [
        {"name": job.name, "status": str(job.status), "tag": job.tags.get("smgt:attempt", "")}
        for job in engine._registry.all()
    ]
