"""What came of a batch, in sentences."""

from __future__ import annotations

from typing import Any

from smgt import Batch
from smgt._results import results
from tests.client.fake_api import batch, job


def told(**answer: Any) -> list[str]:
    return list(results(Batch.from_json(batch(status="COMPLETE", **answer))))


def test_audits_of_frames_tell_what_they_changed_and_how_good_the_rest_is() -> None:
    audit: Any = job("audit", "COMPLETE") | {
        "audit": {
            "unitsAudited": "10",
            "unitsChanged": "2",
            "residualErrorRateLow": "0",
            "residualErrorRateHigh": "0.0512",
        }
    }
    selected = [{"jobName": "audit", "inputConfig": {"selection": {"unit": "frames"}}}]

    [line] = told(second=[audit], inputLabelingJobs=selected)

    assert line == ("audit: 10 frames looked at, 2 changed; of the rest 0–5.1 % are wrong (95 %)")


def test_without_a_control_sample_nothing_is_said_of_the_rest() -> None:
    audit: Any = job("audit", "COMPLETE") | {"audit": {"unitsAudited": "1", "unitsChanged": "0"}}

    assert told(second=[audit]) == ["audit: 1 object looked at, 0 changed"]


def test_merged_labels_and_exports_are_counted_and_failures_named() -> None:
    exports = {
        "coco": {"s3Uri": "s3://p/coco/", "leftOut": "0"},
        "mot": {"s3Uri": "s3://p/mot/", "leftOut": "3"},
        "yolo": {"s3Uri": "s3://p/yolo/", "leftOut": "0", "error": "no sizes"},
    }

    assert told(mergedAnnotations="48", mergeProblems="1", exports=exports) == [
        "merged: 48 annotations, 1 problem (see report.json)",
        "export coco: nothing left out",
        "export mot: 3 left out",
        "export yolo: no sizes",
    ]
    assert told(mergeError="labels are gone") == ["not merged: labels are gone"]
    assert told() == []
