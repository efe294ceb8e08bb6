"""WorkflowStack: the drawing. Constructs first, then who may do what, then what people need."""

from collections.abc import Callable, Sequence
from typing import Any

from aws_cdk import ArnFormat, CfnOutput, DefaultStackSynthesizer, Stack
from aws_cdk.aws_iam import IGrantable
from aws_cdk.aws_lambda import Function
from constructs import Construct

from stacks.api import Api
from stacks.batches import Batches
from stacks.config import Config
from stacks.functions import Functions
from stacks.ground_truth import GroundTruth
from stacks.labeling_teams import LabelingTeams
from stacks.listener_queue import ListenerQueue
from stacks.notifications import Notifications
from stacks.parameters import Parameters
from stacks.storage import Storage
from stacks.workflow import Workflow


class WorkflowStack(Stack):
    """Everything that runs batches, in one template for every region and account."""

    def __init__(self, scope: Construct, id_: str, *, config: Config) -> None:
        super().__init__(
            scope,
            id_,
            description="Labeling pipelines of many levels for Amazon SageMaker Ground Truth",
            # The CLI checks the bootstrap version itself; the rule would add a parameter.
            synthesizer=DefaultStackSynthesizer(generate_bootstrap_version_rule=False),
        )
        parameters = Parameters(self)
        prefix = parameters.prefix
        machine_name = f"{prefix}-batch-process"
        machine_arn = self.format_arn(  # by name: the machine itself needs the functions first
            service="states",
            resource="stateMachine",
            resource_name=machine_name,
            arn_format=ArnFormat.COLON_RESOURCE_NAME,
        )

        storage = Storage(self, "Storage", prefix=prefix, removal_policy=config.removal_policy)
        batches = Batches(self, "Batches", removal_policy=config.removal_policy)
        notifications = Notifications(
            self, "Notifications", email=parameters.email, has_email=parameters.has_email
        )
        teams = LabelingTeams(
            self,
            "LabelingTeams",
            prefix=prefix,
            user_pool_id=parameters.user_pool_id,
            client_id=parameters.user_pool_client_id,
        )
        ground_truth = GroundTruth(self, "GroundTruth", storage=storage)
        messages = ListenerQueue(
            self, "ListenerQueue", state_machine_arn=machine_arn, alarms=notifications.topic
        )
        functions = Functions(
            self,
            "Functions",
            log_level=parameters.log_level,
            environment={
                "TABLE_NAME": batches.table.table_name,
                "INPUT_BUCKET": storage.input.bucket_name,
                "PROCESSING_BUCKET": storage.processing.bucket_name,
                "QUEUE_URL": messages.queue.queue_url,
                "STATE_MACHINE_ARN": machine_arn,
                "STATUS_TOPIC_ARN": notifications.topic.topic_arn,
                "LABELING_ROLE_ARN": ground_truth.role.role_arn,
                "FIRST_LEVEL_TEAM_ARN": teams.first_level.arn,
                "SECOND_LEVEL_TEAM_ARN": teams.second_level.arn,
                "LEVELS": str(config.levels),
                "JOB_COMPLETION_TIMEOUT": parameters.job_completion_timeout,
                "PREFIX": prefix,
                "POWERTOOLS_SERVICE_NAME": "labeling",
            },
        )
        workflow = Workflow(
            self, "Workflow", name=machine_name, levels=config.levels, functions=functions
        )
        api = Api(
            self,
            "Api",
            name=f"{prefix}-api",
            function=functions.api,
            request_logs=config.api_logs,
        )
        messages.feed(functions.listener)

        may: list[tuple[Callable[[IGrantable], Any], Sequence[Function]]] = [
            (batches.grant_use, functions.all),
            (storage.grant_use, [f for f in functions.all if f is not functions.wait_for_level]),
            (ground_truth.grant_run_jobs, [functions.trigger_level, functions.listener]),
            (storage.grant_look, [functions.api, functions.transform_batch]),
            (ground_truth.grant_look, [functions.api, functions.transform_batch]),
            (teams.grant_show, [functions.api, functions.transform_batch]),
            (
                messages.queue.grant_send_messages,
                [
                    functions.trigger_level,
                    functions.wait_for_level,
                    functions.listener,
                    functions.api,
                ],
            ),
            (
                notifications.grant_publish,
                [
                    functions.post_process_level,
                    functions.complete_batch,
                    functions.fail_batch,
                    functions.listener,
                    functions.api,
                ],
            ),
            (workflow.grant_run, [functions.listener, functions.api]),
            (workflow.grant_answer, [functions.listener]),
        ]
        for grant, grantees in may:
            for function in grantees:
                grant(function)

        for name, value in {
            "ApiUrl": api.url,
            "InputBucketName": storage.input.bucket_name,
            "ProcessingBucketName": storage.processing.bucket_name,
            "StatusTopicArn": notifications.topic.topic_arn,
            "StateMachineArn": workflow.state_machine.state_machine_arn,
            "TableName": batches.table.table_name,
            "ListenerQueueUrl": messages.queue.queue_url,
            "DeadLetterQueueUrl": messages.dead_letters.queue_url,
            "FirstLevelTeamArn": teams.first_level.arn,
            "SecondLevelTeamArn": teams.second_level.arn,
        }.items():
            CfnOutput(self, name, value=value)
