"""The life of jobs: statuses, counters, chaining, stopping, expiring, events."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from emulator.ground_truth.answers import Labels
from emulator.ground_truth.errors import ResourceNotFound, WrongState
from emulator.ground_truth.life import Pace
from emulator.ground_truth.limits import DAY
from tests.emulator.ground_truth_world import START, World

TRACKING = "VideoObjectTracking"
AUDIT = "AdjustmentVideoObjectTracking"
DETECTION_3D = "3DPointCloudObjectDetection"
NONE_YET = {
    "TotalLabeled": 0,
    "HumanLabeled": 0,
    "MachineLabeled": 0,
    "FailedNonRetryableError": 0,
    "Unlabeled": 0,
}


@pytest.fixture
def world() -> World:
    world = World()
    world.clips(3)
    world.categories()
    return world


def counters(world: World, name: str) -> tuple[int, int, int]:
    """Labeled, failed, unlabeled."""
    found = world.describe(name)["LabelCounters"]
    assert found["TotalLabeled"] == found["HumanLabeled"]
    return found["HumanLabeled"], found["FailedNonRetryableError"], found["Unlabeled"]


def status(world: World, name: str) -> str:
    return str(world.describe(name)["LabelingJobStatus"])


def test_a_job_is_labeled_and_its_output_and_event_are_there(world: World) -> None:
    job = world.run(world.request("Cars", TRACKING))

    assert job["LabelingJobStatus"] == "Completed"
    assert counters(world, "cars") == (3, 0, 0)
    assert [line["source-ref"] for line in world.output("Cars")] == [
        "s3://in/clip-0.json",
        "s3://in/clip-1.json",
        "s3://in/clip-2.json",
    ]
    assert world.output("Cars")[1]["Cars-ref"] == (
        "s3://out/jobs/Cars/annotations/consolidated-annotation/output/1/SeqLabel.json"
    )
    assert world.events.published == [
        {
            "source": "aws.sagemaker",
            "detail-type": "SageMaker Ground Truth Labeling Job State Change",
            "resources": ["arn:aws:sagemaker:us-east-1:123456789012:labeling-job/cars"],
            "detail": {"LabelingJobStatus": "Completed"},
        }
    ]


def test_a_new_job_is_initializing_and_counts_nothing(world: World) -> None:
    world.twin.create_labeling_job(world.request("clip", TRACKING))

    assert status(world, "clip") == "Initializing"
    assert world.describe("clip")["LabelCounters"] == NONE_YET


def test_a_description_has_what_the_request_had(world: World) -> None:
    tags = [{"Key": "smgt:attempt", "Value": "table/batch/1"}]
    request = {**world.request("clip", TRACKING), "Tags": tags}
    world.twin.create_labeling_job(request)
    world.advance()

    job = world.describe("CLIP")

    assert job["CreationTime"] == START
    assert job["Tags"] == tags
    assert job["JobReferenceCode"].startswith("123456789012")
    assert len(job["JobReferenceCode"]) == 28
    assert job["HumanTaskConfig"] == request["HumanTaskConfig"]
    assert job["OutputConfig"] == {"S3OutputPath": "s3://out/jobs", "KmsKeyId": ""}
    assert "LabelingJobOutput" not in job
    assert "FailureReason" not in job


def test_objects_finish_one_by_one(world: World) -> None:
    world.twin.create_labeling_job(world.request("clip", TRACKING))
    world.advance()
    workers = world.workers(workers_per_team=1)

    seen = []
    while workers.step():
        seen.append(counters(world, "clip"))

    assert seen == [(0, 0, 3), (1, 0, 2), (2, 0, 1), (3, 0, 0)]


def test_no_more_objects_are_open_than_the_job_allows(world: World) -> None:
    world.twin.create_labeling_job(world.request("clip", TRACKING, MaxConcurrentTaskCount=2))
    world.advance()
    desk = world.twin.desk

    assert [task.object_id for task in desk.open_tasks(world.team)] == [0, 1]
    world.workers(workers_per_team=1).work()
    assert counters(world, "clip") == (3, 0, 0)


def test_chaining_with_the_same_attribute_works_on_unlabeled_lines_only(world: World) -> None:
    world.twin.faults.fail_objects("first", 2)
    world.run(world.request("first", TRACKING, attribute="cars-ref"))
    earlier = world.output("first")
    manifest = world.describe("first")["LabelingJobOutput"]["OutputDatasetS3Uri"]

    world.run(world.request("second", TRACKING, attribute="cars-ref", manifest=manifest))

    assert ["cars-ref" in line for line in earlier] == [False, False, True]
    assert counters(world, "second") == (2, 0, 0)
    lines = world.output("second")
    assert lines[2] == earlier[2]
    assert lines[0]["cars-ref-metadata"]["job-name"] == "labeling-job/second"


def test_a_job_with_nothing_left_to_label_completes_at_once(world: World) -> None:
    world.run(world.request("first", TRACKING, attribute="cars-ref"))
    manifest = world.describe("first")["LabelingJobOutput"]["OutputDatasetS3Uri"]

    world.twin.create_labeling_job(
        world.request("second", TRACKING, attribute="cars-ref", manifest=manifest)
    )
    world.advance()

    assert status(world, "second") == "Completed"
    assert world.output("second") == world.output("first")


def test_lines_without_the_audited_label_fail_alone(world: World) -> None:
    world.twin.faults.fail_objects("first", 1)
    world.run(world.request("first", TRACKING))
    request = world.request(
        "audit",
        AUDIT,
        manifest=world.describe("first")["LabelingJobOutput"]["OutputDatasetS3Uri"],
        categories=world.categories("Vehicle", auditLabelAttributeName="first-ref"),
    )

    job = world.run(request)

    assert job["LabelingJobStatus"] == "Completed"
    assert counters(world, "audit") == (2, 1, 0)
    assert world.output("audit")[0] == {"source-ref": "s3://in/clip-0.json"}


def test_an_audit_without_a_label_of_the_first_job_fails_the_objects_that_have_it() -> None:
    world = World()
    world.clips(1)
    world.run(world.request("first", TRACKING, categories=world.categories("Car", "Bus")))
    request = world.request(
        "audit",
        AUDIT,
        manifest=world.describe("first")["LabelingJobOutput"]["OutputDatasetS3Uri"],
        categories=world.categories("Car", auditLabelAttributeName="first-ref"),
    )

    world.run(request)

    assert counters(world, "audit") == (0, 1, 0)


def test_a_stopped_job_keeps_what_was_done(world: World) -> None:
    arn = world.twin.create_labeling_job(world.request("clip", TRACKING))
    world.advance()
    workers = world.workers(workers_per_team=1)
    workers.step()
    workers.step()

    world.twin.stop_labeling_job("clip")

    assert status(world, "clip") == "Stopping"
    assert world.twin.desk.open_tasks(world.team) == []
    world.advance()
    assert status(world, "clip") == "Stopped"
    assert counters(world, "clip") == (1, 0, 2)
    first, second, _ = world.output("clip")
    assert "clip-ref" in first
    assert second == {"source-ref": "s3://in/clip-1.json"}
    assert world.events.statuses_of(arn) == ["Stopped"]


def test_a_job_can_be_stopped_before_its_input_was_read() -> None:
    world = World(pace=Pace(initializing=timedelta(hours=1)))
    world.clips()
    world.categories()
    arn = world.twin.create_labeling_job(world.request("clip", TRACKING))

    world.twin.stop_labeling_job("clip")
    world.advance(hours=2)

    assert status(world, "clip") == "Stopped"
    assert world.events.statuses_of(arn) == ["Stopped"]


def test_stopping_twice_is_harmless_and_stopping_what_ended_is_refused(world: World) -> None:
    world.twin.create_labeling_job(world.request("clip", TRACKING))
    world.twin.stop_labeling_job("clip")
    world.twin.stop_labeling_job("clip")
    world.advance()

    with pytest.raises(WrongState, match="in status Stopped"):
        world.twin.stop_labeling_job("clip")
    with pytest.raises(ResourceNotFound):
        world.twin.stop_labeling_job("other")


def test_objects_that_nobody_answered_in_time_fail(world: World) -> None:
    request = world.request("clip", TRACKING, TaskAvailabilityLifetimeInSeconds=DAY)
    arn = world.twin.create_labeling_job(request)
    world.advance()
    desk = world.twin.desk
    done, taken, _ = desk.open_tasks(world.team)
    desk.submit(desk.accept(done, "ann"), Labels())
    held = desk.accept(taken, "bob")
    assert held.worker == "bob"

    world.advance(seconds=DAY)

    assert status(world, "clip") == "Completed"
    assert counters(world, "clip") == (1, 2, 0)
    assert [len(line) for line in world.output("clip")] == [3, 1, 1]
    assert world.events.statuses_of(arn) == ["Completed"]


def test_a_job_fails_after_thirty_days(world: World) -> None:
    request = world.request("clip", TRACKING, TaskAvailabilityLifetimeInSeconds=30 * DAY)
    world.twin.faults.stall("clip")
    world.twin.create_labeling_job(request)

    world.advance(days=29)
    assert status(world, "clip") == "InProgress"
    world.advance(days=1)

    job = world.describe("clip")
    assert job["LabelingJobStatus"] == "Failed"
    assert "expired" in job["FailureReason"]
    assert counters(world, "clip") == (0, 0, 3)
    assert world.clock.next_due() is None


def test_stopping_conditions_limit_what_is_labeled(world: World) -> None:
    request = world.request("clip", TRACKING)
    request["StoppingConditions"] = {"MaxHumanLabeledObjectCount": 2}

    world.run(request)

    assert status(world, "clip") == "Completed"
    assert counters(world, "clip") == (2, 0, 1)


def test_a_job_whose_output_cannot_be_written_fails(world: World) -> None:
    world.objects.missing_buckets.add("nowhere")
    request = world.request("clip", TRACKING, output="s3://nowhere/jobs")

    job = world.run(request)

    assert job["LabelingJobStatus"] == "Failed"
    assert "NoSuchBucket" in job["FailureReason"]


def test_a_subscriber_s_trouble_is_not_the_job_s(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def break_down(**event: Any) -> None:
        raise ConnectionError("no bus")

    monkeypatch.setattr(world.events, "publish", break_down)

    assert world.run(world.request("clip", TRACKING))["LabelingJobStatus"] == "Completed"


def test_jobs_are_listed_by_name_time_and_status_in_pages(world: World) -> None:
    for name in ("b-one", "a-two", "b-three"):
        world.twin.create_labeling_job(world.request(name, TRACKING))
        world.advance(minutes=1)
    world.twin.stop_labeling_job("a-two")
    world.advance()

    def names(**request: Any) -> list[str]:
        page = world.twin.list_labeling_jobs(request)
        return [item["LabelingJobName"] for item in page.items]

    assert names() == ["b-one", "a-two", "b-three"]
    assert names(SortOrder="Descending") == ["b-three", "a-two", "b-one"]
    assert names(SortBy="Name") == ["a-two", "b-one", "b-three"]
    assert names(NameContains="b-") == ["b-one", "b-three"]
    assert names(StatusEquals="Stopped") == ["a-two"]
    assert names(CreationTimeAfter=START, CreationTimeBefore=world.clock.now()) == [
        "a-two",
        "b-three",
    ]
    first = world.twin.list_labeling_jobs({"MaxResults": 2})
    rest = world.twin.list_labeling_jobs({"MaxResults": 2, "NextToken": first.next_token})
    assert [len(first.items), len(rest.items), rest.next_token] == [2, 1, None]


def test_jobs_of_a_team_are_listed_with_what_is_left_for_people(world: World) -> None:
    world.twin.create_labeling_job(world.request("clip", TRACKING, MaxConcurrentTaskCount=2))
    world.advance()

    (summary,) = world.twin.list_labeling_jobs_for_workteam({"WorkteamArn": world.team}).items

    assert summary["LabelCounters"] == {"HumanLabeled": 0, "PendingHuman": 2, "Total": 3}


def test_a_large_job_is_done_in_rounds() -> None:
    world = World()
    world.clouds(200)
    world.categories()

    job = world.run(world.request("lidar", DETECTION_3D, MaxConcurrentTaskCount=30))

    assert job["LabelCounters"]["HumanLabeled"] == 200
