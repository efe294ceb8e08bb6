"""The task desk: how people take, answer, decline and return tasks."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Barrier
from typing import Any

import pytest

from emulator.ground_truth.answers import Annotation, FrameLabels, Labels, PointClasses
from emulator.ground_truth.desk import Task
from emulator.ground_truth.errors import AnswerInvalid, TaskGone
from tests.emulator.ground_truth_world import World

TRACKING = "VideoObjectTracking"
BOX = {"height": 10, "width": 20, "top": 30, "left": 40}
CAR = Annotation("Vehicle", BOX, object_id="id-1", object_name="Vehicle:1")


@pytest.fixture
def world() -> World:
    world = World()
    world.clips(2)
    world.categories()
    return world


def open_task(world: World, task_type: str = TRACKING, **more: Any) -> Task:
    world.twin.create_labeling_job(world.request("job", task_type, **more))
    world.advance()
    return world.twin.desk.open_tasks(world.team)[0]


def drawn(*annotations: Annotation, frame: str = "000001.jpg", **attributes: Any) -> Labels:
    return Labels((FrameLabels(frame, annotations, attributes),))


def test_a_task_shows_all_that_a_person_needs(world: World) -> None:
    task = open_task(world)

    assert (task.job_name, task.task_type, task.title) == ("job", TRACKING, "Label")
    assert task.source.uri == "s3://in/clip-0.json"
    assert task.source.frames[0].uri == "s3://in/clip-0/000001.jpg"
    assert task.categories.labels == ("Vehicle",)
    assert task.existing is None
    assert world.twin.desk.open_tasks("arn:aws:sagemaker:other") == []


def test_a_taken_task_is_nobody_else_s(world: World) -> None:
    task = open_task(world)
    desk = world.twin.desk

    held = desk.accept(task, "ann")

    assert held.worker == "ann"
    assert [other.object_id for other in desk.open_tasks(world.team)] == [1]
    with pytest.raises(TaskGone):
        desk.accept(task, "bob")


def test_a_task_goes_back_when_its_time_is_over(world: World) -> None:
    task = open_task(world, TaskTimeLimitInSeconds=60)
    desk = world.twin.desk
    held = desk.accept(task, "ann")

    world.advance(seconds=60)

    assert held.due_at == world.clock.now()
    again = desk.accept(desk.open_tasks(world.team)[0], "bob")
    with pytest.raises(TaskGone):
        desk.submit(held, drawn(CAR))
    desk.submit(again, drawn(CAR))


def test_a_returned_task_can_be_taken_by_anybody(world: World) -> None:
    task = open_task(world)
    desk = world.twin.desk
    held = desk.accept(task, "ann")

    desk.return_(held)

    assert desk.accept(task, "ann").worker == "ann"
    with pytest.raises(TaskGone):
        desk.return_(held)


def test_an_object_that_was_declined_expires(world: World) -> None:
    task = open_task(world)
    desk = world.twin.desk

    desk.decline(desk.accept(task, "ann"))

    assert [other.object_id for other in desk.open_tasks(world.team)] == [1]
    assert world.describe("job")["LabelCounters"]["FailedNonRetryableError"] == 1


def test_an_answer_is_given_once(world: World) -> None:
    held = world.twin.desk.accept(open_task(world), "ann")
    world.twin.desk.submit(held, drawn(CAR))

    with pytest.raises(TaskGone):
        world.twin.desk.submit(held, drawn())


def test_a_task_of_a_stopped_job_is_gone(world: World) -> None:
    held = world.twin.desk.accept(open_task(world), "ann")
    world.twin.stop_labeling_job("job")

    with pytest.raises(TaskGone):
        world.twin.desk.submit(held, drawn(CAR))


@pytest.mark.parametrize(
    ("answer", "problem"),
    [
        (drawn(CAR, frame="x.jpg"), "frame x.jpg is not in this task"),
        (drawn(replace(CAR, label="Bus")), "the label Bus is not one of Vehicle"),
        (drawn(replace(CAR, geometry={"x": 1, "y": 2})), "a BoundingBox has height, width"),
        (drawn(replace(CAR, geometry={**BOX, "top": "1"})), "must be numbers"),
        (drawn(replace(CAR, object_id="")), "needs an object id"),
        (drawn(replace(CAR, object_name="")), "needs an object name"),
        (drawn(replace(CAR, attributes={"color": "red"})), "there is no attribute color"),
        (drawn(CAR, weather="wet"), "there is no attribute weather"),
        (PointClasses(b"\0"), "is answered with shapes"),
    ],
)
def test_an_answer_that_does_not_fit_is_refused_and_the_task_stays_taken(
    world: World, answer: Any, problem: str
) -> None:
    held = world.twin.desk.accept(open_task(world), "ann")

    with pytest.raises(AnswerInvalid, match=problem):
        world.twin.desk.submit(held, answer)

    world.twin.desk.submit(held, drawn(CAR))


def test_attributes_are_checked_against_the_label_category_file(world: World) -> None:
    speed = {"name": "speed", "type": "number", "minimum": 0, "maximum": 9, "isRequired": True}
    color = {"name": "color", "type": "string", "enum": ["red", "blue"]}
    categories = world.categories("Vehicle", categoryGlobalAttributes=[speed, color])
    held = world.twin.desk.accept(open_task(world, categories=categories), "ann")

    with pytest.raises(AnswerInvalid) as refused:
        world.twin.desk.submit(held, drawn(CAR, replace(CAR, attributes={"speed": 10})))
    with pytest.raises(AnswerInvalid, match="color must be one of red, blue"):
        world.twin.desk.submit(held, drawn(replace(CAR, attributes={"speed": 1, "color": "green"})))
    world.twin.desk.submit(held, drawn(replace(CAR, attributes={"speed": 1, "color": "red"})))

    assert len(refused.value.problems) == 2
    assert "speed is required" in refused.value.problems[0]
    assert "speed must be at most 9" in refused.value.problems[1]


def test_a_polygon_needs_three_vertices(world: World) -> None:
    categories = world.categories("Vehicle", annotationType="Polygon")
    held = world.twin.desk.accept(open_task(world, categories=categories), "ann")
    line = replace(CAR, geometry={"vertices": [{"x": 1, "y": 1}, {"x": 2, "y": 2}]})

    with pytest.raises(AnswerInvalid, match="at least 3 vertices"):
        world.twin.desk.submit(held, drawn(line))


def test_each_point_gets_a_class(world: World) -> None:
    manifest = world.clouds()
    task = open_task(world, "3DPointCloudSemanticSegmentation", manifest=manifest)
    held = world.twin.desk.accept(task, "ann")

    with pytest.raises(AnswerInvalid, match="59 classes were given for 60 points"):
        world.twin.desk.submit(held, PointClasses(bytes(59)))
    with pytest.raises(AnswerInvalid, match=r"classes are 0 \(background\) to 1"):
        world.twin.desk.submit(held, PointClasses(bytes([2] * 60)))


def test_a_task_is_taken_by_one_of_many(world: World, eager_threads: None) -> None:
    desk = world.twin.desk
    task = open_task(world)
    start = Barrier(8)

    def take(worker: int) -> str:
        start.wait()
        try:
            return desk.accept(task, f"worker-{worker}").worker
        except TaskGone:
            return ""

    with ThreadPoolExecutor(8) as pool:
        taken = [worker for worker in pool.map(take, range(8)) if worker]

    assert len(taken) == 1


def test_a_job_ends_once_when_many_answer_at_a_time(world: World, eager_threads: None) -> None:
    manifest = world.clouds(24)
    world.twin.create_labeling_job(
        world.request("job", "3DPointCloudObjectDetection", manifest=manifest)
    )
    world.advance()
    desk = world.twin.desk
    held = [desk.accept(task, "ann") for task in desk.open_tasks(world.team)]

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda task: desk.submit(task, Labels()), held))

    job = world.describe("job")
    assert job["LabelCounters"]["HumanLabeled"] == 24
    assert world.events.statuses_of(job["LabelingJobArn"]) == ["Completed"]
    assert all("job" in line for line in world.output("job"))
