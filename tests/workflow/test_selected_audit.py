"""An audit of the suspicious frames only, and what comes of it: merge, exports, estimates."""

from __future__ import annotations

import json
from typing import Any

import pytest

from examples.driving.batch import request
from labeling.labels import PictureSize
from labeling.merging import read_merged
from tests.workflow.conftest import Pipeline

SELECTION = {"strategy": "worst-first", "rate": "20", "unit": "frame", "alwaysSample": "20"}


@pytest.fixture
def done(pipeline: Pipeline) -> Pipeline:
    """The clip's batch, whose audit of vehicles looks at a selection of frames."""
    jobs = request("clip", pipeline.inputs)["labelingJobs"]
    jobs[2]["inputConfig"]["selection"] = SELECTION
    pipeline.create("clip", labelingJobs=jobs, exports=["coco", "yolo"])
    pipeline.run()
    return pipeline


def read(pipeline: Pipeline, uri: str) -> str:
    bucket, _, key = uri.removeprefix("s3://").partition("/")
    body = pipeline.cloud.client("s3").get_object(Bucket=bucket, Key=key)["Body"].read()
    return str(body.decode())


def audit_of(pipeline: Pipeline) -> dict[str, Any]:
    [audit] = [
        job
        for job in pipeline.show("clip")["secondLevel"]["jobLevels"]
        if job["jobName"] == "clip-vehicle-audit"
    ]
    return dict(audit)


def test_the_audit_sees_a_part_of_the_clip(done):
    [line] = done.lines(audit_of(done)["jobInputS3Uri"])

    sequence = json.loads(read(done, line["source-ref"]))
    chosen = json.loads(read(done, line["frame-selection"]["frames-ref"]))["frames"]
    whole = json.loads(read(done, line["frame-selection"]["source-ref"]))
    assert len(chosen) < sequence["number-of-frames"] < whole["number-of-frames"]


def test_what_the_audit_changed_is_shown_with_an_estimate_of_the_rest(done):
    audit = audit_of(done)["audit"]

    assert int(audit["unitsAudited"]) > 0
    assert 0 < float(audit["hota"]) <= 1
    low, rate, high = (float(audit[f"residualErrorRate{end}"]) for end in ("Low", "", "High"))
    assert low <= rate <= high
    assert audit["problems"] == "0"


def test_the_report_says_how_much_of_each_person_s_labels_was_changed(done):
    merged = done.show("clip")["mergedS3Uri"]
    report = json.loads(read(done, merged.replace("data.jsonl", "report.json")))

    audit = report["audits"]["clip-vehicle-audit"]
    [(worker, found)] = audit["workers"].items()
    assert worker.startswith("private.us-east-1.")
    assert found["unitsChanged"] == audit["unitsChanged"]


def test_the_completion_message_says_the_same(done):
    told = done.mails()[-1]["batchInfo"]

    [audit] = [job for job in told["secondLevel"]["jobLevels"] if "vehicle" in job["jobName"]]
    assert audit["audit"] == audit_of(done)["audit"]
    assert told["mergedS3Uri"] == done.show("clip")["mergedS3Uri"]


def test_all_labels_lie_together_audited_frames_in_their_places(done):
    shown = done.show("clip")

    [clip] = read_merged(read(done, shown["mergedS3Uri"]).splitlines())
    whole = json.loads(read(done, clip.source))
    assert [frame.name for frame in clip.frames] == [frame["frame"] for frame in whole["frames"]]
    annotations = [label for frame in clip.frames for label in frame.annotations]
    assert shown["mergedAnnotations"] == str(len(annotations))
    assert shown["mergeProblems"] == "0"
    assert all(label.provenance.checks for label in annotations)
    assert {frame.size for frame in clip.frames} == {PictureSize(width=1280, height=720)}
    assert {label.provenance.job for label in annotations} == {
        "clip-vehicle",
        "clip-vehicle-audit",
        "clip-lane-audit",
    }


def test_the_formats_that_were_asked_for_are_there_and_say_what_they_lack(done):
    exports = done.show("clip")["exports"]

    assert set(exports) == {"coco", "yolo"}
    report = json.loads(read(done, f"{exports['coco']['s3Uri']}export-report.json"))
    assert report["annotations"]["box"] > 0
    lanes = sum(missing["count"] for missing in report["notHeld"] if missing["what"] == "polyline")
    assert exports["coco"]["leftOut"] == str(lanes)
    assert json.loads(read(done, f"{exports['yolo']['s3Uri']}export-report.json"))["frames"] == 38


def test_a_batch_that_is_complete_again_has_the_same_bytes(done):
    shown = done.show("clip")
    before = read(done, shown["mergedS3Uri"])

    jobs = request("clip", done.inputs)["labelingJobs"]
    jobs[2]["inputConfig"]["selection"] = SELECTION
    done.cloud.reset()
    again = Pipeline(done.cloud)
    again.create("clip", labelingJobs=jobs, exports=["coco", "mot"])
    again.run()

    rebuilt = read(again, again.show("clip")["mergedS3Uri"])
    assert _without_times(rebuilt) == _without_times(before)


def _without_times(lines: str) -> list[Any]:
    """Ground Truth says when it wrote a label, and draws ids anew."""
    found = []
    for line in map(json.loads, lines.splitlines()):
        for provenance in line.get("provenances", []):
            provenance.pop("createdAt", None)
            provenance.pop("workers", None)  # whoever was free
        found.append(line)
    return found
