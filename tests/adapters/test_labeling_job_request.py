"""CreateLabelingJob's request for every modality and region, and what is said of a broken one."""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest
from botocore.session import get_session
from botocore.validate import validate_parameters

from labeling.adapters import aws
from labeling.adapters.labeling_job_request import create_request
from labeling.adapters.labeling_job_rules import violations
from labeling.modalities import modalities, regions
from labeling.ports import LabelingJobSpec
from tests.adapters.labeling_accounts import ROLE, TEAM, a_spec

REGION = "us-east-1"
SHAPE = aws.input_shape("sagemaker", "CreateLabelingJob")
KEY = "arn:aws:kms:us-east-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab"


def spec_of(modality: str, **changes: Any) -> LabelingJobSpec:
    kind = modalities()[modality]
    given: dict[str, Any] = {
        "modality": modality,
        "label_attribute": kind.label_attribute("vehicle"),
        "task_time_limit": kind.longest_task,
        "ui_template_uri": "s3://lab/template.html" if kind.has_template else None,
    }
    return a_spec(**(given | changes))


def request_of(spec: LabelingJobSpec, region: str = REGION) -> dict[str, Any]:
    return create_request(spec, region=region, role_arn=ROLE)


def broken(request: dict[str, Any], modality: str, region: str = REGION) -> list[str]:
    return violations(request, shape=SHAPE, modality=modalities()[modality], region=region)


@cache
def documented_arns() -> frozenset[str]:
    """Every ARN that the documentation strings of botocore's model name."""
    model = json.dumps(get_session().get_service_data("sagemaker"))
    return frozenset(
        re.findall(r"arn:aws:(?:lambda|sagemaker):[a-z0-9-]+:[0-9]{12}:[\w/:-]+", model)
    )


