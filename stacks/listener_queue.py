"""ListenerQueue: everything that may let a waiting state go on, in one queue."""

from typing import Any

from aws_cdk import Duration
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_cloudwatch_actions as actions
from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_lambda_event_sources as sources
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sqs as sqs
from constructs import Construct

LISTENER_TIMEOUT = Duration.seconds(60)


class ListenerQueue(Construct):
    """The queue, its dead letters, and the rules that feed it.

    The rules send: the end of a labeling job, the end of an execution that did not end well, and
    every five minutes a tick, since events are best effort. Our own functions send to it as well.
    The queue is encrypted by SQS itself: behind a managed KMS key EventBridge's messages would be
    lost without a word.
    """

    def __init__(
        self, scope: Construct, id_: str, *, state_machine_arn: str, alarms: sns.ITopic
    ) -> None:
        super().__init__(scope, id_)
        self.dead_letters = sqs.Queue(
            self,
            "DeadLetters",
            encryption=sqs.QueueEncryption.SQS_MANAGED,
            enforce_ssl=True,
            retention_period=Duration.days(14),
        )
        self.queue = sqs.Queue(
            self,
            "Queue",
            encryption=sqs.QueueEncryption.SQS_MANAGED,
            enforce_ssl=True,
            # six times the function's timeout, as the developer guide of Lambda asks (with-sqs)
            visibility_timeout=Duration.seconds(6 * 60),
            retention_period=Duration.days(14),
            dead_letter_queue=sqs.DeadLetterQueue(queue=self.dead_letters, max_receive_count=10),
        )
        self._send_labeling_job_ends()
        self._send_bad_execution_ends(state_machine_arn)
        self._send_ticks()
        self._raise_alarm(alarms)

    def feed(self, listener: lambda_.IFunction) -> None:
        """Hand the messages to the listener, ten at a time, at most two hands at once."""
        listener.add_event_source(
            sources.SqsEventSource(
                self.queue,
                batch_size=10,
                max_batching_window=Duration.seconds(1),
                max_concurrency=2,
                report_batch_item_failures=True,
            )
        )

    def _send_labeling_job_ends(self) -> None:
        self._rule(
            "LabelingJobEnds",
            event_pattern=events.EventPattern(
                source=["aws.sagemaker"],
                detail_type=["SageMaker Ground Truth Labeling Job State Change"],
                detail={"LabelingJobStatus": ["Completed", "Failed", "Stopped"]},
            ),
        )

    def _send_bad_execution_ends(self, state_machine_arn: str) -> None:
        self._rule(
            "ExecutionEnds",
            event_pattern=events.EventPattern(
                source=["aws.states"],
                detail_type=["Step Functions Execution Status Change"],
                detail={
                    "stateMachineArn": [state_machine_arn],
                    "status": ["FAILED", "TIMED_OUT", "ABORTED"],
                },
            ),
        )

    def _send_ticks(self) -> None:
        self._rule(
            "Tick",
            message=events.RuleTargetInput.from_object({"type": "tick"}),
            schedule=events.Schedule.rate(Duration.minutes(5)),
        )

    def _rule(
        self, id_: str, *, message: events.RuleTargetInput | None = None, **matching: Any
    ) -> None:
        target = targets.SqsQueue(self.queue, message=message)
        events.Rule(self, id_, targets=[target], **matching)

    def _raise_alarm(self, alarms: sns.ITopic) -> None:
        alarm = cloudwatch.Alarm(
            self,
            "DeadLettersAlarm",
            alarm_description="A message was given up after ten tries: see it with "
            "`smgt queue show`, find the reason in the listener's log, mend it, and send it back "
            "with `smgt queue redrive`.",
            metric=self.dead_letters.metric_approximate_number_of_messages_visible(
                period=Duration.minutes(5), statistic="Maximum"
            ),
            threshold=1,
            evaluation_periods=1,
            comparison_operator=cloudwatch.ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
            treat_missing_data=cloudwatch.TreatMissingData.NOT_BREACHING,
        )
        alarm.add_alarm_action(actions.SnsAction(alarms))
