"""The constraints of the API's model: lengths, ranges, patterns, choices.

botocore checks types, required members and minima before it sends; the rest is the service's.
A path names a member as the service does in its messages: `humanTaskConfig.taskKeywords.1.member`.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

NAME = r"[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}"
S3_URI = r"(https|s3)://([^/]+)/?(.*)"
TOPIC_ARN = r"arn:aws[a-z\-]*:sns:[a-z0-9\-]*:[0-9]{12}:[a-zA-Z0-9_.-]+"
KEY_ID = r"[a-zA-Z0-9:/_-]*"
FUNCTION_ARN = r"arn:aws[a-z\-]*:lambda:[a-z0-9\-]*:[0-9]{12}:function:.*"
WORKTEAM_ARN = r"arn:aws[a-z\-]*:sagemaker:[a-z0-9\-]*:[0-9]{12}:workteam/.*"
UI_ARN = r"arn:aws[a-z\-]*:sagemaker:[a-z0-9\-]+:[0-9]{12}:human-task-ui/.*"
TAG_TEXT = r"([\p{L}\p{Z}\p{N}_.:/=+\-@]*)"
VPC_ID = r"[-0-9a-zA-Z]+"
STATUSES = ("Initializing", "InProgress", "Completed", "Failed", "Stopping", "Stopped")
ORDERS = ("Ascending", "Descending")


@dataclass(frozen=True)
class Rule:
    """The constraint of one member; `least` and `most` are a length or a number."""

    least: int | None = None
    most: int | None = None
    pattern: str | None = None
    choices: tuple[str, ...] = ()

    def violations(self, value: Any) -> Iterator[str]:
        size = value if isinstance(value, int) else len(value)
        kind = "value" if isinstance(value, int) else "length"
        if self.least is not None and size < self.least:
            yield f"Member must have {kind} greater than or equal to {self.least}"
        if self.most is not None and size > self.most:
            yield f"Member must have {kind} less than or equal to {self.most}"
        if self.pattern is not None and not _compiled(self.pattern).fullmatch(value):
            yield f"Member must satisfy regular expression pattern: {self.pattern}"
        if self.choices and value not in self.choices:
            yield f"Member must satisfy enum value set: [{', '.join(self.choices)}]"


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    # Java's \p{L}, \p{N} are what \w means in Python, less the underscore; \p{Z} is white space.
    return re.compile(pattern.replace(r"\p{L}\p{Z}\p{N}", r"\w\s"))


TAGS: Mapping[str, Rule] = {
    "Tags": Rule(0, 50),
    "Tags[].Key": Rule(1, 128, TAG_TEXT),
    "Tags[].Value": Rule(0, 256, TAG_TEXT),
}

_INPUT = "InputConfig.DataSource"
_RESOURCES = "LabelingJobAlgorithmsConfig.LabelingJobResourceConfig"
_HUMAN = "HumanTaskConfig"
_PRICE = f"{_HUMAN}.PublicWorkforceTaskPrice.AmountInUsd"

CREATE_LABELING_JOB: Mapping[str, Rule] = {
    "LabelingJobName": Rule(1, 63, NAME),
    "LabelAttributeName": Rule(1, 127, r"[a-zA-Z0-9](-*[a-zA-Z0-9]){0,126}"),
    f"{_INPUT}.S3DataSource.ManifestS3Uri": Rule(0, 1024, S3_URI),
    f"{_INPUT}.SnsDataSource.SnsTopicArn": Rule(0, 2048, TOPIC_ARN),
    "InputConfig.DataAttributes.ContentClassifiers": Rule(0, 256),
    "InputConfig.DataAttributes.ContentClassifiers[]": Rule(
        choices=("FreeOfPersonallyIdentifiableInformation", "FreeOfAdultContent")
    ),
    "OutputConfig.S3OutputPath": Rule(0, 1024, S3_URI),
    "OutputConfig.KmsKeyId": Rule(0, 2048, KEY_ID),
    "OutputConfig.SnsTopicArn": Rule(0, 2048, TOPIC_ARN),
    "RoleArn": Rule(20, 2048, r"arn:aws[a-z\-]*:iam::\d{12}:role/?[a-zA-Z_0-9+=,.@\-_/]+"),
    "LabelCategoryConfigS3Uri": Rule(0, 1024, S3_URI),
    "StoppingConditions.MaxHumanLabeledObjectCount": Rule(1),
    "StoppingConditions.MaxPercentageOfInputDatasetLabeled": Rule(1, 100),
    "LabelingJobAlgorithmsConfig.LabelingJobAlgorithmSpecificationArn": Rule(0, 2048, "arn:.*"),
    "LabelingJobAlgorithmsConfig.InitialActiveLearningModelArn": Rule(
        20, 2048, r"arn:aws[a-z\-]*:sagemaker:[a-z0-9\-]*:[0-9]{12}:model/.*"
    ),
    f"{_RESOURCES}.VolumeKmsKeyId": Rule(0, 2048, KEY_ID),
    f"{_RESOURCES}.VpcConfig.SecurityGroupIds": Rule(1, 5),
    f"{_RESOURCES}.VpcConfig.SecurityGroupIds[]": Rule(0, 32, VPC_ID),
    f"{_RESOURCES}.VpcConfig.Subnets": Rule(1, 16),
    f"{_RESOURCES}.VpcConfig.Subnets[]": Rule(0, 32, VPC_ID),
    f"{_HUMAN}.WorkteamArn": Rule(0, 256, WORKTEAM_ARN),
    f"{_HUMAN}.UiConfig.UiTemplateS3Uri": Rule(0, 1024, S3_URI),
    f"{_HUMAN}.UiConfig.HumanTaskUiArn": Rule(0, 1024, UI_ARN),
    f"{_HUMAN}.PreHumanTaskLambdaArn": Rule(0, 2048, FUNCTION_ARN),
    f"{_HUMAN}.TaskKeywords": Rule(1, 5),
    f"{_HUMAN}.TaskKeywords[]": Rule(1, 30, r"[A-Za-z0-9]+( [A-Za-z0-9]+)*"),
    f"{_HUMAN}.TaskTitle": Rule(1, 128, r"[\t\n\r -\uD7FF\uE000-\uFFFD]*"),
    f"{_HUMAN}.TaskDescription": Rule(1, 255, ".+"),
    f"{_HUMAN}.NumberOfHumanWorkersPerDataObject": Rule(1, 9),
    f"{_HUMAN}.TaskTimeLimitInSeconds": Rule(30),
    f"{_HUMAN}.TaskAvailabilityLifetimeInSeconds": Rule(60),
    f"{_HUMAN}.MaxConcurrentTaskCount": Rule(1, 5000),
    f"{_HUMAN}.AnnotationConsolidationConfig.AnnotationConsolidationLambdaArn": Rule(
        0, 2048, FUNCTION_ARN
    ),
    f"{_PRICE}.Dollars": Rule(0, 2),
    f"{_PRICE}.Cents": Rule(0, 99),
    f"{_PRICE}.TenthFractionsOfACent": Rule(0, 9),
    **TAGS,
}

LABELING_JOB_NAME: Mapping[str, Rule] = {"LabelingJobName": Rule(1, 63, NAME)}

_PAGE: Mapping[str, Rule] = {
    "MaxResults": Rule(1, 100),
    "NextToken": Rule(0, 8192, ".*"),
    "SortOrder": Rule(choices=ORDERS),
}

LIST_LABELING_JOBS: Mapping[str, Rule] = {
    **_PAGE,
    "NameContains": Rule(0, 63, r"[a-zA-Z0-9\-]+"),
    "SortBy": Rule(choices=("Name", "CreationTime", "Status")),
    "StatusEquals": Rule(choices=STATUSES),
}

LIST_LABELING_JOBS_FOR_WORKTEAM: Mapping[str, Rule] = {
    **_PAGE,
    "WorkteamArn": Rule(0, 256, WORKTEAM_ARN),
    "JobReferenceCodeContains": Rule(1, 255, ".+"),
    "SortBy": Rule(choices=("CreationTime",)),
}

LIST_WORKTEAMS: Mapping[str, Rule] = {
    **_PAGE,
    "NameContains": Rule(1, 63, NAME),
    "SortBy": Rule(choices=("Name", "CreateDate")),
}

_COGNITO = "MemberDefinitions[].CognitoMemberDefinition"
_PRESIGN = "WorkerAccessConfiguration.S3Presign.IamPolicyConstraints"

CREATE_WORKTEAM: Mapping[str, Rule] = {
    "WorkteamName": Rule(1, 63, NAME),
    "WorkforceName": Rule(1, 63, r"[a-zA-Z0-9]([a-zA-Z0-9\-]){0,62}"),
    "MemberDefinitions": Rule(1, 10),
    f"{_COGNITO}.UserPool": Rule(1, 55, r"[\w-]+_[0-9a-zA-Z]+"),
    f"{_COGNITO}.UserGroup": Rule(1, 128),
    f"{_COGNITO}.ClientId": Rule(1, 1024, "[ -~]+"),
    "MemberDefinitions[].OidcMemberDefinition.Groups": Rule(1, 10),
    "MemberDefinitions[].OidcMemberDefinition.Groups[]": Rule(1, 63),
    "Description": Rule(1, 200, ".+"),
    "NotificationConfiguration.NotificationTopicArn": Rule(
        pattern=r"arn:aws[a-z\-]*:sns:[a-z0-9\-]*:[0-9]{12}:[a-zA-Z0-9_.-]*"
    ),
    f"{_PRESIGN}.SourceIp": Rule(choices=("Enabled", "Disabled")),
    f"{_PRESIGN}.VpcSourceIp": Rule(choices=("Enabled", "Disabled")),
    **TAGS,
}

WORKTEAM_NAME: Mapping[str, Rule] = {"WorkteamName": Rule(1, 63, NAME)}


def violations(request: Mapping[str, Any], rules: Mapping[str, Rule]) -> list[str]:
    """Every broken rule, in the service's words."""
    return [
        f"Value '{_shown(value)}' at '{place}' failed to satisfy constraint: {violation}"
        for path, rule in rules.items()
        for place, value in _values(request, path.split("."), "")
        for violation in rule.violations(value)
    ]


def _values(value: Any, path: Sequence[str], place: str) -> Iterator[tuple[str, Any]]:
    """All values at a path, each with its place in the message's spelling."""
    if not path:
        yield place, value
        return
    name, *rest = path
    member, is_list = name.removesuffix("[]"), name.endswith("[]")
    if member not in value or value[member] is None:
        return
    here = f"{place}.{_lower_first(member)}".lstrip(".")
    if not is_list:
        yield from _values(value[member], rest, here)
        return
    for number, item in enumerate(value[member], start=1):
        yield from _values(item, rest, f"{here}.{number}.member")


def _lower_first(member: str) -> str:
    return member[0].lower() + member[1:]


def _shown(value: Any) -> str:
    return f"[{', '.join(map(str, value))}]" if isinstance(value, list) else str(value)
