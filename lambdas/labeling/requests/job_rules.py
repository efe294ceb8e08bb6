"""What must hold for one job: its input, its chain, its label attribute, its team.

How people are asked, and by which functions, is in `task_rules`.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from labeling.errors import Problem
from labeling.modalities import Modality, modalities
from labeling.problems import near, quote
from labeling.requests.bodies import InputConfig, LabelingJob
from labeling.requests.reading import Loc
from labeling.requests.scope import Scope
from labeling.requests.selection_rules import selection_problems
from labeling.requests.task_rules import task_problems
from labeling.settings import Settings

_RESERVED_ATTRIBUTES = ("source", "source-ref")
# Comparing with every name of a large batch would take too long.
_MOST_HINTED_AT = 100


def label_attribute(job: LabelingJob) -> str | None:
    """The given one, or the default; None where neither is known."""
    if job.label_attribute_name is not None:
        return job.label_attribute_name
    if job.job_name is None or job.job_modality is None:
        return None
    return modalities()[job.job_modality].label_attribute(job.job_name)


def job_problems(scope: Scope, index: int, job: LabelingJob) -> Iterator[Problem]:
    loc: Loc = ("labelingJobs", index)
    known = modalities().get(job.job_modality or "")
    yield from scope.missing((*loc, "jobName"), job.job_name, "Give the job a name of its own.")
    yield from scope.missing(
        (*loc, "jobModality"), job.job_modality, f"Give one of {', '.join(modalities())}."
    )
    yield from scope.missing((*loc, "jobLevel"), job.job_level, "Give a level, from 1.")
    yield from _level(loc, job, scope.settings)
    yield from _input(scope, loc, job, known)
    yield from _buckets(loc, job, scope.settings)
    yield from _chain(scope, loc, job, known)
    if known is not None:
        if known.audits is None and known.family != "custom":
            yield from scope.missing(
                (*loc, "labelCategoryConfigS3Uri"),
                job.label_category_config_s3_uri,
                "Give the address of the label category file; only an audit may leave it out.",
            )
        yield from _label_attribute(scope, loc, job, known)
        yield from task_problems(scope, loc, job, known)
        yield from selection_problems(scope, loc, job, known)
    yield from _team(loc, job, scope.settings)


def _level(loc: Loc, job: LabelingJob, settings: Settings) -> Iterator[Problem]:
    if job.job_level is not None and job.job_level > settings.levels:
        message = (
            f"The state machine has {settings.levels} levels: use a lower one, or deploy more "
            f"({job.job_level} as `levels` in cdk.json)."
        )
        yield Problem((*loc, "jobLevel"), "level_too_high", message)


def _input(scope: Scope, loc: Loc, job: LabelingJob, known: Modality | None) -> Iterator[Problem]:
    """One of a manifest, a folder of frames and another job's output; an audit: the last."""
    inner = (*loc, "inputConfig")
    if inner in scope.broken:
        return
    config = job.input_config or InputConfig()
    values = {
        "inputManifestS3Uri": config.input_manifest_s3_uri,
        "framesS3Prefix": config.frames_s3_prefix,
        "chainFromJobName": config.chain_from_job_name,
    }
    given = [
        name
        for name, value in values.items()
        if value is not None or (*inner, name) in scope.broken
    ]
    audits = known.audits if known is not None else None
    is_chained = "chainFromJobName" in given
    if audits is not None and not is_chained:
        message = f"{_an(known)} works on the labels of another job: name that {audits} job here."
        yield Problem((*inner, "chainFromJobName"), "audit_not_chained", message)
    elif not given:
        message = (
            "Give inputManifestS3Uri (a manifest in S3), framesS3Prefix (a folder of video frames) "
            "or chainFromJobName (a job of a level before)."
        )
        yield Problem(inner, "missing", message)
    if len(given) > 1:
        yield Problem(inner, "two_inputs", f"Give only one of {' and '.join(given)}.")
    elif given and not is_chained and audits is not None:
        message = "Leave it out: the input of an audit is the output of the audited job."
        yield Problem((*inner, given[0]), "audit_with_manifest", message)
    if "framesS3Prefix" in given and known is not None and known.family != "video-frame":
        message = (
            f"Only video frames can be named by their folder; for {known.name} give a manifest "
            "(inputManifestS3Uri)."
        )
        yield Problem((*inner, "framesS3Prefix"), "frames_of_other_modality", message)


def _an(known: Modality | None) -> str:
    return "A verification" if known is not None and known.verifies else "An audit"


def _buckets(loc: Loc, job: LabelingJob, settings: Settings) -> Iterator[Problem]:
    """Neither the functions nor labeling jobs may read others than the stack's own two."""
    config = job.input_config or InputConfig()
    inner = (*loc, "inputConfig")
    for where, uri, what in (
        (
            (*inner, "inputManifestS3Uri"),
            config.input_manifest_s3_uri,
            "the manifest and all it names",
        ),
        ((*inner, "framesS3Prefix"), config.frames_s3_prefix, "the frames"),
        ((*loc, "labelCategoryConfigS3Uri"), job.label_category_config_s3_uri, "the file"),
        ((*loc, "uiTemplateS3Uri"), job.ui_template_s3_uri, "the template"),
    ):
        bucket = uri.split("/")[2] if uri else None
        if bucket is not None and bucket not in (settings.input_bucket, settings.processing_bucket):
            message = (
                f"The stack may not read the bucket {bucket}: put {what} into "
                f"s3://{settings.input_bucket} (the stack's output InputBucketName)."
            )
            yield Problem(where, "other_bucket", message)


