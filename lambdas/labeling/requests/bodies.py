"""The bodies that the API takes, field by field.

Every field may be absent here: what must be there is a rule, so that its absence is reported
together with all else. An explicit null is an absent field. Unknown fields are looked for apart.
"""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict
from pydantic.alias_generators import to_camel

from labeling.requests import fields


class Body(BaseModel):
    model_config = ConfigDict(alias_generator=to_camel, extra="ignore", frozen=True)

    @classmethod
    def known_fields(cls) -> list[str]:
        return [field.alias or name for name, field in cls.model_fields.items()]


class SelectionConfig(Body):
    strategy: fields.SelectionStrategy | None = None
    rate: fields.DownSamplingRate | None = None
    min_severity: fields.Severity | None = None
    unit: fields.UnitOfSelection | None = None
    always_sample: fields.ControlRate | None = None
    seed: fields.Seed | None = None


class InputConfig(Body):
    input_manifest_s3_uri: fields.S3Uri | None = None
    frames_s3_prefix: fields.FramesPrefix | None = None
    chain_from_job_name: fields.ChainFrom | None = None
    down_sampling_rate: fields.DownSamplingRate | None = None
    selection: SelectionConfig | None = None


class LabelingJob(Body):
    job_name: fields.JobName | None = None
    job_type: fields.JobType | None = None
    job_modality: fields.Modality | None = None
    job_level: fields.JobLevel | None = None
    input_config: InputConfig | None = None
    label_category_config_s3_uri: fields.S3Uri | None = None
    label_attribute_name: fields.LabelAttribute | None = None
    workteam_arn: fields.WorkteamArn | None = None
    max_concurrent_task_count: fields.MaxConcurrentTaskCount | None = None
    task_availability_lifetime_in_seconds: fields.TaskAvailabilityLifetime | None = None
    task_time_limit_in_seconds: fields.TaskTimeLimit | None = None
    ui_template_s3_uri: fields.S3Uri | None = None
    pre_human_task_lambda_arn: fields.LambdaArn | None = None
    annotation_consolidation_lambda_arn: fields.LambdaArn | None = None
    number_of_human_workers_per_data_object: fields.WorkersPerObject | None = None
    task_title: fields.TaskTitle | None = None
    task_description: fields.TaskDescription | None = None
    task_keywords: fields.TaskKeywords | None = None
    content_classifiers: fields.ContentClassifiers | None = None
    max_human_labeled_object_count: fields.MaxHumanLabeledObjects | None = None
    max_percentage_of_input_dataset_labeled: fields.MaxPercentageLabeled | None = None
    kms_key_id: fields.KmsKey | None = None
    tags: fields.Tags | None = None


class CreateBody(Body):
    batch_id: fields.BatchId | None = None
    labeling_jobs: tuple[LabelingJob, ...] | None = None
    destination_sns_arn: fields.TopicArn | None = None
    approve_before_levels: fields.LevelNumbers | None = None
    on_job_failure: fields.OnFailure | None = None
    exports: fields.Exports | None = None


class NamedBatch(Body):
    batch_id: fields.BatchId | None = None


class ApproveBody(NamedBatch):
    down_sampling_rate: fields.DownSamplingRate | None = None
