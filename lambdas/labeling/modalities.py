"""What each `jobModality` is in Ground Truth, read from the table of task types."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

# Pictures, single ones and frames ("Supported Data Formats").
PICTURES = (".jpg", ".jpeg", ".png")
AUDIT = "Audit"
VERIFICATION = "Verification"

# Five pairs of task types have names of their own; all others are named as Ground Truth names them.
_NAMES = {
    "3DPointCloudObjectDetection": "PointCloudObjectDetection",
    "3DPointCloudObjectTracking": "PointCloudObjectTracking",
    "3DPointCloudSemanticSegmentation": "PointCloudSemanticSegmentation",
    "PassThrough": "Custom",
}
DAY = 86_400


@dataclass(frozen=True, kw_only=True)
class Modality:
    """A task type under the name that requests use.

    `family` is image, text, video, video-frame, point-cloud or custom. `pre` and `acs` name the
    AWS-owned Lambda functions (HumanTaskConfig.PreHumanTaskLambdaArn,
    AnnotationConsolidationLambdaArn), `human_task_ui` the worker UI (UiConfig.HumanTaskUiArn);
    where it is None, workers see a template (UiConfig.UiTemplateS3Uri).

    `audits` names the modality whose labels are adjusted or, where `verifies`, only judged.
    `output_type` is the `type` in the metadata of labels, where it is known.
    """

    name: str
    task_type: str
    family: str
    pre: str
    acs: str
    human_task_ui: str | None
    needs_ref: bool
    single_worker: bool
    min_labels: int
    output_type: str | None
    audits: str | None
    verifies: bool = False

    @property
    def has_template(self) -> bool:
        return self.human_task_ui is None

    @property
    def names_audited_label(self) -> bool:
        """Whether the label category file says which labels are audited
        (`auditLabelAttributeName`); for image types the template does ("Verify and Adjust
        Labels")."""
        return self.audits is not None and not self.has_template

    @property
    def judges(self) -> bool:
        """Whether its label is a judgement of another label, of classes of its own: image types
        have functions for that; video frames and 3D are adjusted with editing turned off."""
        return self.verifies and self.has_template

    @property
    def of_frames(self) -> bool:
        """Whether video frames or point clouds are labeled: tasks of days, whose label category
        files can ask for more than a label."""
        return self.family in ("video-frame", "point-cloud")

    @property
    def longest_task(self) -> int:
        """Seconds that TaskTimeLimitInSeconds may be. HumanTaskConfig allows 30 days for video
        frames and 3D, the developer guide 7: within 7 a job suits both."""
        return 7 * DAY if self.of_frames else 8 * 3600

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
    """Every modality by name. The audit of X is `XAudit`, its verification `XVerification`: one
    of video frames or point clouds has the functions of its audit."""
    types = table()["task_types"]
    found = [made for name, row in types.items() for made in _of_task_type(name, row)]
    return {modality.name: modality for modality in sorted(found, key=_place)}


def _of_task_type(task_type: str, row: dict[str, Any]) -> Iterator[Modality]:
    base = row["audits"]
    if base is None:
        yield _modality(_NAMES.get(task_type, task_type), task_type, row)
        return
    audited = _NAMES.get(base, base)
    if row["kind"] == "verification":
        yield _modality(f"{audited}{VERIFICATION}", task_type, row, audits=audited, verifies=True)
        return
    yield _modality(f"{audited}{AUDIT}", task_type, row, audits=audited)
    if row["human_task_ui"]:
        yield _modality(f"{audited}{VERIFICATION}", task_type, row, audits=audited, verifies=True)


def _place(modality: Modality) -> tuple[int, str]:
    """Families in the table's order, each label type before its audit and verification."""
    families = list(dict.fromkeys(row["family"] for row in table()["task_types"].values()))
    return families.index(modality.family), modality.name


def _modality(
    name: str,
    task_type: str,
    row: dict[str, Any],
    *,
    audits: str | None = None,
    verifies: bool = False,
) -> Modality:
    return Modality(
        name=name,
        task_type=task_type,
        family=row["family"],
        pre=row["pre"],
        acs=row["acs"],
        human_task_ui=row["human_task_ui"],
        needs_ref=row["label_attribute_suffix"] == "-ref",
        single_worker=row["single_worker"],
        min_labels=row["min_labels"] or 0,
        output_type=row["output_type"],
        audits=audits,
        verifies=verifies,
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
