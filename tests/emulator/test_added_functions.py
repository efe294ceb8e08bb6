"""Functions that somebody adds to the local cloud, and custom labeling jobs that invoke them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError

from emulator.clock import VirtualClock
from emulator.cloud import LocalCloud
from tests.emulator.ground_truth_world import TEAM, labeling_job_request

FORM = '<crowd-form><crowd-input name="title" value="{{ task.input.title }}"/></crowd-form>'


@pytest.fixture(scope="module")
def cloud() -> Iterator[LocalCloud]:
    with LocalCloud(clock=VirtualClock()) as cloud:
        cloud.client("s3").create_bucket(Bucket="labels")
        yield cloud


def put(cloud: LocalCloud, key: str, body: str) -> str:
    cloud.client("s3").put_object(Bucket="labels", Key=key, Body=body.encode())
    return f"s3://labels/{key}"


def read(cloud: LocalCloud, uri: str) -> Any:
    key = uri.removeprefix("s3://labels/")
    return json.loads(cloud.client("s3").get_object(Bucket="labels", Key=key)["Body"].read())


def done(cloud: LocalCloud, name: str, **human: Any) -> Any:
    """A custom job about one title that has been worked on, described."""
    sagemaker = cloud.client("sagemaker")
    team = sagemaker.create_workteam(**{**TEAM, "WorkteamName": name})["WorkteamArn"]
    sagemaker.create_labeling_job(
        **labeling_job_request(
            name,
            "PassThrough",
            team=team,
            manifest=put(cloud, "input.manifest", '{"source": "war and peace"}'),
            categories=put(cloud, "labels.json", '{"labels": [{"label": "title"}]}'),
            output="s3://labels/jobs",
            UiConfig={"UiTemplateS3Uri": put(cloud, "form.html", FORM)},
            **human,
        )
    )
    cloud.settle()
    return sagemaker.describe_labeling_job(LabelingJobName=name)


def test_an_added_function_is_a_function_like_others(cloud: LocalCloud) -> None:
    arn = cloud.add_function("double", lambda event, context: event * 2)

    answer = cloud.client("lambda").invoke(FunctionName=arn, Payload=b"21")

    assert json.loads(answer["Payload"].read()) == 42
    assert "double" in str(cloud.client("lambda").list_functions()["Functions"])


def test_there_is_one_function_of_a_name(cloud: LocalCloud) -> None:
    cloud.add_function("once", lambda event, context: 1)

    with pytest.raises(ClientError, match="already exist"):
        cloud.add_function("once", lambda event, context: 2)

    answer = cloud.client("lambda").invoke(FunctionName="once", Payload=b"0")
    assert json.loads(answer["Payload"].read()) == 1


def test_a_custom_job_invokes_added_functions(cloud: LocalCloud) -> None:
    def prepare(event: Any, context: Any) -> Any:
        return {"taskInput": {"title": event["dataObject"]["source"].title()}}

    def consolidate(event: Any, context: Any) -> Any:
        (item,) = read(cloud, event["payload"]["s3Uri"])
        (given,) = item["annotations"]
        content = {event["labelAttributeName"]: json.loads(given["annotationData"]["content"])}
        return [
            {
                "datasetObjectId": item["datasetObjectId"],
                "consolidatedAnnotation": {"content": content},
            }
        ]

    described = done(
        cloud,
        "titles",
        PreHumanTaskLambdaArn=cloud.add_function("PreLabelingFunction", prepare),
        AnnotationConsolidationConfig={
            "AnnotationConsolidationLambdaArn": cloud.add_function(
                "PostLabelingFunction", consolidate
            )
        },
    )

    assert described["LabelingJobStatus"] == "Completed", described
    line = read(cloud, described["LabelingJobOutput"]["OutputDatasetS3Uri"])
    assert line["titles"] == {"title": "War And Peace"}


def test_an_object_fails_with_what_its_function_raised(cloud: LocalCloud) -> None:
    def careless(event: Any, context: Any) -> Any:
        return {"taskInput": event["dataObject"]["title"]}

    arn = cloud.add_function("CarelessLabelingFunction", careless)
    described = done(cloud, "careless", PreHumanTaskLambdaArn=arn)

    assert described["LabelCounters"]["FailedNonRetryableError"] == 1
    assert cloud.ground_truth.failures_of("careless") == {
        0: f"The pre-annotation function failed: {arn}: KeyError: 'title'"
    }


def test_a_function_that_does_not_exist_is_refused(cloud: LocalCloud) -> None:
    arn = "arn:aws:lambda:us-east-1:123456789012:function:NoLabelingFunction"
    request = labeling_job_request(
        "none",
        "PassThrough",
        team="arn:aws:sagemaker:us-east-1:123456789012:workteam/private-crowd/none",
        manifest="s3://labels/input.manifest",
        PreHumanTaskLambdaArn=arn,
    )

    with pytest.raises(ClientError, match=f"the function {arn} does not exist"):
        cloud.client("sagemaker").create_labeling_job(**request)