def test_a_request_names_everything_that_the_service_needs() -> None:
    assert request_of(a_spec()) == {
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


def full(modality: str = "BoundingBox") -> dict[str, Any]:
    """A request with every option that a batch may name."""
    spec = spec_of(
        modality,
        workers_per_object=1 if modalities()[modality].single_worker else 5,
        keywords=("cars", "day time"),
        content_classifiers=("FreeOfAdultContent",),
        max_human_labeled_objects=50,
        max_percentage_labeled=80,
        kms_key=KEY,
        tags=(("team", "perception"),),
    )
    return request_of(spec)


def test_every_option_has_its_place_in_the_request() -> None:
    request = full()
    human = request["HumanTaskConfig"]

    assert human["NumberOfHumanWorkersPerDataObject"] == 5
    assert human["TaskKeywords"] == ["cars", "day time"]
    assert human["UiConfig"] == {"UiTemplateS3Uri": "s3://lab/template.html"}
    assert request["InputConfig"]["DataAttributes"] == {
        "ContentClassifiers": ["FreeOfAdultContent"]
    }
    assert request["StoppingConditions"] == {
        "MaxHumanLabeledObjectCount": 50,
        "MaxPercentageOfInputDatasetLabeled": 80,
    }
    assert request["OutputConfig"]["KmsKeyId"] == KEY
    assert request["Tags"][1:] == [{"Key": "team", "Value": "perception"}]


@pytest.mark.parametrize("modality", modalities())
@pytest.mark.parametrize("region", regions())
def test_the_request_of_every_modality_is_valid_in_every_region(modality: str, region: str) -> None:
    spec = spec_of(
        modality,
        workteam_arn=f"arn:aws:sagemaker:{region}:123456789012:workteam/private-crowd/people",
    )
    request = request_of(spec, region)

    validate_parameters(request, SHAPE)  # raises for what botocore itself refuses
    assert broken(request, modality, region) == []
    human = request["HumanTaskConfig"]
    arns = [
        human["PreHumanTaskLambdaArn"],
        human["AnnotationConsolidationConfig"]["AnnotationConsolidationLambdaArn"],
        *filter(None, [human["UiConfig"].get("HumanTaskUiArn")]),
    ]
    # The documentation lists the interfaces for a placeholder of a region.
    assert {arn.replace(f":{region}:394669845002", ":aws-region:394669845002") for arn in arns} <= {
        re.sub(":[a-z0-9-]+:394669845002", ":aws-region:394669845002", arn)
        for arn in documented_arns()
    }


def test_the_function_of_a_verification_is_that_of_its_kind() -> None:
    def function(modality: str) -> str:
        arn: str = request_of(spec_of(modality))["HumanTaskConfig"]["PreHumanTaskLambdaArn"]
        return arn.rpartition(":")[2]

    assert function("BoundingBoxVerification") == "PRE-VerificationBoundingBox"
    assert function("VideoObjectTrackingVerification") == "PRE-AdjustmentVideoObjectTracking"
    assert function("Custom") == "PRE-PassThrough"


def test_a_custom_job_need_not_have_label_categories() -> None:
    request = request_of(spec_of("Custom", label_category_uri=""))

    assert "LabelCategoryConfigS3Uri" not in request
    assert broken(request, "Custom") == []


def test_a_custom_job_has_the_functions_that_it_names() -> None:
    own = "arn:aws:lambda:us-east-1:123456789012:function:SageMaker-mine"
    request = request_of(spec_of("Custom", pre_lambda_arn=own, consolidation_lambda_arn=own))

    assert request["HumanTaskConfig"]["PreHumanTaskLambdaArn"] == own
    assert broken(request, "Custom") == []


Path = tuple[str | int, ...]


def members(value: Any, path: Path = ()) -> Iterator[tuple[Path, Any]]:
    """Every member of a request that has no members itself."""
    if isinstance(value, dict | list):
        for key, member in value.items() if isinstance(value, dict) else enumerate(value):
            yield from members(member, (*path, key))
    else:
        yield path, value


def written(path: Path) -> str:
    return re.sub(r"\.\[", "[", ".".join(f"[{p}]" if isinstance(p, int) else p for p in path))


def with_member(request: dict[str, Any], path: Path, value: Any) -> dict[str, Any]:
    changed = copy.deepcopy(request)
    holder: Any = changed
    for part in path[:-1]:
        holder = holder[part]
    if value is ...:
        del holder[path[-1]]
    else:
        holder[path[-1]] = value
    return changed


# Texts without any form of their own, in the model and in words, other than a length.
FREE = {"HumanTaskConfig.TaskTitle", "HumanTaskConfig.TaskDescription"}


def breakages() -> Iterator[Any]:
    for modality in modalities():
        request = full(modality)
        for path, value in members(request):
            name = f"{modality}: {written(path)}"
            if isinstance(value, int):
                wrong: list[Any] = [0] if "MaxHumanLabeled" in name else [0, 10**9]
            else:
                wrong = ["x" * 3000]
                wrong += [] if written(path) in FREE else ["\x00;\u2028"]
                wrong += [""] if "Tags" not in name and "KmsKeyId" not in name else []
            for bad in wrong:
                yield pytest.param(modality, request, path, bad, id=f"{name}={str(bad)[:12]!r}")


@pytest.mark.parametrize(("modality", "request_", "path", "bad"), list(breakages()))
def test_breaking_any_field_is_said_by_its_name(
    modality: str, request_: dict[str, Any], path: Path, bad: Any
) -> None:
    said = broken(with_member(request_, path, bad), modality)

    assert any(sentence.startswith(f"{written(path)}:") for sentence in said), said


REQUIRED = [
    ("LabelingJobName",),
    ("LabelAttributeName",),
    ("InputConfig",),
    ("InputConfig", "DataSource"),
    ("InputConfig", "DataSource", "S3DataSource"),
    ("InputConfig", "DataSource", "S3DataSource", "ManifestS3Uri"),
    ("OutputConfig",),
    ("OutputConfig", "S3OutputPath"),
    ("RoleArn",),
    ("LabelCategoryConfigS3Uri",),
    ("HumanTaskConfig",),
    ("HumanTaskConfig", "WorkteamArn"),
    ("HumanTaskConfig", "UiConfig"),
    ("HumanTaskConfig", "PreHumanTaskLambdaArn"),
    ("HumanTaskConfig", "AnnotationConsolidationConfig"),
    ("HumanTaskConfig", "TaskTitle"),
    ("HumanTaskConfig", "TaskDescription"),
    ("HumanTaskConfig", "NumberOfHumanWorkersPerDataObject"),
    ("HumanTaskConfig", "TaskTimeLimitInSeconds"),
]


@pytest.mark.parametrize("path", REQUIRED, ids=written)
def test_a_field_that_is_missing_is_named(path: Path) -> None:
    said = broken(with_member(full(), path, ...), "BoundingBox")

    assert any(written(path) in sentence for sentence in said), said


TEMPLATE = "HumanTaskConfig.UiConfig.UiTemplateS3Uri"


@pytest.mark.parametrize(
    ("modality", "changes", "named"),
    [
        ("VideoObjectTracking", {"label_attribute": "vehicle"}, "LabelAttributeName"),
        ("BoundingBox", {"label_attribute": "vehicle-ref"}, "LabelAttributeName"),
        ("SemanticSegmentationVerification", {"label_attribute": "v-ref"}, "LabelAttributeName"),
        ("BoundingBox", {"label_attribute": "v-metadata"}, "LabelAttributeName"),
        ("TextMultiClass", {"label_attribute": "source"}, "LabelAttributeName"),
        ("BoundingBox", {"ui_template_uri": None}, TEMPLATE),
        ("VideoObjectDetection", {"workers_per_object": 2}, "NumberOfHumanWorkersPerDataObject"),
        ("BoundingBox", {"workers_per_object": 10}, "NumberOfHumanWorkersPerDataObject"),
        ("BoundingBox", {"task_time_limit": 28_801}, "TaskTimeLimitInSeconds"),
        ("PointCloudObjectTracking", {"task_time_limit": 2_592_001}, "TaskTimeLimitInSeconds"),
        ("Custom", {"task_availability_lifetime": 2_592_001}, "TaskAvailabilityLifetime"),
        ("BoundingBox", {"keywords": tuple("abcdef")}, "HumanTaskConfig.TaskKeywords"),
        ("BoundingBox", {"keywords": ("two  spaces",)}, "HumanTaskConfig.TaskKeywords[0]"),
        ("BoundingBox", {"content_classifiers": ("Free",)}, "ContentClassifiers[0]"),
        ("BoundingBox", {"max_percentage_labeled": 101}, "MaxPercentageOfInputDatasetLabeled"),
        ("BoundingBox", {"kms_key": "key with spaces"}, "OutputConfig.KmsKeyId"),
        ("BoundingBox", {"tags": tuple((str(n), "") for n in range(50))}, "Tags"),
        ("BoundingBox", {"tags": (("a;b", ""),)}, "Tags[1].Key"),
        (
            "BoundingBox",
            {
                "workteam_arn": "arn:aws:sagemaker:us-east-1:394669845002:workteam"
                "/public-crowd/default"
            },
            "HumanTaskConfig.WorkteamArn",
        ),
    ],
)
def test_what_the_service_says_in_words_is_checked_too(
    modality: str, changes: dict[str, Any], named: str
) -> None:
    said = broken(request_of(spec_of(modality, **changes)), modality)

    assert any(named in sentence.partition(": ")[0] for sentence in said), said


def test_a_template_and_an_interface_are_not_mixed_up() -> None:
    human_task_ui = {"HumanTaskUiArn": request_of(a_spec())["HumanTaskConfig"]["UiConfig"]}
    images, frames = full(), request_of(a_spec())
    images["HumanTaskConfig"]["UiConfig"] = human_task_ui["HumanTaskUiArn"]
    frames["HumanTaskConfig"]["UiConfig"] = {"UiTemplateS3Uri": "s3://lab/template.html"}

    assert any("needs a template" in sentence for sentence in broken(images, "BoundingBox"))
    assert any("own interface" in sentence for sentence in broken(frames, "VideoObjectTracking"))


def test_every_mistake_is_said_at_once() -> None:
    spec = a_spec(name="a_b", label_attribute="x", title="", task_time_limit=1)

    assert len(broken(request_of(spec), "VideoObjectTracking")) == 4
