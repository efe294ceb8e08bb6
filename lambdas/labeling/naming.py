"""Names and places: of attempts, children, states and objects in S3."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass

LEVEL_WORDS = (
    "first",
    "second",
    "third",
    "fourth",
    "fifth",
    "sixth",
    "seventh",
    "eighth",
    "ninth",
    "tenth",
)

# CreateLabelingJob: LabelingJobName and LabelAttributeName.
JOB_NAME = re.compile(r"[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}")
LABEL_ATTRIBUTE = re.compile(r"[a-zA-Z0-9](-*[a-zA-Z0-9]){0,126}")
BATCH_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")
LONGEST_JOB_NAME = 63


def level_key(level: int) -> str:
    """`firstLevel`, `secondLevel`, …: the level's key in an answer."""
    return f"{LEVEL_WORDS[level - 1]}Level"


def child_id(batch_id: str, level: int, job_name: str) -> str:
    """`<batch>-first_level-<job>`."""
    return f"{batch_id}-{LEVEL_WORDS[level - 1]}_level-{job_name}"


def completion_state(level: int) -> str:
    """The state that waits until every job of the level has ended."""
    return f"CheckFor{LEVEL_WORDS[level - 1].title()}LevelComplete"


def approval_state(level: int) -> str:
    """The state that waits until somebody approves the level's start."""
    return f"WaitFor{LEVEL_WORDS[level - 1].title()}LevelApproval"


def attempt_name(job_name: str, attempt: int) -> str:
    """The Ground Truth job's name: `jobName`, then `<jobName>-r<k>`.

    A name that would be over 63 characters keeps its first 52 and 6 hex of its hash instead.
    """
    if attempt == 0:
        return job_name
    name = f"{job_name}-r{attempt}"
    if len(name) <= LONGEST_JOB_NAME:
        return name
    digest = hashlib.sha256(job_name.encode()).hexdigest()[:6]
    return f"{job_name[:52].rstrip('-')}-{digest}-r{attempt}"


@dataclass(frozen=True, kw_only=True)
class Places:
    """Where a batch's objects lie in the batch-processing bucket."""

    processing_bucket: str

    def request(self, batch_id: str, request_hash: str) -> str:
        return f"s3://{self.processing_bucket}/batch_requests/{batch_id}/{request_hash}.json"

    def output_prefix(self, modality: str, child: str) -> str:
        """CreateLabelingJob's S3OutputPath; Ground Truth adds the job's name."""
        return f"s3://{self.processing_bucket}/batch_manifests/{modality}/{child}/output"

    def output_manifest(self, modality: str, child: str, labeling_job: str) -> str:
        return (
            f"{self.output_prefix(modality, child)}/{labeling_job}/manifests/output/output.manifest"
        )

    def input_manifest(self, modality: str, child: str) -> str:
        return (
            f"s3://{self.processing_bucket}/batch_manifests/{modality}/{child}/input/input.manifest"
        )

    def left_out(self, modality: str, child: str) -> str:
        """What did not go on to the next level, and why: one JSON object a line."""
        return (
            f"s3://{self.processing_bucket}/batch_manifests/{modality}/{child}/input/left-out.jsonl"
        )

    def selection(self, modality: str, child: str) -> str:
        """Which units go on to the next level, and why: one JSON object a line."""
        return f"s3://{self.processing_bucket}/batch_manifests/{modality}/{child}/input/selection.jsonl"

    def label_category(self, child: str) -> str:
        return f"s3://{self.processing_bucket}/label_category_input/{child}/category-file.json"

    def ui_template(self, child: str) -> str:
        """What workers see, for the task types that need a template."""
        return f"s3://{self.processing_bucket}/ui_templates/{child}/template.html"

    def sequence(self, modality: str, child: str) -> str:
        """The sequence file made of a folder of frames."""
        return (
            f"s3://{self.processing_bucket}/batch_manifests/{modality}/{child}/input/sequence.json"
        )

    def merged(self, batch_id: str) -> str:
        """The labels of all jobs of a complete batch, put together."""
        return f"s3://{self.processing_bucket}/merged/{batch_id}/data.jsonl"

    def exports(self, batch_id: str, format_: str) -> str:
        """The folder of the merged labels in a format of others', with a slash."""
        return f"s3://{self.processing_bucket}/merged/{batch_id}/{format_}/"

    def results(self, batch_id: str) -> str:
        """What audits changed, and what came of merge and exports."""
        return f"s3://{self.processing_bucket}/merged/{batch_id}/report.json"

    def batch_info(self, batch_id: str, run: int) -> str:
        """The whole `batchInfo`, when it is too large for a message or an answer."""
        return f"s3://{self.processing_bucket}/batch_info/{batch_id}/{run}.json"

    def shown(self, batch_id: str) -> str:
        """The whole `batchInfo` as it was when somebody last asked for it."""
        return f"s3://{self.processing_bucket}/batch_info/{batch_id}/shown.json"
