"""Scripted workers: what they answer, how well, and how fast."""

from __future__ import annotations

import json
from pathlib import Path
from threading import Event
from typing import Any

import pytest

from emulator.clock import SystemClock
from emulator.ground_truth.answers import Labels, PointClasses
from emulator.ground_truth.desk import Task
from emulator.workers import Accuracy, Answers, LabelScript, ScriptedWorkers, ScriptEntry
from tests.emulator.ground_truth_world import World
from tests.emulator.recorded import VEHICLES, recorded

TRACKING = "VideoObjectTracking"
AUDIT = "AdjustmentVideoObjectTracking"
BOX = {"height": 20, "width": 30, "top": 40, "left": 50}


def prepared(name: str = "Vehicle:1", frame: str = "000001.jpg", **more: Any) -> dict[str, Any]:
    """A label file with one box."""
    box = {**BOX, "class-id": "0", "label-category-attributes": {}, "object-id": "id-1"}
    entry = {"annotations": [{**box, "object-name": name, **more}], "frame": frame, "frame-no": "0"}
    return {"tracking-annotations": [entry]}


def task(world: World, name: str, task_type: str = TRACKING, **more: Any) -> Task:
    """The first open task of a new job."""
    world.twin.create_labeling_job(world.request(name, task_type, **more))
    world.advance()
    return next(t for t in world.twin.desk.open_tasks(world.team) if t.job_name == name)


@pytest.fixture
def world() -> World:
    world = World()
    world.clips()
    world.categories()
    return world


def boxes(answer: Any) -> list[Any]:
    assert isinstance(answer, Labels)
    return [(f.frame, a.object_name, a.geometry) for f in answer.frames for a in f.annotations]


# --- what they answer


def test_a_prepared_answer_is_given_to_the_job_it_is_for(world: World) -> None:
    script = LabelScript.from_jobs({"*-vehicle": prepared(), "*-vehicle-audit": {}})
    answers = Answers(objects=world.objects, script=script)

    answer = answers.to(task(world, "Batch-1-Vehicle"))

    assert boxes(answer) == [("000001.jpg", "Vehicle:1", BOX)]


def test_a_retried_job_gets_the_same_answer(world: World) -> None:
    script = LabelScript.from_jobs({"*-vehicle": prepared()})
    answers = Answers(objects=world.objects, script=script)

    assert boxes(answers.to(task(world, "batch-vehicle-r2"))) == [("000001.jpg", "Vehicle:1", BOX)]


def test_prepared_answers_can_be_for_a_source_a_category_or_audits(world: World) -> None:
    entries = [
        ScriptEntry(prepared("Vehicle:7"), source="*/clip-9.json"),
        ScriptEntry(prepared("Vehicle:8"), categories=frozenset({"Lane"})),
        ScriptEntry(prepared("Vehicle:9"), audit=True),
        ScriptEntry(prepared("Vehicle:10"), source="*/clip-0.json", audit=False),
    ]
    answers = Answers(objects=world.objects, script=LabelScript(entries))

    assert boxes(answers.to(task(world, "any")))[0][1] == "Vehicle:10"


def test_a_directory_of_label_files_is_a_script(world: World, tmp_path: Path) -> None:
    rules = [{"jobs": "*-lane", "labels": "lane.json"}, {"labels": "boxes.json", "audit": False}]
    (tmp_path / "script.json").write_text(json.dumps({"answers": rules}))
    (tmp_path / "lane.json").write_text(json.dumps(prepared("Vehicle:2")))
    (tmp_path / "boxes.json").write_text(json.dumps(prepared("Vehicle:3")))
    answers = Answers(objects=world.objects, script=LabelScript.from_directory(tmp_path))

    assert boxes(answers.to(task(world, "a-lane")))[0][1] == "Vehicle:2"
    assert boxes(answers.to(task(world, "a-car")))[0][1] == "Vehicle:3"


@pytest.mark.parametrize(
    "document",
    [
        prepared(frame="other.jpg"),
        {"tracking-annotations": [{"polylines": [], "frame": "000001.jpg"}]},
        {"anything": "else"},
    ],
)
def test_a_label_file_that_does_not_fit_the_task_is_not_used(world: World, document: Any) -> None:
    script = LabelScript.from_jobs({"*": document})
    answers = Answers(objects=world.objects, script=script)

    assert len({frame for frame, *_ in boxes(answers.to(task(world, "clip")))}) == 3


def test_classes_without_names_are_numbered_as_the_job_numbers_them(world: World) -> None:
    categories = world.categories("Bus", "Vehicle")
    document = prepared("", **{"class-id": "1"})
    answers = Answers(objects=world.objects, script=LabelScript.from_jobs({"*": document}))

    answer = answers.to(task(world, "clip", categories=categories))

    assert isinstance(answer, Labels)
    (annotation,) = answer.frames[0].annotations
    assert (annotation.label, annotation.object_name) == ("Vehicle", "Vehicle:1")
    assert annotation.object_id


