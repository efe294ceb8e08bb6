"""SageMaker's labeling jobs through botocore, in the process and over HTTP."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError

from emulator.aws_services import AwsServices
from emulator.ground_truth.limits import Limits
from emulator.mends import sagemaker
from emulator.workers import Answers, ScriptedWorkers
from tests.emulator.ground_truth_world import ACCOUNT, REGION, TEAM, labeling_job_request, picture

ClientFactory = Callable[[str], Any]


class Lab:
    """A bucket with a clip, a queue of events, a team."""

    def __init__(self, services: AwsServices, client: ClientFactory) -> None:
        self.services = services
        self.s3 = client("s3")
        self.sqs = client("sqs")
        self.sagemaker = client("sagemaker")
        self.s3.create_bucket(Bucket="lab")
        self.team = self.sagemaker.create_workteam(**TEAM)["WorkteamArn"]
        self.queue = self.sqs.create_queue(QueueName="events")["QueueUrl"]
        events = client("events")
        pattern = {"source": ["aws.sagemaker"]}
        events.put_rule(Name="jobs", EventPattern=json.dumps(pattern))
        target = {"Id": "queue", "Arn": f"arn:aws:sqs:{REGION}:{ACCOUNT}:events"}
        events.put_targets(Rule="jobs", Targets=[target])
        self._put("clip/000001.jpg", picture(320, 180))
        sequence = {
            "seq-no": 1,
            "prefix": "s3://lab/clip/",
            "number-of-frames": 1,
            "frames": [{"frame-no": 1, "frame": "000001.jpg"}],
        }
        self._put("clip.json", json.dumps(sequence).encode())
        self._put("input.manifest", b'{"source-ref": "s3://lab/clip.json"}\n')
        labels = {"document-version": "2020-03-01", "labels": [{"label": "Car"}]}
        self._put("labels.json", json.dumps(labels).encode())

    def _put(self, key: str, body: bytes) -> None:
        self.s3.put_object(Bucket="lab", Key=key, Body=body)

    def request(self, name: str = "clip-track", **more: Any) -> dict[str, Any]:
        return labeling_job_request(
            name,
            "VideoObjectTracking",
            team=self.team,
            manifest="s3://lab/input.manifest",
            categories="s3://lab/labels.json",
            output="s3://lab/out",
            **more,
        )

    def work(self) -> None:
        twin = sagemaker.ground_truth(ACCOUNT, REGION)
        answers = Answers(objects=sagemaker.S3Objects(ACCOUNT))
        clock = self.services.clock
        clock.advance(timedelta())
        ScriptedWorkers(twin, answers, clock=clock, seconds_per_object=0).work()

    def received(self) -> list[Any]:
        messages = self.sqs.receive_message(QueueUrl=self.queue, MaxNumberOfMessages=10)
        return [json.loads(message["Body"]) for message in messages.get("Messages", [])]


@pytest.fixture
def lab(services: AwsServices, client: ClientFactory) -> Lab:
    return Lab(services, client)


def test_a_job_is_created_worked_on_and_described(lab: Lab) -> None:
    arn = lab.sagemaker.create_labeling_job(**lab.request())["LabelingJobArn"]

    lab.work()

    job = lab.sagemaker.describe_labeling_job(LabelingJobName="clip-track")
    assert job["LabelingJobStatus"] == "Completed"
    uri = job["LabelingJobOutput"]["OutputDatasetS3Uri"]
    body = lab.s3.get_object(Bucket="lab", Key=uri.removeprefix("s3://lab/"))["Body"].read()
    assert (
        json.loads(body)["clip-track-ref-metadata"]["type"] == "groundtruth/video-object-tracking"
    )
    (event,) = lab.received()
    assert event["resources"] == [arn]
    assert event["detail"] == {"LabelingJobStatus": "Completed"}
    assert event["account"] == ACCOUNT


def test_errors_arrive_with_their_codes(lab: Lab) -> None:
    lab.sagemaker.create_labeling_job(**lab.request())

    with pytest.raises(lab.sagemaker.exceptions.ResourceInUse):
        lab.sagemaker.create_labeling_job(**lab.request("Clip-Track"))
    with pytest.raises(lab.sagemaker.exceptions.ResourceNotFound):
        lab.sagemaker.describe_labeling_job(LabelingJobName="other")
    with pytest.raises(ClientError) as refusal:
        lab.sagemaker.create_labeling_job(**lab.request("bad_name", TaskKeywords=["a"] * 6))
    assert refusal.value.response["Error"]["Code"] == "ValidationException"
    assert "2 validation errors detected" in str(refusal.value) or "3 validation" in str(
        refusal.value
    )
    assert refusal.value.response["ResponseMetadata"]["HTTPStatusCode"] == 400


def test_a_real_account_has_small_quotas(services: AwsServices, client: ClientFactory) -> None:
    sagemaker.configure(limits=Limits.real())
    services.reset()
    lab = Lab(services, client)
    sagemaker.configure()

    lab.sagemaker.create_labeling_job(**lab.request("one"))
    with pytest.raises(ClientError, match="ThrottlingException"):
        lab.sagemaker.create_labeling_job(**lab.request("two"))
