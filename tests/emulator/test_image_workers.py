"""Several people on one picture, and what scripted ones answer."""

from __future__ import annotations

from typing import Any

import pytest

from emulator.ground_truth.answers import Answer, Classes, Labels, Mask
from emulator.ground_truth.classification import Classification
from emulator.ground_truth.consolidation.boxes import overlap
from emulator.ground_truth.consolidation.masks import pixels_of
from emulator.ground_truth.desk import Task
from emulator.ground_truth.errors import AnswerInvalid, TaskGone
from emulator.ground_truth.kinds import KINDS
from emulator.ground_truth.task_types import task_types
from emulator.workers import Accuracy, Answers, LabelScript
from emulator.workers.skills import SKILLS
from tests.emulator.ground_truth_world import World
from tests.emulator.image_jobs import have_done, image_request, pictures, responses

IMAGE_TYPES = [
    "BoundingBox",
    "ImageMultiClass",
    "ImageMultiClassMultiLabel",
    "SemanticSegmentation",
]


@pytest.fixture
def world() -> World:
    world = World()
    pictures(world, 3, size=(320, 240))
    return world


def tasks(world: World, task_type: str, name: str = "job", **more: Any) -> list[Task]:
    labels = ["Cat", "Dog", "Owl"]
    world.twin.create_labeling_job(image_request(world, name, task_type, labels, **more))
    world.advance()
    return world.twin.desk.open_tasks(world.team)


def answer(world: World, task: Task, worker: str = "ann", accuracy: float = 1.0) -> Answer:
    accepted = world.twin.desk.accept(task, worker)
    given = Answers(objects=world.objects, accuracy=Accuracy(accuracy)).to(accepted)
    world.twin.desk.return_(accepted)
    return given


# --- several people


@pytest.mark.parametrize("task_type", IMAGE_TYPES)
@pytest.mark.parametrize("people", [1, 3, 9])
def test_as_many_different_people_answer_as_the_job_wants(
    world: World, task_type: str, people: int
) -> None:
    lines = have_done(world, image_request(world, "job", task_type, workers=people))

    attribute = "job-ref" if task_type == "SemanticSegmentation" else "job"
    assert all(attribute in line for line in lines)
    for index in range(3):
        assert len({given["workerId"] for given in responses(world, "job", index)}) == people


def test_nobody_answers_a_picture_twice(world: World) -> None:
    first = tasks(world, "ImageMultiClass", workers=2)[0]
    held = world.twin.desk.accept(first, "ann")
    world.twin.desk.submit(held, Classes(("Cat",)))

    others = world.twin.desk.open_tasks(world.team, "ann")

    assert [task.object_id for task in others] == [1, 2]
    (second,) = [task for task in world.twin.desk.open_tasks(world.team) if task.object_id == 0]
    with pytest.raises(TaskGone):
        world.twin.desk.accept(second, "ann")


def test_pictures_wait_for_people_until_their_time_is_over_and_have_a_label_then(
    world: World,
) -> None:
    request = image_request(
        world, "job", "ImageMultiClass", workers=5, TaskAvailabilityLifetimeInSeconds=3600
    )
    world.twin.create_labeling_job(request)
    world.advance()
    workers = world.workers(workers_per_team=2, most_per_team=2)
    workers.work()
    before = world.describe("job")["LabelCounters"]
    world.advance(seconds=3600)

    after = world.describe("job")

    assert (before["HumanLabeled"], before["Unlabeled"]) == (0, 3)
    assert after["LabelingJobStatus"] == "Completed"
    assert after["LabelCounters"]["HumanLabeled"] == 3
    assert len(responses(world, "job")) == 2


def test_a_picture_without_any_answer_fails_when_its_time_is_over(world: World) -> None:
    (first, *_) = tasks(world, "ImageMultiClass", workers=2, TaskAvailabilityLifetimeInSeconds=3600)
    world.twin.desk.submit(world.twin.desk.accept(first, "ann"), Classes(("Cat",)))
    world.advance(seconds=3600)

    lines = world.output("job")

    assert ["job" in line for line in lines] == [True, False, False]
    assert world.describe("job")["LabelCounters"]["FailedNonRetryableError"] == 2


def test_a_job_that_is_over_at_once_has_all_its_answers(world: World) -> None:
    world.twin.faults.complete_before_create_returns("*")
    workers = world.workers()

    world.twin.create_labeling_job(image_request(world, "job", "BoundingBox", workers=3))

    assert workers.idle
    assert len(responses(world, "job", 2)) == 3


def test_the_label_is_the_one_of_most_people(world: World) -> None:
    for task in tasks(world, "ImageMultiClass", workers=3):
        for worker, label in (("ann", "Cat"), ("bob", "Dog"), ("eve", "Dog")):
            (mine,) = [
                t
                for t in world.twin.desk.open_tasks(world.team, worker)
                if t.object_id == task.object_id
            ]
            world.twin.desk.submit(world.twin.desk.accept(mine, worker), Classes((label,)))
    world.advance()

    assert {line["job-metadata"]["class-name"] for line in world.output("job")} == {"Dog"}
    assert all(0 < line["job-metadata"]["confidence"] < 1 for line in world.output("job"))


