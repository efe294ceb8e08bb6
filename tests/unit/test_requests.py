from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

import pytest

from labeling.documents import batch_request, request_hash
from labeling.errors import BodyTooLarge, InvalidRequest
from labeling.modalities import modalities
from labeling.problems import path
from labeling.requests import approve_request, create_request
from tests.unit.request_bodies import (
    INPUTS,
    SETTINGS,
    TEAMS,
    TOPICS,
    audit,
    body,
    event,
    job,
    message,
    mistakes,
    parsed,
    refused,
)

# --- what a good request becomes


def test_defaults_are_filled_in():
    request = parsed(body(job(), audit()))

    first, second = request.jobs
    assert first.workteam_arn == SETTINGS.first_level_team_arn
    assert second.workteam_arn == SETTINGS.second_level_team_arn
    assert first.label_attribute == "vehicle-ref"
    assert second.chain_from == "vehicle"
    assert second.label_category_uri is None
    assert (first.max_concurrent_task_count, first.down_sampling_rate) == (100, 100)
    assert (first.task_availability_lifetime, first.task_time_limit) == (864_000, 604_800)
    assert request.levels == 2


def test_the_document_has_the_keys_and_strings_of_an_answer():
    assert parsed(body()).document["labelingJobs"] == [
        {
            "jobName": "vehicle",
            "taskAvailabilityLifetimeInSeconds": "864000",
            "inputConfig": {"inputManifestS3Uri": f"{INPUTS}/clip.manifest"},
            "jobModality": "VideoObjectTracking",
            "taskTimeLimitInSeconds": "604800",
            "maxConcurrentTaskCount": "100",
            "workteamArn": SETTINGS.first_level_team_arn,
            "jobType": "BATCH",
            "jobLevel": "1",
            "labelCategoryConfigS3Uri": f"{INPUTS}/vehicle.json",
            "labelAttributeName": "vehicle-ref",
        }
    ]


def test_numbers_may_be_digits_or_absent_and_the_request_is_the_same():
    config = {"inputManifestS3Uri": f"{INPUTS}/clip.manifest"}
    spellings = [
        body(job(jobLevel="1")),
        body(job(jobLevel=1, maxConcurrentTaskCount=100, jobType=...)),
        body(job(maxConcurrentTaskCount="100", inputConfig=config | {"downSamplingRate": 100})),
        body(job(inputConfig=config | {"downSamplingRate": "100"}), onJobFailure="fail"),
        body(job(labelAttributeName="vehicle-ref"), approveBeforeLevels=[]),
        body(job(workteamArn=None, inputConfig=config | {"chainFromJobName": None})),
    ]

    hashes = {request_hash(parsed(spelling).document) for spelling in spellings}

    assert len(hashes) == 1


def test_another_rate_is_another_request():
    config = {"inputManifestS3Uri": f"{INPUTS}/clip.manifest", "downSamplingRate": "50"}

    half = parsed(body(job(inputConfig=config)))

    assert half.document["labelingJobs"][0]["inputConfig"]["downSamplingRate"] == "50"
    assert request_hash(half.document) != request_hash(parsed(body()).document)


def test_a_stored_document_is_the_request_again():
    request = parsed(
        body(
            job(),
            audit(inputConfig={"chainFromJobName": "vehicle", "downSamplingRate": 25}),
            approveBeforeLevels=["2"],
            onJobFailure="continue",
            destinationSnsArn=f"{TOPICS}:mine",
        )
    )

    again = batch_request(json.loads(json.dumps(request.document)))

    assert again == request
    assert again.document == request.document


@pytest.mark.parametrize("modality", [name for name, m in modalities().items() if not m.audits])
def test_every_modality_and_its_audits_are_taken(modality):
    template = {"uiTemplateS3Uri": f"{INPUTS}/mine.html"} if modality == "Custom" else {}
    jobs = [job(jobModality=modality, **template)]
    if f"{modality}Audit" in modalities():
        jobs += [
            audit(jobModality=f"{modality}Verification"),
            audit("again", "vehicle-audit", 3, jobModality=f"{modality}Audit"),
        ]

    assert len(parsed(body(*jobs)).jobs) == len(jobs)


