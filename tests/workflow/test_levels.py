"""Between levels: approval and sampling."""

from __future__ import annotations

import pytest

import smgt


def test_a_level_that_needs_approval_waits_for_it(pipeline):
    pipeline.create("clip", approveBeforeLevels=[2])
    pipeline.run()
    assert pipeline.mails()[-1]["status"] == "WAITING_FOR_APPROVAL"
    assert pipeline.show("clip")["secondLevel"]["status"] == "IN_PROGRESS"
    assert pipeline.states("clip")[-1] == "WaitForSecondLevelApproval"

    pipeline.client.approve("clip")
    pipeline.run()

    assert pipeline.show("clip")["status"] == "COMPLETE"


def test_an_approval_that_nobody_waits_for_is_refused(pipeline):
    pipeline.create("clip")
    pipeline.run()

    with pytest.raises(smgt.Conflict):
        pipeline.client.approve("clip")


def test_only_a_part_of_the_objects_goes_on_and_a_rate_given_at_approval_decides(pipeline):
    ten = smgt.prepare.manifest([f"{pipeline.inputs}/driving.json"] * 10)
    pipeline.client.upload({"ten.manifest": ten}, prefix="driving")
    jobs = [
        {
            "jobName": "clip-vehicle",
            "jobModality": "VideoObjectTracking",
            "jobLevel": 1,
            "inputConfig": {"inputManifestS3Uri": f"{pipeline.inputs}/ten.manifest"},
            "labelCategoryConfigS3Uri": f"{pipeline.inputs}/vehicle_label_category.json",
        },
        {
            "jobName": "clip-audit",
            "jobModality": "VideoObjectTrackingAudit",
            "jobLevel": 2,
            "inputConfig": {"chainFromJobName": "clip-vehicle", "downSamplingRate": 50},
        },
    ]
    pipeline.create("clip", labelingJobs=jobs, approveBeforeLevels=[2])
    pipeline.run()
    pipeline.client.approve("clip", down_sampling_rate=20)
    pipeline.run()

    shown = pipeline.show("clip")
    assert shown["status"] == "COMPLETE"
    [audit] = shown["secondLevel"]["jobLevels"]
    assert audit["jobInputS3Uri"].endswith("/input/input.manifest")
    assert len(pipeline.lines(audit["jobInputS3Uri"])) == 2
    left_out = audit["jobInputS3Uri"].replace("input.manifest", "left-out.jsonl")
    assert {entry["reason"] for entry in pipeline.lines(left_out)} == {"not sampled"}
