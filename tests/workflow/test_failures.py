"""What goes wrong ends right: failed jobs, lost events, executions that end by themselves."""

from __future__ import annotations

from datetime import timedelta

import pytest

import smgt
from tests.workflow.conftest import RECONCILED


def test_a_failed_job_fails_its_batch_with_the_reason_and_people_are_told(pipeline):
    pipeline.cloud.ground_truth.faults.fail_next("clip-lane", "The frames cannot be read.")

    pipeline.create("clip")
    pipeline.run()

    shown = pipeline.show("clip")
    assert shown["status"] == "INTERNAL_ERROR"
    assert "clip-lane" in shown["message"]
    assert "The frames cannot be read." in shown["message"]
    execution = pipeline.execution("clip")
    assert execution["status"] == "FAILED"
    assert execution["error"] == "LabelingJobFailed"
    assert pipeline.mails() == [
        {
            "batchId": "clip",
            "message": "Batch processing failed",
            "errorType": "LabelingJobFailed",
            "errorString": shown["message"],
            "token": execution["executionArn"],
            "status": "FAILED",
        }
    ]
    assert pipeline.states("clip")[-2:] == ["BatchError", "BatchFailed"]


def test_a_sibling_of_a_failed_job_runs_on_and_its_end_is_recorded(pipeline):
    faults = pipeline.cloud.ground_truth.faults
    faults.stall("clip-vehicle")
    faults.fail_next("clip-lane")
    pipeline.create("clip")
    pipeline.run()
    assert pipeline.statuses("clip")["clip-vehicle"] == "WAIT_FOR_SMGT_RESPONSE"

    faults.release("clip-vehicle")
    pipeline.run()

    assert pipeline.statuses("clip")["clip-vehicle"] == "COMPLETE"
    assert pipeline.show("clip")["status"] == "INTERNAL_ERROR"
    assert len(pipeline.mails()) == 1


def test_a_job_without_a_single_label_is_no_success(pipeline):
    pipeline.cloud.ground_truth.faults.fail_objects("clip-lane", 1)

    pipeline.create("clip")
    pipeline.run()

    assert pipeline.statuses("clip")["clip-lane"] == "FAILED"
    assert "no object was labeled" in pipeline.show("clip")["message"]


def test_a_lost_event_costs_at_most_five_minutes(pipeline):
    pipeline.cloud.faults.events.lose_next_event("aws.sagemaker", times=2)
    pipeline.create("clip")
    pipeline.run()
    assert pipeline.show("clip")["firstLevel"]["status"] == "IN_PROGRESS"

    pipeline.wait(RECONCILED)

    assert pipeline.show("clip")["status"] == "COMPLETE"


def test_an_event_that_comes_twice_changes_nothing(pipeline):
    pipeline.cloud.faults.events.double_next_event("aws.sagemaker", times=4)

    pipeline.create("clip")
    pipeline.run()

    shown = pipeline.show("clip")
    assert shown["status"] == "COMPLETE"
    assert shown["firstLevel"]["numChildBatchesComplete"] == "2"
    assert len(pipeline.mails()) == 2


def test_an_execution_that_is_stopped_by_hand_ends_its_batch(pipeline):
    pipeline.cloud.ground_truth.faults.stall("*")
    pipeline.create("clip")
    pipeline.run()

    pipeline.cloud.client("stepfunctions").stop_execution(
        executionArn=pipeline.execution("clip")["executionArn"], cause="by hand"
    )
    pipeline.run()

    shown = pipeline.show("clip")
    assert shown["status"] == "INTERNAL_ERROR"
    assert "ABORTED" in shown["message"]
    assert [mail["status"] for mail in pipeline.mails()] == ["FAILED"]


def test_a_job_over_its_time_fails_and_is_stopped(pipeline):
    pipeline.cloud.ground_truth.faults.stall("clip-lane")
    pipeline.create("clip")
    pipeline.run()

    pipeline.wait(timedelta(days=14, minutes=10))

    shown = pipeline.show("clip")
    assert shown["status"] == "INTERNAL_ERROR"
    assert "JobCompletionTimeout" in shown["message"]
    described = pipeline.cloud.client("sagemaker").describe_labeling_job(
        LabelingJobName="clip-lane"
    )
    assert described["LabelingJobStatus"] in ("Stopping", "Stopped")


def test_inputs_that_cannot_be_used_are_told_before_anything_begins(pipeline):
    wrong = {
        "jobName": "clip-vehicle",
        "jobModality": "VideoObjectTracking",
        "jobLevel": "1",
        "inputConfig": {"inputManifestS3Uri": f"{pipeline.inputs}/nothing.manifest"},
        "labelCategoryConfigS3Uri": f"{pipeline.inputs}/vehicle_label_category.json",
    }
    with pytest.raises(smgt.InvalidRequest, match=r"nothing\.manifest"):
        pipeline.create("clip", labelingJobs=[wrong])
    pipeline.run()

    with pytest.raises(smgt.NotFound):
        pipeline.show("clip")
    assert pipeline.cloud.client("sagemaker").list_labeling_jobs()["LabelingJobSummaryList"] == []
    assert pipeline.mails() == []

    mended = wrong | {"inputConfig": {"inputManifestS3Uri": f"{pipeline.inputs}/driving.manifest"}}
    pipeline.create("clip", labelingJobs=[mended])
    pipeline.run()
    assert pipeline.show("clip")["status"] == "COMPLETE"
