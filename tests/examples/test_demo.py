"""The demonstration: run once, then what it left is looked at."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from examples import demo

STATES = [
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


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("demo")
    assert demo.main(folder) == 0
    return folder


@pytest.fixture(scope="module")
def result(out: Path) -> dict[str, Any]:
    document: dict[str, Any] = json.loads((out / "result.json").read_text())
    return document


def test_the_batch_and_its_four_jobs_are_complete(result: dict[str, Any]) -> None:
    batch = result["batch"]
    levels = [batch[key] for key in ("firstLevel", "secondLevel", "thirdLevel")]

    assert result["createResponse"] == (
        f"Batch processor successfully triggered with BatchId : {batch['batchId']}"
    )
    assert batch["status"] == "COMPLETE"
    assert [level["numChildBatchesComplete"] for level in levels] == ["2", "2", "0"]
    assert {job["batchStatus"] for level in levels for job in level["jobLevels"]} == {"COMPLETE"}


def test_the_execution_went_through_every_state_in_order(result: dict[str, Any]) -> None:
    assert result["executionHistory"] == STATES


def test_the_message_of_success_carries_the_batch_and_the_execution(result: dict[str, Any]) -> None:
    message = result["notification"]

    assert message["message"] == "Batch processing has completed successfully."
    assert message["status"] == "SUCCESS"
    assert ":execution:smgt-workflow-batch-process:driving-" in message["token"]
    assert message["batchInfo"]["secondLevel"]["numChildBatches"] == "2"


def test_the_labels_of_every_job_were_downloaded(out: Path, result: dict[str, Any]) -> None:
    jobs = {entry["jobName"] for entry in result["batch"]["inputLabelingJobs"]}
    manifests = {path.parent.name for path in out.glob("outputs/*/output.manifest")}
    labels = {path.parents[2].name for path in out.glob("outputs/*/labels/0/SeqLabel.json")}

    assert manifests == labels == jobs


def test_the_labels_are_drawn_on_the_frames(out: Path) -> None:
    with Image.open(out / "overlay.png") as picture:
        assert picture.width > 1500


def test_the_steps_are_timed(result: dict[str, Any]) -> None:
    seconds = dict(result["timings"])
    total = seconds.pop("total")

    assert list(seconds) == ["synth", "deploy", "upload", "batch", "results"]
    assert sum(seconds.values()) <= total + 0.1
