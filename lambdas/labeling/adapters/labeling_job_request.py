"""CreateLabelingJob's request, and those of its rules that botocore does not check."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from labeling.modalities import Modality, human_task_ui_arn, lambda_arn, modalities, regions
from labeling.naming import JOB_NAME, LABEL_ATTRIBUTE, LONGEST_JOB_NAME
from labeling.ports import LabelingJobSpec

ATTEMPT_TAG = "smgt:attempt"

DAY = 86_400
# API_CreateLabelingJob and the API_HumanTaskConfig page, all lengths in characters, times in
# seconds. Video frames and 3D may take 30 days there, 7 in the developer guide: the service knows.
LONGEST_ATTRIBUTE = 127
LONGEST_URI = 1024
LONGEST_TITLE = 128
LONGEST_DESCRIPTION = 255
LONGEST_TAG = 256
TASK_TIME = range(30, 30 * DAY + 1)
AVAILABILITY = range(60, 30 * DAY + 1)
CONCURRENT_TASKS = range(1, 5001)
WORKTEAM_ARN = re.compile(r"arn:aws[a-z\-]*:sagemaker:[a-z0-9\-]*:[0-9]{12}:workteam/.*")
TAG = re.compile(r"[\w\s.:/=+\-@]*")
RESERVED_ATTRIBUTES = ("source", "source-ref")


def violations(spec: LabelingJobSpec, region: str) -> list[str]:
    """Everything for which CreateLabelingJob would refuse this, as sentences."""
    return list(_violations(spec, region))


def create_request(spec: LabelingJobSpec, *, region: str, role_arn: str) -> dict[str, Any]:
    """The parameters of CreateLabelingJob for a spec without violations.

    Nothing is declared of the content (DataAttributes): only Mechanical Turk demands that, and
    streets have people and number plates.
    """
    modality = modalities()[spec.modality]
    return {
        "LabelingJobName": spec.name,
        "LabelAttributeName": spec.label_attribute,
        "InputConfig": {
            "DataSource": {"S3DataSource": {"ManifestS3Uri": spec.input_manifest_uri}},
        },
        "OutputConfig": {"S3OutputPath": spec.output_prefix_uri},
        "RoleArn": role_arn,
        "LabelCategoryConfigS3Uri": spec.label_category_uri,
        "HumanTaskConfig": {
            "WorkteamArn": spec.workteam_arn,
            "UiConfig": {"HumanTaskUiArn": human_task_ui_arn(modality.human_task_ui, region)},
            "PreHumanTaskLambdaArn": lambda_arn(modality.pre, region),
            "AnnotationConsolidationConfig": {
                "AnnotationConsolidationLambdaArn": lambda_arn(modality.acs, region)
            },
            "TaskTitle": spec.title,
            "TaskDescription": spec.description,
            "NumberOfHumanWorkersPerDataObject": 1,
            "TaskTimeLimitInSeconds": spec.task_time_limit,
            "TaskAvailabilityLifetimeInSeconds": spec.task_availability_lifetime,
            "MaxConcurrentTaskCount": spec.max_concurrent_task_count,
        },
        "Tags": [{"Key": ATTEMPT_TAG, "Value": spec.tag}],
    }


def _violations(spec: LabelingJobSpec, region: str) -> Iterator[str]:
    if len(spec.name) > LONGEST_JOB_NAME or not JOB_NAME.fullmatch(spec.name):
        yield (
            f"the job name {spec.name!r} must be 1-63 letters, digits and hyphens, "
            "beginning and ending with a letter or digit"
        )
    modality = modalities().get(spec.modality)
    if modality is None:
        yield f"there is no task type {spec.modality!r}"
    if region not in regions():
        yield f"Ground Truth has no built-in task types in {region}"
    yield from _attribute_violations(spec.label_attribute, modality)
    yield from _uri_violations(spec)
    if len(spec.workteam_arn) > 256 or not WORKTEAM_ARN.fullmatch(spec.workteam_arn):
        yield f"{spec.workteam_arn!r} is not the ARN of a work team"
    yield from _text_violations(spec)
    yield from _range_violation("TaskTimeLimitInSeconds", spec.task_time_limit, TASK_TIME)
    yield from _range_violation(
        "TaskAvailabilityLifetimeInSeconds", spec.task_availability_lifetime, AVAILABILITY
    )
    yield from _range_violation(
        "MaxConcurrentTaskCount", spec.max_concurrent_task_count, CONCURRENT_TASKS
    )


def _attribute_violations(name: str, modality: Modality | None) -> Iterator[str]:
    # The service's pattern counts no hyphens: its length is another rule.
    if len(name) > LONGEST_ATTRIBUTE or not LABEL_ATTRIBUTE.fullmatch(name):
        yield (
            f"the label attribute name {name!r} must be 1-127 letters, digits and hyphens, "
            "beginning and ending with a letter or digit"
        )
    if name.endswith("-metadata"):
        yield f"the label attribute name {name!r} must not end with -metadata"
    if name in RESERVED_ATTRIBUTES:
        yield f"the label attribute name {name!r} is reserved"
    if modality is None:
        return
    if modality.needs_ref and not name.endswith("-ref"):
        yield f"the label attribute name {name!r} must end with -ref for {modality.name}"
    if not modality.needs_ref and name.endswith("-ref"):
        yield f"the label attribute name {name!r} must not end with -ref for {modality.name}"


def _uri_violations(spec: LabelingJobSpec) -> Iterator[str]:
    uris = {
        "the input manifest": spec.input_manifest_uri,
        "the output path": spec.output_prefix_uri,
        "the label category file": spec.label_category_uri,
    }
    for what, uri in uris.items():
        if not re.fullmatch(r"s3://[^/]+/.+", uri):
            yield f"{what} {uri!r} must be s3://<bucket>/<key>"
        if len(uri) > LONGEST_URI:
            yield f"the address of {what} has {len(uri)} characters, {LONGEST_URI} are allowed"


def _text_violations(spec: LabelingJobSpec) -> Iterator[str]:
    if not 1 <= len(spec.title) <= LONGEST_TITLE:
        yield f"the title must have 1-{LONGEST_TITLE} characters"
    if not re.fullmatch(rf".{{1,{LONGEST_DESCRIPTION}}}", spec.description):
        yield f"the description must be one line of 1-{LONGEST_DESCRIPTION} characters"
    if len(spec.tag) > LONGEST_TAG or not TAG.fullmatch(spec.tag):
        yield f"{spec.tag!r} cannot be the value of a tag"


def _range_violation(name: str, value: int, allowed: range) -> Iterator[str]:
    if value not in allowed:
        yield f"{name} must be {allowed.start} to {allowed.stop - 1}, it is {value}"
