"""The table of task types under the names that requests use."""

from __future__ import annotations

import pytest

from labeling.modalities import human_task_ui_arn, lambda_arn, modalities, regions, table

LABELS = [
    "BoundingBox",
    "ImageMultiClass",
    "ImageMultiClassMultiLabel",
    "SemanticSegmentation",
    "NamedEntityRecognition",
    "TextMultiClass",
    "TextMultiClassMultiLabel",
    "VideoMultiClass",
    "VideoObjectDetection",
    "VideoObjectTracking",
    "PointCloudObjectDetection",
    "PointCloudObjectTracking",
    "PointCloudSemanticSegmentation",
    "Custom",
]
AUDITED = [
    "BoundingBox",
    "SemanticSegmentation",
    "VideoObjectDetection",
    "VideoObjectTracking",
    "PointCloudObjectDetection",
    "PointCloudObjectTracking",
    "PointCloudSemanticSegmentation",
]


def test_there_is_a_modality_for_every_task_type_and_one_for_each_way_to_look_again() -> None:
    again = [f"{name}{suffix}" for name in AUDITED for suffix in ("Audit", "Verification")]

    assert sorted(modalities()) == sorted([*LABELS, *again])
    assert {modality.task_type for modality in modalities().values()} == set(table()["task_types"])


@pytest.mark.parametrize("name", modalities())
def test_a_modality_names_the_functions_of_its_task_type(name: str) -> None:
    modality = modalities()[name]

    assert modality.name == name
    assert modality.pre == f"PRE-{modality.task_type}"
    assert modality.acs == f"ACS-{modality.task_type}"
    assert modality.has_template == (modality.human_task_ui is None)


@pytest.mark.parametrize("name", AUDITED)
def test_an_audit_adjusts_what_its_modality_labels(name: str) -> None:
    audit, verification = modalities()[f"{name}Audit"], modalities()[f"{name}Verification"]

    assert audit.audits == verification.audits == name
    assert audit.task_type == f"Adjustment{modalities()[name].task_type}"
    assert modalities()[name].audits is None
    assert verification.verifies
    assert not audit.verifies


def test_images_are_judged_and_video_frames_are_adjusted_without_editing() -> None:
    images, frames = (
        modalities()["BoundingBoxVerification"],
        modalities()["VideoObjectTrackingVerification"],
    )

    assert images.judges
    assert not images.names_audited_label
    assert frames.task_type == "AdjustmentVideoObjectTracking"
    assert not frames.judges
    assert frames.names_audited_label


def test_video_frames_and_point_clouds_may_take_days_and_all_else_hours() -> None:
    assert modalities()["VideoObjectTracking"].longest_task == 604_800
    assert modalities()["TextMultiClass"].longest_task == 28_800


def test_labels_in_a_file_of_their_own_are_named_ref() -> None:
    assert modalities()["VideoObjectTracking"].label_attribute("vehicle") == "vehicle-ref"
    assert modalities()["PointCloudObjectDetection"].label_attribute("vehicle") == "vehicle"
    assert {name for name in LABELS if modalities()[name].needs_ref} == {
        "SemanticSegmentation",
        "VideoObjectDetection",
        "VideoObjectTracking",
        "PointCloudObjectTracking",
        "PointCloudSemanticSegmentation",
    }
    assert not modalities()["SemanticSegmentationVerification"].needs_ref


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
