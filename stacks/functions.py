"""Functions: the eight entrances of the package `labeling`."""

from __future__ import annotations

from collections.abc import Mapping

from aws_cdk import CfnResource, Duration, RemovalPolicy, Size
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from constructs import Construct

from stacks.bundling import ANALYSIS, ARCHITECTURE, LABELING, RUNTIME, code_of
from stacks.grants import acknowledge
from stacks.listener_queue import LISTENER_TIMEOUT


class Functions(Construct):
    """One function for each state of the workflow, the listener, and the API.

    All are made of the same code and get the same variables, so that a batch is never seen through
    two versions of either. Those that look into labels have the libraries for it beside them.
    """

    def __init__(
        self, scope: Construct, id_: str, *, environment: Mapping[str, str], log_level: str
    ) -> None:
        super().__init__(scope, id_)
        labeling, analysis = code_of(LABELING), code_of(ANALYSIS)

        def function(
            id_: str,
            handler: str,
            description: str,
            *,
            timeout: Duration,
            memory: int = 512,
            disk: int = 512,
            analyses: bool = False,
        ) -> LabelingFunction:
            return LabelingFunction(
                self,
                id_,
                code=analysis if analyses else labeling,
                module=handler,
                description=description,
                timeout=timeout,
                memory=memory,
                disk=disk,
                environment=environment,
                log_level=log_level,
            )

        # These three read manifests or start jobs one a second: as long as Lambda allows.
        self.transform_batch = function(
            "TransformBatch",
            "transform_batch",
            "Checks a batch's inputs and writes its levels and jobs.",
            timeout=Duration.minutes(15),
            memory=1024,
            analyses=True,
        )
        self.trigger_level = function(
            "TriggerLevel",
            "trigger_level",
            "Starts the labeling jobs of a level, as far as there is room.",
            timeout=Duration.minutes(15),
            memory=2048,  # an approval's rate makes a new selection
            analyses=True,
        )
        self.post_process_level = function(
            "PostProcessLevel",
            "post_process_level",
            "Checks and samples a finished level's output for the next level.",
            timeout=Duration.minutes(15),
            memory=2048,
            analyses=True,
        )
        self.wait_for_level = function(
            "WaitForLevel",
            "wait_for_level",
            "Keeps the token of a waiting state.",
            timeout=Duration.minutes(5),
        )
        self.complete_batch = function(
            "CompleteBatch",
            "complete_batch",
            "Merges and exports a batch's labels, ends it well and says so.",
            timeout=Duration.minutes(15),
            memory=2048,
            disk=4096,  # all manifests, then each file of an export, COCO's twice
            analyses=True,
        )
        self.fail_batch = function(
            "FailBatch",
            "fail_batch",
            "Ends a batch with the error that stopped it and says so.",
            timeout=Duration.minutes(5),
        )
        self.listener = function(
            "Listener",
            "listener",
            "Records ends of labeling jobs, starts waiting ones, answers task tokens.",
            timeout=LISTENER_TIMEOUT,
            memory=1024,
        )
        self.api = function(
            "Api",
            "api",
            "Answers the REST API.",
            timeout=Duration.seconds(29),  # API Gateway waits no longer
            memory=1024,
        )

    @property
    def all(self) -> list[LabelingFunction]:
        return [child for child in self.node.children if isinstance(child, LabelingFunction)]


class LabelingFunction(lambda_.Function):
    """A handler of the package `labeling`, with its own log group."""

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        code: lambda_.Code,
        module: str,
        description: str,
        timeout: Duration,
        memory: int,
        disk: int,
        environment: Mapping[str, str],
        log_level: str,
    ) -> None:
        log_group = logs.LogGroup(
            scope,
            f"{id_}Logs",
            retention=logs.RetentionDays.THREE_MONTHS,
            removal_policy=RemovalPolicy.DESTROY,
        )
        # instead of the role that CDK would make, which may write to every log of the account
        role = iam.Role(
            scope, f"{id_}Role", assumed_by=iam.ServicePrincipal("lambda.amazonaws.com")
        )
        log_group.grant_write(role)
        super().__init__(
            scope,
            id_,
            code=code,
            handler=f"labeling.handlers.{module}.handler",
            description=description,
            runtime=RUNTIME,
            architecture=ARCHITECTURE,
            timeout=timeout,
            memory_size=memory,
            ephemeral_storage_size=Size.mebibytes(disk),
            environment={**environment, "POWERTOOLS_LOG_LEVEL": log_level},
            logging_format=lambda_.LoggingFormat.JSON,
            log_group=log_group,
            role=role,
        )
        acknowledge(
            self,
            "The wheels that ship are fetched and checked for Python 3.13.",
            "AwsSolutions-L1",
        )
        # Lambda drops what is below its own level before it reaches the log; aws-cdk-lib takes
        # this level only as a constant, ours depends on a parameter.
        function = self.node.default_child
        assert isinstance(function, CfnResource)
        function.add_property_override("LoggingConfig.ApplicationLogLevel", log_level)