def test_every_option_is_taken_and_written_down_again():
    options: dict[str, Any] = {
        "uiTemplateS3Uri": f"{INPUTS}/mine.html",
        "numberOfHumanWorkersPerDataObject": "5",
        "taskTitle": "Draw boxes",
        "taskDescription": "Around every car",
        "taskKeywords": ["cars", "day time"],
        "contentClassifiers": ["FreeOfAdultContent"],
        "maxHumanLabeledObjectCount": "50000",
        "maxPercentageOfInputDatasetLabeled": "80",
        "kmsKeyId": "arn:aws:kms:us-east-1:123456789012:key/1234abcd",
        "tags": {"team": "perception", "cost": "42"},
    }

    request = parsed(body(job(jobModality="BoundingBox", **options)))

    [entry] = request.document["labelingJobs"]
    assert {name: entry[name] for name in options} == options
    assert batch_request(request.document) == request
    assert request.jobs[0].task_time_limit == 28_800


def test_empty_lists_are_as_good_as_none():
    empty: dict[str, Any] = {"taskKeywords": [], "contentClassifiers": [], "tags": {}}

    assert parsed(body(job(**empty), exports=[])) == parsed(body(job()))


def test_a_custom_job_names_its_functions():
    arn = "arn:aws:lambda:us-east-1:123456789012:function:SageMaker-mine"
    options = {
        "uiTemplateS3Uri": f"{INPUTS}/mine.html",
        "preHumanTaskLambdaArn": arn,
        "annotationConsolidationLambdaArn": arn,
    }

    [made] = parsed(body(job(jobModality="Custom", **options))).jobs

    assert (made.pre_lambda_arn, made.consolidation_lambda_arn) == (arn, arn)


def test_a_folder_of_frames_is_an_input_with_or_without_its_slash():
    [one] = parsed(body(job(inputConfig={"framesS3Prefix": f"{INPUTS}/clip"}))).jobs
    [other] = parsed(body(job(inputConfig={"framesS3Prefix": f"{INPUTS}/clip/"}))).jobs

    assert one.frames_prefix == other.frames_prefix == f"{INPUTS}/clip/"


@pytest.mark.parametrize(
    "good",
    [
        body(job(workteamArn=f"{TEAMS}/other")),
        body(job(workteamArn="arn:aws:sagemaker:us-east-1:394669845002:workteam/vendor-crowd/v-1")),
        body(job(), audit(), audit("third", "vehicle-audit", 3), approveBeforeLevels=[2, "3"]),
        body(job(), audit("skips", "vehicle", 3), job("between", jobLevel=2)),
        body(job(jobName="a" * 63), batchId="A" + "_" * 63),
        body(job(taskTimeLimitInSeconds=30, taskAvailabilityLifetimeInSeconds=2_592_000)),
        body(job("v-metadata")),
        body(job(jobModality="PointCloudObjectDetection", labelAttributeName="boxes")),
        body(job(), audit(labelCategoryConfigS3Uri=f"{INPUTS}/audit.json")),
    ],
)
def test_what_is_allowed_is_taken(good):
    assert parsed(good).jobs


def test_the_example_of_the_reference_is_a_good_request():
    guide = Path(__file__).parents[2] / "docs" / "api.md"
    example = guide.read_text().split("```json\n")[1].split("```")[0]

    assert [job.name for job in parsed(example).jobs] == [
        "clip-0001-vehicle",
        "clip-0001-vehicle-audit",
    ]


# --- mistakes of the body


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        ("", "empty"),
        ("  \n", "empty"),
        ("{", "json"),
        ("[" * 100_000, "json"),
        ('{"batchId": "\ud800"}', "json"),
        ('{"n": ' + "9" * 5000 + "}", "json"),
        ("[]", "object"),
        ("null", "object"),
        ('"text"', "object"),
    ],
)
def test_a_body_that_is_no_json_object_is_refused(content, kind):
    assert mistakes(content) == [("", kind)]


def test_a_body_may_come_in_base64():
    text = base64.b64encode(json.dumps(body()).encode()).decode()

    assert create_request({"body": text, "isBase64Encoded": True}, SETTINGS) == parsed(body())


@pytest.mark.parametrize("text", ["?", base64.b64encode(b"\xff\xfe{").decode()])
def test_base64_that_holds_no_text_is_refused(text):
    with pytest.raises(InvalidRequest, match="not JSON in UTF-8"):
        create_request({"body": text, "isBase64Encoded": True}, SETTINGS)


def test_a_body_over_5_mb_is_refused():
    with pytest.raises(BodyTooLarge, match="more than 5 MB"):
        parsed(json.dumps(body() | {"filler": "x" * 5 * 1024**2}))


