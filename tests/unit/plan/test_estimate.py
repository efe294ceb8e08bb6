"""What a batch costs and how long it takes, from its sizes alone."""

from __future__ import annotations

import json
from typing import Any

import pytest

from labeling.modalities import modalities
from labeling.model import JobRequest, Selection, SelectionUnit, Strategy
from labeling.plan.estimate import JobSize, estimate
from labeling.plan.price_table import price_of_objects, table

TEAM = "arn:aws:sagemaker:us-east-1:123456789012:workteam/private-crowd/labelers"
OTHERS = f"{TEAM}-2"
TEN = {TEAM: 10, OTHERS: 10}
HOUR = 3600


def job(name: str = "pictures", index: int = 0, **changes: Any) -> JobSize:
    given: dict[str, Any] = {
        "index": index,
        "name": name,
        "modality": "BoundingBox",
        "level": 1,
        "workteam_arn": TEAM,
    }
    return JobSize(**(given | changes))


def answer(*jobs: JobSize, quota: int = 1, teams: dict[str, int] | None = None) -> dict[str, Any]:
    """As it goes over the wire."""
    made = estimate(jobs, quota, TEN if teams is None else teams)
    answered: dict[str, Any] = json.loads(json.dumps(made.as_answer()))
    return answered


def only(*jobs: JobSize, **given: Any) -> dict[str, Any]:
    """What is said of the last of these jobs."""
    last: dict[str, Any] = answer(*jobs, **given)["levels"][-1]["jobs"][-1]
    return last


def test_each_picture_is_billed_once_however_many_people_label_it() -> None:
    alone = only(job(objects=1_000))
    five = only(job(objects=1_000, workers_per_object=5))

    assert alone["billedObjects"] == five["billedObjects"] == 1_000
    assert alone["costUsd"] == five["costUsd"] == {"low": 80.0, "high": 80.0}
    assert five["hours"]["high"] > alone["hours"]["high"]


def test_of_a_video_each_frame_is_billed() -> None:
    found = only(job(modality="VideoObjectTracking", objects=3, frames=600))

    assert (found["objects"], found["billedObjects"]) == (3, 600)
    assert found["costUsd"] == {"low": 48.0, "high": 48.0}


@pytest.mark.parametrize(
    ("modality", "billed"), [("VideoObjectDetection", 4_000), ("PointCloudObjectTracking", 1_000)]
)
def test_frames_that_nobody_counted_are_as_many_as_there_may_be(modality: str, billed: int) -> None:
    made = answer(job(modality=modality, objects=2))

    assert made["total"]["billedObjects"] == billed
    assert any("could not be counted" in sentence for sentence in made["assumptions"])


def test_single_point_clouds_are_frames_without_being_counted() -> None:
    found = only(job(modality="PointCloudSemanticSegmentation", objects=200))

    assert (found["objects"], found["billedObjects"]) == (200, 200)
    assert found["costUsd"] == {"low": 16.0, "high": 256.0}
    assert found["hours"]["low"] >= 5 / 60  # before workers see the first of them


def test_many_objects_cost_less_each() -> None:
    assert price_of_objects(50_000).low == pytest.approx(0.08)
    assert price_of_objects(100_000).low == pytest.approx(0.06)
    assert price_of_objects(2_000_000).low == pytest.approx(0.031)
    assert price_of_objects(2_000_000).high == pytest.approx(0.08)
    assert price_of_objects(0).low == pytest.approx(0.08)


def test_tiers_are_the_batchs_not_each_jobs() -> None:
    made = answer(job("one", objects=50_000), job("two", 1, objects=50_000))

    assert [entry["costUsd"]["low"] for entry in made["levels"][0]["jobs"]] == [3000.0, 3000.0]
    assert made["total"]["costUsd"] == {"low": 6000.0, "high": 8000.0}


