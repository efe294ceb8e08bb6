"""Labels that a custom task's own function makes of the answers.

The event is the one that functions really get, which differs from the documented one: another
version, no `labelCategories`, and three further members.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from emulator.ground_truth.categories import LabelCategories
from emulator.ground_truth.custom_forms import CustomForms
from emulator.ground_truth.jobs import Job
from emulator.ground_truth.kind import Answered, Kind, NoLabel, StoredLabel
from emulator.ground_truth.kinds import KINDS
from emulator.ground_truth.labels import to_json
from emulator.ground_truth.output import FILE_TIME, JSON, worker_id
from emulator.ground_truth.ports import FunctionError, Functions, ObjectStore
from emulator.ground_truth.pre_annotation import is_own

VERSION = "2018-10-06"


def consolidating_kind(job: Job, *, functions: Functions, objects: ObjectStore) -> Kind:
    """The kind of a job's tasks, as it makes labels: with the job's own function, if it has one."""
    if is_own(job.consolidation_function):
        return PostAnnotated(job, functions=functions, objects=objects)
    return KINDS[job.task_type.name]


class PostAnnotated(CustomForms):
    """A custom task with a post-annotation function."""

    def __init__(self, job: Job, *, functions: Functions, objects: ObjectStore) -> None:
        self._job = job
        self._functions = functions
        self._objects = objects

    def consolidate(
        self, batch: Sequence[Answered], *, categories: LabelCategories, folder: str
    ) -> Sequence[StoredLabel | NoLabel]:
        """All objects in one invocation; raises `StoreError`."""
        consolidated = folder.removesuffix("output/")
        name = max(item.done_at for item in batch).strftime(f"iteration-1/{FILE_TIME}.json")
        request = f"{consolidated}consolidation-request/{name}"
        payload = [self._entry(item, categories) for item in batch]
        self._objects.write(request, to_json(payload), JSON)
        event = {
            "version": VERSION,
            "labelingJobArn": self._job.arn,
            "payload": {"s3Uri": request},
            "labelAttributeName": self._job.label_attribute,
            "roleArn": self._job.request["RoleArn"],
            "outputConfig": f"{self._job.output_folder}annotations",
            "maxHumanWorkersPerDataObject": self._job.workers_per_object,
            "vpcEnabled": False,
        }
        try:
            response = self._functions.invoke(self._job.consolidation_function, event)
        except FunctionError as error:
            return [NoLabel(f"The post-annotation function failed: {error}")] * len(batch)
        self._objects.write(f"{consolidated}consolidation-response/{name}", to_json(response), JSON)
        given = _by_object(response)
        return [self._label(given.get(str(item.index))) for item in batch]

    def _entry(self, item: Answered, categories: LabelCategories) -> dict[str, Any]:
        source = item.source
        return {
            "datasetObjectId": str(item.index),
            "dataObject": {"s3Uri": source.uri} if source.uri else {"content": source.text},
            "annotations": [
                {
                    "workerId": worker_id(given.worker, self._job.region),
                    "annotationData": {
                        "content": json.dumps(
                            self.worker_content(
                                given.answer, source=source, categories=categories, folder=""
                            ).content,
                            ensure_ascii=False,
                            separators=(",", ":"),
                        )
                    },
                }
                for given in item.answers
            ],
        }

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
