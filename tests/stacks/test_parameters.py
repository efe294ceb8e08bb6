"""The template's parameters, as CloudFormation checks them, and the names made of them."""

import re

import pytest

from tests.stacks.template import Template, text

LONGEST_PREFIX = "a23456789012345678"
NAMES = {  # every name that people type
    "AWS::ApiGateway::RestApi": {"<Prefix>-api"},
    "AWS::Logs::LogGroup": {"/aws/vendedlogs/states/<Prefix>-batch-process"},
    "AWS::S3::Bucket": {
        "<Prefix>-<AWS::AccountId>-<AWS::Region>-batch-input",
        "<Prefix>-<AWS::AccountId>-<AWS::Region>-batch-processing",
    },
    "AWS::SageMaker::Workteam": {"<Prefix>-first-level", "<Prefix>-second-level"},
    "AWS::StepFunctions::StateMachine": {"<Prefix>-batch-process"},
}
NAMING = {
    "AlarmName",
    "BucketName",
    "FunctionName",
    "GroupName",
    "LogGroupName",
    "ManagedPolicyName",
    "Name",
    "QueueName",
    "RoleName",
    "StateMachineName",
    "TableName",
    "TopicName",
    "WorkteamName",
}
# these types name something else by such a property
NOT_THEIR_OWN = {
    "AWS::Lambda::EventSourceMapping",
    "AWS::Lambda::Permission",
}


@pytest.mark.parametrize(
    ("parameter", "value"),
    [
        ("Prefix", "smgt-workflow"),
        ("Prefix", "a"),
        ("Prefix", LONGEST_PREFIX),
        ("CognitoUserPoolId", "us-east-1_AbCdEfGhI"),
        ("CognitoUserPoolClientId", "1h57kf5cpq17m0eml12EXAMPLE"),
        ("NotificationEmail", ""),
        ("NotificationEmail", "me@example.com"),
        ("LoggingLevel", "DEBUG"),
    ],
)
def test_a_good_value_is_taken(template: Template, parameter: str, value: str) -> None:
    assert _takes(template, parameter, value)


@pytest.mark.parametrize(
    ("parameter", "value"),
    [
        ("Prefix", ""),
        ("Prefix", "Labeling"),
        ("Prefix", "1st"),
        ("Prefix", "two--hyphens"),
        ("Prefix", "ends-"),
        ("Prefix", LONGEST_PREFIX + "9"),
        ("CognitoUserPoolId", "AbCdEfGhI"),
        ("CognitoUserPoolClientId", ""),
        ("NotificationEmail", "nobody"),
        ("LoggingLevel", "INFO"),
    ],
)
def test_a_bad_value_is_refused_before_anything_is_made(
    template: Template, parameter: str, value: str
) -> None:
    assert not _takes(template, parameter, value)


def test_only_the_user_pool_has_to_be_given(template: Template) -> None:
    defaults = {name: p.get("Default") for name, p in template.body["Parameters"].items()}

    assert defaults == {
        "Prefix": "smgt-workflow",
        "CognitoUserPoolId": None,
        "CognitoUserPoolClientId": None,
        "JobCompletionTimeout": 1209600,
        "LoggingLevel": "PROD",
        "NotificationEmail": "",
    }


def test_every_parameter_says_what_it_is_for(template: Template) -> None:
    assert all(p["Description"] for p in template.body["Parameters"].values())


def test_the_longest_prefix_makes_bucket_names_that_s3_takes(template: Template) -> None:
    for bucket in template.of_type("AWS::S3::Bucket").values():
        name = text(bucket["BucketName"])
        name = name.replace("<Prefix>", LONGEST_PREFIX).replace("<AWS::AccountId>", "1" * 12)
        assert len(name.replace("<AWS::Region>", "ap-northeast-1")) <= 63


def test_only_what_people_type_has_a_name(template: Template) -> None:
    named: dict[str, set[str]] = {}
    for resource in template.body["Resources"].values():
        if resource["Type"] in NOT_THEIR_OWN:
            continue
        for key, value in resource.get("Properties", {}).items():
            if key in NAMING:
                named.setdefault(resource["Type"], set()).add(text(value))

    assert named == NAMES


def test_the_outputs_are_what_a_client_needs(template: Template) -> None:
    outputs = {name: text(output["Value"]) for name, output in template.body["Outputs"].items()}

    assert outputs.pop("ApiUrl") == (
        "https://<ApiRestApi>.execute-api.<AWS::Region>.<AWS::URLSuffix>/prod"
    )
    assert outputs == {
        "InputBucketName": "<StorageInput>",
        "ProcessingBucketName": "<StorageProcessing>",
        "StatusTopicArn": "<NotificationsStatus>",
        "StateMachineArn": "<WorkflowStateMachine>",
        "TableName": "<BatchesTable>",
        "ListenerQueueUrl": "<ListenerQueue>",
        "DeadLetterQueueUrl": "<ListenerQueueDeadLetters>",
        "FirstLevelTeamArn": "<LabelingTeamsFirstLevelTeam>",
        "SecondLevelTeamArn": "<LabelingTeamsSecondLevelTeam>",
    }


def _takes(template: Template, parameter: str, value: str) -> bool:
    rules = template.body["Parameters"][parameter]
    return (
        re.fullmatch(rules.get("AllowedPattern", ".*"), value) is not None
        and len(value) <= rules.get("MaxLength", len(value))
        and value in rules.get("AllowedValues", [value])
    )
