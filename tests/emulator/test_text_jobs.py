"""Labels of texts and whole videos in the local Ground Truth, beside what the service left."""

from __future__ import annotations

import json
from typing import Any

import pytest

from emulator.ground_truth.answers import Classes, Labels, Span, Spans
from emulator.ground_truth.errors import AnswerInvalid
from emulator.workers import Accuracy, Answers
from tests.emulator.ground_truth_world import World
from tests.emulator.image_jobs import form, have_done, responses
from tests.emulator.recorded import DATA

HAPPY = "Whatever you decide to do make sure it makes you #happy."
BOB = "Bob was born on Jan 1 1990 and lived his whole life in Minneapolis."
PLACES = [
    {"label": "Person", "text": "Bob"},
    {"label": "Date", "text": "Jan 1"},
    {"label": "Location", "text": "Minneapolis"},
]


@pytest.fixture
def world() -> World:
    return World()


def recorded_line(name: str) -> Any:
    return json.loads((DATA / name).read_text().splitlines()[0])


def label_of(line: Any) -> tuple[Any, Any]:
    """The label and the metadata of a line that has one label."""
    (attribute,) = (key for key in line if f"{key}-metadata" in line)
    return line[attribute], line[f"{attribute}-metadata"]


def moods(world: World, name: str, task_type: str, **more: Any) -> Any:
    """A request about the mood of one text."""
    world.texts(HAPPY)
    categories = world.categories("anger", "optimism", "sadness", "joy")
    return world.request(name, task_type, categories=categories, **more)


def entity_categories(world: World) -> str:
    return world.objects.put(
        "s3://in/entities.json",
        {
            "document-version": "2018-11-28",
            "labels": [
                {"label": "Person", "shortDisplayName": "PER"},
                {"label": "Date", "shortDisplayName": "DAT"},
                {"label": "Location"},
            ],
            "instructions": {"shortInstruction": "Mark names", "fullInstruction": "<p>All</p>"},
        },
    )


def entities(world: World, name: str, **more: Any) -> Any:
    """A request to mark one text."""
    world.texts(BOB)
    categories = entity_categories(world)
    return world.request(name, "NamedEntityRecognition", categories=categories, **more)


# --- what is stored, beside real output


def test_a_class_of_a_text_is_stored_as_the_service_stored_it(world: World) -> None:
    (line,) = have_done(
        world, moods(world, "Mood", "TextMultiClass"), script={HAPPY: {"classes": ["joy"]}}
    )

    value, metadata = label_of(line)
    real_value, real_metadata = label_of(
        recorded_line("comprehend-examples/text-classification.json")
    )
    assert line["source"] == HAPPY
    assert form((value, metadata)) == form((real_value, real_metadata))
    assert (value, metadata["class-name"]) == (3, "joy")
    assert metadata["type"] == real_metadata["type"]
    assert metadata["job-name"] == "labeling-job/mood"
    # one worker
    assert metadata["confidence"] == real_metadata["confidence"] == 0


def test_several_classes_of_a_text_are_stored_as_the_service_stored_them(world: World) -> None:
    request = moods(world, "moods", "TextMultiClassMultiLabel")
    (line,) = have_done(world, request, script={HAPPY: {"classes": ["joy", "optimism"]}})

    value, metadata = label_of(line)
    real_value, real_metadata = label_of(
        recorded_line("comprehend-examples/text-classification-multilabel.json")
    )
    assert set(metadata) == set(real_metadata)
    assert (form(value), metadata["type"]) == (form(real_value), real_metadata["type"])
    assert sorted(value) == [1, 3]
    assert metadata["class-map"] == {"1": "optimism", "3": "joy"}
    assert metadata["confidence-map"] == {"1": 0, "3": 0}