def test_every_mistake_is_reported_at_once():
    found = mistakes(
        {
            "batchID": "clip",
            "labelingJobs": [
                job(jobName="vehicle_1"),
                job("lane", jobModality="VideoTracking", jobLevel="0"),
                audit("audit", "vehicle_1", inputConfig={"chainFromJobName": "lanes"}),
                "lane",
                job("LANE", labelCategoryConfigS3Uri=..., inputConfig={}),
            ],
        }
    )

    assert found == [
        ("batchID", "unknown_field"),
        ("batchId", "missing"),
        ("labelingJobs[0].jobName", "job_name"),
        ("labelingJobs[1].jobModality", "modality"),
        ("labelingJobs[1].jobLevel", "range"),
        ("labelingJobs[2].inputConfig.chainFromJobName", "unknown_job"),
        ("labelingJobs[3]", "object"),
        ("labelingJobs[4].jobName", "repeated_name"),
        ("labelingJobs[4].inputConfig", "missing"),
        ("labelingJobs[4].labelCategoryConfigS3Uri", "missing"),
    ]


def test_a_name_that_will_not_do_is_not_reported_again_by_who_chains_from_it():
    assert mistakes(body(job("vehicle 1"), audit(source="vehicle 1"))) == [
        ("labelingJobs[0].jobName", "job_name")
    ]


def test_the_message_counts_the_mistakes_and_says_the_first():
    assert str(refused(body(batchId="-", approveBeforeLevels=[3]))).startswith(
        'The request has 2 mistakes. batchId: "-" will not do'
    )
    assert str(refused(body(batchId="-"))).startswith('batchId: "-" will not do')


def test_a_great_many_mistakes_are_cut_to_what_an_answer_holds():
    error = refused(body(*({str(n): 0} for n in range(3000)), 7))

    assert len(error.problems) == 1000
    assert "1000 mistakes and more" in str(error)


def test_too_many_jobs_are_refused_without_looking_at_each():
    assert mistakes(body(*[0] * 10_001)) == [("labelingJobs", "too_many")]


# --- mistakes of single fields


@pytest.mark.parametrize(
    ("change", "kind"),
    [
        ({"jobName": ...}, "missing"),
        ({"jobName": None}, "missing"),
        ({"jobName": ""}, "job_name"),
        ({"jobName": "a" * 64}, "job_name"),
        ({"jobName": "a-"}, "job_name"),
        ({"jobName": "a.b"}, "job_name"),
        ({"jobName": "ünter"}, "job_name"),
        ({"jobName": 5}, "job_name"),
        ({"jobType": "STREAMING"}, "job_type"),
        ({"jobType": ["BATCH"]}, "job_type"),
        ({"jobModality": ...}, "missing"),
        ({"jobModality": {}}, "modality"),
        ({"jobLevel": ...}, "missing"),
        ({"jobLevel": "first"}, "number"),
        ({"jobLevel": 1.0}, "number"),
        ({"jobLevel": True}, "number"),
        ({"jobLevel": "1 "}, "number"),
        ({"jobLevel": "١"}, "number"),
        ({"jobLevel": -1}, "range"),
        ({"inputConfig": f"{INPUTS}/clip.manifest"}, "object"),
        ({"inputConfig": ...}, "missing"),
        ({"labelCategoryConfigS3Uri": ...}, "missing"),
        ({"labelCategoryConfigS3Uri": "https://input/vehicle.json"}, "s3_uri"),
        ({"labelCategoryConfigS3Uri": "s3://input"}, "s3_uri"),
        ({"labelCategoryConfigS3Uri": "s3://input/folder/"}, "s3_uri"),
        ({"labelCategoryConfigS3Uri": "s3://input/\ud800"}, "s3_uri"),
        ({"labelCategoryConfigS3Uri": "s3://input/" + "a" * 1024}, "s3_uri"),
        ({"labelAttributeName": "vehicle_ref"}, "label_attribute"),
        ({"labelAttributeName": "a" * 124 + "-ref"}, "label_attribute"),
        ({"labelAttributeName": "vehicle"}, "attribute_suffix"),
        ({"labelAttributeName": "source-ref"}, "reserved_attribute"),
        ({"maxConcurrentTaskCount": 0}, "range"),
        ({"maxConcurrentTaskCount": 5001}, "range"),
        ({"taskAvailabilityLifetimeInSeconds": 59}, "range"),
        ({"taskAvailabilityLifetimeInSeconds": 2_592_001}, "range"),
        ({"taskTimeLimitInSeconds": 29}, "range"),
        ({"taskTimeLimitInSeconds": 604_801}, "range"),
        ({"workteamArn": "my-team"}, "workteam_arn"),
        ({"workteamArn": f"{TEAMS.replace('private-crowd', 'mixed')}/a"}, "workteam_arn"),
        ({"workteamArn": f"{TEAMS.replace('us-east-1', 'us-west-2')}/a"}, "team_elsewhere"),
        ({"workteamArn": f"{TEAMS.replace('123456789012', '1' * 12)}/a"}, "team_elsewhere"),
        (
            {"workteamArn": "arn:aws:sagemaker:us-east-1:394669845002:workteam/public-crowd/d"},
            "public_team",
        ),
    ],
)
def test_a_field_of_a_job_that_will_not_do_is_reported(change, kind):
    [field] = change
    assert mistakes(body(job(**change))) == [(f"labelingJobs[0].{field}", kind)]


