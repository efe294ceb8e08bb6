"""What a custom task's own functions may do, and the one that is asked before people are.

Page "Using pre-annotation and post-annotation Lambda functions". The service asks shortly before it
shows a task; here all lines are asked for when the job begins.
"""

import logging
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from emulator.ground_truth.errors import InputUnusable
from emulator.ground_truth.jobs import DataObject, Job, ObjectState
from emulator.ground_truth.ports import FunctionError, Functions
from emulator.ground_truth.task_types import is_of_ground_truth

VERSION = "2018-10-16"
# AmazonSageMakerGroundTruthExecution allows lambda:InvokeFunction for names with one of these.
INVOCABLE = ("GtRecipe", "SageMaker", "Sagemaker", "sagemaker", "LabelingFunction")

logger = logging.getLogger(__name__)


def is_own(function_arn: str) -> bool:
    """Whether a custom task has a function here that is not Ground Truth's."""
    return bool(function_arn) and not is_of_ground_truth(function_arn)


def prepare_tasks(job: Job, *, functions: Functions) -> None:
    """Give each task of a custom job what its form is to show. Objects for which the function
    fails, answers nonsense or wants no people fail. Raises `InputUnusable` when the job's role may
    not invoke its functions."""
    for arn in (job.pre_function, job.consolidation_function):
        if is_own(arn) and not any(part in arn.rpartition(":function:")[2] for part in INVOCABLE):
            raise InputUnusable(
                f"The role {job.request['RoleArn']} is not authorized to perform "
                f"lambda:InvokeFunction on {arn}: the managed policy "
                "AmazonSageMakerGroundTruthExecution allows only functions whose name contains "
                f"{', '.join(INVOCABLE[:-1])} or {INVOCABLE[-1]}."
            )
    if not is_own(job.pre_function):
        return
    for item in job.objects:
        if item.state is ObjectState.WAITING and item.source is not None:
            problem = _prepare(job, item, functions)
            if problem:
                logger.info("object %s of %s fails: %s", item.index, job.name, problem)
                item.state, item.failure = ObjectState.FAILED, problem


def _prepare(job: Job, item: DataObject, functions: Functions) -> str:
    """Why the object fails; nothing if it does not."""
    event = {"version": VERSION, "labelingJobArn": job.arn, "dataObject": dict(item.line)}
    try:
        response = functions.invoke(job.pre_function, event)
    except FunctionError as error:
        return f"The pre-annotation function failed: {error}"
    if not isinstance(response, Mapping) or not isinstance(response.get("taskInput"), Mapping):
        return f"The pre-annotation function gave no taskInput, but {response!r}"
    if item.source is not None:
        item.source = replace(item.source, task_input=response["taskInput"])
    if not _wants_people(response.get("isHumanAnnotationRequired", True)):
        return "Its pre-annotation function asked for no human annotation"
    return ""


def _wants_people(answer: Any) -> bool:
    """The documentation asks for a boolean; AWS's own samples answer with texts."""
    return answer.lower() != "false" if isinstance(answer, str) else bool(answer)
