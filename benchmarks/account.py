"""A deployed workflow, and batches of as many tiny labeling jobs as one wants."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import boto3

import smgt
from benchmarks.passing_time import PassingTime
from benchmarks.watch import Watch
from emulator.cloud import LocalCloud
from emulator.ground_truth.limits import Limits
from emulator.mends.sagemaker import S3Objects
from emulator.workers import Answers, LabelScript, ScriptedWorkers
from examples.driving.labels import FRAMES, HERE
from stacks.synthesized import assembly

SUBSCRIBER = "team@example.com"
MANY = 1_000_000  # running labeling jobs: more than any batch has
FRAME = FRAMES / "000001.jpg"
A_MOMENT = timedelta(seconds=1)
RECONCILED = timedelta(minutes=5)

# What every worker answers: one box on the one frame.
LABELS: Mapping[str, Any] = {
    "tracking-annotations": [
        {
            "annotations": [
                {
                    "height": 10,
                    "width": 10,
                    "left": 1,
                    "top": 1,
                    "class-id": "0",
                    "label-category-attributes": {},
                    "object-id": "11111111-1111-4111-8111-111111111111",
                    "object-name": "Vehicle:1",
                }
            ],
            "frame-no": "0",
            "frame": FRAME.name,
            "frame-attributes": {},
        }
    ]
}
SCRIPT = LabelScript.from_jobs({"*": LABELS})


class Account:
    """One account whose functions, queue, state machine and labeling jobs are watched."""

    def __init__(self, cloud: LocalCloud, watch: Watch) -> None:
        self.cloud = cloud
        self.watch = watch
        endpoints = cloud.endpoints
        self.client = smgt.Client(
            api_url=endpoints.api_url,
            session=boto3.Session(
                aws_access_key_id=endpoints.access_key_id,
                aws_secret_access_key=endpoints.secret_access_key,
                region_name=endpoints.region,
            ),
            aws_endpoint_url=endpoints.aws_endpoint_url,
        )
        self._inputs = self._upload()
        self._staff: dict[int, ScriptedWorkers] = {}

    def request(self, batch_id: str, jobs: int, **more: Any) -> dict[str, Any]:
        """The body for a batch of so many jobs: half of them label one clip of one frame each,
        the other half audit these. One job has no audit."""
        first = max(1, jobs // 2)
        entries = [self._first(f"{batch_id}-{number}") for number in range(first)]
        entries += [self._audit(f"{batch_id}-{number}") for number in range(jobs - first)]
        return {"batchId": batch_id, "labelingJobs": entries, **more}

    def create(self, batch_id: str, jobs: int, **more: Any) -> None:
        self.client.create(self.request(batch_id, jobs, **more))

    def run(self, *, moments: int = 12, timeout: float = 3600) -> None:
        """Let everything happen that happens without a further word, and some seconds pass."""
        for _ in range(moments):
            self.cloud.settle(timeout)
            self.cloud.clock.advance(A_MOMENT)
        self.cloud.settle(timeout)

    def wait(self, time: timedelta) -> None:
        self.cloud.clock.advance(time)
        self.run()

    def settle_without_time(self) -> None:
        """Let everything happen that happens by now."""
        self.cloud.settle(3600)

    def label_everything(self, *, alone: bool = False) -> None:
        """Have people do all open tasks, and the listener learn of it when all are done; with
        `alone` after each of them."""
        if alone:
            while self._people(1).step():
                self.settle_without_time()
        else:
            self.cloud.pollers.pause()
            self._people(2).work()
            self.settle_without_time()
            self.cloud.pollers.resume()
        self.settle_without_time()

    def expect(self, batch_id: str, status: str) -> dict[str, Any]:
        """The batch as it is shown; RuntimeError when it has another status."""
        shown = self.show(batch_id)
        if shown["status"] != status:
            message = f"batch {batch_id} is {shown['status']}, not {status}: {shown['message']}"
            raise RuntimeError(message)
        return shown

    def show(self, batch_id: str) -> dict[str, Any]:
        return dict(self.client.show(batch_id).raw)

    def reset(self) -> None:
        """Empty again, and nothing counted yet."""
        self.cloud.reset()
        self._inputs = self._upload()
        self.watch.take()

    def _people(self, number: int) -> ScriptedWorkers:
        """So many in each team, who do nothing by themselves."""
        if number not in self._staff:
            answers = Answers(objects=S3Objects(self.cloud.endpoints.account_id), script=SCRIPT)
            self._staff[number] = ScriptedWorkers(
                self.cloud.ground_truth,
                answers,
                clock=self.cloud.clock,
                seconds_per_object=0,
                workers_per_team=number,
            )
        return self._staff[number]

    def _first(self, name: str) -> dict[str, Any]:
        return {
            "jobName": name,
            "jobType": "BATCH",
            "jobModality": "VideoObjectTracking",
            "jobLevel": "1",
            "labelCategoryConfigS3Uri": f"{self._inputs}/categories.json",
            "inputConfig": {"inputManifestS3Uri": f"{self._inputs}/tiny.manifest"},
        }

    def _audit(self, source: str) -> dict[str, Any]:
        return {
            "jobName": f"{source}-audit",
            "jobType": "BATCH",
            "jobModality": "VideoObjectTrackingAudit",
            "jobLevel": "2",
            "inputConfig": {"chainFromJobName": source},
        }

    def _upload(self) -> str:
        inputs = f"s3://{self.client.input_bucket}/tiny"
        categories = json.loads((HERE / "vehicle_label_category.json").read_text())
        sequence = smgt.prepare.sequence([FRAME], prefix=f"{inputs}/frames/", frames_per_second=1.0)
        self.client.upload(
            {
                f"frames/{FRAME.name}": FRAME,
                "tiny.json": sequence,
                "tiny.manifest": smgt.prepare.manifest([f"{inputs}/tiny.json"]),
                "categories.json": categories,
            },
            prefix="tiny",
        )
        return inputs


@contextmanager
def account(*, running_jobs: int = MANY, workers: bool = True) -> Iterator[Account]:
    """A new account in which so many labeling jobs may run at once; time passes only while the
    functions wait for AWS, and when somebody says so."""
    clock = PassingTime()
    with LocalCloud(
        clock=clock,
        limits=Limits(running_jobs=running_jobs),
        script=SCRIPT,
        workers="scripted" if workers else "none",
    ) as cloud:
        cloud.deploy_app(assembly(), {"NotificationEmail": SUBSCRIBER})
        with Watch(cloud, clock) as watch:
            yield Account(cloud, watch)