def test_attributes_are_filled_in_where_the_job_requires_them(world: World) -> None:
    real = recorded(VEHICLES)
    speed = {"name": "speed", "type": "number", "minimum": 3, "maximum": 5, "isRequired": True}
    categories = world.categories("Vehicle", categoryGlobalAttributes=[speed])
    answers = Answers(objects=world.objects, script=LabelScript.from_jobs({"*": real}))

    answer = answers.to(task(world, "clip", categories=categories))

    assert isinstance(answer, Labels)
    given = [a.attributes for frame in answer.frames for a in frame.annotations]
    assert all(set(attributes) == {"speed"} for attributes in given)
    assert all(3 <= attributes["speed"] <= 5 for attributes in given)


@pytest.mark.parametrize("annotation_type", ["BoundingBox", "Polyline", "Polygon", "Keypoint"])
def test_drawn_shapes_lie_inside_the_picture(annotation_type: str) -> None:
    world = World()
    world.clips(1, frames=200, width=100, height=50)
    categories = world.categories("A", "B", annotationType=annotation_type)
    answers = Answers(objects=world.objects)

    for _, _, geometry in boxes(answers.to(task(world, "clip", categories=categories))):
        points = geometry.get("vertices") or [geometry]
        if annotation_type == "BoundingBox":
            right, bottom = (
                geometry["left"] + geometry["width"],
                geometry["top"] + geometry["height"],
            )
            points = [{"x": geometry["left"], "y": geometry["top"]}, {"x": right, "y": bottom}]
        assert all(0 <= point["x"] <= 100 and 0 <= point["y"] <= 50 for point in points)


def test_drawn_objects_keep_their_ids_and_move(world: World) -> None:
    world.clips(1, frames=40)
    answer = Answers(objects=world.objects).to(task(world, "clip"))

    assert isinstance(answer, Labels)
    first, last = answer.frames[0].annotations[0], answer.frames[-1].annotations[0]
    assert first.object_id == last.object_id
    assert first.geometry != last.geometry


def test_the_same_object_gets_the_same_answer_in_every_run() -> None:
    answers = []
    for name in ("one", "two"):
        world = World()
        world.clips()
        world.categories()
        answers.append(Answers(objects=world.objects, accuracy=Accuracy(0.5)).to(task(world, name)))

    assert answers[0] == answers[1]
    other_seed = Answers(objects=world.objects, seed="other")
    assert other_seed.to(task(world, "three")) != answers[0]


def test_cuboids_stand_among_the_points(world: World) -> None:
    answer = Answers(objects=world.objects).to(
        task(world, "lidar", "3DPointCloudObjectDetection", manifest=world.clouds())
    )

    for _, _, geometry in boxes(answer):
        assert 0 <= geometry["center-x"] <= 8
        assert 0 <= geometry["center-y"] <= 8


def test_points_are_classed_by_where_they_are(world: World) -> None:
    categories = world.categories("Car", "Tree")
    answer = Answers(objects=world.objects).to(
        task(
            world,
            "points",
            "3DPointCloudSemanticSegmentation",
            manifest=world.clouds(),
            categories=categories,
        )
    )

    assert isinstance(answer, PointClasses)
    assert len(answer.classes) == 60
    assert {0, 2} <= set(answer.classes) <= {0, 1, 2}


def test_a_text_cloud_is_read_too(world: World) -> None:
    world.objects.put("s3://in/clouds/a.txt", "0 0 0 9\n1 1 1 9\n\n2 2 2 9\n")
    line = {"source-ref": "s3://in/clouds/a.txt", "source-ref-metadata": {"unix-timestamp": 1}}
    answer = Answers(objects=world.objects).to(
        task(world, "text", "3DPointCloudSemanticSegmentation", manifest=world.manifest([line]))
    )

    assert isinstance(answer, PointClasses)
    assert len(answer.classes) == 3


# --- how well


def audit_of(world: World, name: str) -> Task:
    world.run(world.request("first", TRACKING))
    manifest = world.describe("first")["LabelingJobOutput"]["OutputDatasetS3Uri"]
    categories = world.categories("Vehicle", auditLabelAttributeName="first-ref")
    return task(world, name, AUDIT, manifest=manifest, categories=categories)


def test_an_audit_confirms_what_is_there() -> None:
    world = World()
    world.clips()
    world.categories()
    audit = audit_of(world, "audit")

    assert Answers(objects=world.objects, accuracy=Accuracy(first=0.2)).to(audit) == audit.existing


def test_an_audit_may_be_less_than_perfect_too() -> None:
    world = World()
    world.clips(1, frames=30)
    world.categories()
    audit = audit_of(world, "audit")

    assert Answers(objects=world.objects, accuracy=Accuracy(audit=0.5)).to(audit) != audit.existing


