"""The queue in front of the listener."""

import pytest

from tests.stacks.template import Template, text


def test_a_message_that_fails_ten_times_becomes_a_dead_letter(template: Template) -> None:
    queue = template.one("AWS::SQS::Queue", having="ListenerQueue3")

    assert queue["RedrivePolicy"]["maxReceiveCount"] == 10
    assert text(queue["RedrivePolicy"]["deadLetterTargetArn"]) == "<ListenerQueueDeadLetters>"


def test_a_message_stays_hidden_six_times_as_long_as_the_listener_may_take(
    template: Template,
) -> None:
    queue = template.one("AWS::SQS::Queue", having="ListenerQueue3")

    assert queue["VisibilityTimeout"] == 6 * template.functions["listener"]["Timeout"] == 360


def test_queues_are_encrypted_by_sqs_itself_so_that_eventbridge_can_write(
    template: Template,
) -> None:
    queues = template.of_type("AWS::SQS::Queue").values()

    assert all(queue["SqsManagedSseEnabled"] is True for queue in queues)
    assert not any("KmsMasterKeyId" in queue for queue in queues)


def test_queues_answer_only_over_tls(template: Template) -> None:
    for policy in template.of_type("AWS::SQS::QueuePolicy").values():
        [denied] = [s for s in policy["PolicyDocument"]["Statement"] if s["Effect"] == "Deny"]
        assert denied["Action"] == "sqs:*"
        assert denied["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}


def test_the_listener_takes_ten_messages_at_a_time_in_at_most_two_hands(
    template: Template,
) -> None:
    mapping = template.one("AWS::Lambda::EventSourceMapping")

    assert mapping["BatchSize"] == 10
    assert mapping["MaximumBatchingWindowInSeconds"] == 1
    assert mapping["ScalingConfig"] == {"MaximumConcurrency": 2}
    assert mapping["FunctionResponseTypes"] == ["ReportBatchItemFailures"]


@pytest.mark.parametrize("rule", ["LabelingJobEnds", "ExecutionEnds", "Tick"])
def test_every_rule_sends_to_the_queue_and_the_queue_lets_it(template: Template, rule: str) -> None:
    [target] = template.one("AWS::Events::Rule", having=f"ListenerQueue{rule}")["Targets"]
    policy = template.one("AWS::SQS::QueuePolicy", having="ListenerQueuePolicy")

    let_in = [
        text(statement["Condition"]["ArnEquals"]["aws:SourceArn"])
        for statement in policy["PolicyDocument"]["Statement"]
        if statement["Effect"] == "Allow"
    ]
    assert text(target["Arn"]) == "<ListenerQueue>"
    assert f"<ListenerQueue{rule}>" in let_in


def test_events_come_from_labeling_jobs_that_ended(template: Template) -> None:
    rule = template.one("AWS::Events::Rule", having="ListenerQueueLabelingJobEnds")

    assert rule["EventPattern"] == {
        "source": ["aws.sagemaker"],
        "detail-type": ["SageMaker Ground Truth Labeling Job State Change"],
        "detail": {"LabelingJobStatus": ["Completed", "Failed", "Stopped"]},
    }


def test_events_come_from_executions_of_this_machine_that_did_not_end_well(
    template: Template,
) -> None:
    pattern = template.one("AWS::Events::Rule", having="ListenerQueueExecutionEnds")["EventPattern"]

    [machine] = pattern["detail"]["stateMachineArn"]
    assert text(machine).endswith(":stateMachine:<Prefix>-batch-process")
    assert pattern["source"] == ["aws.states"]
    assert pattern["detail-type"] == ["Step Functions Execution Status Change"]
    assert pattern["detail"]["status"] == ["FAILED", "TIMED_OUT", "ABORTED"]


def test_a_tick_comes_every_five_minutes(template: Template) -> None:
    rule = template.one("AWS::Events::Rule", having="ListenerQueueTick")

    assert rule["ScheduleExpression"] == "rate(5 minutes)"
    assert rule["Targets"][0]["Input"] == '{"type":"tick"}'


def test_the_first_dead_letter_raises_an_alarm_that_the_status_topic_takes(
    template: Template,
) -> None:
    alarm = template.one("AWS::CloudWatch::Alarm")
    policy = template.one("AWS::SNS::TopicPolicy")["PolicyDocument"]["Statement"]

    assert alarm["MetricName"] == "ApproximateNumberOfMessagesVisible"
    assert alarm["ComparisonOperator"] == "GreaterThanOrEqualToThreshold"
    assert (alarm["Statistic"], alarm["Threshold"]) == ("Maximum", 1)
    assert (alarm["Period"], alarm["EvaluationPeriods"]) == (300, 1)
    assert alarm["TreatMissingData"] == "notBreaching"  # an empty queue soon says nothing
    assert [text(action) for action in alarm["AlarmActions"]] == ["<NotificationsStatus>"]
    assert alarm["Dimensions"][0]["Value"] == {
        "Fn::GetAtt": [_id_of_dead_letters(template), "QueueName"]
    }
    assert {"Service": "cloudwatch.amazonaws.com"} in [s["Principal"] for s in policy]


def test_no_message_is_lost_before_somebody_has_seen_the_alarm(template: Template) -> None:
    # a dead letter's age counts from when it was first sent
    fourteen_days = 14 * 24 * 3600

    for queue in template.of_type("AWS::SQS::Queue").values():
        assert queue["MessageRetentionPeriod"] == fourteen_days


def _id_of_dead_letters(template: Template) -> str:
    [id_] = [i for i in template.of_type("AWS::SQS::Queue") if "DeadLetters" in i]
    return id_
