"""The fields of a request by themselves: what shape each has, and what to do when it has not.

Limits and patterns are CreateLabelingJob's, which botocore does not check ("CreateLabelingJob",
Amazon SageMaker API Reference).
"""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import PlainValidator
from pydantic_core import PydanticCustomError

from labeling import naming
from labeling.modalities import modalities
from labeling.model import OnJobFailure
from labeling.problems import near, quote

_S3_URI = re.compile(
    r"s3://[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]/"
    r"[^\x00-\x1f\x7f\ud800-\udfff]*[^/\x00-\x1f\x7f\ud800-\udfff]"
)
_WORKTEAM_ARN = re.compile(
    r"arn:aws[a-z-]*:sagemaker:[a-z0-9-]+:[0-9]{12}:workteam/[a-z-]+/[A-Za-z0-9-]+"
)
_TOPIC_ARN = re.compile(r"arn:aws[a-z-]*:sns:[a-z0-9-]+:[0-9]{12}:[A-Za-z0-9_-]{1,256}(\.fifo)?")
_DIGITS = re.compile(r"-?[0-9]{1,18}")


def _refused(kind: str, message: str) -> PydanticCustomError:
    return PydanticCustomError(kind, "{message}", {"message": message})


def _text(kind: str, pattern: re.Pattern[str], longest: int, rule: str) -> PlainValidator:
    def check(value: object) -> str:
        if isinstance(value, str) and len(value) <= longest and pattern.fullmatch(value):
            return value
        raise _refused(kind, f"{quote(value)} will not do: give {rule}.")

    return PlainValidator(check)


def as_number(value: object) -> int | None:
    """A whole number, as a number or as a text of digits."""
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    if isinstance(value, str) and _DIGITS.fullmatch(value):
        return int(value)
    return None


def _number(low: int, high: int, unit: str, why: str = "") -> PlainValidator:
    def check(value: object) -> int:
        number = as_number(value)
        if number is not None and low <= number <= high:
            return number
        kind = "number" if number is None else "range"
        raise _refused(
            kind, f"{quote(value)} will not do: give a whole number {unit}, {low} to {high}{why}."
        )

    return PlainValidator(check)


def _modality(value: object) -> str:
    if isinstance(value, str) and value in modalities():
        return value
    hint = near(value, modalities()) if isinstance(value, str) else ""
    raise _refused(
        "modality",
        f"{quote(value)} is not a modality.{hint} There are {', '.join(modalities())}.",
    )


def _one_of(kind: str, *choices: str) -> PlainValidator:
    def check(value: object) -> str:
        if isinstance(value, str) and value in choices:
            return value
        said = " or ".join(f'"{choice}"' for choice in choices)
        raise _refused(kind, f"{quote(value)} will not do: give {said}.")

    return PlainValidator(check)


def _plain_text(value: object) -> str:
    if isinstance(value, str):
        return value
    raise _refused("text", f"{quote(value)} will not do: give the jobName of another job.")


def _level_numbers(value: object) -> frozenset[int]:
    numbers = [as_number(entry) for entry in value] if isinstance(value, list) else [None]
    known = frozenset(number for number in numbers if number is not None)
    if None in numbers:
        raise _refused("levels", "Give a list of level numbers, such as [2].")
    return known


BatchId = Annotated[
    str,
    _text(
        "batch_id",
        naming.BATCH_ID,
        64,
        "1 to 64 letters, digits, hyphens and underscores, the first a letter or digit",
    ),
]
JobName = Annotated[
    str,
    _text(
        "job_name",
        naming.JOB_NAME,
        naming.LONGEST_JOB_NAME,
        "1 to 63 letters, digits and hyphens, no hyphen at either end: it names the labeling job",
    ),
]
JobType = Annotated[str, _one_of("job_type", "BATCH")]
Modality = Annotated[str, PlainValidator(_modality)]
JobLevel = Annotated[int, _number(1, len(naming.LEVEL_WORDS), "(the first level is 1)")]
S3Uri = Annotated[
    str, _text("s3_uri", _S3_URI, 1024, "the address of an object, s3://bucket/key, in full")
]
ChainFrom = Annotated[str, PlainValidator(_plain_text)]
DownSamplingRate = Annotated[int, _number(1, 100, "(the percentage of objects that are kept)")]
LabelAttribute = Annotated[
    str,
    _text(
        "label_attribute",
        naming.LABEL_ATTRIBUTE,
        127,
        "1 to 127 letters, digits and hyphens, no hyphen at either end",
    ),
]
WorkteamArn = Annotated[
    str,
    _text(
        "workteam_arn",
        _WORKTEAM_ARN,
        256,
        "a work team's ARN, such as "
        "arn:aws:sagemaker:us-east-1:123456789012:workteam/private-crowd/my-team",
    ),
]
MaxConcurrentTaskCount = Annotated[int, _number(1, 5000, "of objects")]
TaskAvailabilityLifetime = Annotated[int, _number(60, 2_592_000, "of seconds")]
# The API's reference allows 30 days for video frames and 3D, the developer guide 7 ("Video Frame
# Labeling Job", "3D Point Cloud Labeling Job"): within 7 days a job suits both.
TaskTimeLimit = Annotated[
    int,
    _number(
        30,
        604_800,
        "of seconds",
        " (seven days are the most that every video-frame and point-cloud task type takes)",
    ),
]
TopicArn = Annotated[
    str,
    _text(
        "topic_arn",
        _TOPIC_ARN,
        2048,
        "an SNS topic's ARN, such as arn:aws:sns:us-east-1:123456789012:my-topic",
    ),
]
LevelNumbers = Annotated[frozenset[int], PlainValidator(_level_numbers)]
OnFailure = Annotated[str, _one_of("on_job_failure", *(choice.value for choice in OnJobFailure))]
