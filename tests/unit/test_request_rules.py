"""What must hold between the fields of a request, and between its jobs."""

from __future__ import annotations

import pytest

from tests.unit.request_bodies import INPUTS, SETTINGS, audit, body, job, message, mistakes, parsed

CHAIN = "inputConfig.chainFromJobName"


@pytest.mark.parametrize(
    ("jobs", "place", "kind"),
    [
        ([job(inputConfig={})], "[0].inputConfig", "missing"),
        (
            [
                job(),
                job(
                    "b",
                    jobLevel=2,
                    inputConfig={
                        "inputManifestS3Uri": f"{INPUTS}/a",
                        "chainFromJobName": "vehicle",
                    },
                ),
            ],
            "[1].inputConfig",
            "two_inputs",
        ),
        ([job(), job("Vehicle")], "[1].jobName", "repeated_name"),
        ([job(jobLevel=4)], "[0].jobLevel", "level_too_high"),
        ([job(), audit(level=3)], "[1].jobLevel", "level_gap"),
        ([job(), audit(source="car")], f"[1].{CHAIN}", "unknown_job"),
        ([job(), audit(source="Vehicle")], f"[1].{CHAIN}", "unknown_job"),
        ([job(), audit(level=1)], f"[1].{CHAIN}", "chained_to_same_level"),
        ([job(), audit(source="vehicle-audit")], f"[1].{CHAIN}", "chained_to_itself"),
        (
            [
                job(),
                audit("late", "vehicle", 3),
                audit("early", "late", 2),
            ],
            f"[2].{CHAIN}",
            "chained_to_later_level",
        ),
        ([job(), audit(inputConfig=...)], f"[1].{CHAIN}", "audit_not_chained"),
        (
            [job(jobModality="VideoObjectDetection"), audit()],
            f"[1].{CHAIN}",
            "audit_of_other_modality",
        ),
        (
            [job(), audit(labelAttributeName="vehicle-ref")],
            "[1].labelAttributeName",
            "repeated_attribute",
        ),
        (
            [
                job(),
                audit(),
                audit("third", "vehicle-audit", 3, labelAttributeName="vehicle-ref"),
            ],
            "[2].labelAttributeName",
            "repeated_attribute",
        ),
        (
            [job("boxes-ref", jobModality="PointCloudObjectDetection")],
            "[0].labelAttributeName",
            "attribute_suffix",
        ),
        (
            [job("boxes-metadata", jobModality="PointCloudObjectDetection")],
            "[0].labelAttributeName",
            "attribute_suffix",
        ),
        (
            [job("source", jobModality="PointCloudObjectDetection")],
            "[0].labelAttributeName",
            "reserved_attribute",
        ),
    ],
)
def test_what_does_not_fit_together_is_reported(jobs, place, kind):
    assert mistakes(body(*jobs)) == [(f"labelingJobs{place}", kind)]


@pytest.mark.parametrize(
    ("changes", "place"),
    [
        (
            {"inputConfig": {"inputManifestS3Uri": "s3://theirs/a"}},
            "inputConfig.inputManifestS3Uri",
        ),
        ({"labelCategoryConfigS3Uri": "s3://theirs/labels.json"}, "labelCategoryConfigS3Uri"),
    ],
)
def test_an_input_in_a_bucket_that_is_not_the_stacks_is_told_where_to_go(changes, place):
    content = body(job(**changes))

    assert mistakes(content) == [(f"labelingJobs[0].{place}", "other_bucket")]
    said = message(content)
    assert "may not read the bucket theirs" in said
    assert f"{INPUTS} (the stack's output InputBucketName)" in said


def test_what_an_earlier_batch_made_can_be_an_input():
    made = {"inputManifestS3Uri": f"s3://{SETTINGS.processing_bucket}/labeled.manifest"}

    assert (
        parsed(body(job(inputConfig=made))).jobs[0].input_manifest_uri
        == (made["inputManifestS3Uri"])
    )


def test_an_audit_with_a_manifest_is_told_to_chain_and_to_leave_the_manifest_out():
    config = {"inputManifestS3Uri": f"{INPUTS}/a"}

    assert mistakes(body(job(), audit(inputConfig=config))) == [
        ("labelingJobs[1].inputConfig.chainFromJobName", "audit_not_chained"),
        ("labelingJobs[1].inputConfig.inputManifestS3Uri", "audit_with_manifest"),
    ]


def test_a_near_name_is_offered_for_an_unknown_one():
    assert "Did you mean vehicle" in message(body(job(), audit(source="Vehicle")))


def test_a_level_too_high_says_how_to_deploy_more():
    assert "4 as `levels` in cdk.json" in message(body(job(jobLevel=4)))
