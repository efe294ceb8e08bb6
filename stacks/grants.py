"""Permissions that aws-cdk-lib has no grant for, and the reasons for wildcards."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from aws_cdk import Acknowledgment, Aws, Stack, Validations
from aws_cdk import aws_iam as iam
from constructs import IConstruct


def allow(
    grantee: iam.IGrantable,
    actions: Sequence[str],
    resources: Sequence[str],
    *,
    conditions: Mapping[str, Any] | None = None,
    wildcards_because: str = "",
) -> None:
    """One statement for the grantee's role; resources with a `*` need a reason.

    The reason stands in the template's policy report, next to what it excuses.
    """
    grantee.grant_principal.add_to_principal_policy(
        iam.PolicyStatement(actions=list(actions), resources=list(resources), conditions=conditions)
    )
    if wildcards_because:
        acknowledge_wildcards(grantee, resources, wildcards_because)


def allow_keys(grantee: iam.IGrantable, *actions: str) -> None:
    """Use keys of the account for objects in S3, and for nothing else."""
    allow(
        grantee,
        actions,
        [keys_of(grantee)],
        conditions={"StringEquals": {"kms:ViaService": f"s3.{Aws.REGION}.amazonaws.com"}},
        wildcards_because="A job may name any key of the account for its labels.",
    )


def keys_of(grantee: iam.IGrantable) -> str:
    """The ARN of all KMS keys of the account and region."""
    role = grantee.grant_principal
    assert isinstance(role, iam.Role)
    return Stack.of(role).format_arn(service="kms", resource="key", resource_name="*")


def acknowledge_wildcards(grantee: iam.IGrantable, resources: Sequence[str], reason: str) -> None:
    """Say why the grantee's role may be allowed to use these resources, those with a `*`."""
    role = grantee.grant_principal
    assert isinstance(role, iam.Role)
    stack = Stack.of(role)
    texts = [_text(stack.resolve(resource)) for resource in resources]
    rules = [f"AwsSolutions-IAM5[Resource::{text}]" for text in texts if "*" in text]
    acknowledge(role, reason, *rules)


def acknowledge(construct: IConstruct, reason: str, *rules: str) -> None:
    """Say why `construct`, and what is in it, does not follow these rules of cdk-nag."""
    Validations.of(construct).acknowledge(
        *(Acknowledgment(id=rule, reason=reason) for rule in rules)
    )


def _text(value: Any) -> str:
    """A resource as cdk-nag writes it: `<LogicalId.Arn>/*`."""
    match value:
        case str():
            return value
        case {"Fn::Join": [separator, parts]}:
            return str(separator).join(_text(part) for part in parts)
        case {"Fn::GetAtt": [resource, attribute]}:
            return f"<{resource}.{attribute}>"
        case {"Ref": name}:
            return f"<{name}>"
        case _:
            return json.dumps(value, separators=(",", ":"))
