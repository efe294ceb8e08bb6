"""Accounts in which labeling jobs run: one in memory, one on the twin of Ground Truth."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any, Protocol

from emulator.aws_services import AwsServices
from emulator.ground_truth.limits import Limits
from emulator.mends import sagemaker
from emulator.workers import Answers, ScriptedWorkers
from labeling.adapters import aws
from labeling.adapters.ground_truth import GroundTruth
from labeling.ports import LabelingJobSpec, LabelingJobStatus, LabelingService
from tests.fakes import World, world

ROLE = "arn:aws:iam::123456789012:role/labeling"
TEAM = "arn:aws:sagemaker:us-east-1:123456789012:workteam/private-crowd/people"
PLACES = 3  # for running jobs


def a_spec(name: str = "vehicle", **changes: Any) -> LabelingJobSpec:
    given: dict[str, Any] = {
        "name": name,
        "modality": "VideoObjectTracking",
        "label_attribute": f"{name}-ref",
        "input_manifest_uri": "s3://lab/clip.manifest",
        "output_prefix_uri": "s3://lab/output",
        "label_category_uri": "s3://lab/labels.json",
        "workteam_arn": TEAM,
        "title": name,
        "description": "Draw what you see",
        "tag": f"batches/clip/n0/{name}/0",
        "max_concurrent_task_count": 100,
        "task_availability_lifetime": 864_000,
        "task_time_limit": 604_800,
    }
    return LabelingJobSpec(**(given | changes))


class Account(Protocol):
    service: LabelingService

    def pass_time(self, by: timedelta) -> None: ...
    def complete(self, name: str) -> None:
        """People label its one object."""

    def fail(self, name: str, reason: str) -> None:
        """It fails with this reason; called before it is created and `pass_time` after it."""


class FakeAccount:
    def __init__(self) -> None:
        self._world: World = world(quota=PLACES)
        self._doomed: dict[str, str] = {}
        self._labeling = self._world.labeling
        self.service: LabelingService = self._labeling

    def pass_time(self, by: timedelta) -> None:
        self._world.advance(by)
        for name in self._labeling.running_names():
            state = self._labeling.describe(name)
            if name in self._doomed:
                self._labeling.finish(
                    name, LabelingJobStatus.FAILED, labeled=0, reason=self._doomed[name]
                )
            elif state and state.status is LabelingJobStatus.STOPPING:
                self._labeling.finish(name, LabelingJobStatus.STOPPED, labeled=0, unlabeled=1)

    def complete(self, name: str) -> None:
        self._labeling.finish(name)

    def fail(self, name: str, reason: str) -> None:
        self._doomed[name] = reason


class TwinAccount:
    def __init__(self, services: AwsServices) -> None:
        sagemaker.configure(limits=Limits(running_jobs=PLACES))
        services.reset()
        self._services = services
        self._twin = sagemaker.ground_truth(services.account_id, services.region)
        self.service: LabelingService = GroundTruth(
            lambda attempts: aws.client("sagemaker", region=services.region, attempts=attempts),
            region=services.region,
            role_arn=ROLE,
        )
        services.client("sagemaker").create_workteam(
            WorkteamName="people",
            Description="People",
            MemberDefinitions=[
                {
                    "CognitoMemberDefinition": {
                        "UserPool": "us-east-1_pool",
                        "UserGroup": "people",
                        "ClientId": "client",
                    }
                }
            ],
        )
        s3 = services.client("s3")
        s3.create_bucket(Bucket="lab")
        sequence = {
            "seq-no": 1,
            "prefix": "s3://lab/clip/",
            "number-of-frames": 1,
            "frames": [{"frame-no": 1, "frame": "000001.jpg"}],
        }
        labels = {"document-version": "2020-03-01", "labels": [{"label": "Car"}]}
        s3.put_object(Bucket="lab", Key="clip/000001.jpg", Body=b"a picture")
        s3.put_object(Bucket="lab", Key="clip.json", Body=json.dumps(sequence))
        s3.put_object(Bucket="lab", Key="labels.json", Body=json.dumps(labels))
        s3.put_object(
            Bucket="lab", Key="clip.manifest", Body=b'{"source-ref": "s3://lab/clip.json"}\n'
        )

    def pass_time(self, by: timedelta) -> None:
        self._services.clock.advance(by)

    def complete(self, name: str) -> None:
        self.pass_time(timedelta())
        answers = Answers(objects=sagemaker.S3Objects(self._services.account_id))
        clock = self._services.clock
        ScriptedWorkers(self._twin, answers, clock=clock, seconds_per_object=0).work()

    def fail(self, name: str, reason: str) -> None:
        self._twin.faults.fail_next(name, reason)
