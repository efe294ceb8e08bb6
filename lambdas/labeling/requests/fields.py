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
from labeling.modalities import DAY, modalities
from labeling.model import ExportFormat, OnJobFailure, SelectionUnit, Strategy
from labeling.problems import near, quote

_S3_URI = re.compile(
    r"s3://[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]/"
    r"[^\x00-\x1f\x7f\ud800-\udfff]*[^/\x00-\x1f\x7f\ud800-\udfff]"
)
_WORKTEAM_ARN = re.compile(
    r"arn:aws[a-z-]*:sagemaker:[a-z0-9-]+:[0-9]{12}:workteam/[a-z-]+/[A-Za-z0-9-]+"
)
_TOPIC_ARN = re.compile(r"arn:aws[a-z-]*:sns:[a-z0-9-]+:[0-9]{12}:[A-Za-z0-9_-]{1,256}(\.fifo)?")
_S3_PREFIX = re.compile(
    r"s3://[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]/[^/\x00-\x1f\x7f\ud800-\udfff]"
    r"[^\x00-\x1f\x7f\ud800-\udfff]*"
)
_KMS_KEY = re.compile(r"arn:aws[a-z-]*:kms:[a-z0-9-]+:[0-9]{12}:(key|alias)/[a-zA-Z0-9:/_-]+")
_LAMBDA_ARN = re.compile(
    r"arn:aws[a-z-]*:lambda:[a-z0-9-]+:[0-9]{12}:function:[A-Za-z0-9_-]{1,64}"
    r"(:[A-Za-z0-9_$-]{1,128})?"
)
_TITLE = re.compile(r"[ -\uD7FF\uE000-\uFFFD]+")
_LINE = re.compile(r"[^\x00-\x1f\x7f\ud800-\udfff]+")
_KEYWORD = re.compile(r"(?=.{1,30}$)[A-Za-z0-9]+( [A-Za-z0-9]+)*")
CLASSIFIERS = ("FreeOfPersonallyIdentifiableInformation", "FreeOfAdultContent")
_CLASSIFIER = re.compile("|".join(CLASSIFIERS))
# TagKey, TagValue: letters, digits, spaces and these; \w is letters, digits and the underscore.
_TAG_TEXT = re.compile(r"[\w \u00a0.:/=+\-@]*")
MOST_TAGS = 49  # the pipeline adds one of its own
_DECIMAL = re.compile(r"[0-9]{1,3}(\.[0-9]{1,9})?")
_DIGITS = re.compile(r"-?[0-9]{1,18}")


def _refused(kind: str, message: str) -> PydanticCustomError:
    return PydanticCustomError(kind, "{message}", {"message": message})


def _text(kind: str, pattern: re.Pattern[str], longest: int, rule: str) -> PlainValidator:
    def check(value: object) -> str:
        if isinstance(value, str) and len(value) <= longest and pattern.fullmatch(value):
            return value
        raise _refused(kind, f"{quote(value)} will not do: give {rule}.")

    return PlainValidator(check)


def _texts(kind: str, pattern: re.Pattern[str], most: int, rule: str) -> PlainValidator:
    def check(value: object) -> tuple[str, ...]:
        if value == []:
            return ()  # as if it were left out
        given = value if isinstance(value, list | tuple) else ()
        wrong = [text for text in given if not (isinstance(text, str) and pattern.fullmatch(text))]
        if 1 <= len(given) <= most and not wrong:
            return tuple(given)
        shown = quote(wrong[0] if wrong else value)
        raise _refused(kind, f"{shown} will not do: give {rule}.")

    return PlainValidator(check)


def _tags(value: object) -> tuple[tuple[str, str], ...]:
    if not isinstance(value, dict) or len(value) > MOST_TAGS:
        raise _refused(
            "tags", f'Give at most {MOST_TAGS} tags as {{"key": "value"}}, not {quote(value)}.'
        )
    for key, text in value.items():
        if not (isinstance(text, str) and _is_tag(key, text)):
            raise _refused(
                "tags",
                f"The tag {quote(key)} will not do: give a key of 1 to 128 and a value of at most "
                "256 letters, digits, spaces and _.:/=+-@; the key must begin with neither aws: "
                "nor smgt:.",
            )
    return tuple(sorted(value.items()))


def _is_tag(key: str, text: str) -> bool:
    own = key.lower().startswith(("aws:", "smgt:"))
    fits = 1 <= len(key) <= 128 and len(text) <= 256
    return fits and not own and all(_TAG_TEXT.fullmatch(part) for part in (key, text))


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


def _share(value: object) -> float:
    """A severity, as a number or as a text of one."""
    if isinstance(value, str) and _DECIMAL.fullmatch(value):
        value = float(value)
    if isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= 1:
        return float(value)
    raise _refused("range", f"{quote(value)} will not do: give a severity from 0 to 1.")


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
SelectionStrategy = Annotated[str, _one_of("strategy", *(choice.value for choice in Strategy))]
UnitOfSelection = Annotated[str, _one_of("unit", *(choice.value for choice in SelectionUnit))]
Severity = Annotated[float, PlainValidator(_share)]
ControlRate = Annotated[int, _number(0, 100, "(a percentage of the units that are left)")]
Seed = Annotated[int, _number(0, 2**53, "")]
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
TaskTimeLimit = Annotated[
    int,
    _number(
        30,
        7 * DAY,
        "of seconds",
        " (seven days for video frames and point clouds; eight hours for all else)",
    ),
]
FramesPrefix = Annotated[
    str, _text("s3_prefix", _S3_PREFIX, 1024, "the folder of the frames, s3://bucket/folder/")
]
WorkersPerObject = Annotated[int, _number(1, 9, "of workers")]
TaskTitle = Annotated[str, _text("title", _TITLE, 128, "one line of 1 to 128 characters")]
TaskDescription = Annotated[
    str, _text("description", _LINE, 255, "one line of 1 to 255 characters")
]
TaskKeywords = Annotated[
    tuple[str, ...],
    _texts(
        "keywords",
        _KEYWORD,
        5,
        "1 to 5 keywords of 1 to 30 letters and digits each, words with single spaces between",
    ),
]
ContentClassifiers = Annotated[
    tuple[str, ...],
    _texts("content_classifiers", _CLASSIFIER, 2, f"a list of {' and '.join(CLASSIFIERS)}"),
]
# More than a job may have is the same as no limit; the service takes it.
MaxHumanLabeledObjects = Annotated[int, _number(1, 1_000_000, "of objects")]
MaxPercentageLabeled = Annotated[int, _number(1, 100, "per cent")]
KmsKey = Annotated[
    str,
    _text(
        "kms_key",
        _KMS_KEY,
        2048,
        "a KMS key's ARN, such as arn:aws:kms:us-east-1:123456789012:key/… (an id or alias may "
        "be meant for another account)",
    ),
]
LambdaArn = Annotated[
    str,
    _text(
        "lambda_arn",
        _LAMBDA_ARN,
        2048,
        "a Lambda function's ARN, such as "
        "arn:aws:lambda:us-east-1:123456789012:function:SageMaker-my-function",
    ),
]
Tags = Annotated[tuple[tuple[str, str], ...], PlainValidator(_tags)]
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
Exports = Annotated[
    tuple[str, ...],
    _texts(
        "exports",
        re.compile("|".join(ExportFormat)),
        len(ExportFormat),
        f"a list of formats: {', '.join(ExportFormat)}",
    ),
]
OnFailure = Annotated[str, _one_of("on_job_failure", *(choice.value for choice in OnJobFailure))]