def test_a_verification_changes_nothing(world: World) -> None:
    world.run(world.request("first", TRACKING))
    manifest = world.describe("first")["LabelingJobOutput"]["OutputDatasetS3Uri"]
    labels = {"labels": [{"label": "Vehicle", "editsAllowed": "none"}]}
    categories = world.objects.put(
        "s3://in/categories/look.json", {**labels, "auditLabelAttributeName": "first-ref"}
    )
    check = task(world, "check", AUDIT, manifest=manifest, categories=categories)
    script = LabelScript.from_jobs({"*": prepared()})

    answers = Answers(objects=world.objects, script=script, accuracy=Accuracy(0.1, 0.1))

    assert answers.to(check) == check.existing


def overlap(one: Any, other: Any) -> float:
    """Intersection over union of two boxes."""
    wide = min(a["left"] + a["width"] for a in (one, other)) - max(one["left"], other["left"])
    high = min(a["top"] + a["height"] for a in (one, other)) - max(one["top"], other["top"])
    shared = max(wide, 0) * max(high, 0)
    return float(shared / (sum(a["width"] * a["height"] for a in (one, other)) - shared))


def test_the_lower_the_accuracy_the_more_is_wrong() -> None:
    world = World()
    world.clips(1, frames=100, width=1280, height=720)
    world.categories()
    clip = task(world, "clip")
    right = {(f, n): g for f, n, g in boxes(Answers(objects=world.objects).to(clip))}

    found = []
    for accuracy in (0.9, 0.5, 0.1):
        answers = Answers(objects=world.objects, accuracy=Accuracy(accuracy))
        drawn = {(f, n): g for f, n, g in boxes(answers.to(clip))}
        mean = sum(overlap(right[key], box) for key, box in drawn.items()) / len(drawn)
        found.append((len(drawn) / len(right), mean))

    assert found == sorted(found, reverse=True)
    assert 0.95 <= found[0][0] < 1
    assert found[0][1] > 0.9
    assert found[2][0] < 0.85
    assert found[2][1] < 0.8


def test_wrong_points_are_background(world: World) -> None:
    points = task(world, "p", "3DPointCloudSemanticSegmentation", manifest=world.clouds())
    right = Answers(objects=world.objects).to(points)
    wrong = Answers(objects=world.objects, accuracy=Accuracy(0.1)).to(points)

    assert isinstance(right, PointClasses)
    assert isinstance(wrong, PointClasses)
    assert wrong.classes.count(0) > right.classes.count(0)


# --- how fast


def test_they_take_their_time_by_the_clock(world: World) -> None:
    world.clips(3)
    workers = world.workers(seconds_per_object=10, workers_per_team=1)
    world.twin.create_labeling_job(world.request("clip", TRACKING))
    world.advance()

    labeled = []
    for _ in range(4):
        workers.work()
        labeled.append(world.describe("clip")["LabelCounters"]["HumanLabeled"])
        world.advance(seconds=10)

    assert labeled == [0, 1, 2, 3]


def test_everybody_of_a_team_works(world: World) -> None:
    world.clips(3)
    workers = world.workers(seconds_per_object=10, workers_per_team=2)
    world.twin.create_labeling_job(world.request("clip", TRACKING))
    world.advance()
    workers.work()

    assert len(world.twin.desk.open_tasks(world.team)) == 1
    assert not workers.idle
    world.advance(seconds=10)
    workers.work()
    world.advance(seconds=10)
    workers.work()
    assert workers.idle


def test_teams_without_scripted_workers_are_left_alone(world: World) -> None:
    workers = world.workers(teams=[])
    world.twin.create_labeling_job(world.request("clip", TRACKING))
    world.advance()

    assert workers.work() == 0
    assert workers.idle
    assert len(world.twin.desk.open_tasks(world.team)) == 1


def test_a_task_that_ended_meanwhile_is_no_trouble(world: World) -> None:
    workers = world.workers(seconds_per_object=10)
    world.twin.create_labeling_job(world.request("clip", TRACKING))
    world.advance()
    workers.work()
    world.twin.stop_labeling_job("clip")
    world.advance(seconds=10)

    workers.work()

    assert world.describe("clip")["LabelingJobStatus"] == "Stopped"
    assert workers.idle


def test_a_task_without_a_possible_answer_is_declined(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers = Answers(objects=world.objects)
    monkeypatch.setattr(answers, "to", lambda task: PointClasses(b""))
    world.twin.create_labeling_job(world.request("clip", TRACKING))
    world.advance()

    world.workers(answers=answers).work()

    assert world.describe("clip")["LabelCounters"]["FailedNonRetryableError"] == 1


def test_they_work_in_a_thread_until_they_are_stopped() -> None:
    world = World(clock=SystemClock())
    world.clips(3)
    world.categories()
    done = Event()
    world.events.when_published(lambda event: done.set())
    workers = ScriptedWorkers(
        world.twin,
        Answers(objects=world.objects),
        clock=world.clock,
        seconds_per_object=0.01,
    )
    workers.start()
    try:
        world.twin.create_labeling_job(world.request("clip", TRACKING))
        assert done.wait(10)
    finally:
        workers.stop()
        world.clock.close()

    assert world.describe("clip")["LabelCounters"]["HumanLabeled"] == 3
