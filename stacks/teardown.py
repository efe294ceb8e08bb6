"""Delete a deployed stack and everything in it: `make destroy`.

CloudFormation alone keeps the buckets and the table, since labels have cost people's time, and
would wait for running executions for up to a year.
"""

from __future__ import annotations

import argparse
import re
import time
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError, WaiterError

from stacks.app import STACK_NAME

PREFIX = "smgt-workflow"
STOPPED = "the stack is deleted"
PAUSE = 15  # seconds between two looks at jobs that are being stopped
LOOKS = 120  # half an hour: Ground Truth takes some minutes
EMPTYINGS = 5  # a function that runs on may write after one
# Ground Truth takes few calls a second, and stops fewer.
PATIENT = Config(retries={"mode": "adaptive", "max_attempts": 10})

Pause = Callable[[float], None]


class NothingLeft(Exception):
    """The account has neither this stack in this region nor anything that one left behind."""


class StillRunning(Exception):
    """Something has not stopped in time; to run it again later goes on from here."""


@dataclass(frozen=True, kw_only=True)
class Belongings:
    """A stack as far as CloudFormation would keep it or wait for it, and what is left of one."""

    stack_id: str | None
    """None when the stack is gone already."""
    buckets: tuple[str, ...]
    tables: tuple[str, ...]
    state_machine_arn: str
    event_sources: tuple[str, ...]
    """What makes the listener run: the ids of event source mappings."""


def belongings(stack: str, prefix: str) -> Belongings:
    """What belongs to a stack. Its own outputs say it; where there are none, since its creation
    was rolled back or the stack is gone, names follow from prefix, account and region.

    Raises NothingLeft.
    """
    described = _described(stack)
    parameters = _pairs(described, "Parameters", "ParameterKey", "ParameterValue")
    outputs = _pairs(described, "Outputs", "OutputKey", "OutputValue")
    prefix = parameters.get("Prefix", prefix)
    caller = boto3.client("sts").get_caller_identity()
    account, partition = caller["Account"], caller["Arn"].split(":")[1]
    region = boto3.client("s3").meta.region_name
    there = {bucket["Name"] for bucket in boto3.client("s3").list_buckets()["Buckets"]}
    named = [f"{prefix}-{account}-{region}-batch-{use}" for use in ("input", "processing")]
    found = Belongings(
        stack_id=described.get("StackId"),
        buckets=tuple(name for name in named if name in there),
        tables=tuple(_tables(stack, outputs)),
        state_machine_arn=(
            f"arn:{partition}:states:{region}:{account}:stateMachine:{prefix}-batch-process"
        ),
        event_sources=tuple(_event_sources(stack) if described else ()),
    )
    if not (found.stack_id or found.buckets or found.tables):
        raise NothingLeft(stack)
    return found


def teardown(found: Belongings, *, pause: Pause = time.sleep) -> None:
    """Stop what runs, delete the stack, then what CloudFormation kept of it.

    Can be repeated, also when the stack is gone. Raises StillRunning, and botocore's WaiterError
    when CloudFormation cannot delete the stack.
    """
    _stop_listening(found.event_sources, pause)  # it would start the next jobs
    _stop_executions(found.state_machine_arn)
    _stop_labeling_jobs(found.buckets, pause)
    for bucket in found.buckets:
        _empty(bucket)  # CloudFormation deletes those that it was told to, if they are empty
    if found.stack_id:
        print("The stack is being deleted …")
        cloudformation = boto3.client("cloudformation")
        cloudformation.delete_stack(StackName=found.stack_id)
        cloudformation.get_waiter("stack_delete_complete").wait(StackName=found.stack_id)
    for bucket in found.buckets:
        _delete_bucket(bucket)
    dynamodb = boto3.client("dynamodb")
    for table in found.tables:
        try:
            dynamodb.delete_table(TableName=table)
        except dynamodb.exceptions.ResourceNotFoundException:
            continue  # the stack was synthesized to take its data along


def works_on(job: Mapping[str, Any], buckets: Collection[str]) -> bool:
    """Whether a labeling job, as ListLabelingJobs shows it, reads its manifest from one of these
    buckets. Streaming jobs have no manifest, and jobs that failed early not even an input."""
    source = job.get("InputConfig", {}).get("DataSource", {}).get("S3DataSource", {})
    manifest = str(source.get("ManifestS3Uri", ""))
    return manifest.removeprefix("s3://").partition("/")[0] in buckets


def _described(stack: str) -> dict[str, Any]:
    try:
        [found] = boto3.client("cloudformation").describe_stacks(StackName=stack)["Stacks"]
    except ClientError as error:
        if "does not exist" in str(error):
            return {}
        raise
    return dict(found)


def _pairs(described: Mapping[str, Any], part: str, key: str, value: str) -> dict[str, str]:
    return {pair[key]: pair[value] for pair in described.get(part, [])}