@pytest.mark.parametrize(
    ("change", "place", "kind"),
    [
        ({"batchId": ...}, "batchId", "missing"),
        ({"batchId": ""}, "batchId", "batch_id"),
        ({"batchId": "_x"}, "batchId", "batch_id"),
        ({"batchId": "a" * 65}, "batchId", "batch_id"),
        ({"batchId": "labeling-job#a"}, "batchId", "batch_id"),
        ({"labelingJobs": ...}, "labelingJobs", "missing"),
        ({"labelingJobs": []}, "labelingJobs", "missing"),
        ({"labelingJobs": {}}, "labelingJobs", "list"),
        ({"destinationSnsArn": "topic"}, "destinationSnsArn", "topic_arn"),
        ({"destinationSnsArn": f"{TOPICS}:a.fifo"}, "destinationSnsArn", "fifo_topic"),
        (
            {"destinationSnsArn": "arn:aws:sns:us-west-2:123456789012:a"},
            "destinationSnsArn",
            "topic_elsewhere",
        ),
        ({"approveBeforeLevels": 2}, "approveBeforeLevels", "levels"),
        ({"approveBeforeLevels": ["two"]}, "approveBeforeLevels", "levels"),
        ({"approveBeforeLevels": [1]}, "approveBeforeLevels", "levels"),
        ({"approveBeforeLevels": [2]}, "approveBeforeLevels", "levels"),
        ({"onJobFailure": "ignore"}, "onJobFailure", "on_job_failure"),
    ],
)
def test_a_field_of_the_batch_that_will_not_do_is_reported(change, place, kind):
    assert mistakes(body(**change)) == [(place, kind)]


@pytest.mark.parametrize("rate", [0, 101, "0.5", None, [50]])
def test_a_rate_is_a_percentage(rate):
    config = {"inputManifestS3Uri": f"{INPUTS}/clip.manifest", "downSamplingRate": rate}
    content = body(job(inputConfig=config))

    if rate is None:
        assert parsed(content).jobs[0].down_sampling_rate == 100
    else:
        assert path(refused(content).problems[0].loc).endswith("inputConfig.downSamplingRate")


def test_an_unknown_field_gets_a_hint_wherever_it_is():
    config = {"inputManifestS3Uri": f"{INPUTS}/clip.manifest", "downsamplingrate": 5}
    found = refused(body(job(joblevel=2, inputConfig=config), onJobFailures="fail")).problems

    assert [(path(problem.loc), problem.message) for problem in found] == [
        ("onJobFailures", "There is no such field. Did you mean onJobFailure?"),
        ("labelingJobs[0].joblevel", "There is no such field. Did you mean jobLevel?"),
        (
            "labelingJobs[0].inputConfig.downsamplingrate",
            "There is no such field. Did you mean downSamplingRate?",
        ),
    ]


def test_an_unknown_modality_gets_the_near_ones():
    said = message(body(job(jobModality="videoObjectTracing")))

    assert '"videoObjectTracing" is not a modality. Did you mean VideoObjectTracking' in said
    assert "PointCloudSemanticSegmentation" in said


def test_a_long_value_is_not_repeated_whole():
    assert len(message(body(batchId="x" * 100_000))) < 250


# --- approving


@pytest.mark.parametrize(("given", "rate"), [({}, None), ({"downSamplingRate": "25"}, 25)])
def test_an_approval_names_the_batch_and_may_have_a_rate(given, rate):
    assert approve_request(event({"batchId": "clip-0001"} | given)) == ("clip-0001", rate)


@pytest.mark.parametrize(
    ("content", "found"),
    [
        ({}, [("batchId", "missing")]),
        ({"batchId": ""}, [("batchId", "batch_id")]),
        ({"batchId": "a", "downSamplingRate": 0}, [("downSamplingRate", "range")]),
        ({"batchId": "a", "downSampling": 5}, [("downSampling", "unknown_field")]),
    ],
)
def test_an_approval_with_mistakes_is_refused(content, found):
    with pytest.raises(InvalidRequest) as caught:
        approve_request(event(content))

    assert [(path(problem.loc), problem.type) for problem in caught.value.problems] == found