def test_a_chained_job_has_at_most_what_its_source_had_sampled() -> None:
    track = job("track", modality="VideoObjectTracking", objects=10, frames=1_000)
    audit = job(
        "audit",
        1,
        modality="VideoObjectTrackingAudit",
        level=2,
        chain_from="track",
        rate=25,
    )
    second = job(
        "second", 2, modality="VideoObjectTrackingAudit", level=3, chain_from="audit", rate=10
    )

    made = answer(second, track, audit)

    assert [level["level"] for level in made["levels"]] == [1, 2, 3]
    assert [(level["objects"], level["billedObjects"]) for level in made["levels"]] == [
        (10, 1_000),
        (2, 200),
        (1, 100),
    ]
    assert any("at most what the job before" in sentence for sentence in made["assumptions"])


def test_a_selection_is_what_it_chooses_and_its_control_sample() -> None:
    worst = Selection(strategy=Strategy.WORST_FIRST, rate=10, always_sample=10)
    pictures = job(objects=1_000)
    audit = {"modality": "BoundingBoxAudit", "level": 2, "chain_from": "pictures"}

    assert only(pictures, job("audit", 1, **audit, selection=worst))["objects"] == 190


@pytest.mark.parametrize(("rate", "billed"), [(2, 100), (10, 500), (40, 1_000)])
def test_frames_of_a_selection_are_billed_with_those_around_them(rate: int, billed: int) -> None:
    frames = Selection(strategy=Strategy.RANDOM, rate=rate, unit=SelectionUnit.FRAME)
    track = job("track", modality="VideoObjectTracking", objects=10, frames=1_000)
    audit = {"modality": "VideoObjectTrackingAudit", "level": 2, "chain_from": "track"}

    found = only(track, job("audit", 1, **audit, selection=frames))

    assert (found["objects"], found["billedObjects"]) == (10, billed)


def test_stopping_conditions_and_sampling_leave_less_to_do() -> None:
    assert only(job(objects=1_000, rate=50))["objects"] == 500
    assert only(job(objects=1_000, max_objects=30))["objects"] == 30
    assert only(job(objects=1_000, max_percentage=1))["objects"] == 10
    assert only(job(objects=1, rate=1))["objects"] == 1
    assert only(job(objects=0))["objects"] == 0


def test_verifying_is_quicker_than_adjusting_and_adjusting_than_labeling() -> None:
    hours = [
        only(job(modality=modality, objects=1_000))["hours"]["high"]
        for modality in ("BoundingBoxVerification", "BoundingBoxAudit", "BoundingBox")
    ]

    assert hours == sorted(hours)
    assert hours[0] < hours[1]


def test_a_larger_team_is_quicker() -> None:
    few = only(job(objects=1_000), teams={TEAM: 1})["hours"]
    many = only(job(objects=1_000), teams={TEAM: 10})["hours"]

    assert many["low"] < few["low"]
    assert many["high"] < few["high"]


def test_people_who_are_not_needed_make_nothing_quicker() -> None:
    assert (
        only(job(objects=2), teams={TEAM: 2})["hours"]
        == only(job(objects=2), teams={TEAM: 50})["hours"]
    )


def test_a_team_of_unknown_size_makes_the_range_wider_and_is_told_of() -> None:
    known = answer(job(objects=1_000), teams={TEAM: 5})
    unknown = answer(job(objects=1_000), teams={})

    assert unknown["total"]["hours"]["low"] < known["total"]["hours"]["low"]
    assert unknown["total"]["hours"]["high"] > known["total"]["hours"]["high"]
    assert len(unknown["assumptions"]) == len(known["assumptions"]) + 1


def test_jobs_that_take_turns_take_longer_than_jobs_that_run_at_once() -> None:
    jobs = [job("a", objects=5_000), job("b", 1, objects=5_000, workteam_arn=OTHERS)]

    turns = answer(*jobs, quota=1)["levels"][0]["hours"]
    at_once = answer(*jobs, quota=2)["levels"][0]["hours"]

    assert turns["low"] == pytest.approx(2 * at_once["low"], rel=0.05)
    assert turns["high"] == pytest.approx(2 * at_once["high"], rel=0.05)


def test_a_team_that_has_two_jobs_at_once_is_no_quicker() -> None:
    one_team = answer(job("a", objects=5_000), job("b", 1, objects=5_000), quota=2)
    two_teams = answer(
        job("a", objects=5_000), job("b", 1, objects=5_000, workteam_arn=OTHERS), quota=2
    )

    assert one_team["total"]["hours"]["high"] > 1.9 * two_teams["total"]["hours"]["high"]


