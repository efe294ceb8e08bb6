"""Custom labeling jobs in the local Ground Truth: forms and functions of one's own."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from emulator.ground_truth.answers import Classes, Custom
from emulator.ground_truth.errors import AnswerInvalid
from emulator.ground_truth.task_types import consolidation_function_arn, pre_function_arn
from emulator.workers import Accuracy, Answers
from tests.emulator.ground_truth_world import REGION, World
from tests.emulator.image_jobs import form, have_done, responses
from tests.emulator.recorded import DATA

TRAIN = "This train is really late."
FORM = """
<script src="https://assets.crowd.aws/crowd-html-elements.js"></script>
<crowd-form>
  <crowd-classifier name="feeling" categories="{{ task.input.choices | to_json | escape }}"
    header="?"></crowd-classifier>
</crowd-form>
"""
CHOICES = ["angry", "sad", "happy"]
MOODS: Mapping[str, Any] = {TRAIN: {"form": {"feeling": {"label": "angry"}}}}
AUDITS = Path(__file__).parents[2] / "examples" / "templates"

Function = Callable[[Any], Any]


@pytest.fixture
def world() -> World:
    world = World()
    world.manifest([{"source": TRAIN, "choices": CHOICES}])
    return world


def custom_request(
    world: World,
    name: str = "mood",
    *,
    pre: str | None = None,
    post: str | None = None,
    html: str = FORM,
    **human: Any,
) -> Any:
    """A request without a label category file and with these functions, if any."""
    uri = world.objects.put(f"s3://in/{name}.html", html)
    request = world.request(name, "PassThrough", UiConfig={"UiTemplateS3Uri": uri}, **human)
    del request["LabelCategoryConfigS3Uri"]
    for member, arn in (
        ("PreHumanTaskLambdaArn", pre),
        ("AnnotationConsolidationConfig", post and {"AnnotationConsolidationLambdaArn": post}),
    ):
        del request["HumanTaskConfig"][member]
        if arn:
            request["HumanTaskConfig"][member] = arn
    return request


def passing_through(world: World, name: str = "mood", **more: Any) -> Any:
    return custom_request(
        world,
        name,
        pre=pre_function_arn("PassThrough", REGION),
        post=consolidation_function_arn("PassThrough", REGION),
        **more,
    )


def most_frequent(world: World) -> Function:
    """A post-annotation function, as somebody would write it."""

    def consolidate(event: Any) -> Any:
        return [
            {
                "datasetObjectId": item["datasetObjectId"],
                "consolidatedAnnotation": {
                    "content": {
                        event["labelAttributeName"]: {
                            "feelings": sorted(
                                json.loads(given["annotationData"]["content"])["feeling"]["label"]
                                for given in item["annotations"]
                            )
                        }
                    }
                },
            }
            for item in world.objects.json(event["payload"]["s3Uri"])
        ]

    return consolidate


# --- without functions


@pytest.mark.parametrize("request_of", [custom_request, passing_through])
def test_what_passes_through_has_no_label_but_says_where_the_answers_are(
    world: World, request_of: Any
) -> None:
    (line,) = have_done(world, request_of(world), script=MOODS)

    metadata = line["mood-metadata"]
    assert (line["source"], line["mood"]) == (TRAIN, {})
    assert set(metadata) == {
        *("type", "job-name", "human-annotated", "creation-date"),
        "worker-response-ref",
    }
    (answer,) = world.objects.json(metadata["worker-response-ref"])["answers"]
    assert answer["answerContent"] == {"feeling": {"label": "angry"}}


def test_a_custom_job_needs_no_functions_in_lists(world: World) -> None:
    world.twin.create_labeling_job(custom_request(world))

    (summary,) = world.twin.list_labeling_jobs({}).items

    assert "PreHumanTaskLambdaArn" not in summary
    assert "AnnotationConsolidationLambdaArn" not in summary


# --- functions of one's own


def test_the_pre_annotation_function_gets_the_line_and_gives_the_form_its_input(
    world: World,
) -> None:
    world.manifest([{"source": TRAIN}])
    pre = world.functions.add(
        "pre-LabelingFunction",
        lambda event: {
            "taskInput": {"text": event["dataObject"]["source"].upper(), "choices": ["fine"]},
            "isHumanAnnotationRequired": True,
        },
    )

    have_done(world, custom_request(world, pre=pre))

    assert world.functions.events["pre-LabelingFunction"] == [
        {
            "version": "2018-10-16",
            "labelingJobArn": f"arn:aws:sagemaker:{REGION}:123456789012:labeling-job/mood",
            "dataObject": {"source": TRAIN},
        }
    ]
    # the form showed what the function had made of the line
    assert responses(world, "mood")[0]["answerContent"] == {"feeling": {"label": "fine"}}


def test_the_post_annotation_function_makes_the_label_of_all_answers(world: World) -> None:
    post = world.functions.add("sagemaker-post", most_frequent(world))
    request = custom_request(world, "Mood", post=post, NumberOfHumanWorkersPerDataObject=2)

    (line,) = have_done(world, request, script=MOODS)

    assert line["Mood"] == {"feelings": ["angry", "angry"]}
    real = json.loads((DATA / "legal-entity-extraction/output-first-line.manifest").read_text())
    (real_metadata,) = (v for k, v in real.items() if k.endswith("-metadata") and "label" in k)
    assert form(line["Mood-metadata"]) == form(real_metadata)
    assert line["Mood-metadata"]["type"] == real_metadata["type"] == "groundtruth/custom"
    # the name alone, in lower case
    assert line["Mood-metadata"]["job-name"] == "mood"


def test_the_post_annotation_function_gets_the_event_that_the_service_sends(world: World) -> None:
    world.manifest([{"source": TRAIN, "choices": CHOICES}, {"source-ref": "s3://in/a.mp3"}])
    post = world.functions.add("GtRecipe", lambda event: [])

    have_done(world, custom_request(world, post=post), script=MOODS)

    (event,) = world.functions.events["GtRecipe"]
    # as in events of real functions, which lack the documented labelCategories
    assert event == {
        "version": "2018-10-06",
        "labelingJobArn": f"arn:aws:sagemaker:{REGION}:123456789012:labeling-job/mood",
        "payload": {"s3Uri": event["payload"]["s3Uri"]},
        "labelAttributeName": "mood",
        "roleArn": "arn:aws:iam::123456789012:role/labeling",
        "outputConfig": "s3://out/jobs/mood/annotations",
        "maxHumanWorkersPerDataObject": 1,
        "vpcEnabled": False,
    }
    folder = "s3://out/jobs/mood/annotations/consolidated-annotation/consolidation-request/"
    assert event["payload"]["s3Uri"].startswith(f"{folder}iteration-1/2026-03-01_09:30:")
    text, sound = world.objects.json(event["payload"]["s3Uri"])
    (annotation,) = text["annotations"]
    assert (text["datasetObjectId"], text["dataObject"]) == ("0", {"content": TRAIN})
    assert (sound["datasetObjectId"], sound["dataObject"]) == ("1", {"s3Uri": "s3://in/a.mp3"})
    assert annotation["workerId"].startswith("private.us-east-1.")
    assert json.loads(annotation["annotationData"]["content"]) == {"feeling": {"label": "angry"}}


# --- trouble with functions


def broken(event: Any) -> Any:
    raise KeyError("label")


@pytest.mark.parametrize(
    ("function", "reason"),
    [
        (broken, "The pre-annotation function failed: arn:aws:lambda"),
        (lambda event: "yes", "The pre-annotation function gave no taskInput, but 'yes'"),
        (lambda event: {"taskInput": 1}, "The pre-annotation function gave no taskInput"),
        (
            lambda event: {"taskInput": {}, "isHumanAnnotationRequired": False},
            "Its pre-annotation function asked for no human annotation",
        ),
        (
            # as AWS's own samples answer
            lambda event: {"taskInput": {}, "isHumanAnnotationRequired": "false"},
            "Its pre-annotation function asked for no human annotation",
        ),
    ],
)
def test_an_object_fails_with_its_pre_annotation_function(
    world: World, function: Function, reason: str
) -> None:
    pre = world.functions.add("LabelingFunction", function)

    described = world.run(custom_request(world, pre=pre))

    assert described["LabelingJobStatus"] == "Completed"
    assert described["LabelCounters"]["FailedNonRetryableError"] == 1
    assert reason in world.twin.failures_of("mood")[0]
    assert world.output("mood") == [{"source": TRAIN, "choices": CHOICES}]


NONSENSE = "The post-annotation function gave no consolidatedAnnotation.content with mood"


@pytest.mark.parametrize(
    ("function", "reason"),
    [
        (broken, "The post-annotation function failed: arn:aws:lambda"),
        (lambda event: {"label": 1}, "The post-annotation function gave nothing for this object"),
        (lambda event: [], "The post-annotation function gave nothing for this object"),
        (lambda event: [{"datasetObjectId": "0"}], NONSENSE),
        (
            lambda event: [
                {"datasetObjectId": "0", "consolidatedAnnotation": {"content": {"x": {}}}}
            ],
            NONSENSE,
        ),
    ],
)
def test_objects_fail_with_their_post_annotation_function(
    world: World, function: Function, reason: str
) -> None:
    post = world.functions.add("LabelingFunction", function)

    described = world.run(custom_request(world, post=post))

    assert described["LabelingJobStatus"] == "Completed"
    assert described["LabelCounters"] == {
        "TotalLabeled": 0,
        "HumanLabeled": 0,
        "MachineLabeled": 0,
        "FailedNonRetryableError": 1,
        "Unlabeled": 0,
    }
    assert reason in world.twin.failures_of("mood")[0]
    assert world.output("mood") == [{"source": TRAIN, "choices": CHOICES}]


@pytest.mark.parametrize("role_of", ["pre", "post"])
def test_a_job_fails_whose_role_may_not_invoke_its_function(world: World, role_of: str) -> None:
    arn = world.functions.add("my-function", lambda event: {"taskInput": {}})

    described = world.run(custom_request(world, **{role_of: arn}))

    assert described["LabelingJobStatus"] == "Failed"
    assert "is not authorized to perform lambda:InvokeFunction on" in described["FailureReason"]
    assert (
        "GtRecipe, SageMaker, Sagemaker, sagemaker or LabelingFunction"
        in (described["FailureReason"])
    )
    assert world.functions.events == {}


# --- forms and who fills them in


def filled(world: World, html: str, **options: Any) -> Any:
    """What a scripted worker sends with a form."""
    have_done(world, custom_request(world, html=html), **options)
    return responses(world, "mood")[0]["answerContent"]


def test_a_scripted_worker_fills_in_every_field(world: World) -> None:
    content = filled(
        world,
        """<crowd-form>
        <crowd-classifier-multi-select name="all" categories="['a', 'b']"/>
        <crowd-entity-annotation name="names" labels='[{"label": "Who"}]' text="Ann and Bob"/>
        <crowd-bounding-box name="boxes" labels='["Cat"]' src="x"/>
        <crowd-input name="website"></crowd-input><crowd-input></crowd-input>
        <textarea name="why">?</textarea><input type="hidden" name="version" value="7">
        <crowd-slider name="much" min="3" max="5"></crowd-slider>
        <crowd-checkbox name="light" value="dim"></crowd-checkbox>
        <crowd-checkbox name="light" value="bright"></crowd-checkbox>
        <crowd-toggle-button name="sure"></crowd-toggle-button>
        <crowd-radio-group>
          <crowd-radio-button name="yes"></crowd-radio-button>
          <crowd-radio-button name="no"></crowd-radio-button>
        </crowd-radio-group>
        <input type="radio" name="size" value="big"><input type="radio" name="size" value="small">
        <input type="checkbox" name="agreed">
        <crowd-keypoint name="points"/>
        </crowd-form>""",
    )

    assert set(content.pop("all")["labels"]) <= {"a", "b"}
    assert content.pop("names") == {
        "entities": [
            {"endOffset": 3, "label": "Who", "startOffset": 0},
            {"endOffset": 11, "label": "Who", "startOffset": 8},
        ]
    }
    assert [box["label"] for box in content.pop("boxes")["boundingBoxes"]] == ["Cat"]
    assert content.pop("much") in (3, 4, 5)
    assert set(content.pop("light")) == {"dim", "bright"}
    assert [content.pop("yes")["on"], content.pop("no")["on"]].count(True) == 1
    assert sorted(content["size"]) == ["big", "small"]
    assert sum(content.pop("size").values()) == 1
    assert {type(content.pop(name)["on"]) for name in ("sure", "agreed")} == {bool}
    assert content == {"website": "as seen", "why": "as seen", "version": "7"}


def test_an_audit_of_entities_begins_with_those_that_are_there(world: World) -> None:
    entity = {"endOffset": 10, "startOffset": 5, "label": "Thing"}
    labels = [{"label": "Thing", "shortDisplayName": "T"}]
    annotations = {"annotations": {"entities": [entity], "labels": labels}}
    world.manifest([{"source": TRAIN, "entities": annotations}])

    content = filled(world, (AUDITS / "audit_entities.liquid.html").read_text())

    assert content == {"crowd-entity-annotation": {"entities": [entity]}}


def test_an_audit_of_classes_chooses_one_of_the_template(world: World) -> None:
    world.manifest([{"source": TRAIN, "mood": 1, "mood-metadata": {"class-name": "negative"}}])
    html = (AUDITS / "audit_classes.liquid.html").read_text()

    request = {**custom_request(world, html=html), "LabelAttributeName": "audited"}
    have_done(world, request)

    label = responses(world, "mood")[0]["answerContent"]["crowd-classifier"]["label"]
    assert label in ("positive", "negative", "neutral")


def test_a_careless_worker_chooses_something_else(world: World) -> None:
    choices = [str(number) for number in range(50)]
    texts = [f"text {number}" for number in range(60)]
    world.manifest([{"source": text, "choices": choices} for text in texts])

    def chosen(name: str, accuracy: float) -> list[Any]:
        world.twin.create_labeling_job(custom_request(world, name))
        world.advance()
        answers = Answers(objects=world.objects, accuracy=Accuracy(accuracy))
        world.workers(answers=answers).work()
        world.advance()
        return [responses(world, name, n)[0]["answerContent"] for n in range(len(texts))]

    careful, careless = chosen("careful", 1.0), chosen("careless", 0.0)

    assert 5 <= sum(a != b for a, b in zip(careful, careless, strict=True)) <= 40


def test_a_form_that_cannot_be_shown_is_declined_until_the_object_fails(world: World) -> None:
    described = world.run(custom_request(world, html="<crowd-form>{% nonsense %}</crowd-form>"))

    assert described["LabelingJobStatus"] == "Completed"
    assert described["LabelCounters"]["FailedNonRetryableError"] == 1


@pytest.mark.parametrize(
    ("answer", "problem"),
    [
        (Classes(("angry",)), "is answered with what its form sends"),
        (Custom({"feeling": object()}), "the answer is not JSON"),
    ],
)
def test_what_no_form_sends_is_refused(world: World, answer: Any, problem: str) -> None:
    world.twin.create_labeling_job(custom_request(world))
    world.advance()
    task = world.twin.desk.accept(world.twin.desk.tasks_of("mood")[0], "ann")

    with pytest.raises(AnswerInvalid, match=problem):
        world.twin.desk.submit(task, answer)
