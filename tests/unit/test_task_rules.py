"""What must hold for how people are asked: template, functions, workers, time, key."""

from __future__ import annotations

import pytest

from tests.unit.request_bodies import INPUTS, audit, body, job, mistakes, parsed

OURS = "arn:aws:lambda:us-east-1:123456789012:function:SageMaker-mine"
TEMPLATE = f"{INPUTS}/mine.html"
BOTH = {"preHumanTaskLambdaArn": OURS, "annotationConsolidationLambdaArn": OURS}


def custom(**changes):
    return job(jobModality="Custom", **({"uiTemplateS3Uri": TEMPLATE} | changes))


@pytest.mark.parametrize(
    ("entry", "field", "kind"),
    [
        (job(uiTemplateS3Uri=TEMPLATE), "uiTemplateS3Uri", "template_of_other_modality"),
        (custom(uiTemplateS3Uri=...), "uiTemplateS3Uri", "missing"),
        (custom(uiTemplateS3Uri="s3://theirs/t.html"), "uiTemplateS3Uri", "other_bucket"),
        (
            job(jobModality="BoundingBox", preHumanTaskLambdaArn=OURS),
            "preHumanTaskLambdaArn",
            "function_of_other_modality",
        ),
        (
            custom(**BOTH | {"preHumanTaskLambdaArn": OURS.replace("us-east-1", "eu-west-1")}),
            "preHumanTaskLambdaArn",
            "function_elsewhere",
        ),
        (
            custom(**BOTH | {"preHumanTaskLambdaArn": OURS.replace("SageMaker", "my")}),
            "preHumanTaskLambdaArn",
            "function_name",
        ),
        (
            job(numberOfHumanWorkersPerDataObject=2),
            "numberOfHumanWorkersPerDataObject",
            "single_worker",
        ),
        (
            job(jobModality="BoundingBox", numberOfHumanWorkersPerDataObject=10),
            "numberOfHumanWorkersPerDataObject",
            "range",
        ),
        (
            job(jobModality="TextMultiClass", taskTimeLimitInSeconds=28_801),
            "taskTimeLimitInSeconds",
            "range",
        ),
        (
            job(kmsKeyId="arn:aws:kms:eu-west-1:123456789012:key/1234"),
            "kmsKeyId",
            "key_elsewhere",
        ),
        (
            job(kmsKeyId="arn:aws:kms:us-east-1:210987654321:alias/theirs"),
            "kmsKeyId",
            "key_elsewhere",
        ),
        (job(kmsKeyId="alias/mine"), "kmsKeyId", "kms_key"),
        (job(taskTitle="t" * 129), "taskTitle", "title"),
        (job(taskTitle=""), "taskTitle", "title"),
        (job(taskDescription="two\nlines"), "taskDescription", "description"),
        (job(taskKeywords=list("abcdef")), "taskKeywords", "keywords"),
        (job(taskKeywords=["semi;colon"]), "taskKeywords", "keywords"),
        (job(taskKeywords="cars"), "taskKeywords", "keywords"),
        (job(contentClassifiers=["Free"]), "contentClassifiers", "content_classifiers"),
        (job(maxHumanLabeledObjectCount=0), "maxHumanLabeledObjectCount", "range"),
        (
            job(maxPercentageOfInputDatasetLabeled=101),
            "maxPercentageOfInputDatasetLabeled",
            "range",
        ),
        (job(tags={"aws:mine": "1"}), "tags", "tags"),
        (job(tags={"smgt:attempt": "1"}), "tags", "tags"),
        (job(tags={"a;b": "1"}), "tags", "tags"),
        (job(tags=["a"]), "tags", "tags"),
        (job(tags={str(number): "" for number in range(50)}), "tags", "tags"),
        (
            job(jobModality="BoundingBox", inputConfig={"framesS3Prefix": f"{INPUTS}/clip/"}),
            "inputConfig.framesS3Prefix",
            "frames_of_other_modality",
        ),
        (
            job(inputConfig={"framesS3Prefix": f"{INPUTS}"}),
            "inputConfig.framesS3Prefix",
            "s3_prefix",
        ),
        (
            job(inputConfig={"framesS3Prefix": "s3://theirs/clip/"}),
            "inputConfig.framesS3Prefix",
            "other_bucket",
        ),
        (job(jobModality="TextMultiClassAudit"), "jobModality", "modality"),
    ],
)
def test_a_mistake_is_found_where_it_is(entry, field, kind):
    assert (f"labelingJobs[0].{field}", kind) in mistakes(body(entry))


@pytest.mark.parametrize("name", BOTH)
def test_a_custom_job_may_bring_one_function(name):
    assert len(parsed(body(custom(**{name: OURS}))).jobs) == 1


def test_a_manifest_and_a_folder_of_frames_are_two_inputs():
    both = {"inputManifestS3Uri": f"{INPUTS}/a", "framesS3Prefix": f"{INPUTS}/clip/"}

    assert mistakes(body(job(inputConfig=both))) == [("labelingJobs[0].inputConfig", "two_inputs")]


def test_a_judgement_may_be_followed_by_an_audit_of_what_was_judged():
    jobs = [
        job(jobModality="BoundingBox"),
        audit("judged", "vehicle", jobModality="BoundingBoxVerification"),
        audit("mended", "judged", 3, jobModality="BoundingBoxAudit"),
    ]

    assert len(parsed(body(*jobs)).jobs) == 3


def test_a_judgement_of_other_labels_is_refused():
    jobs = [
        job(jobModality="SemanticSegmentation"),
        audit(jobModality="BoundingBoxVerification"),
    ]

    assert mistakes(body(*jobs)) == [
        ("labelingJobs[1].inputConfig.chainFromJobName", "audit_of_other_modality")
    ]