def _tables(stack: str, outputs: Mapping[str, str]) -> Iterator[str]:
    if "TableName" in outputs:
        yield outputs["TableName"]
        return
    made_by_the_stack = re.compile(rf"{re.escape(stack)}-BatchesTable[0-9A-F]{{8}}-[0-9A-Za-z]+")
    for page in boto3.client("dynamodb").get_paginator("list_tables").paginate():
        yield from filter(made_by_the_stack.fullmatch, page["TableNames"])


def _event_sources(stack: str) -> Iterator[str]:
    pages = boto3.client("cloudformation").get_paginator("list_stack_resources")
    for page in pages.paginate(StackName=stack):
        for resource in page["StackResourceSummaries"]:
            if resource["ResourceType"] == "AWS::Lambda::EventSourceMapping":
                yield resource["PhysicalResourceId"]


def _stop_listening(event_sources: Collection[str], pause: Pause) -> None:
    functions = boto3.client("lambda")
    for uuid in event_sources:
        try:
            functions.update_event_source_mapping(UUID=uuid, Enabled=False)
            for _ in range(LOOKS):
                if functions.get_event_source_mapping(UUID=uuid)["State"] == "Disabled":
                    break
                pause(PAUSE)
        except functions.exceptions.ResourceNotFoundException:
            continue


def _stop_executions(state_machine: str) -> None:
    states = boto3.client("stepfunctions")
    pages = states.get_paginator("list_executions")
    running = pages.paginate(stateMachineArn=state_machine, statusFilter="RUNNING")
    try:
        for execution in list(running.search("executions")):
            states.stop_execution(executionArn=execution["executionArn"], cause=STOPPED)
    except states.exceptions.StateMachineDoesNotExist:
        return


def _stop_labeling_jobs(buckets: Collection[str], pause: Pause) -> None:
    """Functions that run on may start jobs for a while: they are looked for again and again."""
    jobs: dict[str, str] = {}
    for _ in range(LOOKS):
        jobs = _labeling_jobs(buckets)
        if not jobs:
            return
        print(f"{len(jobs)} labeling jobs are being stopped …")
        for name, status in jobs.items():
            if status != "Stopping":
                _stop_labeling_job(name)
        pause(PAUSE)
    raise StillRunning(f"These labeling jobs have not stopped yet: {', '.join(jobs)}.")


def _labeling_jobs(buckets: Collection[str]) -> dict[str, str]:
    """The status of every labeling job of ours that has not ended."""
    pages = boto3.client("sagemaker", config=PATIENT).get_paginator("list_labeling_jobs")
    return {
        job["LabelingJobName"]: status
        for status in ("Initializing", "InProgress", "Stopping")
        for page in pages.paginate(StatusEquals=status)
        for job in page["LabelingJobSummaryList"]
        if works_on(job, buckets)
    }


def _stop_labeling_job(name: str) -> None:
    try:
        boto3.client("sagemaker", config=PATIENT).stop_labeling_job(LabelingJobName=name)
    except ClientError as error:
        if error.response["Error"]["Code"] not in ("ResourceNotFound", "ValidationException"):
            raise  # those two: it has ended meanwhile


def _empty(bucket: str) -> None:
    boto3.resource("s3").Bucket(bucket).object_versions.delete()


def _delete_bucket(bucket: str) -> None:
    s3 = boto3.client("s3")
    for attempt in range(1, EMPTYINGS + 1):
        try:
            _empty(bucket)
            s3.delete_bucket(Bucket=bucket)
        except ClientError as error:
            code = error.response["Error"]["Code"]
            if code == "NoSuchBucket":
                return  # the stack was synthesized to take its data along
            if code != "BucketNotEmpty" or attempt == EMPTYINGS:
                raise
        else:
            return


def main() -> None:
    parser = argparse.ArgumentParser(prog="make destroy", description=__doc__)
    parser.add_argument("--stack", default=STACK_NAME)
    parser.add_argument("--prefix", default=PREFIX, help="for a stack that is gone already")
    parser.add_argument("--yes", action="store_true", help="do not ask")
    arguments = parser.parse_args()
    try:
        found = belongings(arguments.stack, arguments.prefix)
    except NothingLeft:
        raise SystemExit(
            f"In this region there is no stack {arguments.stack} and nothing left of one."
        ) from None
    except BotoCoreError as error:  # no region, no credentials
        raise SystemExit(f"{error} Set AWS_DEFAULT_REGION and your credentials.") from None
    print(f"This deletes the stack {arguments.stack} and, for ever, every object and item in")
    print(*(f"  {name}" for name in (*found.buckets, *found.tables)), sep="\n")
    if not arguments.yes and input(f"Type {arguments.stack} to go on: ") != arguments.stack:
        raise SystemExit("Nothing was deleted.")
    try:
        teardown(found)
    except (StillRunning, WaiterError) as error:
        raise SystemExit(f"{error} Run it again to go on from here.") from None
    print("Deleted.")


if __name__ == "__main__":
    main()
