"""What Ground Truth is asked for a job."""

from __future__ import annotations

from labeling.modalities import modalities
from labeling.model import Job, JobRequest
from labeling.naming import Places, child_id
from labeling.ports import LabelingJobSpec

LONGEST_DESCRIPTION = 255


def labeling_job_spec(job: Job, *, tag: str, places: Places) -> LabelingJobSpec:
    """`tag` says whose the labeling job is."""
    child = child_id(job.batch_id, job.level, job.name)
    request = job.request
    title, description = title_and_description(job)
    return LabelingJobSpec(
        name=job.labeling_job,
        modality=request.modality,
        label_attribute=request.label_attribute,
        input_manifest_uri=job.input_uri,
        output_prefix_uri=job.output_uri.removesuffix(
            f"/{job.labeling_job}/manifests/output/output.manifest"
        ),
        label_category_uri=job.label_category_uri,
        workteam_arn=request.workteam_arn,
        title=title,
        description=description,
        tag=tag,
        max_concurrent_task_count=request.max_concurrent_task_count,
        task_availability_lifetime=request.task_availability_lifetime,
        task_time_limit=request.task_time_limit,
        ui_template_uri=_template(request, places.ui_template(child)),
        pre_lambda_arn=request.pre_lambda_arn,
        consolidation_lambda_arn=request.consolidation_lambda_arn,
        workers_per_object=request.workers_per_object,
        keywords=request.task_keywords,
        content_classifiers=request.content_classifiers,
        max_human_labeled_objects=request.max_human_labeled_objects,
        max_percentage_labeled=request.max_percentage_labeled,
        kms_key=request.kms_key,
        tags=request.tags,
    )


def title_and_description(job: Job) -> tuple[str, str]:
    """What people read of a job: the request's own words, or its name and what kind of work it
    is."""
    request = job.request
    child = child_id(job.batch_id, job.level, job.name)
    kind = f"{request.modality}, level {request.level} of {child}"[:LONGEST_DESCRIPTION]
    return request.task_title or request.name, request.task_description or kind


def _template(request: JobRequest, ours: str) -> str | None:
    """The request's own, or the one that the pipeline writes for the job."""
    if not modalities()[request.modality].has_template:
        return None
    return request.ui_template_uri or ours
