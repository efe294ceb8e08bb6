"""Stacks for tests: made of a few resources, looked at through CloudFormation's own API."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest
from botocore.exceptions import ClientError

NAME = "things"
ROLE: dict[str, Any] = {
    "Type": "AWS::IAM::Role",
    "Properties": {
        "AssumeRolePolicyDocument": {
            "Version": "2012-10-17",
            "Statement": [
                {
                    "Effect": "Allow",
                    "Principal": {"Service": "lambda.amazonaws.com"},
                    "Action": "sts:AssumeRole",
                }
            ],
        }
    },
}


def bucket(name: str | None = None, **properties: Any) -> dict[str, Any]:
    named = {"BucketName": name} if name else {}
    return {"Type": "AWS::S3::Bucket", "Properties": {**named, **properties}}


def queue(**properties: Any) -> dict[str, Any]:
    return {"Type": "AWS::SQS::Queue", "Properties": properties}


class Stacks:
    """One stack under a name."""

    def __init__(self, cloudformation: Any) -> None:
        self.api = cloudformation

    def create(self, resources: Mapping[str, Any], **more: Any) -> dict[str, Any]:
        """Create it and return its description, whatever came of it."""
        self.api.create_stack(StackName=NAME, **request(resources, **more))
        return self.described()

    def update(self, resources: Mapping[str, Any], **more: Any) -> dict[str, Any]:
        self.api.update_stack(StackName=NAME, **request(resources, **more))
        return self.described()

    def delete(self) -> None:
        self.api.delete_stack(StackName=NAME)

    def described(self, name: str = NAME) -> dict[str, Any]:
        [stack] = self.api.describe_stacks(StackName=name)["Stacks"]
        return dict(stack)

    def outputs(self) -> dict[str, str]:
        return {item["OutputKey"]: item["OutputValue"] for item in self.described()["Outputs"]}

    def resources(self) -> dict[str, str]:
        """Physical ids by logical ids."""
        listed = self.api.list_stack_resources(StackName=NAME)["StackResourceSummaries"]
        return {item["LogicalResourceId"]: item["PhysicalResourceId"] for item in listed}

    def events(self, name: str = NAME) -> list[tuple[str, str]]:
        """(resource, status) in the order in which they happened."""
        listed = self.api.describe_stack_events(StackName=name)["StackEvents"]
        return [(item["LogicalResourceId"], item["ResourceStatus"]) for item in listed[::-1]]

    def reasons(self, name: str = NAME) -> dict[str, str]:
        """Why resources failed, by their names."""
        listed = self.api.describe_stack_events(StackName=name)["StackEvents"]
        return {
            item["LogicalResourceId"]: item.get("ResourceStatusReason", "")
            for item in listed
            if item["ResourceStatus"].endswith("_FAILED")
        }


def request(
    resources: Mapping[str, Any], parameters: Mapping[str, str] | None = None, **sections: Any
) -> dict[str, Any]:
    """TemplateBody and Parameters; the other sections of the template by name. What begins with a
    small letter in a section's name is none: it belongs to the call (`on_failure`)."""
    template = {
        "Resources": dict(resources),
        **{name: value for name, value in sections.items() if name != "on_failure"},
    }
    given = [{"ParameterKey": k, "ParameterValue": v} for k, v in (parameters or {}).items()]
    call = {"OnFailure": sections["on_failure"]} if "on_failure" in sections else {}
    return {"TemplateBody": json.dumps(template), "Parameters": given, **call}


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


def refused(call: Any) -> str:
    """What CloudFormation says when it refuses."""
    with pytest.raises(ClientError) as error:
        call()
    assert error.value.response["Error"]["Code"] == "ValidationError"
    return str(error.value.response["Error"]["Message"])