def _chain(scope: Scope, loc: Loc, job: LabelingJob, known: Modality | None) -> Iterator[Problem]:
    name = job.input_config.chain_from_job_name if job.input_config else None
    if name is None:
        return
    where = (*loc, "inputConfig", "chainFromJobName")
    source = scope.by_name.get(name)
    if source is None:
        if name not in scope.named:  # else its name is what is wrong, and was reported
            hint = near(name, islice(scope.by_name, _MOST_HINTED_AT))
            message = f"No job of this batch is named {quote(name)}.{hint}"
            yield Problem(where, "unknown_job", message)
        return
    yield from _order(where, job, source)
    if known is None or known.audits is None or source.job_modality is None:
        return
    if known.audits not in (source.job_modality, modalities()[source.job_modality].audits):
        message = (
            f"{name} is a {source.job_modality} job; a {known.name} takes the labels of a "
            f"{known.audits} job, or of an audit of one."
        )
        yield Problem(where, "audit_of_other_modality", message)


def _order(where: Loc, job: LabelingJob, source: LabelingJob) -> Iterator[Problem]:
    if job.job_level is None or source.job_level is None:
        return
    if source is job:
        yield Problem(
            where, "chained_to_itself", "A job cannot work on its own output: name another."
        )
    elif source.job_level == job.job_level:
        message = (
            f"{source.job_name} is on the same level ({job.job_level}), and jobs of a level run "
            f"at the same time: give this job the jobLevel {job.job_level + 1} or higher."
        )
        yield Problem(where, "chained_to_same_level", message)
    elif source.job_level > job.job_level:
        message = (
            f"{source.job_name} comes later (level {source.job_level}, this job is on level "
            f"{job.job_level}): name a job of a level before."
        )
        yield Problem(where, "chained_to_later_level", message)


def _label_attribute(
    scope: Scope, loc: Loc, job: LabelingJob, known: Modality
) -> Iterator[Problem]:
    where = (*loc, "labelAttributeName")
    name = label_attribute(job)
    if name is None or where in scope.broken:
        return
    given = "" if job.label_attribute_name else f"By default it would be {quote(name)}. "
    if name in _RESERVED_ATTRIBUTES:
        message = f"{given}{quote(name)} is what Ground Truth calls its input: choose another."
        yield Problem(where, "reserved_attribute", message)
    elif name.endswith("-metadata"):
        message = (
            f"{given}It must not end with -metadata, which Ground Truth adds itself: choose "
            "another."
        )
        yield Problem(where, "attribute_suffix", message)
    elif known.needs_ref and not name.endswith("-ref"):
        message = f"{given}For {known.name} it must end with -ref: make it {quote(name + '-ref')}."
        yield Problem(where, "attribute_suffix", message)
    elif not known.needs_ref and name.endswith("-ref"):
        message = f"{given}For {known.name} it must not end with -ref: choose another."
        yield Problem(where, "attribute_suffix", message)
    for ancestor in _ancestors(scope, job):
        if label_attribute(ancestor) == name:
            message = (
                f"{given}{ancestor.job_name} writes its labels under this name, and this job "
                "works on its output: choose another."
            )
            yield Problem(where, "repeated_attribute", message)
            return


def _ancestors(scope: Scope, job: LabelingJob) -> Iterator[LabelingJob]:
    """The jobs that a job is chained from, each on a lower level than the one before."""
    source = scope.source(job)
    while source is not None and (source.job_level or 0) < (job.job_level or 0):
        yield source
        job, source = source, scope.source(source)


def _team(loc: Loc, job: LabelingJob, settings: Settings) -> Iterator[Problem]:
    if job.workteam_arn is None:
        return
    where = (*loc, "workteamArn")
    _, _, _, region, account, team = job.workteam_arn.split(":")
    kind = team.split("/")[1]
    if kind == "public-crowd":
        message = (
            "Amazon Mechanical Turk closed on 2026-09-30: name a private or a vendor's work team."
        )
        yield Problem(where, "public_team", message)
    elif kind not in ("private-crowd", "vendor-crowd"):
        message = f"{quote(kind)} will not do: name a team of private-crowd or vendor-crowd."
        yield Problem(where, "workteam_arn", message)
    elif region != settings.region:
        message = f"The team is in {region}: name one in {settings.region}, where the jobs run."
        yield Problem(where, "team_elsewhere", message)
    elif kind == "private-crowd" and account != settings.account:
        message = f"The team is of account {account}: name one of account {settings.account}."
        yield Problem(where, "team_elsewhere", message)
