"""CreateLabelingJob's request, and its rules."""

from __future__ import annotations

from typing import Any

import pytest

from labeling.adapters.labeling_job_request import create_request, violations
from labeling.modalities import modalities, regions
from tests.adapters.labeling_accounts import ROLE, TEAM, a_spec

REGION = "us-east-1"


def attribute_for(modality: str) -> str:
    return modalities()[modality].label_attribute("vehicle")


def test_a_request_names_everything_that_the_service_needs() -> None:
    assert create_request(a_spec(), region=REGION, role_arn=ROLE) == {
        "LabelingJobName": "vehicle",
        "LabelAttributeName": "vehicle-ref",
        "InputConfig": {
            "DataSource": {"S3DataSource": {"ManifestS3Uri": "s3://lab/clip.manifest"}},
        },
        "OutputConfig": {"S3OutputPath": "s3://lab/output"},
        "RoleArn": ROLE,
        "LabelCategoryConfigS3Uri": "s3://lab/labels.json",
        "HumanTaskConfig": {
            "WorkteamArn": TEAM,
            "UiConfig": {
                "HumanTaskUiArn": (
                    "arn:aws:sagemaker:us-east-1:394669845002:human-task-ui/VideoObjectTracking"
                )
            },
            "PreHumanTaskLambdaArn": (
                "arn:aws:lambda:us-east-1:432418664414:function:PRE-VideoObjectTracking"
            ),
            "AnnotationConsolidationConfig": {
                "AnnotationConsolidationLambdaArn": (
                    "arn:aws:lambda:us-east-1:432418664414:function:ACS-VideoObjectTracking"
                )
            },
            "TaskTitle": "vehicle",
            "TaskDescription": "Draw what you see",
            "NumberOfHumanWorkersPerDataObject": 1,
            "TaskTimeLimitInSeconds": 604_800,
            "TaskAvailabilityLifetimeInSeconds": 864_000,
            "MaxConcurrentTaskCount": 100,
        },
        "Tags": [{"Key": "smgt:attempt", "Value": "batches/clip/n0/vehicle/0"}],
    }


@pytest.mark.parametrize("modality", sorted(modalities()))
def test_every_modality_has_its_functions_in_every_region(modality: str) -> None:
    spec = a_spec(modality=modality, label_attribute=attribute_for(modality))

    for region, account in regions().items():
        task = create_request(spec, region=region, role_arn=ROLE)["HumanTaskConfig"]

        assert violations(spec, region) == []
        function = task["PreHumanTaskLambdaArn"]
        assert function.startswith(f"arn:aws:lambda:{region}:{account}:function:PRE-")
        assert modality.endswith("Audit") == (":PRE-Adjustment" in function)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"name": "two__parts"}, "job name"),
        ({"name": "v" * 64}, "job name"),
        ({"name": "v" * 62 + "-v"}, "job name"),
        ({"name": "ends-"}, "job name"),
        ({"modality": "Mosaic"}, "no task type 'Mosaic'"),
        ({"label_attribute": "no_underscore-ref"}, "letters, digits and hyphens"),
        ({"label_attribute": "v" * 124 + "-ref"}, "1-127"),
        ({"label_attribute": "vehicle-metadata"}, "must not end with -metadata"),
        ({"label_attribute": "source-ref"}, "reserved"),
        ({"label_attribute": "vehicle"}, "must end with -ref for VideoObjectTracking"),
        ({"modality": "PointCloudObjectDetection"}, "must not end with -ref"),
        ({"input_manifest_uri": "https://lab/clip.manifest"}, "the input manifest"),
        ({"output_prefix_uri": "s3://lab/" + "o" * 1024}, "1024 are allowed"),
        ({"label_category_uri": ""}, "the label category file"),
        ({"workteam_arn": "arn:aws:iam::123456789012:role/x"}, "ARN of a work team"),
        ({"title": ""}, "the title"),
        ({"title": "t" * 129}, "the title"),
        ({"description": "two\nlines"}, "one line"),
        ({"description": "d" * 256}, "1-255"),
        ({"tag": "semi;colon"}, "value of a tag"),
        ({"task_time_limit": 29}, "TaskTimeLimitInSeconds must be 30 to 2592000"),
        ({"task_availability_lifetime": 59}, "TaskAvailabilityLifetimeInSeconds"),
        ({"max_concurrent_task_count": 5001}, "MaxConcurrentTaskCount must be 1 to 5000"),
    ],
)
def test_what_the_service_would_refuse_is_said(changes: dict[str, Any], said: str) -> None:
    broken = violations(a_spec(**changes), REGION)

    assert any(said in sentence for sentence in broken), broken


def test_every_mistake_is_said_at_once() -> None:
    spec = a_spec(name="a_b", label_attribute="x", title="", task_time_limit=1)

    assert len(violations(spec, "mars-north-1")) == 5
