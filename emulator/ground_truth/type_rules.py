"""What a task type requires of a request: functions, interface, workers, labels."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from emulator.ground_truth.kinds import KINDS
from emulator.ground_truth.ports import Functions, ObjectStore, StoreError
from emulator.ground_truth.task_types import (
    CUSTOM,
    TaskType,
    consolidation_function_arn,
    human_task_ui_arn,
    is_of_ground_truth,
)

PRE = "HumanTaskConfig.PreHumanTaskLambdaArn"
ACS = "HumanTaskConfig.AnnotationConsolidationConfig.AnnotationConsolidationLambdaArn"
TEMPLATE = "HumanTaskConfig.UiConfig.UiTemplateS3Uri"
CROWD_ELEMENT = re.compile(r"<crowd-[a-z]", re.IGNORECASE)


def type_violations(
    request: Mapping[str, Any],
    task_type: TaskType,
    *,
    region: str,
    objects: ObjectStore,
    functions: Functions,
) -> Iterator[str]:
    """Every rule of the type that the request breaks."""
    human = request["HumanTaskConfig"]
    if task_type.name not in KINDS:
        yield f"{task_type.name} is not among the task types of this local cloud"
    yield from _interface_violations(human["UiConfig"], task_type, region, objects)
    if task_type.name == CUSTOM:
        yield from _custom_function_violations(human, region, functions)
    else:
        yield from _pair_violations(human, task_type, region)
        if not request.get("LabelCategoryConfigS3Uri"):
            yield f"LabelCategoryConfigS3Uri is required for {task_type.name}"
    if task_type.single_worker and human["NumberOfHumanWorkersPerDataObject"] > 1:
        yield f"NumberOfHumanWorkersPerDataObject must be 1 for {task_type.name}"
    if request.get("LabelingJobAlgorithmsConfig"):
        yield from _automation_violations(task_type)
    if human.get("PublicWorkforceTaskPrice"):
        yield "PublicWorkforceTaskPrice is only for the public workforce"


def _pair_violations(human: Mapping[str, Any], task_type: TaskType, region: str) -> Iterator[str]:
    """A built-in type has two functions, which go together."""
    expected, given = consolidation_function_arn(task_type.name, region), _consolidation_of(human)
    if given != expected:
        yield f"{ACS} must be {expected} for {task_type.name}, it is {given}"


def _custom_function_violations(
    human: Mapping[str, Any], region: str, functions: Functions
) -> Iterator[str]:
    """The functions of a custom task may be absent, pass through, or be one's own."""
    consolidation = _consolidation_of(human)
    if (
        consolidation is not None
        and is_of_ground_truth(consolidation)
        and consolidation != consolidation_function_arn(CUSTOM, region)
    ):
        yield (
            f"{ACS} must be {consolidation_function_arn(CUSTOM, region)} or a function of your own "
            f"for a custom task, it is {consolidation}"
        )
    given = {PRE: human.get("PreHumanTaskLambdaArn"), ACS: consolidation}
    for member, arn in given.items():
        if not arn or is_of_ground_truth(arn):
            continue
        if arn.split(":")[3:4] != [region]:
            yield f"{member} must be a function in {region}, it is {arn}"
        elif not functions.exists(arn):
            yield f"{member}: the function {arn} does not exist"


def _interface_violations(
    ui: Mapping[str, Any], task_type: TaskType, region: str, objects: ObjectStore
) -> Iterator[str]:
    if task_type.ui is None:
        yield from _template_violations(ui.get("UiTemplateS3Uri"), task_type, objects)
        return
    expected = human_task_ui_arn(task_type.ui, region)
    if ui.get("HumanTaskUiArn") != expected:
        yield (
            f"HumanTaskConfig.UiConfig.HumanTaskUiArn must be {expected} for {task_type.name}, "
            f"it is {ui.get('HumanTaskUiArn')}"
        )


def _template_violations(
    uri: str | None, task_type: TaskType, objects: ObjectStore
) -> Iterator[str]:
    if not uri:
        yield f"{TEMPLATE} is required for {task_type.name}"
        return
    try:
        template = objects.read(uri).decode(errors="replace")
    except StoreError as error:
        yield f"{TEMPLATE}: the template cannot be read: {error}"
        return
    if not CROWD_ELEMENT.search(template):
        yield f"{TEMPLATE}: the template {uri} has no crowd-form and no other crowd element"


def _automation_violations(task_type: TaskType) -> Iterator[str]:
    if task_type.automation is None:
        yield f"LabelingJobAlgorithmsConfig is not supported for {task_type.name}"
    else:
        yield "LabelingJobAlgorithmsConfig: this local cloud has no automated labeling"


def _consolidation_of(human: Mapping[str, Any]) -> str | None:
    config = human.get("AnnotationConsolidationConfig") or {}
    arn: str | None = config.get("AnnotationConsolidationLambdaArn")
    return arn
