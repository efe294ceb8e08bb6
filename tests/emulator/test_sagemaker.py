"""SageMaker's labeling jobs through botocore, in the process and over HTTP."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import boto3
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
    output = lab.s3.get_object(Bucket="lab", Key=uri.removeprefix("s3://lab/"))
    body = output["Body"].read()
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
    with pytest.raises(lab.sagemaker.exceptions.ResourceNotFound):
        lab.sagemaker.stop_labeling_job(LabelingJobName="other")


def test_what_is_wrong_with_a_request_arrives_at_once(lab: Lab) -> None:
    with pytest.raises(ClientError) as refused:
        lab.sagemaker.create_labeling_job(
            **lab.request("bad_name", attribute="x", TaskKeywords=["a"] * 6)
        )

    error = refused.value.response["Error"]
    assert error["Code"] == "ValidationException"
    assert error["Message"].startswith("3 validation errors detected: Value 'bad_name' at")
    assert refused.value.response["ResponseMetadata"]["HTTPStatusCode"] == 400


@pytest.mark.filterwarnings("ignore:.*does not match an error shape:UserWarning")
def test_a_real_account_has_small_quotas(services: AwsServices, client: ClientFactory) -> None:
    sagemaker.configure(limits=Limits.real())
    services.reset()
    lab = Lab(services, client)
    sagemaker.configure()

    lab.sagemaker.create_labeling_job(**lab.request("one"))

    with pytest.raises(ClientError) as throttled:
        lab.sagemaker.create_labeling_job(**lab.request("two"))
    assert throttled.value.response["Error"]["Code"] == "ThrottlingException"
    assert throttled.value.response["ResponseMetadata"]["HTTPStatusCode"] == 400
    services.clock.advance(timedelta(seconds=1))
    with pytest.raises(lab.sagemaker.exceptions.ResourceLimitExceeded):
        lab.sagemaker.create_labeling_job(**lab.request("two"))


def test_jobs_are_listed_in_pages_and_by_time(lab: Lab) -> None:
    started = []
    for number in range(3):
        lab.sagemaker.create_labeling_job(**lab.request(f"clip-{number}"))
        started.append(lab.services.clock.now())
        lab.services.clock.advance(timedelta(minutes=1))
    pages = lab.sagemaker.get_paginator("list_labeling_jobs").paginate(
        SortOrder="Descending", PaginationConfig={"PageSize": 2}
    )

    summaries = [summary for page in pages for summary in page["LabelingJobSummaryList"]]
    later = lab.sagemaker.list_labeling_jobs(CreationTimeAfter=started[1])

    assert [job["LabelingJobName"] for job in summaries] == ["clip-2", "clip-1", "clip-0"]
    assert summaries[0]["LabelCounters"]["Unlabeled"] == 1
    assert summaries[0]["WorkteamArn"] == lab.team
    names = [job["LabelingJobName"] for job in later["LabelingJobSummaryList"]]
    assert names == ["clip-2"]
    with pytest.raises(ClientError, match="is not a token of this list"):
        lab.sagemaker.list_labeling_jobs(NextToken="mine")


def test_jobs_of_a_team_are_listed(lab: Lab) -> None:
    lab.sagemaker.create_labeling_job(**lab.request())

    listed = lab.sagemaker.list_labeling_jobs_for_workteam(WorkteamArn=lab.team)

    (job,) = listed["LabelingJobSummaryList"]
    assert job["LabelingJobName"] == "clip-track"
    assert job["WorkRequesterAccountId"] == ACCOUNT


def test_a_job_can_be_stopped(lab: Lab) -> None:
    lab.sagemaker.create_labeling_job(**lab.request())

    lab.sagemaker.stop_labeling_job(LabelingJobName="clip-track")
    lab.services.clock.advance(timedelta())

    job = lab.sagemaker.describe_labeling_job(LabelingJobName="clip-track")
    assert job["LabelingJobStatus"] == "Stopped"
    (event,) = lab.received()
    assert event["detail"] == {"LabelingJobStatus": "Stopped"}


def test_tags_of_jobs_and_teams_can_be_changed(lab: Lab) -> None:
    tag = {"Key": "smgt:attempt", "Value": "table/batch/nonce/job/0"}
    job = lab.sagemaker.create_labeling_job(**lab.request(), Tags=[tag])["LabelingJobArn"]

    lab.sagemaker.add_tags(ResourceArn=job, Tags=[{"Key": "owner", "Value": "ann"}])
    lab.sagemaker.add_tags(ResourceArn=lab.team, Tags=[{"Key": "floor", "Value": "2"}])
    lab.sagemaker.delete_tags(ResourceArn=lab.team, TagKeys=["floor"])

    owned = [tag, {"Key": "owner", "Value": "ann"}]
    assert lab.sagemaker.list_tags(ResourceArn=job)["Tags"] == owned
    described = lab.sagemaker.describe_labeling_job(LabelingJobName="clip-track")
    assert described["Tags"] == owned
    assert lab.sagemaker.list_tags(ResourceArn=lab.team)["Tags"] == []


def test_a_work_team_is_made_changed_listed_and_deleted(lab: Lab) -> None:
    second = {**TEAM, "WorkteamName": "second-level"}
    arn = lab.sagemaker.create_workteam(**second)["WorkteamArn"]
    lab.sagemaker.update_workteam(WorkteamName="second-level", Description="Auditors")

    team = lab.sagemaker.describe_workteam(WorkteamName="second-level")["Workteam"]
    teams = lab.sagemaker.list_workteams(SortBy="Name", SortOrder="Descending")["Workteams"]
    deleted = lab.sagemaker.delete_workteam(WorkteamName="second-level")

    assert arn == f"arn:aws:sagemaker:{REGION}:{ACCOUNT}:workteam/private-crowd/second-level"
    assert team["Description"] == "Auditors"
    assert team["MemberDefinitions"] == TEAM["MemberDefinitions"]
    assert team["SubDomain"].endswith(f".labeling.{REGION}.sagemaker.aws")
    assert [team["WorkteamName"] for team in teams] == ["second-level", "first-level"]
    assert deleted["Success"]
    with pytest.raises(ClientError, match="ValidationException"):
        lab.sagemaker.describe_workteam(WorkteamName="second-level")


def test_a_work_team_s_name_is_used_once(lab: Lab) -> None:
    with pytest.raises(lab.sagemaker.exceptions.ResourceInUse):
        lab.sagemaker.create_workteam(**{**TEAM, "WorkteamName": "First-Level"})


def test_members_of_a_work_team_come_from_one_pool(lab: Lab) -> None:
    member = dict(TEAM["MemberDefinitions"][0]["CognitoMemberDefinition"])  # type: ignore[index]
    other = {"CognitoMemberDefinition": {**member, "UserPool": "us-east-1_Other"}}
    mixed = {
        **TEAM,
        "WorkteamName": "mixed",
        "MemberDefinitions": [*TEAM["MemberDefinitions"], other],
    }

    with pytest.raises(ClientError, match="must have the same UserPool and ClientId"):
        lab.sagemaker.create_workteam(**mixed)


def test_the_private_workforce_is_the_teams(lab: Lab) -> None:
    (listed,) = lab.sagemaker.list_workforces()["Workforces"]
    described = lab.sagemaker.describe_workforce(WorkforceName="default")["Workforce"]
    team = lab.sagemaker.describe_workteam(WorkteamName="first-level")["Workteam"]

    assert listed["WorkforceName"] == "default"
    assert described["WorkforceArn"] == team["WorkforceArn"]
    assert described["SubDomain"] == team["SubDomain"]
    assert described["CognitoConfig"] == {"UserPool": "us-east-1_Pool123", "ClientId": "client"}


def test_what_moto_has_of_sagemaker_is_still_there(lab: Lab) -> None:
    lab.sagemaker.create_model(
        ModelName="model", ExecutionRoleArn=f"arn:aws:iam::{ACCOUNT}:role/sagemaker-role"
    )

    assert lab.sagemaker.describe_model(ModelName="model")["ModelName"] == "model"


@pytest.mark.parametrize("key", ["#1.jpg", "who?.jpg", "a%23 b.jpg", "Straße+1.jpg"])
def test_objects_may_have_any_key(lab: Lab, key: str) -> None:
    lab.s3.put_object(Bucket="lab", Key=key, Body=b"picture")

    assert sagemaker.S3Objects(ACCOUNT).read(f"s3://lab/{key}") == b"picture"


def test_missing_buckets_and_objects_are_reasons_to_fail(lab: Lab) -> None:
    missing = {"S3DataSource": {"ManifestS3Uri": "s3://nowhere/input.manifest"}}
    request = {**lab.request(), "InputConfig": {"DataSource": missing}}
    lab.sagemaker.create_labeling_job(**request)
    lab.services.clock.advance(timedelta())

    job = lab.sagemaker.describe_labeling_job(LabelingJobName="clip-track")

    assert job["LabelingJobStatus"] == "Failed"
    assert "s3://nowhere/input.manifest: NoSuchBucket" in job["FailureReason"]


def test_the_twin_s_own_work_is_nobody_s_call(lab: Lab) -> None:
    calls: list[str] = []
    session = boto3.Session()
    session.events.register("before-call", lambda model, **_: calls.append(model.name))
    sagemaker_client = session.client("sagemaker")

    sagemaker_client.create_labeling_job(**lab.request())
    lab.work()

    assert calls == ["CreateLabelingJob"]