@pytest.mark.parametrize(
    "name",
    ["comprehend-ner-examples/output-first-2-lines.manifest", "comprehend-examples/text-span.json"],
)
def test_entities_are_stored_as_the_service_stored_them(world: World, name: str) -> None:
    real_value, real_metadata = label_of(recorded_line(name))
    (line,) = have_done(world, entities(world, "ner"), script={BOB: {"spans": PLACES}})

    value, metadata = label_of(line)
    assert form(value["annotations"]["entities"]) == form(real_value["annotations"]["entities"])
    assert set(value["annotations"]) == set(real_value["annotations"])
    assert form(metadata) == form(real_metadata)
    assert metadata["type"] == "groundtruth/text-span"
    assert value["annotations"]["labels"] == [
        {"label": "Person", "shortDisplayName": "PER"},
        {"label": "Date", "shortDisplayName": "DAT"},
        {"label": "Location"},
    ]
    assert value["annotations"]["entities"] == [
        {"label": "Person", "startOffset": 0, "endOffset": 3},
        {"label": "Date", "startOffset": 16, "endOffset": 21},
        {"label": "Location", "startOffset": 55, "endOffset": 66},
    ]
    assert metadata["entities"] == [{"confidence": 0}] * 3


def test_offsets_of_entities_count_code_points(world: World) -> None:
    text = "🙂 Zoë"
    request = entities(world, "points")
    world.texts(text)
    spans = [{"label": "Person", "text": "Zoë"}]
    (line,) = have_done(world, request, script={text: {"spans": spans}})

    (entity,) = line["points"]["annotations"]["entities"]
    assert (entity["startOffset"], entity["endOffset"]) == (2, 5)


def test_a_class_of_a_video_is_stored_like_other_classes(world: World) -> None:
    world.objects.bodies["s3://in/cats.mp4"] = b"a video"
    world.manifest([{"source-ref": "s3://in/cats.mp4"}])
    request = world.request("clips", "VideoMultiClass", categories=world.categories("Cat", "Dog"))

    (line,) = have_done(world, request, script={"cats.mp4": {"classes": ["Dog"]}})

    value, metadata = label_of(line)
    _, real_metadata = label_of(recorded_line("comprehend-examples/text-classification.json"))
    assert (line["source-ref"], value, metadata["class-name"]) == ("s3://in/cats.mp4", 1, "Dog")
    assert form(metadata) == form(real_metadata)


# --- what people sent


def test_worker_responses_have_what_the_crowd_elements_send(world: World) -> None:
    happy = {HAPPY: {"classes": ["joy"]}}
    have_done(world, moods(world, "one", "TextMultiClass"), script=happy)
    have_done(world, moods(world, "many", "TextMultiClassMultiLabel"), script=happy)
    have_done(world, entities(world, "ner"), script={BOB: {"spans": PLACES[:1]}})

    one, many, ner = (responses(world, name)[0] for name in ("one", "many", "ner"))
    assert one["answerContent"] == {"crowd-classifier": {"label": "joy"}}
    assert many["answerContent"] == {"crowd-classifier-multi-select": {"labels": ["joy"]}}
    assert ner["answerContent"] == {
        "crowd-entity-annotation": {
            "entities": [{"endOffset": 3, "label": "Person", "startOffset": 0}]
        }
    }
    assert ner["workerId"].startswith("private.us-east-1.")


def test_an_answer_has_the_name_that_the_template_gives(world: World) -> None:
    uri = world.objects.put("s3://in/t.html", '<crowd-classifier name="mood"></crowd-classifier>')
    request = moods(world, "named", "TextMultiClass", UiConfig={"UiTemplateS3Uri": uri})

    have_done(world, request, script={HAPPY: {"classes": ["joy"]}})

    assert responses(world, "named")[0]["answerContent"] == {"mood": {"label": "joy"}}


def test_three_people_are_asked_where_three_are_wanted(world: World) -> None:
    request = entities(world, "three", NumberOfHumanWorkersPerDataObject=3)
    world.twin.create_labeling_job(request)
    world.advance()
    world.workers(workers_per_team=3).work()
    world.advance()

    assert world.describe("three")["LabelingJobStatus"] == "Completed"
    assert len({answer["workerId"] for answer in responses(world, "three")}) == 3
    metadata = world.output("three")[0]["three-metadata"]
    assert all(0 < entity["confidence"] <= 0.95 for entity in metadata["entities"])


# --- what cannot be labeled


def test_a_line_that_names_a_file_is_no_text(world: World) -> None:
    request = moods(world, "file", "TextMultiClass")
    world.manifest([{"source-ref": "s3://in/letter.txt"}])

    described = world.run(request)

    assert described["LabelingJobStatus"] == "Failed"
    assert "source must be the text to label" in described["FailureReason"]


