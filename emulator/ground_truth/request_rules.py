"""What CreateLabelingJob requires besides its model's constraints."""

from collections.abc import Iterator, Mapping
from typing import Any

from emulator.ground_truth.categories import read_categories
from emulator.ground_truth.constraints import CREATE_LABELING_JOB, violations
from emulator.ground_truth.errors import InputUnusable, RequestInvalid
from emulator.ground_truth.interfaces import read_interface
from emulator.ground_truth.kinds import KINDS
from emulator.ground_truth.limits import Limits
from emulator.ground_truth.ports import Functions, ObjectStore
from emulator.ground_truth.task_types import TaskType, requested_type
from emulator.ground_truth.type_rules import type_violations
from emulator.ground_truth.workteams import Workteams

RESERVED = ("source", "source-ref")
LONG_TASKS = ("video-frame", "point-cloud")


def check_request(
    request: Mapping[str, Any],
    *,
    account: str,
    region: str,
    limits: Limits,
    workteams: Workteams,
    objects: ObjectStore,
    functions: Functions,
) -> TaskType:
    """The task type that the request asks for; raises `RequestInvalid` with all that is wrong."""
    human = request["HumanTaskConfig"]
    task_type = requested_type(human, region)
    broken = [
        *violations(request, CREATE_LABELING_JOB),
        *_source_violations(request),
        *_team_violations(human["WorkteamArn"], account, region, workteams),
        *_lifetime_violations(human, task_type, limits),
        *_attribute_violations(request["LabelAttributeName"], task_type),
        *_one_interface(human["UiConfig"]),
    ]
    if task_type is None:
        broken.append(
            "HumanTaskConfig.PreHumanTaskLambdaArn must be a built-in function of Ground Truth "
            f"in {region}, or a function of your own"
        )
    else:
        broken += type_violations(
            request, task_type, region=region, objects=objects, functions=functions
        )
        broken += _audit_violations(request, task_type, objects)
    if broken or task_type is None:
        raise RequestInvalid(broken)
    return task_type


def _source_violations(request: Mapping[str, Any]) -> Iterator[str]:
    data = request["InputConfig"]["DataSource"]
    if not data.get("S3DataSource") and not data.get("SnsDataSource"):
        yield "InputConfig.DataSource must have S3DataSource or SnsDataSource"
    elif data.get("SnsDataSource"):
        yield "SnsDataSource is not allowed: the quota of streaming labeling jobs is 0"


def _team_violations(arn: str, account: str, region: str, workteams: Workteams) -> Iterator[str]:
    if "/public-crowd/" in arn:
        yield "The public workforce (Amazon Mechanical Turk) is not available any more"
    elif not arn.startswith(f"arn:aws:sagemaker:{region}:{account}:workteam/"):
        yield f"The work team {arn} is not of account {account} and region {region}"
    elif workteams.find(arn) is None:
        yield f"The work team {arn} does not exist"


def _lifetime_violations(
    human: Mapping[str, Any], task_type: TaskType | None, limits: Limits
) -> Iterator[str]:
    long = task_type is not None and task_type.family in LONG_TASKS
    most = limits.long_task_time if long else limits.task_time
    if human["TaskTimeLimitInSeconds"] > most:
        yield f"HumanTaskConfig.TaskTimeLimitInSeconds must be at most {most}"
    lifetime = human.get("TaskAvailabilityLifetimeInSeconds", 0)
    if lifetime > limits.availability_lifetime:
        yield (
            "HumanTaskConfig.TaskAvailabilityLifetimeInSeconds must be at most "
            f"{limits.availability_lifetime}"
        )


def _attribute_violations(name: str, task_type: TaskType | None) -> Iterator[str]:
    if name in RESERVED:
        yield f"LabelAttributeName {name} is reserved"
    if name.endswith("-metadata"):
        yield f"LabelAttributeName {name} must not end with -metadata"
    if task_type is None or task_type.reference_label is None:
        return
    if task_type.reference_label and not name.endswith("-ref"):
        yield f"LabelAttributeName {name} must end with -ref for {task_type.name}"
    if not task_type.reference_label and name.endswith("-ref"):
        yield f"LabelAttributeName {name} must not end with -ref for {task_type.name}"


def _one_interface(ui: Mapping[str, Any]) -> Iterator[str]:
    if bool(ui.get("UiTemplateS3Uri")) == bool(ui.get("HumanTaskUiArn")):
        yield "HumanTaskConfig.UiConfig must have either UiTemplateS3Uri or HumanTaskUiArn"


def _audit_violations(
    request: Mapping[str, Any], task_type: TaskType, objects: ObjectStore
) -> Iterator[str]:
    """Rules about the audited attribute, where the file that names it can be read already.

    A file that cannot be read fails the job later, as its other input does.
    """
    if task_type.family == "image":
        yield from _picture_audit_violations(request, task_type, objects)
        return
    uri = request.get("LabelCategoryConfigS3Uri")
    if not uri or task_type.name not in KINDS:
        return
    try:
        audited = read_categories(uri, task_type=task_type, objects=objects).audited_attribute
    except InputUnusable:
        return
    if task_type.is_audit and not audited:
        yield f"{task_type.name} needs auditLabelAttributeName in the label category file {uri}"
    if not task_type.is_audit and audited:
        yield f"{task_type.name} must not have auditLabelAttributeName in the file {uri}"
    if audited and audited == request["LabelAttributeName"]:
        yield f"LabelAttributeName must differ from the audited attribute {audited}"


def _picture_audit_violations(
    request: Mapping[str, Any], task_type: TaskType, objects: ObjectStore
) -> Iterator[str]:
    """The same for pictures, whose template names the attribute."""
    uri = request["HumanTaskConfig"]["UiConfig"].get("UiTemplateS3Uri")
    if not uri or not task_type.is_audit:
        return
    try:
        audited = read_interface(uri, objects=objects).audited_attribute
    except InputUnusable:
        return
    if audited is None:
        yield (
            f"{task_type.name} needs a template that shows the label to audit "
            f"(task.input.manifestLine), {uri} does not"
        )
    elif audited == request["LabelAttributeName"]:
        yield f"LabelAttributeName must differ from the audited attribute {audited}"
