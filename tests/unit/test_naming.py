"""Names of attempts, children and states, and places of objects."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from labeling.naming import (
    BATCH_ID,
    JOB_NAME,
    LONGEST_JOB_NAME,
    Places,
    approval_state,
    attempt_name,
    child_id,
    completion_state,
    level_key,
)

PLACES = Places(processing_bucket="smgt-workflow-123456789012-us-east-1-batch-processing")
BUCKET = f"s3://{PLACES.processing_bucket}"


def test_levels_have_words() -> None:
    assert [level_key(number) for number in (1, 2, 3, 10)] == [
        "firstLevel",
        "secondLevel",
        "thirdLevel",
        "tenthLevel",
    ]
    assert child_id("clip", 2, "vehicle-audit") == "clip-second_level-vehicle-audit"


@pytest.mark.parametrize("level", [1, 2, 3])
def test_waiting_states_are_those_of_the_state_machine(level: int) -> None:
    written = Path(__file__).parents[2] / "statemachine" / "batch-process.asl.json"
    states = set(re.findall(r'"((?:Check|Wait)For\w+)": \{', written.read_text()))

    assert completion_state(level) in states
    if level > 1:
        assert approval_state(level) in states


def test_the_first_attempt_has_the_jobs_own_name() -> None:
    assert attempt_name("vehicle", 0) == "vehicle"
    assert attempt_name("vehicle", 1) == "vehicle-r1"
    assert attempt_name("v" * 60, 2) == "v" * 60 + "-r2"


@pytest.mark.parametrize("attempt", [1, 9, 99])
@pytest.mark.parametrize(
    "name", ["v" * 63, "v" * 51 + "-" * 5 + "v" * 7, "v" * 61, "a" + "-" * 61 + "b"]
)
def test_a_long_name_is_cut_and_stays_a_name(name: str, attempt: int) -> None:
    attempts_name = attempt_name(name, attempt)

    assert len(attempts_name) <= LONGEST_JOB_NAME
    assert JOB_NAME.fullmatch(attempts_name)
    assert attempts_name.endswith(f"-r{attempt}")


def test_long_names_that_begin_alike_stay_apart() -> None:
    assert attempt_name("v" * 62 + "a", 1) != attempt_name("v" * 62 + "b", 1)


def test_a_cut_name_has_no_two_hyphens_where_it_was_cut() -> None:
    assert re.fullmatch(r"v{51}-[0-9a-f]{6}-r1", attempt_name("v" * 51 + "-" * 5 + "v" * 7, 1))


def test_objects_lie_where_people_look_for_them() -> None:
    child = child_id("clip", 1, "vehicle")
    modality = "VideoObjectTracking"
    folder = f"{BUCKET}/batch_manifests/{modality}/{child}"

    assert PLACES.output_prefix(modality, child) == f"{folder}/output"
    assert PLACES.output_manifest(modality, child, "vehicle-r1") == (
        f"{folder}/output/vehicle-r1/manifests/output/output.manifest"
    )
    assert PLACES.input_manifest(modality, child) == f"{folder}/input/input.manifest"
    assert PLACES.left_out(modality, child) == f"{folder}/input/left-out.jsonl"
    assert PLACES.label_category(child) == (
        f"{BUCKET}/label_category_input/{child}/category-file.json"
    )
    assert PLACES.request("clip", "abc") == f"{BUCKET}/batch_requests/clip/abc.json"
    assert PLACES.batch_info("clip", 1) == f"{BUCKET}/batch_info/clip/1.json"


@pytest.mark.parametrize("batch_id", ["a", "Clip_1-b", "0" * 64])
def test_batch_ids_are_letters_digits_hyphens_and_underscores(batch_id: str) -> None:
    assert BATCH_ID.fullmatch(batch_id)


@pytest.mark.parametrize("batch_id", ["", "-a", "_a", "a#b", "a b", "0" * 65, "ä", "a\n"])
def test_anything_else_is_no_batch_id(batch_id: str) -> None:
    assert not BATCH_ID.fullmatch(batch_id)
