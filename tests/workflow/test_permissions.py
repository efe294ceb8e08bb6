"""What the functions call is what the deployed roles allow.

The local cloud enforces no IAM, so a missing permission would show only on AWS.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest

from emulator.aws_calls import Call
from emulator.clock import VirtualClock
from emulator.cloud import LocalCloud
from examples.driving.batch import request
from stacks.synthesized import assembly
from tests.workflow.conftest import RECONCILED, Pipeline
from tests.workflow.roles import Roles

TOO_LONG = timedelta(hours=2)


@pytest.fixture(scope="module")
def used() -> Iterator[LocalCloud]:
    """A deployed workflow in which most things have happened: a quota was reached, a level
    approved, a job failed, one took too long, and batches were stopped and retried."""
    with LocalCloud(clock=VirtualClock()) as cloud:
        cloud.deploy_app(assembly(), {"JobCompletionTimeout": "3600"})
        pipeline = Pipeline(cloud)
        cloud.faults.fail("sagemaker", "CreateLabelingJob", "ResourceLimitExceeded")
        pipeline.create("good", approveBeforeLevels=[2])
        pipeline.run()
        pipeline.client.approve("good")
        pipeline.run()
        faults = cloud.ground_truth.faults
        faults.fail_next("bad-lane", "The frames cannot be read.")
        pipeline.create("bad")
        pipeline.run()
        faults.stall("slow-vehicle")
        pipeline.create("slow")
        pipeline.run()
        pipeline.wait(RECONCILED)
        pipeline.wait(TOO_LONG)
        pipeline.client.retry("slow")
        pipeline.wait(RECONCILED)
        faults.stall("stopped-vehicle")
        pipeline.create("stopped")
        pipeline.run()
        pipeline.client.stop("stopped")
        pipeline.wait(RECONCILED)
        cloud.pollers.pause()  # so that the retry finds an end that nobody was told of
        pipeline.client.retry("stopped")
        pipeline.client.stop("stopped")
        pipeline.client.retry("stopped")
        cloud.pollers.resume()
        pipeline.run()
        faults.stall("ended-vehicle")
        pipeline.create("ended")
        pipeline.run()
        cloud.faults.events.lose_next_event("aws.states")
        ended = pipeline.execution("ended")["executionArn"]
        cloud.client("stepfunctions").stop_execution(executionArn=ended)
        pipeline.wait(RECONCILED)  # who looks after executions finds out
        pipeline.client.plan(request("planned", pipeline.inputs))
        pipeline.show("good")
        pipeline.client.list()
        pipeline.client.workforce()
        yield cloud


def test_every_function_is_allowed_what_it_calls(used: LocalCloud) -> None:
    roles = Roles(used)

    refused = {
        (call.function, call.service, call.operation, call.resources)
        for call in used.faults.calls
        if not roles.allow(call)
    }

    assert refused == set()


def test_all_functions_have_been_called(used: LocalCloud) -> None:
    assert {call.function for call in used.faults.calls} == {
        "Api",
        "CompleteBatch",
        "FailBatch",
        "Listener",
        "PostProcessLevel",
        "TransformBatch",
        "TriggerLevel",
        "WaitForLevel",
    }


def test_the_rare_calls_are_among_them(used: LocalCloud) -> None:
    called = {(call.function, call.operation) for call in used.faults.calls}

    assert called >= {
        ("Api", "Publish"),
        ("Api", "StopExecution"),
        ("Listener", "StopExecution"),
        ("TransformBatch", "DescribeLabelingJob"),
        ("Api", "GetServiceQuota"),
        ("Api", "GetRole"),
        ("Api", "DescribeWorkteam"),
        ("Listener", "DescribeExecution"),
        ("Listener", "ListLabelingJobs"),
        ("Listener", "SendTaskFailure"),
        ("Listener", "StopLabelingJob"),
        ("TriggerLevel", "ListLabelingJobs"),
    }


def test_a_call_that_no_role_allows_would_be_seen(used: LocalCloud) -> None:
    roles = Roles(used)

    assert not roles.allow(Call("WaitForLevel", "sns", "Publish", ("arn:aws:sns:::topic",)))
    assert not roles.allow(Call("Listener", "s3", "PutObject", ("somebody-elses/key",)))


@pytest.mark.parametrize("function", ["Api", "TransformBatch"])
def test_whoever_plans_may_look_at_what_custom_jobs_keys_and_vendors_need(
    used: LocalCloud, function: str
) -> None:
    roles = Roles(used)
    place = f"{used.endpoints.region}:{used.endpoints.account_id}"
    looks = (
        Call(function, "kms", "DescribeKey", (f"arn:aws:kms:{place}:key/1234",)),
        Call(
            function,
            "lambda",
            "GetFunctionConfiguration",
            (f"arn:aws:lambda:{place}:function:SageMaker-pre",),
        ),
        Call(
            function,
            "sagemaker",
            "DescribeSubscribedWorkteam",
            ("arn:aws:sagemaker:us-east-1:394669845002:workteam/vendor-crowd/labels-inc",),
        ),
    )

    assert [look.operation for look in looks if not roles.allow(look)] == []
