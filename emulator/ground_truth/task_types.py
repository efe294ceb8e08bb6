"""The built-in task types: functions, user interfaces, rules. The table is `task_types.json`."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

TABLE = Path(__file__).with_name("task_types.json")
CUSTOM = "PassThrough"
"""The type of all custom tasks: those with functions of one's own, too."""


@dataclass(frozen=True)
class TaskType:
    """One row of the table; `name` is what follows PRE- and ACS-. `automation` is the algorithm
    that can take part of the work over, where there is one."""

    name: str
    family: str
    ui: str | None
    reference_label: bool | None
    single_worker: bool
    audits: str | None
    min_labels: int | None
    output_type: str | None
    automation: str | None = None

    @property
    def is_audit(self) -> bool:
        return self.audits is not None

    @property
    def adjusts(self) -> bool:
        """People change labels that are there, or confirm them by leaving them as they are."""
        return self.name.startswith("Adjustment")

    @property
    def verifies(self) -> bool:
        """People say whether labels of pictures are right, and change nothing."""
        return self.name.startswith("Verification")

    @property
    def tracks(self) -> bool:
        """Objects keep their identity from frame to frame."""
        return self.name.endswith("ObjectTracking")


@cache
def _table() -> dict[str, Any]:
    table: dict[str, Any] = json.loads(TABLE.read_text())
    return table


@cache
def task_types() -> dict[str, TaskType]:
    """All task types by name."""
    return {name: _task_type(name, row) for name, row in _table()["task_types"].items()}


def _task_type(name: str, row: dict[str, Any]) -> TaskType:
    return TaskType(
        name=name,
        family=row["family"],
        ui=row["human_task_ui"],
        reference_label=_label_is_reference(name, row),
        single_worker=row["single_worker"],
        audits=row["audits"],
        min_labels=row["min_labels"],
        output_type=row["output_type"],
        automation=row["auto_labeling_algorithm"],
    )


def _label_is_reference(name: str, row: dict[str, Any]) -> bool | None:
    """Whether the label attribute must (True), must not (False) or may (None) end in -ref."""
    if row["label_attribute_suffix"] == "-ref":
        return True
    return False if name == "VerificationSemanticSegmentation" else None


def pre_function_arn(name: str, region: str) -> str:
    """The ARN of a type's pre-annotation function; `KeyError` where Ground Truth has none."""
    return _function_arn("pre", name, region)


def consolidation_function_arn(name: str, region: str) -> str:
    return _function_arn("acs", name, region)


def _function_arn(role: str, name: str, region: str) -> str:
    account = _table()["regions"][region]
    return f"arn:aws:lambda:{region}:{account}:function:{_table()['task_types'][name][role]}"


def human_task_ui_arn(ui: str, region: str) -> str:
    return f"arn:aws:sagemaker:{region}:{_table()['human_task_ui_account']}:human-task-ui/{ui}"


def regions() -> frozenset[str]:
    """The regions that have the built-in functions."""
    return frozenset(_table()["regions"])


@cache
def types_by_pre_function(region: str) -> dict[str, TaskType]:
    """The task types of a region by the ARN of their pre-annotation function."""
    if region not in regions():
        return {}
    return {pre_function_arn(name, region): task for name, task in task_types().items()}


def requested_type(human: Mapping[str, Any], region: str) -> TaskType | None:
    """The task type that a HumanTaskConfig asks for by its pre-annotation function. Without one,
    and with one that is not Ground Truth's, it is a custom task. None for a function of Ground
    Truth that the region does not have."""
    arn = human.get("PreHumanTaskLambdaArn") or ""
    if task_type := types_by_pre_function(region).get(arn):
        return task_type
    return None if is_of_ground_truth(arn) else task_types()[CUSTOM]


def is_of_ground_truth(function_arn: str) -> bool:
    """Whether a function is in an account that has the built-in functions."""
    return function_arn.split(":")[4:5] in [[account] for account in _table()["regions"].values()]
