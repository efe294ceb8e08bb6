"""Labels that a custom task's own function makes of the answers.

The event is the one that functions really get, which differs from the documented one: another
version, no `labelCategories`, and three further members.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from emulator.ground_truth.categories import LabelCategories
from emulator.ground_truth.custom_forms import CustomForms
from emulator.ground_truth.jobs import Job
from emulator.ground_truth.kind import Answered, Kind, NoLabel, StoredLabel
from emulator.ground_truth.kinds import KINDS
from emulator.ground_truth.output import consolidation_file
from emulator.ground_truth.ports import FunctionError, Functions
from emulator.ground_truth.pre_annotation import is_own

VERSION = "2018-10-06"


def consolidating_kind(job: Job, now: datetime, *, functions: Functions) -> Kind:
    """The kind of a job's tasks, as it makes labels at this time: with the job's own function, if
    it has one."""
    if is_own(job.consolidation_function):
        return PostAnnotated(job, now, functions=functions)
    return KINDS[job.task_type.name]


class PostAnnotated(CustomForms):
    """A custom task with a post-annotation function, which reads the request to make labels."""

    def __init__(self, job: Job, now: datetime, *, functions: Functions) -> None:
        self._job = job
        self._now = now
        self._functions = functions

    def consolidate(
        self, batch: Sequence[Answered], *, categories: LabelCategories, folder: str
    ) -> Sequence[StoredLabel | NoLabel]:
        """All objects in one invocation."""
        job = self._job
        event = {
            "version": VERSION,
            "labelingJobArn": job.arn,
            "payload": {"s3Uri": consolidation_file(job, "request", self._now)},
            "labelAttributeName": job.label_attribute,
            "roleArn": job.request["RoleArn"],
            "outputConfig": f"{job.output_folder}annotations",
            "maxHumanWorkersPerDataObject": job.workers_per_object,
            "vpcEnabled": False,
        }
        try:
            response = self._functions.invoke(job.consolidation_function, event)
        except FunctionError as error:
            return [NoLabel(f"The post-annotation function failed: {error}")] * len(batch)
        given = _by_object(response)
        return [self._label(given.get(str(item.index))) for item in batch]

    def _label(self, entry: Mapping[str, Any] | None) -> StoredLabel | NoLabel:
        if entry is None:
            return NoLabel("The post-annotation function gave nothing for this object")
        attribute = self._job.label_attribute
        try:
            value = entry["consolidatedAnnotation"]["content"][attribute]
        except (KeyError, TypeError):
            return NoLabel(
                "The post-annotation function gave no consolidatedAnnotation.content with "
                f"{attribute} for this object"
            )
        return StoredLabel(value=value)


def _by_object(response: Any) -> dict[str, Mapping[str, Any]]:
    """The entries of a response by the object they are for; none if it is not a list of them."""
    if not isinstance(response, list):
        return {}
    return {
        str(entry["datasetObjectId"]): entry
        for entry in response
        if isinstance(entry, dict) and "datasetObjectId" in entry
    }
