"""All moving parts together: a state machine that waits, an event, a rule, a queue, a listener."""

from __future__ import annotations

import json
from typing import Any

from emulator.aws_services import AwsServices
from emulator.mends import events
from tests.emulator.functions import Functions, until

ROLE = "arn:aws:iam::123456789012:role/machine"


def waiting_machine(function_arn: str) -> str:
    return json.dumps(
        {
            "StartAt": "Wait",
            "States": {
                "Wait": {
                    "Type": "Task",
                    "Resource": "arn:aws:states:::lambda:invoke.waitForTaskToken",
                    "Parameters": {
                        "FunctionName": function_arn,
                        "Payload": {"job.$": "$.job", "token.$": "$$.Task.Token"},
                    },
                    "TimeoutSeconds": 3600,
                    "End": True,
                }
            },
        }
    )


def test_an_event_of_a_service_ends_the_execution_that_waits_for_it(
    services: AwsServices, functions: Functions
) -> None:
    tokens: dict[str, str] = {}
    sqs, states = services.client("sqs"), services.client("stepfunctions")

    def wait(event: dict[str, Any], context: Any) -> None:
        tokens[event["job"]] = event["token"]

    def listen(event: dict[str, Any], context: Any) -> None:
        for record in event["Records"]:
            detail = json.loads(record["body"])["detail"]
            states.send_task_success(
                taskToken=tokens[detail["job"]], output=json.dumps({"status": detail["status"]})
            )

    machine = states.create_state_machine(
        name="machine", definition=waiting_machine(functions.deploy(wait, "wait")), roleArn=ROLE
    )["stateMachineArn"]
    queue = sqs.create_queue(QueueName="events")["QueueUrl"]
    queue_arn = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]
    functions.deploy(listen, "listen")
    functions.feed(queue_arn["QueueArn"], "listen")
    rules = services.client("events")
    rules.put_rule(Name="jobs", EventPattern='{"source": ["aws.sagemaker"]}')
    rules.put_targets(Rule="jobs", Targets=[{"Id": "queue", "Arn": queue_arn["QueueArn"]}])

    execution = states.start_execution(stateMachineArn=machine, input='{"job": "j1"}')
    until(lambda: "j1" in tokens)
    events.DefaultBus(services.account_id, services.region).publish(
        source="aws.sagemaker",
        detail_type="SageMaker Ground Truth Labeling Job State Change",
        detail={"job": "j1", "status": "Completed"},
    )

    def status() -> Any:
        return states.describe_execution(executionArn=execution["executionArn"])

    until(lambda: status()["status"] != "RUNNING")
    assert status()["status"] == "SUCCEEDED"
    assert json.loads(status()["output"]) == {"status": "Completed"}
