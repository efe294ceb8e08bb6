"""Stacks change and go as on AWS: only what differs, in order, undone when something fails."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

import pytest

from tests.emulator.conftest import ClientFactory
from tests.emulator.small_stacks import (
    NAME,
    ROLE,
    Stacks,
    bucket,
    function,
    queue,
    refused,
    request,
)


@pytest.fixture
def stacks(client: ClientFactory) -> Stacks:
    return Stacks(client("cloudformation"))


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


@pytest.mark.parametrize("policy", ["Retain", "RetainExceptOnCreate"])
def test_retained_resources_outlive_their_stack(
    stacks: Stacks, client: ClientFactory, policy: str
) -> None:
    stacks.create({"Bucket": {**bucket("kept"), "DeletionPolicy": policy}, "Queue": queue()})

    stacks.delete()

    assert [item["Name"] for item in client("s3").list_buckets()["Buckets"]] == ["kept"]
    assert "does not exist" in refused(stacks.described)


@pytest.mark.parametrize(
    ("policy", "left"), [("Delete", []), ("Retain", ["data"]), ("RetainExceptOnCreate", [])]
)
def test_a_creation_that_is_undone_leaves_only_what_is_always_retained(
    stacks: Stacks, client: ClientFactory, policy: str, left: list[str]
) -> None:
    described = stacks.create(
        {
            "Bucket": {**bucket("data"), "DeletionPolicy": policy},
            "Wrong": {**bucket("Wrong Name"), "DependsOn": "Bucket"},
        }
    )

    assert described["StackStatus"] == "ROLLBACK_COMPLETE"
    assert [item["Name"] for item in client("s3").list_buckets()["Buckets"]] == left


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


def names(queue_urls: Iterable[str]) -> set[str]:
    """Whatever host the addresses have."""
    return {url.rsplit("/", 1)[1] for url in queue_urls}
