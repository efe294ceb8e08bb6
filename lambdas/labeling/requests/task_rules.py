"""What must hold for how people are asked: template, functions, workers, time, key."""

from __future__ import annotations

import re
from collections.abc import Iterator

from labeling.errors import Problem
from labeling.modalities import Modality
from labeling.problems import quote
from labeling.requests.bodies import LabelingJob
from labeling.requests.reading import Loc
from labeling.requests.scope import Scope
from labeling.settings import Settings

# AmazonSageMakerGroundTruthExecution lets the labeling role invoke no other functions
# ("Create an Execution Role to Start a Labeling Job").
_INVOKED = re.compile("GtRecipe|SageMaker|Sagemaker|sagemaker|LabelingFunction")


def task_problems(scope: Scope, loc: Loc, job: LabelingJob, known: Modality) -> Iterator[Problem]:
    yield from _template(scope, loc, job, known)
    yield from _functions(loc, job, known, scope.settings)
    yield from _workers(loc, job, known)
    yield from _time(loc, job, known)
    yield from _key(loc, job, scope.settings)


def _template(scope: Scope, loc: Loc, job: LabelingJob, known: Modality) -> Iterator[Problem]:
    where = (*loc, "uiTemplateS3Uri")
    if job.ui_template_s3_uri is not None and not known.has_template:
        message = f"Leave it out: {known.name} has Ground Truth's own worker interface."
        yield Problem(where, "template_of_other_modality", message)
    if known.family == "custom":
        yield from scope.missing(
            where, job.ui_template_s3_uri, "Give the address of the template that workers see."
        )


def _functions(
    loc: Loc, job: LabelingJob, known: Modality, settings: Settings
) -> Iterator[Problem]:
    given = {
        "preHumanTaskLambdaArn": job.pre_human_task_lambda_arn,
        "annotationConsolidationLambdaArn": job.annotation_consolidation_lambda_arn,
    }
    for name, arn in given.items():
        where = (*loc, name)
        if arn is None:
            continue
        if known.family != "custom":
            message = f"Leave it out: {known.name} has functions of its own; Custom takes yours."
            yield Problem(where, "function_of_other_modality", message)
        else:
            yield from _function(where, arn, settings)


def _function(where: Loc, arn: str, settings: Settings) -> Iterator[Problem]:
    _, _, _, region, account, _, name = arn.split(":")[:7]
    if (region, account) != (settings.region, settings.account):
        message = (
            f"The function is in {region} of account {account}: "
            f"name one in {settings.region} of account {settings.account}."
        )
        yield Problem(where, "function_elsewhere", message)
    if not _INVOKED.search(name):
        message = (
            f"Ground Truth may not invoke {quote(name)}: a function's name must contain SageMaker, "
            "GtRecipe or LabelingFunction."
        )
        yield Problem(where, "function_name", message)


def _workers(loc: Loc, job: LabelingJob, known: Modality) -> Iterator[Problem]:
    count = job.number_of_human_workers_per_data_object
    if known.single_worker and count is not None and count > 1:
        message = f"{known.name} takes one worker an object: leave it out."
        yield Problem((*loc, "numberOfHumanWorkersPerDataObject"), "single_worker", message)


def _time(loc: Loc, job: LabelingJob, known: Modality) -> Iterator[Problem]:
    limit = job.task_time_limit_in_seconds
    if limit is not None and limit > known.longest_task:
        message = f"{limit} will not do: give {known.longest_task} s at most for {known.name}."
        yield Problem((*loc, "taskTimeLimitInSeconds"), "range", message)


def _key(loc: Loc, job: LabelingJob, settings: Settings) -> Iterator[Problem]:
    if job.kms_key_id is None:
        return
    region, account = job.kms_key_id.split(":")[3:5]
    if (region, account) != (settings.region, settings.account):
        message = (
            f"The key is in {region} of account {account}: name one in {settings.region} of "
            f"account {settings.account}, others may not be used."
        )
        yield Problem((*loc, "kmsKeyId"), "key_elsewhere", message)
