"""The table of task types under the names that requests use."""

from __future__ import annotations

import pytest

from labeling.modalities import human_task_ui_arn, lambda_arn, modalities, regions, table

THE_TEN = [
    "PointCloudObjectDetection",
    "PointCloudObjectDetectionAudit",
    "PointCloudObjectTracking",
    "PointCloudObjectTrackingAudit",
    "PointCloudSemanticSegmentation",
    "PointCloudSemanticSegmentationAudit",
    "VideoObjectDetection",
    "VideoObjectDetectionAudit",
    "VideoObjectTracking",
    "VideoObjectTrackingAudit",
]


def test_the_ten_modalities_have_their_names() -> None:
    assert sorted(modalities()) == THE_TEN


@pytest.mark.parametrize("name", THE_TEN)
def test_a_modality_names_functions_and_a_worker_interface(name: str) -> None:
    modality = modalities()[name]

    assert modality.name == name
    assert modality.pre == f"PRE-{modality.task_type}"
    assert modality.acs == f"ACS-{modality.task_type}"
    assert modality.human_task_ui == name.removesuffix("Audit")
    assert modality.single_worker


@pytest.mark.parametrize("name", [name for name in THE_TEN if name.endswith("Audit")])
def test_an_audit_adjusts_what_its_modality_labels(name: str) -> None:
    audit = modalities()[name]

    assert audit.audits == name.removesuffix("Audit")
    assert audit.task_type == f"Adjustment{modalities()[audit.audits].task_type}"
    assert modalities()[audit.audits].audits is None


def test_labels_in_a_file_of_their_own_are_named_ref() -> None:
    assert modalities()["VideoObjectTracking"].label_attribute("vehicle") == "vehicle-ref"
    assert modalities()["PointCloudObjectDetection"].label_attribute("vehicle") == "vehicle"
    assert {name for name in THE_TEN if not modalities()[name].needs_ref} == {
        "PointCloudObjectDetection",
        "PointCloudObjectDetectionAudit",
    }


def test_functions_belong_to_the_regions_own_account() -> None:
    assert len(regions()) == 12
    assert lambda_arn("PRE-VideoObjectTracking", "eu-west-1") == (
        "arn:aws:lambda:eu-west-1:568282634449:function:PRE-VideoObjectTracking"
    )
    with pytest.raises(KeyError):
        lambda_arn("PRE-VideoObjectTracking", "mars-north-1")


def test_worker_interfaces_belong_to_one_account() -> None:
    assert human_task_ui_arn("VideoObjectTracking", "eu-west-1") == (
        "arn:aws:sagemaker:eu-west-1:394669845002:human-task-ui/VideoObjectTracking"
    )


def test_the_table_says_where_it_comes_from() -> None:
    assert "botocore sagemaker" in table()["_source"]
