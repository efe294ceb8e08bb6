"""CreateLabelingJob's request for a spec."""

from __future__ import annotations

from typing import Any

from labeling.modalities import Modality, human_task_ui_arn, lambda_arn, modalities
from labeling.ports import LabelingJobSpec

ATTEMPT_TAG = "smgt:attempt"


def create_request(spec: LabelingJobSpec, *, region: str, role_arn: str) -> dict[str, Any]:
    """The parameters of CreateLabelingJob; raises KeyError for an unknown modality, and for a
    region without built-in task types.

    Nothing is declared of the content unless the request says so (DataAttributes): only
    Mechanical Turk demands that, and streets have people and number plates.
    """
    modality = modalities()[spec.modality]
    request = {
        "LabelingJobName": spec.name,
        "LabelAttributeName": spec.label_attribute,
        "InputConfig": {
            "DataSource": {"S3DataSource": {"ManifestS3Uri": spec.input_manifest_uri}},
            "DataAttributes": {"ContentClassifiers": list(spec.content_classifiers)},
        },
        "OutputConfig": {"S3OutputPath": spec.output_prefix_uri, "KmsKeyId": spec.kms_key},
        "RoleArn": role_arn,
        "LabelCategoryConfigS3Uri": spec.label_category_uri or None,
        "StoppingConditions": {
            "MaxHumanLabeledObjectCount": spec.max_human_labeled_objects,
            "MaxPercentageOfInputDatasetLabeled": spec.max_percentage_labeled,
        },
        "HumanTaskConfig": {
            "WorkteamArn": spec.workteam_arn,
            "UiConfig": _interface(spec, modality, region),
            "PreHumanTaskLambdaArn": spec.pre_lambda_arn or lambda_arn(modality.pre, region),
            "TaskKeywords": list(spec.keywords),
            "TaskTitle": spec.title,
            "TaskDescription": spec.description,
            "NumberOfHumanWorkersPerDataObject": spec.workers_per_object,
            "TaskTimeLimitInSeconds": spec.task_time_limit,
            "TaskAvailabilityLifetimeInSeconds": spec.task_availability_lifetime,
            "MaxConcurrentTaskCount": spec.max_concurrent_task_count,
            "AnnotationConsolidationConfig": {
                "AnnotationConsolidationLambdaArn": (
                    spec.consolidation_lambda_arn or lambda_arn(modality.acs, region)
                )
            },
        },
        "Tags": [
            {"Key": ATTEMPT_TAG, "Value": spec.tag},
            *({"Key": key, "Value": value} for key, value in spec.tags),
        ],
    }
    given: dict[str, Any] = _given(request)
    return given


def _interface(spec: LabelingJobSpec, modality: Modality, region: str) -> dict[str, Any]:
    if modality.human_task_ui is not None:
        return {"HumanTaskUiArn": human_task_ui_arn(modality.human_task_ui, region)}
    return {"UiTemplateS3Uri": spec.ui_template_uri}


def _given(value: Any) -> Any:
    """Without members that are None or empty lists, and structures that have none left."""
    if not isinstance(value, dict):
        return value
    members = {name: _given(member) for name, member in value.items()}
    return {name: member for name, member in members.items() if member not in (None, [], {})}
