"""Workflow: the state machine, and leave to call its functions."""

import json

from aws_cdk import ArnFormat, RemovalPolicy, Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_logs as logs
from aws_cdk import aws_stepfunctions as sfn
from constructs import Construct

from stacks.functions import Functions
from stacks.grants import acknowledge_wildcards, allow
from statemachine.builder import definition


class Workflow(Construct):
    """The state machine `<prefix>-batch-process`.

    Its log has every event but no execution data: task tokens are among them, and who has a token
    can answer it.
    """

    def __init__(
        self, scope: Construct, id_: str, *, name: str, levels: int, functions: Functions
    ) -> None:
        super().__init__(scope, id_)
        self._name = name
        called = {
            "TransformBatch": functions.transform_batch,
            "TriggerLevel": functions.trigger_level,
            "WaitForLevel": functions.wait_for_level,
            "PostProcessLevel": functions.post_process_level,
            "CompleteBatch": functions.complete_batch,
            "FailBatch": functions.fail_batch,
        }
        log_group = logs.LogGroup(
            self,
            "Logs",
            # Groups of this prefix need no line each in the one policy by which Step Functions
            # writes logs, and which has room for a few only ("Logging using CloudWatch Logs").
            log_group_name=f"/aws/vendedlogs/states/{name}",
            retention=logs.RetentionDays.THREE_MONTHS,
            removal_policy=RemovalPolicy.DESTROY,
        )
        self.state_machine = sfn.StateMachine(
            self,
            "StateMachine",
            state_machine_name=name,
            definition_body=sfn.DefinitionBody.from_string(json.dumps(definition(levels))),
            definition_substitutions={
                placeholder: function.function_arn for placeholder, function in called.items()
            },
            logs=sfn.LogOptions(
                destination=log_group, level=sfn.LogLevel.ALL, include_execution_data=False
            ),
            tracing_enabled=True,
        )
        for function in called.values():
            function.grant_invoke(self.state_machine)
            acknowledge_wildcards(
                self.state_machine,
                [f"{function.function_arn}:*"],
                "A grant to invoke covers the function's versions; there are none.",
            )
        acknowledge_wildcards(
            self.state_machine,
            ["*"],
            "Log delivery and X-Ray have no resource-level permissions.",
        )

    def grant_run(self, grantee: iam.IGrantable) -> None:
        """Start executions and stop them."""
        self.state_machine.grant_start_execution(grantee)
        self._allow_on_executions(grantee, "states:StopExecution")

    def grant_answer(self, grantee: iam.IGrantable) -> None:
        """Answer the task tokens of waiting states, and see which executions still run."""
        self.state_machine.grant(
            grantee, "states:ListExecutions", "states:SendTaskFailure", "states:SendTaskSuccess"
        )
        self._allow_on_executions(grantee, "states:DescribeExecution")

    def _allow_on_executions(self, grantee: iam.IGrantable, action: str) -> None:
        executions = Stack.of(self).format_arn(
            service="states",
            resource="execution",
            resource_name=f"{self._name}:*",
            arn_format=ArnFormat.COLON_RESOURCE_NAME,
        )
        allow(
            grantee,
            [action],
            [executions],
            wildcards_because="Every execution of this state machine.",
        )
