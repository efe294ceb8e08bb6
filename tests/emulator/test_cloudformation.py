"""Stacks are made as on AWS: checked whole, in order, undone when something fails."""

from __future__ import annotations

import json
from typing import Any

import pytest

from emulator.aws_services import AwsServices
from tests.emulator.conftest import ClientFactory
from tests.emulator.small_stacks import NAME, Stacks, bucket, queue, refused, request


@pytest.fixture
def stacks(client: ClientFactory) -> Stacks:
    return Stacks(client("cloudformation"))


def test_resources_get_each_others_names_whatever_their_order(
    stacks: Stacks, client: ClientFactory
) -> None:
    stacks.create(
        {
            "Jobs": queue(
                RedrivePolicy={
                    "deadLetterTargetArn": {"Fn::GetAtt": ["Dead", "Arn"]},
                    "maxReceiveCount": 3,
                }
            ),
            "Dead": queue(),
        },
        Outputs={
            "Url": {"Value": {"Ref": "Jobs"}, "Description": "where to send"},
            "Arn": {"Value": {"Fn::Sub": "${Jobs.Arn} in ${AWS::Region}, not ${!Jobs.Arn}"}},
        },
    )

    url = stacks.resources()["Jobs"]
    dead = stacks.resources()["Dead"].rsplit("/", 1)[1]
    attributes = client("sqs").get_queue_attributes(QueueUrl=url, AttributeNames=["All"])
    redrive = json.loads(attributes["Attributes"]["RedrivePolicy"])
    assert redrive["deadLetterTargetArn"].endswith(dead)
    assert stacks.outputs()["Url"] == url
    arn = attributes["Attributes"]["QueueArn"]
    assert stacks.outputs()["Arn"] == f"{arn} in us-east-1, not ${{Jobs.Arn}}"


def test_all_wrong_parameters_are_named_at_once(stacks: Stacks) -> None:
    declared = {
        "Level": {"Type": "String", "AllowedValues": ["PROD", "DEBUG"]},
        "Prefix": {"Type": "String", "AllowedPattern": "[a-z]+", "MinLength": 3},
        "Pool": {"Type": "String", "MinLength": 3, "ConstraintDescription": "a pool's id"},
        "Timeout": {"Type": "Number", "MinValue": 60, "MaxValue": 100},
        "Missing": {"Type": "String"},
    }
    given = {
        "Level": "LOUD",
        "Prefix": "UPPER",
        "Pool": "x",
        "Timeout": "59",
        "Unknown": "1",
    }

    said = refused(lambda: stacks.create({"Queue": queue()}, parameters=given, Parameters=declared))

    assert said.split("; ") == [
        "Parameters: [Unknown] do not exist in the template",
        "Parameters: [Missing] must have values",
        "Parameter 'Level' must be one of AllowedValues ['PROD', 'DEBUG']",
        "Parameter Pool failed to satisfy constraint: a pool's id",
        "Parameter 'Prefix' must match pattern [a-z]+",
        "Parameter 'Timeout' must be a number not less than 60",
    ]


def test_a_refused_stack_leaves_no_trace(stacks: Stacks) -> None:
    refused(lambda: stacks.create({"Queue": queue()}, parameters={"Unknown": "1"}))

    assert "does not exist" in refused(stacks.described)


def test_parameters_show_their_defaults_and_hide_secrets(stacks: Stacks) -> None:
    described = stacks.create(
        {"Queue": queue()},
        parameters={"Secret": "s3cr3t"},
        Parameters={
            "Prefix": {"Type": "String", "Default": "smgt"},
            "Secret": {"Type": "String", "NoEcho": True},
        },
    )

    shown = {item["ParameterKey"]: item["ParameterValue"] for item in described["Parameters"]}
    assert shown == {"Prefix": "smgt", "Secret": "****"}


@pytest.mark.parametrize(
    ("email", "made"), [("", ["Queue"]), ("a@example.com", ["Extra", "Queue"])]
)
def test_conditions_decide_on_resources_properties_and_outputs(
    stacks: Stacks, client: ClientFactory, email: str, made: list[str]
) -> None:
    has_email = {"Fn::Not": [{"Fn::Equals": [{"Ref": "Email"}, ""]}]}
    stacks.create(
        {
            "Extra": {**queue(), "Condition": "HasEmail"},
            "Queue": queue(
                DelaySeconds={"Fn::If": ["HasEmail", 5, {"Ref": "AWS::NoValue"}]},
            ),
        },
        parameters={"Email": email},
        Parameters={"Email": {"Type": "String"}},
        Conditions={"HasEmail": has_email},
        Outputs={
            "Extra": {"Value": {"Fn::GetAtt": ["Extra", "Arn"]}, "Condition": "HasEmail"},
            "Queue": {"Value": {"Ref": "Queue"}},
        },
    )

    assert sorted(stacks.resources()) == made
    assert sorted(stacks.outputs()) == made
    attributes = client("sqs").get_queue_attributes(
        QueueUrl=stacks.resources()["Queue"], AttributeNames=["DelaySeconds"]
    )
    assert attributes["Attributes"]["DelaySeconds"] == ("5" if email else "0")


