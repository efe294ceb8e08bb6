"""What CreateLabelingJob wants for texts, whole videos and custom tasks; and their label files."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from emulator.ground_truth.errors import RequestInvalid
from emulator.ground_truth.task_types import (
    consolidation_function_arn,
    human_task_ui_arn,
    pre_function_arn,
)
from tests.emulator.ground_truth_world import REGION, World

ENTITIES = "NamedEntityRecognition"
ACS = "HumanTaskConfig.AnnotationConsolidationConfig.AnnotationConsolidationLambdaArn"
TEMPLATE = "HumanTaskConfig.UiConfig.UiTemplateS3Uri"
OWN = f"arn:aws:lambda:{REGION}:123456789012:function:"
INSTRUCTIONS = {"shortInstruction": "Mark", "fullInstruction": "Mark all"}

Change = Callable[[dict[str, Any]], object]


@pytest.fixture
def world() -> World:
    world = World()
    world.categories()
    return world


def refusals(world: World, request: dict[str, Any]) -> tuple[str, ...]:
    with pytest.raises(RequestInvalid) as refused:
        world.twin.create_labeling_job(request)
    return refused.value.violations


def human(**changes: Any) -> Change:
    return lambda request: request["HumanTaskConfig"].update(changes)


def consolidated_by(arn: str) -> Change:
    return human(AnnotationConsolidationConfig={"AnnotationConsolidationLambdaArn": arn})


@pytest.mark.parametrize(
    ("task_type", "change", "violation"),
    [
        (
            "TextMultiClass",
            human(UiConfig={"HumanTaskUiArn": human_task_ui_arn(ENTITIES, REGION)}),
            f"{TEMPLATE} is required for TextMultiClass",
        ),
        (
            "TextMultiClass",
            human(UiConfig={"UiTemplateS3Uri": "s3://in/none.html"}),
            f"{TEMPLATE}: the template cannot be read: s3://in/none.html does not exist.",
        ),
        (
            "VideoMultiClass",
            human(UiConfig={"UiTemplateS3Uri": "s3://in/plain.html"}),
            f"{TEMPLATE}: the template s3://in/plain.html has no crowd-form and no other crowd "
            "element",
        ),
        (
            ENTITIES,
            human(UiConfig={"UiTemplateS3Uri": "s3://in/template.html"}),
            "HumanTaskConfig.UiConfig.HumanTaskUiArn must be "
            f"{human_task_ui_arn(ENTITIES, REGION)} for {ENTITIES}, it is None",
        ),
        (
            "TextMultiClass",
            consolidated_by(consolidation_function_arn("TextMultiClassMultiLabel", REGION)),
            f"{ACS} must be {consolidation_function_arn('TextMultiClass', REGION)} for "
            f"TextMultiClass, it is "
            f"{consolidation_function_arn('TextMultiClassMultiLabel', REGION)}",
        ),
        (
            "TextMultiClass",
            lambda request: request.pop("LabelCategoryConfigS3Uri"),
            "LabelCategoryConfigS3Uri is required for TextMultiClass",
        ),
        (
            "TextMultiClass",
            human(TaskTimeLimitInSeconds=28_801),
            "HumanTaskConfig.TaskTimeLimitInSeconds must be at most 28800",
        ),
        (
            "TextMultiClass",
            lambda request: request.update(
                LabelingJobAlgorithmsConfig={"LabelingJobAlgorithmSpecificationArn": "arn:aws:x"}
            ),
            "LabelingJobAlgorithmsConfig: this local cloud has no automated labeling",
        ),
        (
            ENTITIES,
            lambda request: request.update(
                LabelingJobAlgorithmsConfig={"LabelingJobAlgorithmSpecificationArn": "arn:aws:x"}
            ),
            f"LabelingJobAlgorithmsConfig is not supported for {ENTITIES}",
        ),
        (
            "PassThrough",
            human(PreHumanTaskLambdaArn=f"{OWN}none"),
            f"HumanTaskConfig.PreHumanTaskLambdaArn: the function {OWN}none does not exist",
        ),
        (
            "PassThrough",
            consolidated_by(f"{OWN}none"),
            f"{ACS}: the function {OWN}none does not exist",
        ),
        (
            "PassThrough",
            consolidated_by("arn:aws:lambda:eu-west-1:123456789012:function:far"),
            f"{ACS} must be a function in us-east-1, it is "
            "arn:aws:lambda:eu-west-1:123456789012:function:far",
        ),
        (
            "PassThrough",
            consolidated_by(consolidation_function_arn("BoundingBox", REGION)),
            f"{ACS} must be {consolidation_function_arn('PassThrough', REGION)} or a function of "
            f"your own for a custom task, it is "
            f"{consolidation_function_arn('BoundingBox', REGION)}",
        ),
        (
            "PassThrough",
            human(PreHumanTaskLambdaArn=f"{OWN[: -len('function:')]}layer:x"),
            f"Value '{OWN[: -len('function:')]}layer:x' at "
            "'humanTaskConfig.preHumanTaskLambdaArn' failed to satisfy constraint: Member must "
            r"satisfy regular expression pattern: arn:aws[a-z\-]*:lambda:[a-z0-9\-]*:[0-9]{12}:"
            "function:.*",
        ),
    ],
)
def test_a_request_names_what_is_wrong_with_it(
    world: World, task_type: str, change: Change, violation: str
) -> None:
    world.objects.put("s3://in/plain.html", "<form>Which one?</form>")
    request = world.request("job", task_type)
    change(request)

    assert violation in refusals(world, request)


def test_all_that_is_wrong_is_said_at_once(world: World) -> None:
    request = world.request("job", "TextMultiClass", NumberOfHumanWorkersPerDataObject=10)
    request["HumanTaskConfig"]["UiConfig"] = {"UiTemplateS3Uri": "s3://in/none.html"}
    del request["LabelCategoryConfigS3Uri"]
    request["LabelAttributeName"] = "source"

    assert len(refusals(world, request)) == 4


@pytest.mark.parametrize("workers", [1, 9])
def test_up_to_nine_people_may_label_a_text(world: World, workers: int) -> None:
    request = world.request("job", "TextMultiClass", NumberOfHumanWorkersPerDataObject=workers)

    assert world.twin.create_labeling_job(request).endswith(":labeling-job/job")


def test_functions_of_ones_own_make_it_a_custom_job(world: World) -> None:
    arn = world.functions.add("LabelingFunction", lambda event: {"taskInput": {}})
    request = world.request("job", "TextMultiClass", PreHumanTaskLambdaArn=arn)
    consolidated_by(arn)(request)
    del request["LabelCategoryConfigS3Uri"]

    assert world.twin.create_labeling_job(request).endswith(":labeling-job/job")


def test_a_label_attribute_of_a_text_may_end_like_a_reference(world: World) -> None:
    # The API's model only forbids it for verifications of masks.
    request = world.request("job", "TextMultiClass", attribute="mood-ref")

    assert world.twin.create_labeling_job(request).endswith(":labeling-job/job")


def failure(world: World, task_type: str, labels: Any, **more: Any) -> str:
    """Why a job with this label category file fails; empty if it does not."""
    world.texts("any text")
    document = {"document-version": "2018-11-28", "labels": labels, **more}
    world.objects.put("s3://in/labels.json", document)
    request = world.request("job", task_type, categories="s3://in/labels.json")
    world.twin.create_labeling_job(request)
    world.advance()
    return str(world.describe("job").get("FailureReason", ""))


def named(count: int) -> list[dict[str, str]]:
    return [{"label": f"label {number}"} for number in range(count)]


@pytest.mark.parametrize(
    ("task_type", "labels", "reason"),
    [
        ("TextMultiClass", named(1), "there are 1 labels, TextMultiClass needs at least 2"),
        ("TextMultiClass", [], "there are 0 labels, TextMultiClass needs at least 2"),
        ("TextMultiClass", None, "labels must be a list"),
        ("TextMultiClass", ["a", "b"], "its structure is not that of a label category file"),
        ("TextMultiClass", [*named(2), *named(1)], "label 'label 0' occurs more than once"),
        ("TextMultiClass", [*named(2), {"label": ""}], "must be a text of 1-256 characters"),
        ("TextMultiClass", [*named(2), {"label": 3}], "must be a text of 1-256 characters"),
        (
            "TextMultiClassMultiLabel",
            named(51),
            "there are 51 labels, TextMultiClassMultiLabel allows at most 50",
        ),
        ("VideoMultiClass", named(31), "there are 31 labels, VideoMultiClass allows at most 30"),
        (ENTITIES, named(1), "instructions with shortInstruction and fullInstruction"),
    ],
)
def test_a_job_fails_whose_labels_are_not_those_of_its_type(
    world: World, task_type: str, labels: Any, reason: str
) -> None:
    assert reason in failure(world, task_type, labels)


def test_a_single_class_of_a_text_may_be_one_of_any_number(world: World) -> None:
    assert failure(world, "TextMultiClass", named(200)) == ""


@pytest.mark.parametrize(
    ("labels", "instructions", "reason"),
    [
        (named(2), {"shortInstruction": "x"}, "instructions.fullInstruction must be a text"),
        (named(2), {**INSTRUCTIONS, "shortInstruction": ""}, "instructions.shortInstruction"),
        (named(2), {**INSTRUCTIONS, "fullInstruction": ""}, ""),
        (named(1), INSTRUCTIONS, ""),
    ],
)
def test_entities_need_instructions(
    world: World, labels: Any, instructions: Any, reason: str
) -> None:
    found = failure(world, ENTITIES, labels, instructions=instructions)

    assert (reason in found) if reason else not found


def test_pre_functions_of_other_regions_are_not_of_this_one(world: World) -> None:
    arn = pre_function_arn("TextMultiClass", "us-west-2")
    request = world.request("job", "TextMultiClass", PreHumanTaskLambdaArn=arn)

    assert refusals(world, request) == (
        "HumanTaskConfig.PreHumanTaskLambdaArn must be a built-in function of Ground Truth in "
        "us-east-1, or a function of your own",
    )