def test_a_missing_video_fails_alone(world: World) -> None:
    world.objects.bodies["s3://in/here.webm"] = b"a video"
    lines = [{"source-ref": "s3://in/gone.mp4"}, {"source-ref": "s3://in/here.webm"}]
    world.manifest(lines)
    request = world.request("clips", "VideoMultiClass", categories=world.categories("Cat", "Dog"))

    described = world.run(request)

    assert described["LabelingJobStatus"] == "Completed"
    assert described["LabelCounters"]["FailedNonRetryableError"] == 1
    assert world.output("clips")[0] == lines[0]
    assert world.twin.failures_of("clips") == {0: "The video s3://in/gone.mp4 does not exist."}


def test_other_files_are_no_videos(world: World) -> None:
    world.manifest([{"source-ref": "s3://in/clip.avi"}])
    request = world.request("clips", "VideoMultiClass", categories=world.categories("Cat", "Dog"))

    assert "must be one of .mp4, .ogg, .webm" in world.run(request)["FailureReason"]


@pytest.mark.parametrize(
    ("spans", "problem"),
    [
        ([Span("Person", 0, 999)], "is not inside of the text, which has 67 characters"),
        ([Span("Person", 3, 3)], "is not inside of the text"),
        ([Span("Animal", 0, 3)], "the label Animal is not one of Person, Date, Location"),
        ([Span("Date", 2, 5), Span("Person", 0, 3)], "span 2-5 overlaps the one before it"),
    ],
)
def test_spans_that_the_interface_would_not_send_are_refused(
    world: World, spans: list[Span], problem: str
) -> None:
    world.twin.create_labeling_job(entities(world, "ner"))
    world.advance()
    task = world.twin.desk.accept(world.twin.desk.tasks_of("ner")[0], "ann")

    with pytest.raises(AnswerInvalid, match=problem):
        world.twin.desk.submit(task, Spans(tuple(spans)))


@pytest.mark.parametrize(
    ("answer", "problem"),
    [
        (Classes(()), "a class must be chosen"),
        (Classes(("joy", "anger")), "one class must be chosen, not 2"),
        (Classes(("hope",)), "the label hope is not one of anger"),
        (Labels(()), "is answered with classes"),
    ],
)
def test_classes_that_the_interface_would_not_send_are_refused(
    world: World, answer: Any, problem: str
) -> None:
    world.twin.create_labeling_job(moods(world, "mood", "TextMultiClass"))
    world.advance()
    task = world.twin.desk.accept(world.twin.desk.tasks_of("mood")[0], "ann")

    with pytest.raises(AnswerInvalid, match=problem):
        world.twin.desk.submit(task, answer)


# --- how scripted workers mark texts


def marked(world: World, name: str, accuracy: float, text: str = BOB) -> Any:
    request = entities(world, name)
    world.texts(text)
    world.twin.create_labeling_job(request)
    world.advance()
    answers = Answers(objects=world.objects, accuracy=Accuracy(accuracy))
    world.workers(answers=answers).work()
    world.advance()
    return world.output(name)[0][name]["annotations"]["entities"]


def test_a_scripted_worker_marks_what_looks_like_names(world: World) -> None:
    found = [BOB[item["startOffset"] : item["endOffset"]] for item in marked(world, "names", 1.0)]

    assert found == ["Bob", "Jan", "Minneapolis"]


def test_a_scripted_worker_marks_words_where_there_are_no_names(world: World) -> None:
    text = "nobody here has a name"

    (entity,) = marked(world, "words", 1.0, text)

    assert text[entity["startOffset"] : entity["endOffset"]] in text.split()


def test_a_careless_worker_marks_something_else(world: World) -> None:
    names = " and ".join(f"Name{number}" for number in range(40))

    careful, careless = (
        {
            (item["startOffset"], item["endOffset"], item["label"])
            for item in marked(world, name, accuracy, names)
        }
        for name, accuracy in (("careful", 1.0), ("careless", 0.0))
    )

    assert len(careful) == 40
    assert 3 <= len(careful - careless) <= 25