def test_a_job_whose_labels_cannot_be_made_does_not_hang(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise ValueError("nobody agrees")

    monkeypatch.setattr(Classification, "consolidate", broken)
    world.run(image_request(world, "job", "ImageMultiClass"))

    job = world.describe("job")
    assert job["LabelingJobStatus"] == "Failed"
    assert job["FailureReason"] == "The output cannot be written: nobody agrees"


# --- what cannot be submitted


@pytest.mark.parametrize(
    ("task_type", "given", "problem"),
    [
        ("ImageMultiClass", Classes(("Cat", "Dog")), "one class must be chosen"),
        ("ImageMultiClass", Classes(("Fox",)), "Fox is not one of Cat, Dog, Owl"),
        ("ImageMultiClass", Labels(), "answered with classes"),
        ("BoundingBox", Classes(("Cat",)), "answered with boxes"),
        ("SemanticSegmentation", Classes(("Cat",)), "answered with a mask"),
        ("SemanticSegmentation", Mask(b"no picture"), "cannot be read"),
    ],
)
def test_an_answer_of_another_kind_is_refused(
    world: World, task_type: str, given: Answer, problem: str
) -> None:
    (task, *_) = tasks(world, task_type)
    held = world.twin.desk.accept(task, "ann")

    with pytest.raises(AnswerInvalid, match=problem):
        world.twin.desk.submit(held, given)


# --- scripted people


@pytest.mark.parametrize("task_type", IMAGE_TYPES)
def test_everybody_sees_the_same_and_nobody_errs_without_need(world: World, task_type: str) -> None:
    (task, *_) = tasks(world, task_type, workers=2)

    assert answer(world, task, "ann") == answer(world, task, "bob")


@pytest.mark.parametrize("task_type", IMAGE_TYPES)
def test_people_make_mistakes_of_their_own(world: World, task_type: str) -> None:
    found = set()
    for task in tasks(world, task_type, workers=9):
        for number in range(9):
            found.add((task.object_id, repr(answer(world, task, f"p{number}", accuracy=0.0))))

    assert len(found) > 3


def test_less_accurate_people_choose_the_wrong_class_more_often() -> None:
    world = World()
    pictures(world, 60)
    open_tasks = tasks(world, "ImageMultiClass")
    right = [answer(world, task) for task in open_tasks]

    wrong = [
        sum(answer(world, task, accuracy=a) != r for task, r in zip(open_tasks, right, strict=True))
        for a in (0.9, 0.5, 0.0)
    ]

    assert wrong == sorted(wrong)
    assert 0 <= wrong[0] < 10 < wrong[2] < 35


def test_less_accurate_people_paint_less(world: World) -> None:
    (task, *_) = tasks(world, "SemanticSegmentation")

    painted = []
    for accuracy in (1.0, 0.5, 0.0):
        mask = answer(world, task, accuracy=accuracy)
        assert isinstance(mask, Mask)
        painted.append(int((pixels_of(mask.png) > 0).sum()))

    assert painted == sorted(painted, reverse=True)
    assert painted[2] > painted[0] / 2


def test_less_accurate_people_draw_boxes_elsewhere(world: World) -> None:
    (task, *_) = tasks(world, "BoundingBox")
    right, drawn = answer(world, task), answer(world, task, accuracy=0.5)
    assert isinstance(right, Labels)
    assert isinstance(drawn, Labels)
    best = [
        max(overlap(box.geometry, other.geometry) for other in right.frames[0].annotations)
        for box in drawn.frames[0].annotations
    ]

    assert 0.3 < sum(best) / len(best) < 1


def test_less_accurate_people_find_fault_with_right_labels() -> None:
    world = World()
    pictures(world, 40)
    have_done(world, image_request(world, "b", "BoundingBox"))
    request = image_request(
        world,
        "v",
        "VerificationBoundingBox",
        ["Good", "Bad"],
        audits="b",
        manifest=world.describe("b")["LabelingJobOutput"]["OutputDatasetS3Uri"],
    )

    lines = have_done(world, request, accuracy=0.0)

    verdicts = [line["v-metadata"]["class-name"] for line in lines]
    assert 3 < verdicts.count("Bad") < 30
    assert all(
        ("worker-feedback" in line["v-metadata"]) == (verdict == "Bad")
        for line, verdict in zip(lines, verdicts, strict=True)
    )


def test_areas_may_be_prepared_as_polygons(world: World) -> None:
    corners = [{"x": 0, "y": 0}, {"x": 50, "y": 0}, {"x": 0, "y": 50}]
    shapes = [{"label": "Dog", "vertices": corners}, {"label": "Fox", "vertices": corners}]
    script = LabelScript.from_jobs({"*": {"objects": {"0.jpg": {"shapes": shapes}}}})
    (task, *_) = tasks(world, "SemanticSegmentation")

    mask = Answers(objects=world.objects, script=script).to(task)

    assert isinstance(mask, Mask)
    pixels = pixels_of(mask.png)
    assert (pixels[10, 10], pixels[40, 40]) == (2, 0)


@pytest.mark.parametrize("document", [{}, {"objects": []}, {"objects": {"0.jpg": "Cat"}}])
@pytest.mark.parametrize("task_type", IMAGE_TYPES)
def test_a_label_file_without_the_picture_is_not_used(
    world: World, task_type: str, document: Any
) -> None:
    (task, *_) = tasks(world, task_type)
    script = LabelScript.from_jobs({"*": document})

    assert Answers(objects=world.objects, script=script).to(task) == answer(world, task, "")


def test_a_prepared_class_that_the_job_does_not_know_is_not_chosen(world: World) -> None:
    script = {"0.jpg": {"classes": ["Fox"]}, "1.jpg": {"classes": ["Owl"]}}

    lines = have_done(
        world,
        image_request(world, "job", "ImageMultiClass", ["Cat", "Owl"]),
        script=script,
    )

    assert lines[1]["job-metadata"]["class-name"] == "Owl"
    assert lines[0]["job-metadata"]["class-name"] in ("Cat", "Owl")


def test_there_is_somebody_for_every_task_type() -> None:
    assert set(SKILLS) == set(KINDS) == set(task_types())
