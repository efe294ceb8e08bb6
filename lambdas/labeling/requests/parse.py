"""What each body asks for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, TypeVar

from labeling.documents import with_document
from labeling.errors import Problem, UsablePart
from labeling.modalities import modalities
from labeling.model import (
    BatchRequest,
    JobRequest,
    OnJobFailure,
    Selection,
    SelectionUnit,
    Strategy,
)
from labeling.problems import MOST_PROBLEMS, invalid
from labeling.requests.batch_rules import batch_problems
from labeling.requests.bodies import (
    ApproveBody,
    CreateBody,
    InputConfig,
    LabelingJob,
    NamedBatch,
    SelectionConfig,
)
from labeling.requests.job_rules import label_attribute
from labeling.requests.reading import json_object, read, unknown_fields
from labeling.requests.scope import Scope
from labeling.settings import Settings

MOST_JOBS = 10_000
_ENOUGH = MOST_PROBLEMS + 1  # to tell that there are more

N = TypeVar("N", bound=NamedBatch)


def create_request(event: Mapping[str, Any], settings: Settings) -> BatchRequest:
    """The batch that `POST /batch/create` asks for, defaults filled in.

    Raises InvalidRequest with every mistake, BodyTooLarge.
    """
    raw = json_object(event)
    jobs = raw.get("labelingJobs")
    entries = jobs if isinstance(jobs, list) else []
    if len(entries) > MOST_JOBS:
        message = f"A batch has at most {MOST_JOBS} jobs, not {len(entries)}: make several of it."
        raise invalid([Problem(("labelingJobs",), "too_many", message)])

    problems = list(islice(_unknown(raw, entries), _ENOUGH))
    names = (entry.get("jobName") for entry in entries if isinstance(entry, dict))
    named = frozenset(name for name in names if isinstance(name, str))
    body, mistakes = read(CreateBody, raw)
    scope = Scope(body, settings, broken={mistake.loc for mistake in mistakes}, named=named)
    problems += mistakes
    problems += islice(batch_problems(scope), _ENOUGH)
    if problems:
        refused = invalid(problems)
        refused.usable = _usable(body, settings, problems)
        raise refused
    return with_document(_batch_request(body, settings))


def _usable(body: CreateBody, settings: Settings, problems: Sequence[Problem]) -> UsablePart | None:
    """Without the jobs that something is wrong with: their files need not wait for a next try."""
    jobs = body.labeling_jobs or ()
    wrong = {place for problem in problems for place in problem.loc[1:2]}
    places = tuple(place for place in range(len(jobs)) if place not in wrong)
    if body.batch_id is None or not places or len(problems) > MOST_PROBLEMS:
        return None
    part = body.model_copy(update={"labeling_jobs": tuple(jobs[place] for place in places)})
    return UsablePart(with_document(_batch_request(part, settings)), places)


def approve_request(event: Mapping[str, Any]) -> tuple[str, int | None]:
    """The batch whose waiting level may go on, and the sampling rate given for it, if any."""
    batch_id, body = _named(ApproveBody, event)
    return batch_id, body.down_sampling_rate


def batch_id_request(event: Mapping[str, Any]) -> str:
    """The batch that a body with nothing but its id names."""
    batch_id, _ = _named(NamedBatch, event)
    return batch_id


def _named(model: type[N], event: Mapping[str, Any]) -> tuple[str, N]:
    raw = json_object(event)
    problems = list(islice(unknown_fields(raw, model), _ENOUGH))
    body, mistakes = read(model, raw)
    problems += mistakes
    if body.batch_id is None and all(mistake.loc != ("batchId",) for mistake in mistakes):
        problems.append(Problem(("batchId",), "missing", "Give the id of the batch."))
    if problems:
        raise invalid(problems)
    assert body.batch_id is not None
    return body.batch_id, body


def _unknown(raw: dict[str, Any], entries: list[Any]) -> Iterator[Problem]:
    yield from unknown_fields(raw, CreateBody)
    for index, entry in enumerate(entries):
        if isinstance(entry, dict):
            yield from unknown_fields(entry, LabelingJob, ("labelingJobs", index))
            inner = ("labelingJobs", index, "inputConfig")
            config = entry.get("inputConfig")
            yield from unknown_fields(config, InputConfig, inner)
            if isinstance(config, dict):
                within = (*inner, "selection")
                yield from unknown_fields(config.get("selection"), SelectionConfig, within)


def _batch_request(body: CreateBody, settings: Settings) -> BatchRequest:
    assert body.batch_id is not None
    return BatchRequest(
        batch_id=body.batch_id,
        jobs=tuple(_job_request(job, settings) for job in body.labeling_jobs or ()),
        on_job_failure=OnJobFailure(body.on_job_failure or OnJobFailure.FAIL),
        approve_before_levels=body.approve_before_levels or frozenset(),
        destination_topic_arn=body.destination_sns_arn,
        exports=tuple(dict.fromkeys(body.exports or ())),
    )


def _job_request(job: LabelingJob, settings: Settings) -> JobRequest:
    attribute = label_attribute(job)
    assert job.job_name is not None
    assert job.job_modality is not None
    assert job.job_level is not None
    assert job.input_config is not None
    assert attribute is not None
    longest = modalities()[job.job_modality].longest_task
    prefix = job.input_config.frames_s3_prefix
    return JobRequest(
        name=job.job_name,
        modality=job.job_modality,
        level=job.job_level,
        label_attribute=attribute,
        workteam_arn=job.workteam_arn or settings.default_team_arn(job.job_level),
        input_manifest_uri=job.input_config.input_manifest_s3_uri,
        frames_prefix=prefix and f"{prefix.rstrip('/')}/",
        chain_from=job.input_config.chain_from_job_name,
        label_category_uri=job.label_category_config_s3_uri,
        ui_template_uri=job.ui_template_s3_uri,
        pre_lambda_arn=job.pre_human_task_lambda_arn,
        consolidation_lambda_arn=job.annotation_consolidation_lambda_arn,
        down_sampling_rate=job.input_config.down_sampling_rate or 100,
        selection=_selection(job.input_config.selection),
        workers_per_object=job.number_of_human_workers_per_data_object or 1,
        max_concurrent_task_count=job.max_concurrent_task_count or 100,
        task_availability_lifetime=job.task_availability_lifetime_in_seconds or 864_000,
        task_time_limit=job.task_time_limit_in_seconds or min(604_800, longest),
        task_title=job.task_title,
        task_description=job.task_description,
        task_keywords=job.task_keywords or (),
        content_classifiers=job.content_classifiers or (),
        max_human_labeled_objects=job.max_human_labeled_object_count,
        max_percentage_labeled=job.max_percentage_of_input_dataset_labeled,
        kms_key=job.kms_key_id,
        tags=job.tags or (),
    )


def _selection(config: SelectionConfig | None) -> Selection | None:
    """Frames or objects in their whole, half sure findings and more, no control sample: what is
    not said."""
    if config is None:
        return None
    assert config.strategy is not None
    return Selection(
        strategy=Strategy(config.strategy),
        rate=config.rate or 100,
        min_severity=0.5 if config.min_severity is None else config.min_severity,
        unit=SelectionUnit(config.unit or SelectionUnit.OBJECT),
        always_sample=config.always_sample or 0,
        seed=config.seed or 0,
    )
