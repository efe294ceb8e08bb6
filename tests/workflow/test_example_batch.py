"""The example batch from its request to its message: what everybody who tries this sees first."""

from __future__ import annotations

import json

import httpx
import pytest

import smgt
from tests.workflow.conftest import Pipeline

WAY = [
    "TransformationStep",
    "TriggerLabelingFirstLevel",
    "CheckForFirstLevelComplete",
    "SendSecondLevelSNSAndCheckResponse",
    "TriggerLabelingSecondLevel",
    "CheckForSecondLevelComplete",
    "SendThirdLevelSNSAndCheckResponse",
    "TriggerLabelingThirdLevel",
    "CheckForThirdLevelComplete",
    "CopyLogsAndSendBatchCompleted",
    "Complete",
]


@pytest.fixture
def done(pipeline: Pipeline) -> Pipeline:
    """The driving clip's batch `clip`, after everything that happens by itself."""
    pipeline.create("clip")
    pipeline.run()
    return pipeline


def test_a_batch_passes_every_state_in_order_and_all_its_jobs_complete(done):
    assert done.states("clip") == WAY
    assert done.execution("clip")["status"] == "SUCCEEDED"
    assert done.statuses("clip") == {
        "clip-vehicle": "COMPLETE",
        "clip-lane": "COMPLETE",
        "clip-vehicle-audit": "COMPLETE",
        "clip-lane-audit": "COMPLETE",
    }


def test_the_answer_has_the_known_shape_with_numbers_as_strings(done):
    shown = done.show("clip")

    assert shown["status"] == "COMPLETE"
    first = shown["firstLevel"]
    assert (first["status"], first["numChildBatches"], first["numChildBatchesComplete"]) == (
        "COMPLETE",
        "2",
        "2",
    )
    assert shown["thirdLevel"] == {
        "status": "COMPLETE",
        "numChildBatches": "0",
        "numChildBatchesComplete": "0",
        "jobLevels": [],
    }
    audit = shown["secondLevel"]["jobLevels"][0]
    bucket = "s3://smgt-workflow-123456789012-us-east-1-batch-processing"
    vehicle = f"{bucket}/batch_manifests/VideoObjectTracking/clip-first_level-clip-vehicle"
    audited = (
        f"{bucket}/batch_manifests/VideoObjectTrackingAudit/clip-second_level-clip-vehicle-audit"
    )
    assert audit | {"jobInputS3Url": "", "jobOutputS3Url": ""} == audit | {
        "batchId": "clip-second_level-clip-vehicle-audit",
        "batchStatus": "COMPLETE",
        "labelingJobName": "clip-vehicle-audit",
        "labelAttributeName": "clip-vehicle-audit-ref",
        "labelCategoryS3Uri": (
            f"{bucket}/label_category_input/clip-second_level-clip-vehicle-audit/category-file.json"
        ),
        "jobInputS3Uri": f"{vehicle}/output/clip-vehicle/manifests/output/output.manifest",
        "jobInputS3Url": "",
        "jobOutputS3Uri": f"{audited}/output/clip-vehicle-audit/manifests/output/output.manifest",
        "jobOutputS3Url": "",
    }


def test_the_links_open_the_manifests_without_credentials(done):
    job = done.show("clip")["secondLevel"]["jobLevels"][0]

    [line] = httpx.get(job["jobOutputS3Url"]).text.splitlines()

    labeled = json.loads(line)
    assert labeled["source-ref"].endswith("/driving.json")
    assert labeled["clip-vehicle-ref"].endswith("/SeqLabel.json")
    assert labeled["clip-vehicle-audit-ref-metadata"]["adjustment-status"] == "adjusted"


def test_people_are_told_of_the_start_of_a_level_and_of_the_end(done):
    second, end = done.mails()

    assert second["message"] == "The second level of batch clip starts"
    assert end["message"] == "Batch processing has completed successfully."
    assert end["status"] == "SUCCESS"
    assert end["token"] == done.execution("clip")["executionArn"]
    assert end["batchInfo"]["secondLevel"]["numChildBatchesComplete"] == "2"


def test_a_batch_is_listed_under_its_status(done):
    assert done.client.list()["COMPLETE"] == ["clip"]


def test_the_same_request_again_is_the_same_batch(done):
    done.create("clip")
    done.run()

    assert done.states("clip") == WAY
    assert len(done.mails()) == 2


def test_another_request_under_a_used_id_is_refused(done):
    with pytest.raises(smgt.Conflict):
        done.create("clip", onJobFailure="continue")


def test_an_unsigned_request_is_refused(pipeline):
    answer = httpx.get(f"{pipeline.cloud.endpoints.api_url}/batch/show")

    assert answer.status_code == 403
    assert "sign it with SigV4" in answer.json()["message"]
    assert answer.json()["errors"] == []


def test_five_mistakes_are_told_at_once_each_with_what_to_do(pipeline):
    with pytest.raises(smgt.InvalidRequest) as refused:
        pipeline.create(
            "not an id!",
            labelingJobs=[
                {
                    "jobName": "a name",
                    "jobModality": "VideoObjectTraking",
                    "jobLevel": "1",
                    "inputConfig": {"inputManifestS3Uri": "clip.manifest"},
                    "labelCategoryConfigS3Uri": f"{pipeline.inputs}/labels.json",
                    "taskTimeLimitInSeconds": "5",
                }
            ],
        )

    places = {mistake.where for mistake in refused.value.errors}
    assert places == {
        "batchId",
        "labelingJobs[0].jobName",
        "labelingJobs[0].jobModality",
        "labelingJobs[0].inputConfig.inputManifestS3Uri",
        "labelingJobs[0].taskTimeLimitInSeconds",
    }
    assert pipeline.client.list()["IN_PROGRESS"] == []
