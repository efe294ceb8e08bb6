"""Rules match and fire as on AWS, and targets get what they should."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from emulator.aws_services import AwsServices
from emulator.mends.events import DefaultBus
from emulator.schedules import next_time
from tests.emulator.conftest import ClientFactory
from tests.emulator.functions import Functions, until

JOBS = {"source": ["aws.sagemaker"], "detail": {"LabelingJobStatus": ["Completed", "Failed"]}}
QUEUE = "arn:aws:sqs:us-east-1:123456789012:events"

Received = Callable[[], list[Any]]


@pytest.fixture
def bus(services: AwsServices) -> DefaultBus:
    return DefaultBus(services.account_id, services.region)


@pytest.fixture
def received(services: AwsServices) -> Received:
    """What has arrived at the queue `events` since the last time."""
    sqs = services.client("sqs")
    url = sqs.create_queue(QueueName="events")["QueueUrl"]

    def receive() -> list[Any]:
        bodies: list[Any] = []
        while messages := sqs.receive_message(QueueUrl=url).get("Messages"):
            for message in messages:
                bodies.append(json.loads(message["Body"]))
                sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
        return bodies

    return receive


def rule(api: Any, name: str = "jobs", target: dict[str, Any] | None = None, **what: Any) -> None:
    if "ScheduleExpression" not in what:
        what.setdefault("EventPattern", json.dumps(JOBS))
    api.put_rule(Name=name, **what)
    api.put_targets(Rule=name, Targets=[{"Id": "queue", "Arn": QUEUE, **(target or {})}])


def job_event(bus: DefaultBus, status: str = "Completed", **detail: Any) -> None:
    bus.publish(
        source="aws.sagemaker",
        detail_type="SageMaker Ground Truth Labeling Job State Change",
        resources=["arn:aws:sagemaker:us-east-1:123456789012:labeling-job/clip"],
        detail={"LabelingJobStatus": status, **detail},
    )


def test_the_delivered_event_is_whole(
    client: ClientFactory, services: AwsServices, bus: DefaultBus, received: Received
) -> None:
    rule(client("events"))

    job_event(bus, note="<source> is not replaced")

    [event] = received()
    assert event.pop("id")
    assert event == {
        "version": "0",
        "detail-type": "SageMaker Ground Truth Labeling Job State Change",
        "source": "aws.sagemaker",
        "account": "123456789012",
        "time": f"{services.clock.now():%Y-%m-%dT%H:%M:%SZ}",
        "region": "us-east-1",
        "resources": ["arn:aws:sagemaker:us-east-1:123456789012:labeling-job/clip"],
        "detail": {"LabelingJobStatus": "Completed", "note": "<source> is not replaced"},
    }


def test_only_enabled_rules_whose_pattern_matches_get_an_event(
    client: ClientFactory, bus: DefaultBus, received: Received
) -> None:
    api = client("events")
    rule(api)
    rule(api, "schedule", ScheduleExpression="rate(5 minutes)", target={"Input": '"tick"'})

    job_event(bus, "Stopped")
    assert received() == []
    job_event(bus, "Failed")
    assert [event["detail"]["LabelingJobStatus"] for event in received()] == ["Failed"]

    api.disable_rule(Name="jobs")
    job_event(bus, "Failed")
    assert received() == []
    api.enable_rule(Name="jobs")
    job_event(bus, "Failed")
    assert len(received()) == 1


def test_clients_may_not_send_events_of_aws_services(
    client: ClientFactory, received: Received
) -> None:
    api = client("events")
    rule(api, EventPattern='{"source": ["aws.sagemaker", "team.labels"]}')
    entry = {"DetailType": "change", "Detail": '{"a": 1}'}

    answer = api.put_events(
        Entries=[
            {"Source": "aws.sagemaker", **entry},
            {"Source": "team.labels", **entry},
            {"Source": "team.labels", **entry, "Detail": "no JSON"},
        ]
    )

    assert answer["FailedEntryCount"] == 2
    codes = [entry.get("ErrorCode") for entry in answer["Entries"]]
    assert codes == ["NotAuthorizedForSourceException", None, "MalformedDetail"]
    [event] = received()
    assert (event["source"], event["id"]) == ("team.labels", answer["Entries"][1]["EventId"])


@pytest.mark.parametrize(
    ("target", "expected"),
    [
        ({"Input": '{"type": "tick"}'}, {"type": "tick"}),
        ({"InputPath": "$.detail"}, {"LabelingJobStatus": "Completed", "job": 'a "b"'}),
        ({"InputPath": "$.detail-type"}, "SageMaker Ground Truth Labeling Job State Change"),
        (
            {
                "InputTransformer": {
                    "InputPathsMap": {
                        "status": "$.detail.LabelingJobStatus",
                        "job": "$.detail.job",
                    },
                    "InputTemplate": '{"is": <status>, "text": "<job> is <status>", "no": <no>}',
                }
            },
            None,
        ),
        (
            {
                "InputTransformer": {
                    "InputPathsMap": {"job": "$.detail.job", "none": "$.detail.none"},
                    "InputTemplate": '{"text": "job <job>", "rule": "<aws.events.rule-name>", '
                    '"detail": <job>, "none": <none>}',
                }
            },
            {"text": 'job a "b"', "rule": "jobs", "detail": 'a "b"', "none": None},
        ),
    ],
    ids=["Input", "InputPath", "InputPath with a hyphen", "unknown name", "InputTransformer"],
)
def test_a_target_gets_the_input_that_it_asks_for(
    services: AwsServices,
    bus: DefaultBus,
    received: Received,
    target: dict[str, Any],
    expected: Any,
) -> None:
    rule(services.client("events"), target=target)

    job_event(bus, job='a "b"')

    if expected is None:
        with pytest.raises(ValueError, match="Expecting value"):
            received()
    else:
        assert received() == [expected]


def test_a_function_can_be_a_target(
    client: ClientFactory, functions: Functions, bus: DefaultBus, received: Received
) -> None:
    events: list[Any] = []
    arn = functions.deploy(lambda event, context: events.append(event))
    api = client("events")
    rule(api)
    api.put_targets(Rule="jobs", Targets=[{"Id": "function", "Arn": arn}])

    job_event(bus)
    until(lambda: events)

    assert [event["id"] for event in events] == [event["id"] for event in received()]


def test_a_target_that_is_gone_does_not_keep_the_event_from_the_others(
    services: AwsServices, bus: DefaultBus, received: Received
) -> None:
    api = services.client("events")
    rule(api)
    lost = {"Id": "lost", "Arn": "arn:aws:sqs:us-east-1:123456789012:gone"}
    api.put_targets(Rule="jobs", Targets=[lost])
    rule(api, "another")

    job_event(bus)

    assert len(received()) == 2


def test_a_schedule_fires_by_the_clock(
    client: ClientFactory, services: AwsServices, received: Received
) -> None:
    api = client("events")
    tick = {"Input": '{"type": "tick"}'}
    rule(api, "schedule", ScheduleExpression="rate(5 minutes)", target=tick)

    services.clock.advance(timedelta(minutes=4, seconds=59))
    assert received() == []
    for _ in range(3):
        services.clock.advance(timedelta(minutes=5))
        assert received() == [{"type": "tick"}]

    api.disable_rule(Name="schedule")
    services.clock.advance(timedelta(hours=1))
    assert received() == []
    api.enable_rule(Name="schedule")
    services.clock.advance(timedelta(minutes=5))
    assert received() == [{"type": "tick"}]

    api.remove_targets(Rule="schedule", Ids=["queue"])
    api.delete_rule(Name="schedule")
    services.clock.advance(timedelta(hours=1))
    assert received() == []
    assert services.clock.next_due() is None


def test_a_scheduled_event_names_its_rule(services: AwsServices, received: Received) -> None:
    rule(services.client("events"), "schedule", ScheduleExpression="cron(0 12 * * ? *)")

    services.clock.advance(timedelta(days=1))

    [event] = received()
    assert (event["source"], event["detail-type"]) == ("aws.events", "Scheduled Event")
    assert event["resources"] == ["arn:aws:events:us-east-1:123456789012:rule/schedule"]
    assert event["detail"] == {}
    assert event["time"].endswith("T12:00:00Z")


def test_ticks_that_nobody_has_received_yet_do_not_pile_up_in_virtual_time(
    services: AwsServices, received: Received
) -> None:
    rule(services.client("events"), "schedule", ScheduleExpression="rate(5 minutes)")

    services.clock.advance(timedelta(days=14))

    assert len(received()) == 1


@pytest.mark.parametrize("expression", ["rate(5 minute)", "rate(1 minutes)", "cron(* * * * *)"])
def test_a_wrong_schedule_is_refused(client: ClientFactory, expression: str) -> None:
    api = client("events")

    with pytest.raises(api.exceptions.ClientError, match="ScheduleExpression is not valid"):
        api.put_rule(Name="schedule", ScheduleExpression=expression)


SUNDAY = datetime(2026, 11, 22, 23, 51, 39, tzinfo=UTC)


@pytest.mark.parametrize(
    ("expression", "times"),
    [
        ("rate(1 minute)", ["2026-11-22 23:52:39"]),
        ("rate(2 days)", ["2026-11-24 23:51:39"]),
        ("cron(0 * * * ? *)", ["2026-11-23 00:00:00", "2026-11-23 01:00:00"]),
        ("cron(15 10 ? * MON-FRI *)", ["2026-11-23 10:15:00", "2026-11-24 10:15:00"]),
        ("cron(0/20 8,17 1 1/6 ? 2027)", ["2027-01-01 08:00:00", "2027-01-01 08:20:00"]),
        ("cron(0 0 ? FEB SUN 2027)", ["2027-02-07 00:00:00"]),
        ("cron(0 0 29 2 ? *)", ["2028-02-29 00:00:00"]),
    ],
)
def test_a_schedule_has_its_next_times(expression: str, times: list[str]) -> None:
    after = SUNDAY
    for time in times:
        found = next_time(expression, after)
        assert found is not None
        assert f"{found:%Y-%m-%d %H:%M:%S}" == time
        after = found


def test_a_schedule_may_be_over() -> None:
    assert next_time("cron(0 0 1 1 ? 2020)", SUNDAY) is None