@pytest.mark.parametrize(
    ("resources", "said"),
    [
        (
            {"X": {"Type": "AWS::EC2::Instance"}},
            "Template format error: Unrecognized resource types: [AWS::EC2::Instance]",
        ),
        (
            {"X": queue(QueueName={"Ref": "Nobody"})},
            "Template format error: Unresolved resource dependencies [Nobody] in the Resources "
            "block of the template",
        ),
        (
            {"X": queue(QueueName={"Fn::GetAtt": ["Y", "Color"]}), "Y": queue()},
            "Template error: resource Y does not support attribute type Color in Fn::GetAtt",
        ),
        (
            {
                "X": queue(QueueName={"Fn::GetAtt": ["Y", "QueueName"]}),
                "Y": {**queue(), "DependsOn": "X"},
            },
            "Circular dependency between resources: [X, Y]",
        ),
        ({}, "Template format error: At least one Resources member must be defined."),
    ],
)
def test_a_wrong_template_is_refused_before_anything_is_made(
    stacks: Stacks, client: ClientFactory, resources: dict[str, Any], said: str
) -> None:
    assert refused(lambda: stacks.create(resources)) == said
    assert "QueueUrls" not in client("sqs").list_queues()


def test_a_template_of_more_than_51200_bytes_has_to_come_from_s3(
    stacks: Stacks, client: ClientFactory
) -> None:
    long = request({"Queue": queue()}, Metadata={"Text": "x" * 51_200})
    client("s3").create_bucket(Bucket="templates")
    client("s3").put_object(Bucket="templates", Key="a.json", Body=long["TemplateBody"].encode())

    said = refused(lambda: stacks.api.create_stack(StackName=NAME, **long))
    stacks.api.create_stack(
        StackName=NAME, TemplateURL="https://templates.s3.us-east-1.amazonaws.com/a.json"
    )

    assert "length less than or equal to 51200" in said
    assert stacks.described()["StackStatus"] == "CREATE_COMPLETE"


def test_a_failed_creation_is_undone_in_reverse_order_and_says_why(
    stacks: Stacks, client: ClientFactory
) -> None:
    described = stacks.create(
        {
            "First": queue(),
            "Second": {**queue(), "DependsOn": "First"},
            "Third": {**bucket("Wrong Name"), "DependsOn": "Second"},
            "Never": {**queue(), "DependsOn": "Third"},
        }
    )

    assert described["StackStatus"] == "ROLLBACK_COMPLETE"
    assert "Invalid bucket name" in stacks.reasons()["Third"]
    assert stacks.events() == [
        (NAME, "CREATE_IN_PROGRESS"),
        ("First", "CREATE_IN_PROGRESS"),
        ("First", "CREATE_COMPLETE"),
        ("Second", "CREATE_IN_PROGRESS"),
        ("Second", "CREATE_COMPLETE"),
        ("Third", "CREATE_IN_PROGRESS"),
        ("Third", "CREATE_FAILED"),
        (NAME, "ROLLBACK_IN_PROGRESS"),
        ("Second", "DELETE_IN_PROGRESS"),
        ("Second", "DELETE_COMPLETE"),
        ("First", "DELETE_IN_PROGRESS"),
        ("First", "DELETE_COMPLETE"),
        (NAME, "ROLLBACK_COMPLETE"),
    ]
    assert "QueueUrls" not in client("sqs").list_queues()


def test_a_bucket_that_exists_already_is_neither_taken_nor_deleted(
    stacks: Stacks, client: ClientFactory
) -> None:
    client("s3").create_bucket(Bucket="mine")

    stacks.create({"Bucket": bucket("mine")})

    assert stacks.reasons()["Bucket"] == "mine already exists"
    assert [item["Name"] for item in client("s3").list_buckets()["Buckets"]] == ["mine"]


def test_a_stack_that_was_rolled_back_can_only_be_deleted(stacks: Stacks) -> None:
    stacks.create({"Bucket": bucket("Wrong Name")})

    said = refused(lambda: stacks.update({"Bucket": bucket("right-name")}))
    stacks.delete()

    assert "is in ROLLBACK_COMPLETE state and can not be updated" in said
    assert stacks.create({"Bucket": bucket("right-name")})["StackStatus"] == "CREATE_COMPLETE"


def test_without_rollback_what_was_made_stays(stacks: Stacks) -> None:
    described = stacks.create(
        {"First": queue(), "Second": {**bucket("Wrong Name"), "DependsOn": "First"}},
        on_failure="DO_NOTHING",
    )

    assert described["StackStatus"] == "CREATE_FAILED"
    assert described["StackStatusReason"] == "The following resource(s) failed to create: [Second]."
    assert list(stacks.resources()) == ["First"]


def test_a_property_that_would_be_dropped_fails_by_name(stacks: Stacks) -> None:
    described = stacks.create({"Bucket": bucket(WebsiteConfiguration={"IndexDocument": "a"})})

    assert described["StackStatus"] == "ROLLBACK_COMPLETE"
    assert "Encountered unsupported property WebsiteConfiguration" in stacks.reasons()["Bucket"]


def test_parameters_can_be_looked_up_in_the_systems_manager(
    stacks: Stacks, services: AwsServices
) -> None:
    services.client("ssm").put_parameter(Name="/cdk/version", Value="6", Type="String")
    rule = {
        "Assertions": [
            {
                "Assert": {"Fn::Not": [{"Fn::Contains": [["1", "2"], {"Ref": "Version"}]}]},
                "AssertDescription": "run cdk bootstrap again",
            }
        ]
    }
    declared = {
        "Version": {"Type": "AWS::SSM::Parameter::Value<String>", "Default": "/cdk/version"}
    }

    def create() -> dict[str, Any]:
        return stacks.create({"Queue": queue()}, Parameters=declared, Rules={"Bootstrap": rule})

    assert create()["StackStatus"] == "CREATE_COMPLETE"
    stacks.delete()
    services.client("ssm").put_parameter(Name="/cdk/version", Value="1", Overwrite=True)
    assert "run cdk bootstrap again" in refused(create)
