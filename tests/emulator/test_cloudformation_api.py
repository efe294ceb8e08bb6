"""REST APIs keep what their templates say."""

from __future__ import annotations

from typing import Any

import pytest

from tests.emulator.apis import gateway_response, method, resources
from tests.emulator.conftest import ClientFactory
from tests.emulator.functions import Functions
from tests.emulator.small_stacks import ROLE, Stacks


@pytest.fixture
def stacks(client: ClientFactory) -> Stacks:
    return Stacks(client("cloudformation"))


@pytest.fixture
def arn(functions: Functions) -> str:
    return functions.deploy(lambda event, context: None)


def described(name: str, description: str) -> dict[str, Any]:
    properties = {
        "Name": name,
        "Description": description,
        "EndpointConfiguration": {"Types": ["REGIONAL"]},
    }
    return {"Type": "AWS::ApiGateway::RestApi", "Properties": properties}


def test_an_api_and_its_stage_change_in_place(
    stacks: Stacks, client: ClientFactory, arn: str
) -> None:
    api = client("apigateway")
    log = {"DestinationArn": "arn:aws:logs:us-east-1:1:log-group:a", "Format": "$context.requestId"}
    before = resources(arn, Api=described("one", "first"))
    before["Stage"]["Properties"] |= {"AccessLogSetting": log, "Variables": {"old": "1"}}
    stacks.create(before)
    names = stacks.resources()
    made = api.get_stage(restApiId=names["Api"], stageName="prod")

    after = resources(arn, Api=described("two", "second"))
    after["Stage"]["Properties"] |= {
        "MethodSettings": [
            {"HttpMethod": "POST", "ResourcePath": "/echo", "LoggingLevel": "INFO"},
        ],
        "TracingEnabled": True,
        "Variables": {"new": "2"},
    }
    stacks.update(after)
    changed = api.get_stage(restApiId=names["Api"], stageName="prod")

    assert stacks.resources()["Api"] == names["Api"]
    rest_api = api.get_rest_api(restApiId=names["Api"])
    assert (rest_api["name"], rest_api["description"]) == ("two", "second")
    assert rest_api["endpointConfiguration"]["types"] == ["REGIONAL"]
    assert made["deploymentId"] == names["Deployment"]
    assert made["methodSettings"]["*/*"]["throttlingBurstLimit"] == 2
    assert made["accessLogSettings"]["destinationArn"] == log["DestinationArn"]
    assert made["variables"] == {"old": "1"}
    assert changed["methodSettings"]["~1echo/POST"]["loggingLevel"] == "INFO"
    assert changed["tracingEnabled"] is True
    assert changed["variables"] == {"new": "2"}
    assert "accessLogSettings" not in changed


def test_methods_are_changed_and_taken_away(
    stacks: Stacks, client: ClientFactory, arn: str
) -> None:
    api = client("apigateway")
    validator = {
        "Type": "AWS::ApiGateway::RequestValidator",
        "Properties": {"RestApiId": {"Ref": "Api"}, "ValidateRequestBody": True},
    }
    validated = method(
        arn,
        "Echo",
        "POST",
        MethodResponses=[{"StatusCode": "200"}],
        RequestParameters={"method.request.querystring.a": True},
        RequestValidatorId={"Ref": "Validator"},
    )
    stacks.create(resources(arn))
    changed = resources(arn, PostEcho=validated, Validator=validator)
    del changed["GetEcho"]
    changed["Deployment"]["DependsOn"].remove("GetEcho")
    stacks.update(changed)

    names = stacks.resources()
    post = api.get_method(restApiId=names["Api"], resourceId=names["Echo"], httpMethod="POST")
    assert post["authorizationType"] == "AWS_IAM"
    assert post["requestParameters"] == {"method.request.querystring.a": True}
    assert post["requestValidatorId"] == names["Validator"]
    assert list(post["methodResponses"]) == ["200"]
    assert post["methodIntegration"]["type"] == "AWS_PROXY"
    echo = api.get_resource(restApiId=names["Api"], resourceId=names["Echo"])
    assert list(echo["resourceMethods"]) == ["POST"]


def test_gateway_responses_and_the_accounts_role_are_kept(
    stacks: Stacks, client: ClientFactory, arn: str
) -> None:
    api = client("apigateway")
    account = {
        "Type": "AWS::ApiGateway::Account",
        "Properties": {"CloudWatchRoleArn": {"Fn::GetAtt": ["Role", "Arn"]}},
    }
    stacks.create(
        resources(arn, Said=gateway_response("THROTTLED", "slow down"), Role=ROLE, Account=account)
    )
    rest_api = stacks.resources()["Api"]
    said = api.get_gateway_response(restApiId=rest_api, responseType="THROTTLED")
    role = api.get_account()["cloudwatchRoleArn"]

    stacks.update(resources(arn, Said=gateway_response("THROTTLED", "wait", StatusCode="503")))
    changed = api.get_gateway_response(restApiId=rest_api, responseType="THROTTLED")

    assert said["responseTemplates"] == {"application/json": "slow down"}
    assert ":role/" in role
    assert changed["responseTemplates"] == {"application/json": "wait"}
    assert changed["statusCode"] == "503"


def test_nothing_of_an_api_outlives_its_stack(
    stacks: Stacks, client: ClientFactory, arn: str
) -> None:
    stacks.create(resources(arn))

    stacks.delete()

    assert client("apigateway").get_rest_apis()["items"] == []


def test_an_integration_that_nobody_serves_fails_by_name(stacks: Stacks, arn: str) -> None:
    stacks.create(resources(arn, GetEcho=method(arn, "Echo", "GET", Integration={"Type": "MOCK"})))

    assert stacks.reasons()["GetEcho"] == "MOCK integrations are not served here"
