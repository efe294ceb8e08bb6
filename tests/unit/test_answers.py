"""`batchInfo`, held against the example of the AWS Machine Learning Blog's hierarchical labeling
post: the same keys, the same places, numbers as strings."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from labeling.answers import batch_info
from labeling.model import BatchStatus, JobStatus, OnJobFailure, Outcome
from tests.unit.builders import BATCH_ID, CATEGORIES, MANIFEST, TEAM, request, stored

PLACE = "s3://smgt-workflow-123456789012-us-east-1-batch-processing"


def info(world, **keywords):
    return batch_info(
        world.batches.view(BATCH_ID), levels=world.levels, objects=world.objects, **keywords
    )


def test_a_batch_shows_what_was_asked_for_and_every_level(world):
    stored(world, request("vehicle"), request("vehicle-audit", 2, chain_from="vehicle"))

    shown = info(world)

    assert list(shown)[:6] == [
        "batchId",
        "status",
        "inputLabelingJobs",
        "firstLevel",
        "secondLevel",
        "thirdLevel",
    ]
    assert shown["batchId"] == BATCH_ID
    assert shown["status"] == "IN_PROGRESS"
    assert shown["inputLabelingJobs"][1] == {
        "jobName": "vehicle-audit",
        "taskAvailabilityLifetimeInSeconds": "864000",
        "inputConfig": {"chainFromJobName": "vehicle"},
        "jobModality": "VideoObjectTrackingAudit",
        "taskTimeLimitInSeconds": "604800",
        "maxConcurrentTaskCount": "100",
        "workteamArn": TEAM,
        "jobType": "BATCH",
        "jobLevel": "2",
        "labelAttributeName": "vehicle-audit-ref",
    }


def test_a_job_shows_its_places_with_links(world):
    stored(world, request("vehicle"))

    [job] = info(world)["firstLevel"]["jobLevels"]

    output = (
        f"{PLACE}/batch_manifests/VideoObjectTracking/clip-0001-first_level-vehicle/output/"
        "vehicle/manifests/output/output.manifest"
    )
    assert job["batchId"] == "clip-0001-first_level-vehicle"
    assert job["batchStatus"] == "QUEUED"
    assert job["labelingJobName"] == "vehicle"
    assert job["labelAttributeName"] == "vehicle-ref"
    assert job["labelCategoryS3Uri"] == CATEGORIES
    assert job["jobInputS3Uri"] == MANIFEST
    assert job["jobInputS3Url"] == world.objects.signed_url(MANIFEST)
    assert job["jobOutputS3Uri"] == output
    assert job["jobOutputS3Url"] == world.objects.signed_url(output)


def test_a_chained_job_shows_its_source_s_output_until_it_has_an_input_of_its_own(world):
    batch, [_, audit] = stored(
        world, request("vehicle"), request("vehicle-audit", 2, chain_from="vehicle")
    )

    def shown_input():
        levels = info(world)
        return levels["secondLevel"]["jobLevels"][0]["jobInputS3Uri"]

    first_output = info(world)["firstLevel"]["jobLevels"][0]["jobOutputS3Uri"]
    assert shown_input() == first_output
    world.batches.set_inputs(batch, [replace(audit, input_uri="s3://own/input.manifest")])
    assert shown_input() == "s3://own/input.manifest"


def test_counts_are_strings_and_only_complete_jobs_count_as_complete(world):
    _, [done, lost, gone, _] = stored(
        world,
        *(request(name) for name in ("done", "lost", "gone", "open")),
        on_job_failure=OnJobFailure.CONTINUE,
    )
    counts = Outcome(status=JobStatus.COMPLETE, objects=38, labeled=37, failed_objects=1)
    world.batches.record(done, counts, now=world.now())
    failure = Outcome(status=JobStatus.FAILED, reason="no object was labeled")
    world.batches.record(lost, failure, now=world.now())
    world.batches.record(gone, Outcome(status=JobStatus.SKIPPED), now=world.now())

    level = info(world)["firstLevel"]

    assert level["status"] == "IN_PROGRESS"
    assert level["numChildBatches"] == "4"
    assert level["numChildBatchesComplete"] == "1"
    assert (level["numChildBatchesFailed"], level["numChildBatchesSkipped"]) == ("1", "1")
    assert level["statusReason"] == "lost: no object was labeled"
    first, second, _, last = level["jobLevels"]
    assert (first["objectsTotal"], first["objectsLabeled"], first["failedObjects"]) == (
        "38",
        "37",
        "1",
    )
    assert (second["batchStatus"], second["statusReason"]) == ("FAILED", "no object was labeled")
    assert "objectsTotal" not in last


def test_levels_that_the_batch_does_not_use_are_complete_and_empty(world):
    stored(world, request("vehicle"), levels=1)

    assert info(world)["thirdLevel"] == {
        "status": "COMPLETE",
        "numChildBatches": "0",
        "numChildBatchesComplete": "0",
        "jobLevels": [],
    }


def test_the_time_and_reason_of_an_end_are_shown(world):
    batch, _ = stored(world, request("vehicle"))
    world.advance(timedelta(days=2, milliseconds=5))
    world.batches.end(
        batch,
        BatchStatus.INTERNAL_ERROR,
        message="vehicle: expired",
        error_type="LabelingJobFailed",
        now=world.now(),
    )

    shown = info(world)

    assert shown["status"] == "INTERNAL_ERROR"
    assert (shown["errorType"], shown["message"]) == ("LabelingJobFailed", "vehicle: expired")
    assert shown["createdAt"] == "2026-03-01T12:00:00.000Z"
    assert shown["endedAt"] == "2026-03-03T12:00:00.005Z"
    assert shown["urlsExpireAt"] == "2026-03-03T13:00:00.005Z"
    assert shown["run"] == "0"
    assert shown["firstLevel"]["status"] == "INTERNAL_ERROR"
    [job] = shown["firstLevel"]["jobLevels"]
    assert job["statusReason"] == "was not started before the batch ended"


def test_a_job_says_what_it_waits_for(world):
    batch, [job] = stored(world, request("vehicle"))

    def reason():
        [shown] = info(world)["firstLevel"]["jobLevels"]
        return shown["statusReason"], shown.get("statusSince")

    assert reason() == ("is about to be queued", None)
    world.batches.enqueue(batch, [job], now=world.now())
    assert reason()[1] == "2026-03-01T12:00:00.000Z"
    world.batches.claim(batch, job, now=world.now())
    assert reason()[0] == "is being created"
    world.batches.confirm(batch, job, now=world.now())
    assert reason()[0] == "0 objects labeled"


def test_a_level_shows_whether_it_needs_an_approval(world):
    stored(
        world,
        request("vehicle"),
        request("vehicle-audit", 2, chain_from="vehicle"),
        approve_before_levels=frozenset({2}),
    )

    assert "approval" not in info(world)["firstLevel"]
    assert info(world)["secondLevel"]["approval"] == "REQUIRED"
    world.batches.approve(BATCH_ID, 2, rate=None, now=world.now())
    assert info(world)["secondLevel"]["approval"] == "APPROVED"


def test_a_page_has_its_jobs_and_the_counts_of_all(world):
    stored(world, request("a"), request("a-audit", 2, chain_from="a"), request("b"), request("c"))
    page = world.batches.view(BATCH_ID).jobs[1:4]

    shown = info(world, jobs=page)

    assert [job["jobName"] for job in shown["firstLevel"]["jobLevels"]] == ["b", "c"]
    assert [job["jobName"] for job in shown["secondLevel"]["jobLevels"]] == ["a-audit"]
    assert [entry["jobName"] for entry in shown["inputLabelingJobs"]] == ["a-audit", "b", "c"]
    assert shown["firstLevel"]["numChildBatches"] == "3"
    assert shown["secondLevel"]["jobLevels"][0]["jobInputS3Uri"].endswith(
        "/a/manifests/output/output.manifest"
    )


@pytest.mark.parametrize("levels", [3, 5])
def test_there_are_as_many_levels_as_the_state_machine_has(world, levels):
    stored(world, request("vehicle"), levels=1)

    shown = batch_info(world.batches.view(BATCH_ID), levels=levels, objects=world.objects)

    assert sum(key.endswith("Level") for key in shown) == levels
