"""What CreateLabelingJob refuses, and how."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import botocore.session
import pytest

from emulator.ground_truth import constraints
from emulator.ground_truth.errors import (
    RequestInvalid,
    ResourceInUse,
    ResourceLimitExceeded,
    ServiceRefusal,
    Throttled,
)
from emulator.ground_truth.limits import Limits
from emulator.ground_truth.task_types import human_task_ui_arn, pre_function_arn
from tests.emulator.ground_truth_world import World

TRACKING = "VideoObjectTracking"
AUDIT = "AdjustmentVideoObjectTracking"

Change = Callable[[dict[str, Any]], object]


@pytest.fixture
def world() -> World:
    world = World()
    world.categories()
    return world


def refusal(world: World, request: dict[str, Any]) -> str:
    with pytest.raises(ServiceRefusal) as refused:
        world.twin.create_labeling_job(request)
    return str(refused.value)


def human(**changes: Any) -> Change:
    return lambda request: request["HumanTaskConfig"].update(changes)


def top(**changes: Any) -> Change:
    return lambda request: request.update(changes)


@pytest.mark.parametrize(
    ("change", "text"),
    [
        (top(LabelingJobName="under_score"), "at 'labelingJobName' failed to satisfy constraint"),
        (top(LabelingJobName="x" * 64), "Member must have length less than or equal to 63"),
        (top(LabelAttributeName="boxes"), "must end with -ref"),
        (top(LabelAttributeName="boxes-metadata"), "must not end with -metadata"),
        (top(LabelAttributeName="source-ref"), "is reserved"),
        (top(RoleArn="arn:aws:iam::1:user/x-and-more"), "at 'roleArn'"),
        (top(StoppingConditions={"MaxPercentageOfInputDatasetLabeled": 101}), "equal to 100"),
        (top(Tags=[{"Key": "a*", "Value": "b"}]), "at 'tags.1.member.key'"),
        (top(LabelCategoryConfigS3Uri=""), "LabelCategoryConfigS3Uri is required"),
        (top(LabelCategoryConfigS3Uri="ftp://x"), "at 'labelCategoryConfigS3Uri'"),
        (top(InputConfig={"DataSource": {}}), "must have S3DataSource or SnsDataSource"),
        (
            top(
                InputConfig={
                    "DataSource": {
                        "SnsDataSource": {"SnsTopicArn": "arn:aws:sns:us-east-1:123456789012:x"}
                    }
                }
            ),
            "quota of streaming labeling jobs is 0",
        ),
        (human(NumberOfHumanWorkersPerDataObject=2), "must be 1 for VideoObjectTracking"),
        (human(NumberOfHumanWorkersPerDataObject=10), "less than or equal to 9"),
        (human(TaskTimeLimitInSeconds=29), "greater than or equal to 30"),
        (human(TaskTimeLimitInSeconds=604_801), "must be at most 604800"),
        (human(TaskAvailabilityLifetimeInSeconds=2_592_001), "must be at most 2592000"),
        (human(MaxConcurrentTaskCount=5001), "less than or equal to 5000"),
        (human(TaskKeywords=["a-b"]), "at 'humanTaskConfig.taskKeywords.1.member'"),
        (human(TaskTitle="x" * 129), "at 'humanTaskConfig.taskTitle'"),
        (human(TaskDescription="two\nlines"), "at 'humanTaskConfig.taskDescription'"),
        (human(PreHumanTaskLambdaArn=pre_function_arn(TRACKING, "us-west-2")), "in us-east-1"),
        (
            human(AnnotationConsolidationConfig={"AnnotationConsolidationLambdaArn": "arn:aws:x"}),
            "AnnotationConsolidationLambdaArn must be",
        ),
        (
            human(
                UiConfig={"HumanTaskUiArn": human_task_ui_arn("VideoObjectDetection", "us-east-1")}
            ),
            "human-task-ui/VideoObjectTracking for",
        ),
        (human(UiConfig={}), "either UiTemplateS3Uri or HumanTaskUiArn"),
        (
            human(
                UiConfig={
                    "UiTemplateS3Uri": "s3://in/template",
                    "HumanTaskUiArn": human_task_ui_arn(TRACKING, "us-east-1"),
                }
            ),
            "either UiTemplateS3Uri or HumanTaskUiArn",
        ),
        (
            human(WorkteamArn="arn:aws:sagemaker:us-east-1:123456789012:workteam/private-crowd/no"),
            "does not exist",
        ),
        (
            human(WorkteamArn="arn:aws:sagemaker:us-east-1:1234:workteam/private-crowd/no"),
            "at 'humanTaskConfig.workteamArn'",
        ),
        (
            human(
                WorkteamArn="arn:aws:sagemaker:us-east-1:394669845002:workteam/public-crowd/default"
            ),
            "Mechanical Turk",
        ),
        (
            human(PublicWorkforceTaskPrice={"AmountInUsd": {"Cents": 100}}),
            "at 'humanTaskConfig.publicWorkforceTaskPrice.amountInUsd.cents'",
        ),
    ],
)
def test_a_request_that_breaks_a_rule_is_refused(world: World, change: Change, text: str) -> None:
    request = world.request("clip", TRACKING)
    change(request)

    assert text in refusal(world, request)


def test_all_violations_are_in_one_text(world: World) -> None:
    request = world.request("bad_name", TRACKING, attribute="labels", MaxConcurrentTaskCount=0)

    with pytest.raises(RequestInvalid) as refused:
        world.twin.create_labeling_job(request)

    assert refused.value.code == "ValidationException"
    assert str(refused.value).startswith("3 validation errors detected: Value 'bad_name' at ")
    assert len(refused.value.violations) == 3


def test_an_audit_must_name_another_attribute_than_the_one_it_audits(world: World) -> None:
    categories = world.categories("Car", auditLabelAttributeName="cars-ref")
    request = world.request("audit", AUDIT, categories=categories, attribute="cars-ref")

    assert "must differ from the audited attribute cars-ref" in refusal(world, request)


def test_an_audit_needs_the_audited_attribute_in_its_label_category_file(world: World) -> None:
    assert "needs auditLabelAttributeName" in refusal(world, world.request("audit", AUDIT))


def test_a_first_label_must_not_name_an_audited_attribute(world: World) -> None:
    categories = world.categories("Car", auditLabelAttributeName="cars-ref")
    request = world.request("first", TRACKING, categories=categories)

    assert "must not have auditLabelAttributeName" in refusal(world, request)


def test_a_name_is_used_up_for_ever_and_without_case(world: World) -> None:
    world.clips()
    world.run(world.request("Clip-1", TRACKING))

    with pytest.raises(ResourceInUse, match="must be unique"):
        world.twin.create_labeling_job(world.request("clip-1", TRACKING))


def test_running_jobs_are_limited_until_one_ends() -> None:
    world = World(limits=Limits(running_jobs=1))
    world.categories()
    world.clips()
    world.twin.create_labeling_job(world.request("one", TRACKING))

    with pytest.raises(ResourceLimitExceeded, match="is 1 jobs, with current utilization of 1"):
        world.twin.create_labeling_job(world.request("two", TRACKING))
    world.twin.stop_labeling_job("one")
    world.advance()
    world.twin.create_labeling_job(world.request("two", TRACKING))

    assert world.describe("two")["LabelingJobStatus"] == "Initializing"


def test_a_refused_name_stays_free(world: World) -> None:
    refusal(world, world.request("clip", TRACKING, TaskTimeLimitInSeconds=1))

    world.twin.create_labeling_job(world.request("clip", TRACKING))


def test_calls_are_throttled_by_the_clock() -> None:
    world = World(limits=Limits.real())
    world.categories()
    world.twin.create_labeling_job(world.request("one", TRACKING))
    for _ in range(5):
        world.describe("one")

    with pytest.raises(Throttled, match="Rate exceeded"):
        world.describe("one")
    world.advance(seconds=1)

    assert world.describe("one")["LabelingJobName"] == "one"


@pytest.mark.parametrize(
    ("operation", "rules"),
    [
        ("CreateLabelingJob", constraints.CREATE_LABELING_JOB),
        ("DescribeLabelingJob", constraints.LABELING_JOB_NAME),
        ("ListLabelingJobs", constraints.LIST_LABELING_JOBS),
        ("ListLabelingJobsForWorkteam", constraints.LIST_LABELING_JOBS_FOR_WORKTEAM),
        ("ListWorkteams", constraints.LIST_WORKTEAMS),
        ("CreateWorkteam", constraints.CREATE_WORKTEAM),
    ],
)
def test_the_constraints_are_those_of_the_service_model(operation: str, rules: Any) -> None:
    model = botocore.session.get_session().get_service_model("sagemaker")

    expected = dict(modeled(model.operation_model(operation).input_shape, ""))

    assert dict(rules) == expected


def modeled(shape: Any, path: str) -> Iterator[tuple[str, constraints.Rule]]:
    """The constraints in botocore's model, where the twin checks them: all but the patterns that
    have Unicode categories which Python does not know."""
    metadata = shape.metadata
    pattern = metadata.get("pattern")
    known = pattern if r"\p{M}" not in (pattern or "") else None
    rule = constraints.Rule(
        metadata.get("min"), metadata.get("max"), known, tuple(metadata.get("enum", ()))
    )
    if rule != constraints.Rule():
        yield path, rule
    if shape.type_name == "structure":
        for name, member in shape.members.items():
            yield from modeled(member, f"{path}.{name}".lstrip("."))
    elif shape.type_name == "list":
        yield from modeled(shape.member, f"{path}[]")
