"""Delete a deployed stack and everything in it: `make destroy`.

CloudFormation alone keeps the buckets and the table, since labels have cost people's time, and
would wait for running executions for up to a year.
"""

from __future__ import annotations

import argparse

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from stacks.app import STACK_NAME

STOPPED = "the stack is deleted"


class NoSuchStack(Exception):
    """The account has no stack of this name in this region."""


def outputs(stack: str) -> dict[str, str]:
    """The outputs of a deployed stack; raises NoSuchStack."""
    try:
        [found] = boto3.client("cloudformation").describe_stacks(StackName=stack)["Stacks"]
    except ClientError as error:
        if "does not exist" in str(error):
            raise NoSuchStack(stack) from error
        raise
    return {output["OutputKey"]: output["OutputValue"] for output in found["Outputs"]}


def teardown(stack: str) -> None:
    """Stop what runs, delete the stack, then what CloudFormation kept of it.

    Can be repeated as long as the stack is there. Raises NoSuchStack.
    """
    names = outputs(stack)
    buckets = [names["InputBucketName"], names["ProcessingBucketName"]]
    _stop_executions(names["StateMachineArn"])
    _stop_labeling_jobs(buckets)
    for bucket in buckets:
        boto3.resource("s3").Bucket(bucket).object_versions.delete()
    cloudformation = boto3.client("cloudformation")
    cloudformation.delete_stack(StackName=stack)
    cloudformation.get_waiter("stack_delete_complete").wait(StackName=stack)
    s3 = boto3.client("s3")
    for bucket in buckets:
        try:
            s3.delete_bucket(Bucket=bucket)
        except s3.exceptions.NoSuchBucket:
            continue  # the stack was synthesized to take its data along
    dynamodb = boto3.client("dynamodb")
    try:
        dynamodb.delete_table(TableName=names["TableName"])
    except dynamodb.exceptions.ResourceNotFoundException:
        return


def _stop_executions(state_machine: str) -> None:
    states = boto3.client("stepfunctions")
    pages = states.get_paginator("list_executions")
    running = pages.paginate(stateMachineArn=state_machine, statusFilter="RUNNING")
    for execution in list(running.search("executions")):
        states.stop_execution(executionArn=execution["executionArn"], cause=STOPPED)


def _stop_labeling_jobs(buckets: list[str]) -> None:
    sagemaker = boto3.client("sagemaker")
    pages = sagemaker.get_paginator("list_labeling_jobs")
    running = pages.paginate(StatusEquals="InProgress").search("LabelingJobSummaryList")
    for job in list(running):
        manifest = job["InputConfig"]["DataSource"]["S3DataSource"]["ManifestS3Uri"]
        if manifest.split("/")[2] in buckets:
            sagemaker.stop_labeling_job(LabelingJobName=job["LabelingJobName"])


def main() -> None:
    parser = argparse.ArgumentParser(prog="make destroy", description=__doc__)
    parser.add_argument("--stack", default=STACK_NAME)
    parser.add_argument("--yes", action="store_true", help="do not ask")
    arguments = parser.parse_args()
    try:
        names = outputs(arguments.stack)
    except NoSuchStack:
        raise SystemExit(f"There is no stack {arguments.stack} in this region.") from None
    except BotoCoreError as error:  # no region, no credentials
        raise SystemExit(f"{error} Set AWS_DEFAULT_REGION and your credentials.") from None
    print(f"This deletes the stack {arguments.stack} and, for ever, every object in")
    print(f"  {names['InputBucketName']}\n  {names['ProcessingBucketName']}")
    if not arguments.yes and input(f"Type {arguments.stack} to go on: ") != arguments.stack:
        raise SystemExit("Nothing was deleted.")
    teardown(arguments.stack)
    print("Deleted.")


if __name__ == "__main__":
    main()