def test_many_small_jobs_are_created_one_a_second() -> None:
    jobs = [job(f"job-{number}", number, objects=0) for number in range(HOUR)]

    assert answer(*jobs, quota=HOUR)["total"]["hours"]["low"] >= 1


def test_levels_are_done_one_after_the_other() -> None:
    made = answer(
        job("one", objects=100),
        job("two", 1, modality="BoundingBoxAudit", level=2, chain_from="one"),
    )

    assert made["total"]["hours"]["high"] == pytest.approx(
        sum(level["hours"]["high"] for level in made["levels"]), abs=0.02
    )


def test_no_job_takes_longer_than_its_tasks_are_available_and_that_is_worth_a_word() -> None:
    jobs = (job("pictures", objects=10_000, modality="SemanticSegmentation", lifetime=HOUR),)

    made = estimate(jobs, 1, {TEAM: 1})
    hours = made.as_answer()["total"]["hours"]

    assert hours["high"] < 2
    [problem] = made.problems
    assert (problem.type, problem.warning) == ("lifetime_short", True)
    assert problem.loc == ("labelingJobs", 0, "taskAvailabilityLifetimeInSeconds")
    assert estimate((job(objects=10),), 1, {TEAM: 1}).problems == ()


def test_jobs_whose_input_could_not_be_read_are_in_no_total() -> None:
    made = answer(
        job("readable", objects=10),
        job("unreadable", 1),
        job("audit", 2, modality="BoundingBoxAudit", level=2, chain_from="unreadable"),
    )

    unread = made["levels"][0]["jobs"][1]
    assert unread == {
        "jobName": "unreadable",
        "objects": None,
        "billedObjects": None,
        "costUsd": None,
        "hours": None,
    }
    assert made["total"]["objects"] == 10
    assert made["assumptions"][-1].endswith("unreadable, audit.")


def test_a_batch_of_nothing_costs_nothing() -> None:
    made = answer(job(objects=0))

    assert made["total"]["costUsd"] == {"low": 0.0, "high": 0.0}


@pytest.mark.parametrize("modality", sorted(modalities()))
def test_every_modality_can_be_estimated(modality: str) -> None:
    found = only(job(modality=modality, objects=10, frames=100))

    assert 0 < found["costUsd"]["low"] <= found["costUsd"]["high"]
    assert 0 < found["hours"]["low"] < found["hours"]["high"]


def test_a_size_is_made_from_a_job_of_a_request() -> None:
    request = JobRequest(
        name="pictures",
        modality="BoundingBox",
        level=1,
        label_attribute="pictures",
        workteam_arn=TEAM,
        down_sampling_rate=50,
        workers_per_object=3,
        task_availability_lifetime=HOUR,
        max_human_labeled_objects=7,
        max_percentage_labeled=20,
    )

    assert JobSize.of(4, request, objects=100) == job(
        index=4,
        objects=100,
        rate=50,
        workers_per_object=3,
        lifetime=HOUR,
        max_objects=7,
        max_percentage=20,
    )


def test_what_is_assumed_is_said_in_few_lines() -> None:
    jobs = [
        job("clips", modality="VideoObjectTracking", objects=1, frames=None),
        job("audit", 1, modality="VideoObjectTrackingAudit", level=2, chain_from="clips"),
        job("verdict", 2, modality="VideoObjectTrackingVerification", level=3, chain_from="audit"),
        job("drives", 3, modality="PointCloudObjectTracking", objects=1, frames=10),
    ]
    made = estimate(jobs, 1, {}).as_answer()["assumptions"]

    assert 10 <= len(made) <= 13
    assert max(map(len, made)) <= 110


def test_every_number_of_the_table_says_where_it_is_from() -> None:
    entries = table()

    for entry in (*entries["prices"].values(), entries["audits"], entries["weeklyHours"]):
        assert entry["source"]
        assert entry["said"]
    assert entries["secondsSource"].startswith("Assumed")
    assert entries["date"]
