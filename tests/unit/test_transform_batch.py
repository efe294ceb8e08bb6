from __future__ import annotations

import json
from typing import Any

import pytest

from labeling.documents import stored_request
from labeling.errors import InvalidBatch, StaleRun
from labeling.model import BatchStatus, JobStatus
from labeling.use_cases.start_jobs import start_jobs
from labeling.use_cases.transform_batch import LONGEST_MESSAGE, transform_batch
from tests.unit.builders import BATCH_ID, CATEGORIES, MANIFEST, TEAM, batch, manifest
from tests.unit.clips import LABELS, write_clip
from tests.unit.clips import MANIFEST as CLIP
from tests.unit.request_bodies import SETTINGS, audit, body, job, parsed

DOCUMENT: dict[str, Any] = {
    "counted": {MANIFEST: 3},
    "onJobFailure": "fail",
    "approveBeforeLevels": [],
    "batchId": BATCH_ID,
    "labelingJobs": [
        {
            "jobName": "vehicle",
            "jobType": "BATCH",
            "jobModality": "VideoObjectTracking",
            "jobLevel": "1",
            "inputConfig": {"inputManifestS3Uri": MANIFEST},
            "labelCategoryConfigS3Uri": CATEGORIES,
            "labelAttributeName": "vehicle-ref",
            "workteamArn": TEAM,
            "maxConcurrentTaskCount": "100",
            "taskAvailabilityLifetimeInSeconds": "864000",
            "taskTimeLimitInSeconds": "604800",
        },
        {
            "jobName": "vehicle-audit",
            "jobType": "BATCH",
            "jobModality": "VideoObjectTrackingAudit",
            "jobLevel": "2",
            "inputConfig": {"chainFromJobName": "vehicle"},
            "labelAttributeName": "vehicle-audit-ref",
            "workteamArn": TEAM,
            "maxConcurrentTaskCount": "100",
            "taskAvailabilityLifetimeInSeconds": "864000",
            "taskTimeLimitInSeconds": "604800",
        },
    ],
}


@pytest.fixture
def accepted(world):
    """A batch that the API took, with its inputs in S3."""
    owner = world.batches.add(batch(world))
    world.objects.write(owner.request_uri, json.dumps(DOCUMENT))
    world.objects.write(MANIFEST, manifest(*({"source-ref": f"s3://in/{n}"} for n in range(3))))
    world.objects.write(CATEGORIES, json.dumps({"labels": [{"label": "Vehicle"}]}))
    return owner


def transform(world, owner, execution=None):
    transform_batch(owner.batch_id, execution or owner.execution, ports=world, settings=SETTINGS)


def test_a_request_becomes_levels_and_jobs(world, accepted):
    transform(world, accepted)

    view = world.batches.view(BATCH_ID)
    assert [(level.number, level.children) for level in view.levels] == [(1, 1), (2, 1)]
    vehicle, audit = view.jobs
    assert (vehicle.status, vehicle.input_uri, vehicle.objects) == (JobStatus.QUEUED, MANIFEST, 3)
    assert vehicle.output_uri == (
        "s3://smgt-workflow-123456789012-us-east-1-batch-processing/batch_manifests/"
        "VideoObjectTracking/clip-0001-first_level-vehicle/output/vehicle/"
        "manifests/output/output.manifest"
    )
    assert audit.label_category_uri.endswith(
        "label_category_input/clip-0001-second_level-vehicle-audit/category-file.json"
    )


def test_transforming_again_keeps_what_was_started_meanwhile(world, accepted):
    transform(world, accepted)
    [vehicle] = world.batches.jobs(BATCH_ID, 1)
    world.batches.enqueue(accepted, [vehicle], now=world.now())
    start_jobs(ports=world, seconds=45)

    transform(world, accepted)

    assert world.batches.jobs(BATCH_ID, 1)[0].status is JobStatus.WAIT_FOR_SMGT_RESPONSE


@pytest.fixture
def looked_at_in_part(world):
    """A batch whose plan the API had no time to complete."""
    write_clip(world)
    request = parsed(body(job(), audit()))
    owner = world.batches.add(batch(world))
    stored = stored_request(request, counted=None)
    world.objects.write(owner.request_uri, json.dumps(stored))
    return owner


def test_what_the_api_had_no_time_for_is_looked_at_now(world, looked_at_in_part):
    transform(world, looked_at_in_part)

    [vehicle] = world.batches.jobs(BATCH_ID, 1)
    assert vehicle.objects == 1


def test_every_input_that_cannot_be_used_is_named_at_once(world, looked_at_in_part):
    world.objects.write(CLIP, "not json\n")
    del world.objects.texts[LABELS]

    with pytest.raises(InvalidBatch) as refused:
        transform(world, looked_at_in_part)

    assert "labelingJobs[0].inputConfig.inputManifestS3Uri: Line 1" in str(refused.value)
    assert "labelingJobs[0].labelCategoryConfigS3Uri: " in str(refused.value)
    ended = world.batches.batch(BATCH_ID)
    assert (ended.status, ended.message) == (BatchStatus.VALIDATION_FAIL, str(refused.value))


def test_a_name_that_another_batch_took_a_moment_ago_is_refused_by_name(world, accepted):
    other = world.batches.add(batch(world, batch_id="other", nonce="n1"))
    world.objects.write(other.request_uri, json.dumps(DOCUMENT | {"batchId": "other"}))
    transform(world, other)

    with pytest.raises(InvalidBatch, match="jobName vehicle: another batch took this name"):
        transform(world, accepted)


def test_an_execution_that_is_not_the_batchs_own_does_nothing(world, accepted):
    with pytest.raises(StaleRun):
        transform(world, accepted, execution="somebody-elses")

    assert world.batches.view(BATCH_ID).jobs == ()


def test_more_problems_than_a_message_has_room_for_are_counted(world, accepted):
    jobs = [
        DOCUMENT["labelingJobs"][0]
        | {"jobName": f"job-{n}", "inputConfig": {"inputManifestS3Uri": f"s3://in/{n}.manifest"}}
        for n in range(500)
    ]
    document = DOCUMENT | {"labelingJobs": jobs, "counted": None}
    world.objects.write(accepted.request_uri, json.dumps(document))

    with pytest.raises(InvalidBatch) as refused:
        transform(world, accepted)

    assert len(str(refused.value)) < LONGEST_MESSAGE + 20
    assert str(refused.value).endswith(" more")


def test_the_longest_message_fits_into_a_cause_however_often_it_is_escaped():
    error = {"errorMessage": "ä" * LONGEST_MESSAGE, "errorType": "InvalidBatch"}
    caught = {"Error": "InvalidBatch", "Cause": json.dumps(error)}

    assert len(json.dumps(caught)) < 32_768
