"""What each `jobModality` is in Ground Truth, read from the table of task types."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

# The ten names that people use for the video-frame and point-cloud task types.
_TASK_TYPES = {
    "VideoObjectDetection": "VideoObjectDetection",
    "VideoObjectTracking": "VideoObjectTracking",
    "PointCloudObjectDetection": "3DPointCloudObjectDetection",
    "PointCloudObjectTracking": "3DPointCloudObjectTracking",
    "PointCloudSemanticSegmentation": "3DPointCloudSemanticSegmentation",
}


@dataclass(frozen=True, kw_only=True)
class Modality:
    """A task type under the name that requests use.

    `pre` and `acs` name the AWS-owned Lambda functions (HumanTaskConfig.PreHumanTaskLambdaArn,
    AnnotationConsolidationLambdaArn), `human_task_ui` the worker UI (UiConfig.HumanTaskUiArn).
    """

    name: str
    task_type: str
    pre: str
    acs: str
    human_task_ui: str
    needs_ref: bool
    single_worker: bool
    audits: str | None

    def label_attribute(self, job_name: str) -> str:
        """The default LabelAttributeName: the job's name, with `-ref` where the type demands it."""
        if self.needs_ref:
            return f"{job_name}-ref"
        return job_name


@cache
def table() -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads(files(__package__).joinpath("task_types.json").read_text())
    return loaded


@cache
def modalities() -> dict[str, Modality]:
    """Every modality by name; the audit of X is `XAudit` and uses X's adjustment functions."""
    found = {}
    for name, task_type in _TASK_TYPES.items():
        found[name] = _modality(name, task_type, audits=None)
        found[f"{name}Audit"] = _modality(f"{name}Audit", f"Adjustment{task_type}", audits=name)
    return found


def _modality(name: str, task_type: str, *, audits: str | None) -> Modality:
    row = table()["task_types"][task_type]
    return Modality(
        name=name,
        task_type=task_type,
        pre=row["pre"],
        acs=row["acs"],
        human_task_ui=row["human_task_ui"],
        needs_ref=row["label_attribute_suffix"] == "-ref",
        single_worker=row["single_worker"],
        audits=audits,
    )


def regions() -> dict[str, str]:
    """The regions with built-in task types, and the account that owns their functions."""
    accounts: dict[str, str] = table()["regions"]
    return accounts


def lambda_arn(function: str, region: str) -> str:
    """The ARN of a PRE- or ACS- function in a region. Raises KeyError where there is none."""
    return f"arn:aws:lambda:{region}:{regions()[region]}:function:{function}"


def human_task_ui_arn(ui: str, region: str) -> str:
    return f"arn:aws:sagemaker:{region}:{table()['human_task_ui_account']}:human-task-ui/{ui}"
