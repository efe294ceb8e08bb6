"""Trouble on demand."""

from __future__ import annotations

import pytest

from tests.emulator.ground_truth_world import World

TRACKING = "VideoObjectTracking"


@pytest.fixture
def world() -> World:
    world = World()
    world.clips(3)
    world.categories()
    return world


def test_the_next_job_of_a_name_fails_with_a_reason(world: World) -> None:
    world.twin.faults.fail_next("clip-*", "the disk was full")

    failed = world.run(world.request("Clip-1", TRACKING))
    fine = world.run(world.request("clip-2", TRACKING))

    assert failed["LabelingJobStatus"] == "Failed"
    assert failed["FailureReason"] == "the disk was full"
    assert fine["LabelingJobStatus"] == "Completed"


def test_a_running_job_fails_with_what_it_has(world: World) -> None:
    world.twin.create_labeling_job(world.request("clip", TRACKING))
    world.advance()
    workers = world.workers(workers_per_team=1)
    workers.step()
    workers.step()

    world.twin.fail_job("clip", "the power went out")

    job = world.describe("clip")
    assert (job["LabelingJobStatus"], job["FailureReason"]) == ("Failed", "the power went out")
    assert ["clip-ref" in line for line in world.output("clip")] == [True, False, False]


def test_a_stalled_job_waits_until_it_is_released(world: World) -> None:
    world.twin.faults.stall("clip")
    world.run(world.request("clip", TRACKING))
    assert world.describe("clip")["LabelingJobStatus"] == "InProgress"

    world.twin.faults.release("clip")
    world.workers().work()

    assert world.describe("clip")["LabelingJobStatus"] == "Completed"


def test_a_running_job_can_be_stalled(world: World) -> None:
    world.twin.create_labeling_job(world.request("clip", TRACKING))
    world.advance()

    world.twin.faults.stall("cl*")
    world.workers().work()

    assert world.describe("clip")["LabelCounters"]["Unlabeled"] == 3


def test_some_objects_fail(world: World) -> None:
    world.twin.faults.fail_objects("*", 2)

    job = world.run(world.request("clip", TRACKING))

    assert job["LabelingJobStatus"] == "Completed"
    assert job["LabelCounters"]["FailedNonRetryableError"] == 2
    assert ["clip-ref" in line for line in world.output("clip")] == [False, False, True]


def test_a_job_can_be_over_before_its_creator_hears_of_it(world: World) -> None:
    world.workers(seconds_per_object=60)
    world.twin.faults.complete_before_create_returns("clip")

    arn = world.twin.create_labeling_job(world.request("clip", TRACKING))

    assert world.events.statuses_of(arn) == ["Completed"]
    assert world.describe("clip")["LabelCounters"]["HumanLabeled"] == 3


def test_without_workers_such_a_job_has_no_labels(world: World) -> None:
    world.twin.faults.complete_before_create_returns("clip")

    world.twin.create_labeling_job(world.request("clip", TRACKING, MaxConcurrentTaskCount=1))

    job = world.describe("clip")
    assert job["LabelingJobStatus"] == "Completed"
    assert job["LabelCounters"]["FailedNonRetryableError"] == 3


def test_the_time_of_open_tasks_can_be_over_at_once(world: World) -> None:
    world.twin.create_labeling_job(world.request("clip", TRACKING))
    world.advance()
    workers = world.workers(workers_per_team=1)
    workers.step()
    workers.step()

    world.twin.expire_tasks("clip")

    counters = world.describe("clip")["LabelCounters"]
    assert (counters["HumanLabeled"], counters["FailedNonRetryableError"]) == (1, 2)


def test_cleared_faults_are_gone(world: World) -> None:
    world.twin.faults.fail_next("*")
    world.twin.faults.stall("*")
    world.twin.faults.fail_objects("*", 3)
    world.twin.faults.complete_before_create_returns("*")

    world.twin.faults.clear()

    job = world.run(world.request("clip", TRACKING))
    assert job["LabelingJobStatus"] == "Completed"
    assert job["LabelCounters"]["HumanLabeled"] == 3
