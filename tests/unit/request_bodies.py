"""Bodies of `POST /batch/create` as tests need them: the smallest good one, and changes to it."""

from __future__ import annotations

import json
from typing import Any

import pytest

from labeling.errors import InvalidRequest
from labeling.model import BatchRequest
from labeling.problems import path
from labeling.requests import create_request
from labeling.settings import Settings

REGION = "us-east-1"
ACCOUNT = "123456789012"
TEAMS = f"arn:aws:sagemaker:{REGION}:{ACCOUNT}:workteam/private-crowd"
TOPICS = f"arn:aws:sns:{REGION}:{ACCOUNT}"

SETTINGS = Settings(
    region=REGION,
    account=ACCOUNT,
    prefix="smgt-workflow",
    table_name="batches",
    input_bucket=f"smgt-workflow-{ACCOUNT}-{REGION}-batch-input",
    processing_bucket=f"smgt-workflow-{ACCOUNT}-{REGION}-batch-processing",
    queue_url=f"https://sqs.{REGION}.amazonaws.com/{ACCOUNT}/queue",
    state_machine_arn=f"arn:aws:states:{REGION}:{ACCOUNT}:stateMachine:smgt-workflow-batch-process",
    status_topic_arn=f"{TOPICS}:status",
    labeling_role_arn=f"arn:aws:iam::{ACCOUNT}:role/labeling",
    first_level_team_arn=f"{TEAMS}/smgt-workflow-first-level",
    second_level_team_arn=f"{TEAMS}/smgt-workflow-second-level",
    levels=3,
    job_completion_timeout=1_209_600,
)
INPUTS = f"s3://{SETTINGS.input_bucket}"


def job(name: str = "vehicle", **changes: Any) -> dict[str, Any]:
    """A good entry of level 1; a field that is changed to `...` is left out."""
    entry = {
        "jobName": name,
        "jobType": "BATCH",
        "jobModality": "VideoObjectTracking",
        "jobLevel": "1",
        "inputConfig": {"inputManifestS3Uri": f"{INPUTS}/clip.manifest"},
        "labelCategoryConfigS3Uri": f"{INPUTS}/vehicle.json",
    }
    return _without_ellipses(entry | changes)


def audit(
    name: str = "vehicle-audit", source: str = "vehicle", level: Any = "2", **changes: Any
) -> dict[str, Any]:
    entry = {
        "jobName": name,
        "jobModality": "VideoObjectTrackingAudit",
        "jobLevel": level,
        "inputConfig": {"chainFromJobName": source},
    }
    return _without_ellipses(entry | changes)


def body(*jobs: Any, **changes: Any) -> dict[str, Any]:
    return _without_ellipses(
        {"batchId": "clip-0001", "labelingJobs": list(jobs or [job()])} | changes
    )


def event(content: Any) -> dict[str, Any]:
    """What of a proxy event a body is read from."""
    text = content if isinstance(content, str) else json.dumps(content)
    return {"body": text, "isBase64Encoded": False}


def parsed(content: Any) -> BatchRequest:
    return create_request(event(content), SETTINGS)


def mistakes(content: Any) -> list[tuple[str, str]]:
    """Place and type of every mistake."""
    return [(path(problem.loc), problem.type) for problem in refused(content).problems]


def refused(content: Any) -> InvalidRequest:
    with pytest.raises(InvalidRequest) as caught:
        parsed(content)
    return caught.value


def message(content: Any) -> str:
    [problem] = refused(content).problems
    return problem.message


def _without_ellipses(entry: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in entry.items() if value is not ...}
