"""Stacks come and go as on AWS: checked whole, in order, undone when something fails."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

import pytest
from botocore.exceptions import ClientError

from emulator.aws_services import AwsServices
from tests.emulator.conftest import ClientFactory
from tests.emulator.stacks import NAME, ROLE, Stacks, bucket, queue, request


@pytest.fixture
def stacks(client: ClientFactory) -> Stacks:
    return Stacks(client("cloudformation"))


def refused(call: Any) -> str:
    """What CloudFormation says when it refuses."""
    with pytest.raises(ClientError) as error:
        call()
    assert error.value.response["Error"]["Code"] == "ValidationError"
    return str(error.value.response["Error"]["Message"])


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


def test_an_update_changes_adds_and_removes(stacks: Stacks, client: ClientFactory) -> None:
    stacks.create({"Kept": queue(), "Changed": queue(DelaySeconds=1), "Gone": queue()})
    before = stacks.resources()

    described = stacks.update({"Kept": queue(), "Changed": queue(DelaySeconds=2), "New": queue()})

    after = stacks.resources()
    assert described["StackStatus"] == "UPDATE_COMPLETE"
    assert sorted(after) == ["Changed", "Kept", "New"]
    assert after["Kept"] == before["Kept"]
    assert after["Changed"] == before["Changed"]
    assert names(client("sqs").list_queues()["QueueUrls"]) == names(after.values())
    assert ("Kept", "UPDATE_IN_PROGRESS") not in stacks.events()


def test_a_changed_name_makes_a_new_resource_and_tells_those_that_refer_to_it(
    stacks: Stacks, client: ClientFactory
) -> None:
    def resources(name: str) -> dict[str, Any]:
        return {
            "Bucket": bucket(name),
            "Role": ROLE,
            "Function": function({"BUCKET": {"Ref": "Bucket"}}),
        }

    stacks.create(resources("old"))

    stacks.update(resources("new"))

    name = stacks.resources()["Function"]
    configuration = client("lambda").get_function_configuration(FunctionName=name)
    assert configuration["Environment"]["Variables"] == {"BUCKET": "new"}
    assert [item["Name"] for item in client("s3").list_buckets()["Buckets"]] == ["new"]
    events = stacks.events()
    assert events.index(("Function", "UPDATE_COMPLETE")) < events.index(
        ("Bucket", "DELETE_COMPLETE")
    )


def test_a_resource_without_a_way_to_update_is_made_anew(
    stacks: Stacks, client: ClientFactory
) -> None:
    def resources(principal: str) -> dict[str, Any]:
        return {
            "Role": ROLE,
            "Function": function({}),
            "May": {
                "Type": "AWS::Lambda::Permission",
                "Properties": {
                    "Action": "lambda:InvokeFunction",
                    "FunctionName": {"Ref": "Function"},
                    "Principal": principal,
                },
            },
        }

    stacks.create(resources("events.amazonaws.com"))

    stacks.update(resources("sns.amazonaws.com"))

    policy = client("lambda").get_policy(FunctionName=stacks.resources()["Function"])
    [statement] = json.loads(policy["Policy"])["Statement"]
    assert statement["Principal"] == {"Service": "sns.amazonaws.com"}
    assert statement["Sid"] == stacks.resources()["May"]


def test_a_failed_update_is_undone(stacks: Stacks, client: ClientFactory) -> None:
    stacks.create({"Queue": queue(DelaySeconds=1), "Bucket": bucket("old")})
    before = stacks.resources()

    described = stacks.update(
        {
            "Queue": queue(DelaySeconds=2),
            "New": {**queue(), "DependsOn": "Queue"},
            "Bucket": {**bucket("Wrong Name"), "DependsOn": "New"},
        }
    )

    assert described["StackStatus"] == "UPDATE_ROLLBACK_COMPLETE"
    assert "Invalid bucket name" in stacks.reasons()["Bucket"]
    assert stacks.resources() == before
    attributes = client("sqs").get_queue_attributes(
        QueueUrl=before["Queue"], AttributeNames=["DelaySeconds"]
    )
    assert attributes["Attributes"]["DelaySeconds"] == "1"
    assert len(client("sqs").list_queues()["QueueUrls"]) == 1


def test_an_update_that_changes_nothing_says_so(stacks: Stacks) -> None:
    declared = {"Prefix": {"Type": "String"}}
    stacks.create({"Queue": queue()}, parameters={"Prefix": "a"}, Parameters=declared)

    said = refused(
        lambda: stacks.update({"Queue": queue()}, parameters={"Prefix": "a"}, Parameters=declared)
    )

    assert said == "No updates are to be performed."


def test_previous_values_of_parameters_can_be_used(stacks: Stacks) -> None:
    declared = {"One": {"Type": "String", "Default": "a"}, "Two": {"Type": "String"}}
    resources = {"Queue": queue(QueueName={"Fn::Join": ["-", [{"Ref": "One"}, {"Ref": "Two"}]]})}
    stacks.create(resources, parameters={"Two": "b"}, Parameters=declared)

    stacks.api.update_stack(
        StackName=NAME,
        UsePreviousTemplate=True,
        Parameters=[
            {"ParameterKey": "One", "UsePreviousValue": True},
            {"ParameterKey": "Two", "ParameterValue": "c"},
        ],
    )

    assert stacks.resources()["Queue"].endswith("/a-c")


def test_a_bucket_with_objects_stops_the_deletion_until_it_is_empty(
    stacks: Stacks, client: ClientFactory
) -> None:
    stack_id = stacks.create({"Bucket": bucket("full"), "Queue": queue()})["StackId"]
    client("s3").put_object(Bucket="full", Key="a", Body=b"1")

    stacks.delete()

    assert stacks.described()["StackStatus"] == "DELETE_FAILED"
    assert "BucketNotEmpty" in stacks.reasons()["Bucket"]
    assert list(stacks.resources()) == ["Bucket"]

    client("s3").delete_object(Bucket="full", Key="a")
    stacks.delete()

    assert stacks.described(stack_id)["StackStatus"] == "DELETE_COMPLETE"
    assert client("s3").list_buckets()["Buckets"] == []


def test_what_a_resource_needs_is_deleted_after_it(stacks: Stacks) -> None:
    stack_id = stacks.create(
        {"Function": function({}), "Role": ROLE, "Queue": {**queue(), "DependsOn": "Function"}}
    )["StackId"]

    stacks.delete()

    deleted = [name for name, status in stacks.events(stack_id) if status == "DELETE_COMPLETE"]
    assert deleted == ["Queue", "Function", "Role", NAME]


def test_retained_resources_outlive_their_stack(stacks: Stacks, client: ClientFactory) -> None:
    stacks.create({"Bucket": {**bucket("kept"), "DeletionPolicy": "Retain"}, "Queue": queue()})

    stacks.delete()

    assert [item["Name"] for item in client("s3").list_buckets()["Buckets"]] == ["kept"]
    assert "does not exist" in refused(stacks.described)


def test_a_change_set_shows_what_it_would_do_and_does_it(stacks: Stacks) -> None:
    def change_set(kind: str, resources: dict[str, Any]) -> dict[str, Any]:
        stacks.api.create_change_set(
            StackName=NAME, ChangeSetName=kind, ChangeSetType=kind, **request(resources)
        )
        shown = stacks.api.describe_change_set(StackName=NAME, ChangeSetName=kind)
        if shown["ExecutionStatus"] == "AVAILABLE":
            stacks.api.execute_change_set(StackName=NAME, ChangeSetName=kind)
        return dict(shown)

    created = change_set("CREATE", {"One": queue(), "Two": queue()})
    updated = change_set("UPDATE", {"One": queue(DelaySeconds=1), "Three": queue()})
    unchanged = change_set("UPDATE", {"One": queue(DelaySeconds=1), "Three": queue()})

    def actions(shown: dict[str, Any]) -> dict[str, str]:
        changes = [item["ResourceChange"] for item in shown["Changes"]]
        return {item["LogicalResourceId"]: item["Action"] for item in changes}

    assert actions(created) == {"One": "Add", "Two": "Add"}
    assert actions(updated) == {"One": "Modify", "Three": "Add", "Two": "Remove"}
    assert unchanged["Status"] == "FAILED"
    assert stacks.described()["StackStatus"] == "UPDATE_COMPLETE"
    assert sorted(stacks.resources()) == ["One", "Three"]


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


def names(queue_urls: Iterable[str]) -> set[str]:
    """Whatever host the addresses have."""
    return {url.rsplit("/", 1)[1] for url in queue_urls}


def function(variables: dict[str, Any]) -> dict[str, Any]:
    return {
        "Type": "AWS::Lambda::Function",
        "Properties": {
            "Code": {"ZipFile": "def handler(event, context): ..."},
            "Environment": {"Variables": variables},
            "Handler": "index.handler",
            "Role": {"Fn::GetAtt": ["Role", "Arn"]},
            "Runtime": "python3.13",
        },
    }
