"""Every type of resource that the local cloud can deploy."""

from typing import Final

from emulator.cloudformation.resource_type import ResourceType
from emulator.cloudformation.resources import (
    apigateway,
    awslambda,
    cdk,
    cloudwatch,
    cognito,
    dynamodb,
    events,
    iam,
    logs,
    s3,
    sagemaker,
    sns,
    sqs,
    stepfunctions,
)

_MODULES = (
    apigateway,
    awslambda,
    cdk,
    cloudwatch,
    cognito,
    dynamodb,
    events,
    iam,
    logs,
    s3,
    sagemaker,
    sns,
    sqs,
    stepfunctions,
)

RESOURCE_TYPES: Final[dict[str, type[ResourceType]]] = {
    kind.name: kind for module in _MODULES for kind in module.RESOURCE_TYPES
}
