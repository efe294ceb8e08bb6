"""Functions, state machines, rules, roles and what watches them keep what their templates say."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterator
from typing import Any

import pytest

from tests.emulator.conftest import ClientFactory
from tests.emulator.functions import Functions
from tests.emulator.small_stacks import ROLE, Stacks, queue

PASS = {"StartAt": "A", "States": {"A": {"Type": "Pass", "Result": "${Said}", "End": True}}}


@pytest.fixture
def stacks(client: ClientFactory, functions: Functions) -> Iterator[Stacks]:
    stacks = Stacks(client("cloudformation"))
    yield stacks
    stacks.delete()


@pytest.fixture
def code(client: ClientFactory) -> dict[str, str]:
    """Two archives in S3: key and SHA-256 differ."""
    client("s3").create_bucket(Bucket="code")
    for name in ("one", "two"):
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w") as archive:
            archive.writestr("index.py", f"# {name}")
        client("s3").put_object(Bucket="code", Key=f"{name}.zip", Body=buffer.getvalue())
    return {"S3Bucket": "code", "S3Key": "one.zip"}


def function(code: dict[str, str], **properties: Any) -> dict[str, Any]:
    return {
        "Type": "AWS::Lambda::Function",
        "Properties": {
            "Code": code,
            "Handler": "index.handler",
            "Role": {"Fn::GetAtt": ["Role", "Arn"]},
            "Runtime": "python3.13",
            **properties,
        },
    }


def test_a_function_has_what_its_template_says(
    stacks: Stacks, client: ClientFactory, code: dict[str, str]
) -> None:
    described = stacks.create(
        {
            "Role": ROLE,
            "Logs": {"Type": "AWS::Logs::LogGroup", "Properties": {"RetentionInDays": 90}},
            "Function": function(
                code,
                Architectures=["arm64"],
                Description="does it",
                Environment={"Variables": {"LEVELS": 3}},
                EphemeralStorage={"Size": 1024},
                LoggingConfig={"LogGroup": {"Ref": "Logs"}, "LogFormat": "JSON"},
                MemorySize="256",
                ReservedConcurrentExecutions=2,
                Tags=[{"Key": "a", "Value": "1"}],
                Timeout=60,
                TracingConfig={"Mode": "Active"},
            ),
        },
        Outputs={"Arn": {"Value": {"Fn::GetAtt": ["Function", "Arn"]}}},
    )

    assert described["StackStatus"] == "CREATE_COMPLETE", stacks.reasons()
    name, logs = stacks.resources()["Function"], stacks.resources()["Logs"]
    got = client("lambda").get_function(FunctionName=name)
    kept = got["Configuration"]
    assert kept["Architectures"] == ["arm64"]
    assert kept["Description"] == "does it"
    assert kept["Environment"] == {"Variables": {"LEVELS": "3"}}
    assert kept["EphemeralStorage"] == {"Size": 1024}
    assert kept["LoggingConfig"]["LogGroup"] == logs
    assert (kept["MemorySize"], kept["Timeout"]) == (256, 60)
    assert kept["TracingConfig"] == {"Mode": "Active"}
    assert got["Concurrency"]["ReservedConcurrentExecutions"] == 2
    assert got["Tags"] == {"a": "1"}
    assert kept["FunctionArn"] == stacks.outputs()["Arn"]
    [group] = client("logs").describe_log_groups(logGroupNamePrefix=logs)["logGroups"]
    assert group["retentionInDays"] == 90


def test_a_function_takes_new_code_and_settings(
    stacks: Stacks, client: ClientFactory, code: dict[str, str]
) -> None:
    def configuration() -> dict[str, Any]:
        name = stacks.resources()["Function"]
        return dict(client("lambda").get_function_configuration(FunctionName=name))

    stacks.create({"Role": ROLE, "Function": function(code, Environment={"Variables": {"A": "1"}})})
    before = configuration()
    stacks.update(
        {
            "Role": ROLE,
            "Function": function(
                {**code, "S3Key": "two.zip"},
                Architectures=["arm64"],
                EphemeralStorage={"Size": 600},
                TracingConfig={"Mode": "Active"},
                Timeout=9,
            ),
        }
    )
    after = configuration()

    assert after["FunctionName"] == before["FunctionName"]
    assert after["CodeSha256"] != before["CodeSha256"]
    assert "Environment" not in after
    assert after["Architectures"] == ["arm64"]
    assert after["EphemeralStorage"] == {"Size": 600}
    assert after["TracingConfig"] == {"Mode": "Active"}
    assert after["Timeout"] == 9


def test_a_queue_feeds_a_function_as_the_template_says(
    stacks: Stacks, client: ClientFactory, code: dict[str, str]
) -> None:
    def mapping(**properties: Any) -> dict[str, Any]:
        return {
            "Type": "AWS::Lambda::EventSourceMapping",
            "Properties": {
                "EventSourceArn": {"Fn::GetAtt": ["Queue", "Arn"]},
                "FunctionName": {"Ref": "Function"},
                "FunctionResponseTypes": ["ReportBatchItemFailures"],
                **properties,
            },
        }

    resources = {"Role": ROLE, "Function": function(code), "Queue": queue()}
    feed = mapping(
        BatchSize=10, MaximumBatchingWindowInSeconds=1, ScalingConfig={"MaximumConcurrency": 2}
    )
    stacks.create({**resources, "Feed": feed})
    uuid = stacks.resources()["Feed"]
    made = client("lambda").get_event_source_mapping(UUID=uuid)
    stacks.update({**resources, "Feed": mapping(BatchSize=5)})
    changed = client("lambda").get_event_source_mapping(UUID=uuid)

    assert (made["BatchSize"], made["MaximumBatchingWindowInSeconds"]) == (10, 1)
    assert made["ScalingConfig"] == {"MaximumConcurrency": 2}
    assert made["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
    assert changed["BatchSize"] == 5


def test_a_state_machine_has_what_its_template_says(stacks: Stacks, client: ClientFactory) -> None:
    def resources(said: str, level: str) -> dict[str, Any]:
        logs = {"CloudWatchLogsLogGroup": {"LogGroupArn": {"Fn::GetAtt": ["Logs", "Arn"]}}}
        return {
            "Role": ROLE,
            "Logs": {"Type": "AWS::Logs::LogGroup"},
            "Machine": {
                "Type": "AWS::StepFunctions::StateMachine",
                "Properties": {
                    "DefinitionString": json.dumps(PASS),
                    "DefinitionSubstitutions": {"Said": said},
                    "LoggingConfiguration": {
                        "Destinations": [logs],
                        "IncludeExecutionData": "false",
                        "Level": level,
                    },
                    "RoleArn": {"Fn::GetAtt": ["Role", "Arn"]},
                    "StateMachineName": "process",
                    "StateMachineType": "STANDARD",
                    "Tags": [{"Key": said, "Value": "1"}],
                    "TracingConfiguration": {"Enabled": True},
                },
            },
        }

    outputs = {
        "Arn": {"Value": {"Fn::GetAtt": ["Machine", "Arn"]}},
        "Name": {"Value": {"Fn::GetAtt": ["Machine", "Name"]}},
    }
    arn = "arn:aws:states:us-east-1:123456789012:stateMachine:process"
    api = client("stepfunctions")

    stacks.create(resources("hello", "ERROR"), Outputs=outputs)
    made = api.describe_state_machine(stateMachineArn=arn)
    stacks.update(resources("bye", "ALL"), Outputs=outputs)
    changed = api.describe_state_machine(stateMachineArn=arn)

    assert stacks.outputs() == {"Arn": arn, "Name": "process"}
    assert json.loads(made["definition"])["States"]["A"]["Result"] == "hello"
    assert made["loggingConfiguration"]["level"] == "ERROR"
    assert made["loggingConfiguration"]["includeExecutionData"] is False
    [destination] = made["loggingConfiguration"]["destinations"]
    assert destination["cloudWatchLogsLogGroup"]["logGroupArn"].endswith(":*")
    assert made["tracingConfiguration"] == {"enabled": True}
    assert made["type"] == "STANDARD"
    assert json.loads(changed["definition"])["States"]["A"]["Result"] == "bye"
    assert changed["loggingConfiguration"]["level"] == "ALL"
    assert api.list_tags_for_resource(resourceArn=arn)["tags"] == [{"key": "bye", "value": "1"}]


def test_a_placeholder_that_nothing_fills_fails_the_state_machine(stacks: Stacks) -> None:
    machine = {
        "Type": "AWS::StepFunctions::StateMachine",
        "Properties": {"Definition": PASS, "RoleArn": {"Fn::GetAtt": ["Role", "Arn"]}},
    }

    stacks.create({"Role": ROLE, "Machine": machine})

    assert stacks.reasons()["Machine"] == "DefinitionSubstitutions lacks Said"


def test_rules_have_their_targets_by_pattern_and_by_schedule(
    stacks: Stacks, client: ClientFactory
) -> None:
    def rule(targets: int, **properties: Any) -> dict[str, Any]:
        return {
            "Type": "AWS::Events::Rule",
            "Properties": {
                "State": "ENABLED",
                "Targets": [
                    {
                        "Id": f"Target{number}",
                        "Arn": {"Fn::GetAtt": ["Queue", "Arn"]},
                        "Input": '{"type": "tick"}',
                    }
                    for number in range(targets)
                ],
                **properties,
            },
        }

    events = client("events")
    pattern = {"source": ["aws.sagemaker"]}
    stacks.create(
        {
            "Queue": queue(),
            "Ends": rule(1, EventPattern=pattern),
            "Tick": rule(2, ScheduleExpression="rate(5 minutes)"),
        }
    )
    names = stacks.resources()
    ends = events.describe_rule(Name=names["Ends"])
    tick = events.describe_rule(Name=names["Tick"])
    [target, _] = events.list_targets_by_rule(Rule=names["Tick"])["Targets"]
    stacks.update(
        {
            "Queue": queue(),
            "Ends": rule(1, EventPattern={"source": ["aws.states"]}, State="DISABLED"),
            "Tick": rule(1, ScheduleExpression="rate(1 minute)"),
        }
    )

    assert json.loads(ends["EventPattern"]) == pattern
    assert tick["ScheduleExpression"] == "rate(5 minutes)"
    assert target["Input"] == '{"type": "tick"}'
    ends = events.describe_rule(Name=names["Ends"])
    assert (json.loads(ends["EventPattern"]), ends["State"]) == (
        {"source": ["aws.states"]},
        "DISABLED",
    )
    assert events.describe_rule(Name=names["Tick"])["ScheduleExpression"] == "rate(1 minute)"
    [left] = events.list_targets_by_rule(Rule=names["Tick"])["Targets"]
    assert left["Id"] == "Target0"


def test_roles_have_inline_attached_and_aws_policies(stacks: Stacks, client: ClientFactory) -> None:
    iam = client("iam")
    document = {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}],
    }
    aws = "arn:aws:iam::aws:policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs"

    def resources(*managed: str, **role: Any) -> dict[str, Any]:
        properties = {**ROLE["Properties"], "ManagedPolicyArns": list(managed), **role}
        return {
            "Role": {"Type": "AWS::IAM::Role", "Properties": properties},
            "Policy": {
                "Type": "AWS::IAM::Policy",
                "Properties": {
                    "PolicyDocument": document,
                    "PolicyName": "read",
                    "Roles": [{"Ref": "Role"}],
                },
            },
            "Shared": {
                "Type": "AWS::IAM::ManagedPolicy",
                "Properties": {"PolicyDocument": document, "Roles": [{"Ref": "Role"}]},
            },
        }

    inline = [{"PolicyName": "own", "PolicyDocument": document}]
    stacks.create(resources(aws, Policies=inline))
    name, shared = stacks.resources()["Role"], stacks.resources()["Shared"]

    def attached() -> set[str]:
        listed = iam.list_attached_role_policies(RoleName=name)["AttachedPolicies"]
        return {item["PolicyArn"] for item in listed}

    assert attached() == {aws, shared}
    assert sorted(iam.list_role_policies(RoleName=name)["PolicyNames"]) == ["own", "read"]

    stacks.update(resources(Description="reads"))

    assert attached() == {shared}
    assert iam.list_role_policies(RoleName=name)["PolicyNames"] == ["read"]
    assert iam.get_role(RoleName=name)["Role"]["Description"] == "reads"


def test_alarms_and_dashboards_are_made_and_changed(stacks: Stacks, client: ClientFactory) -> None:
    cloudwatch = client("cloudwatch")

    def resources(threshold: int) -> dict[str, Any]:
        return {
            "Alarm": {
                "Type": "AWS::CloudWatch::Alarm",
                "Properties": {
                    "ComparisonOperator": "GreaterThanOrEqualToThreshold",
                    "Dimensions": [{"Name": "QueueName", "Value": "dead"}],
                    "EvaluationPeriods": 1,
                    "MetricName": "ApproximateNumberOfMessagesVisible",
                    "Namespace": "AWS/SQS",
                    "Period": 300,
                    "Statistic": "Maximum",
                    "Threshold": threshold,
                    "TreatMissingData": "notBreaching",
                },
            },
            "Dashboard": {
                "Type": "AWS::CloudWatch::Dashboard",
                "Properties": {"DashboardBody": json.dumps({"widgets": [threshold]})},
            },
        }

    stacks.create(resources(1))
    stacks.update(resources(2))

    [alarm] = cloudwatch.describe_alarms()["MetricAlarms"]
    assert (alarm["AlarmName"], alarm["Threshold"]) == (stacks.resources()["Alarm"], 2.0)
    assert alarm["TreatMissingData"] == "notBreaching"
    board = cloudwatch.get_dashboard(DashboardName=stacks.resources()["Dashboard"])
    assert json.loads(board["DashboardBody"]) == {"widgets": [2]}


def test_work_teams_are_made_of_groups_of_the_user_pool(
    stacks: Stacks, client: ClientFactory
) -> None:
    cognito = client("cognito-idp")
    pool = cognito.create_user_pool(PoolName="workforce")["UserPool"]["Id"]
    app = cognito.create_user_pool_client(UserPoolId=pool, ClientName="portal")
    client_id = app["UserPoolClient"]["ClientId"]

    def resources(description: str) -> dict[str, Any]:
        member = {
            "CognitoClientId": client_id,
            "CognitoUserGroup": {"Ref": "Group"},
            "CognitoUserPool": pool,
        }
        return {
            "Group": {
                "Type": "AWS::Cognito::UserPoolGroup",
                "Properties": {"Description": description, "UserPoolId": pool},
            },
            "Team": {
                "Type": "AWS::SageMaker::Workteam",
                "Properties": {
                    "Description": description,
                    "MemberDefinitions": [{"CognitoMemberDefinition": member}],
                    "WorkteamName": "first-level",
                },
            },
        }

    stacks.create(
        resources("labels"), Outputs={"Name": {"Value": {"Fn::GetAtt": ["Team", "WorkteamName"]}}}
    )
    group = stacks.resources()["Group"]
    stacks.update(resources("labels anew"))

    team = client("sagemaker").describe_workteam(WorkteamName="first-level")["Workteam"]
    assert team["WorkteamArn"] == stacks.resources()["Team"]
    assert team["Description"] == "labels anew"
    assert team["MemberDefinitions"] == [
        {
            "CognitoMemberDefinition": {
                "UserPool": pool,
                "UserGroup": group,
                "ClientId": client_id,
            }
        }
    ]
    described = cognito.get_group(UserPoolId=pool, GroupName=group)["Group"]
    assert described["Description"] == "labels anew"

    stacks.delete()

    assert client("sagemaker").list_workteams()["Workteams"] == []
    assert cognito.list_groups(UserPoolId=pool)["Groups"] == []
