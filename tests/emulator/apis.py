"""A REST API for tests: made by a template, in front of Python functions, called like any other."""

from __future__ import annotations

import http.client
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from emulator.access_keys import caller_of
from emulator.aws_services import AwsServices
from emulator.gateway import Gateway, Throttle
from emulator.mends import lambdas
from tests.emulator.functions import Functions

KEYS = Credentials("local", "local")


@dataclass(frozen=True)
class Reply:
    """What came back."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


class Api:
    """An API with GET and POST /echo, ANY /open/{proxy+} (unsigned) and GET /batch/{id}, all of
    them answered by one function."""

    def __init__(self, services: AwsServices, functions: Functions) -> None:
        self.services = services
        self.functions = functions
        self.events: list[dict[str, Any]] = []
        self.answer: Callable[[dict[str, Any]], Any] = lambda event: {"statusCode": 200}
        self.function_arn = functions.deploy(self._handle, "answer")
        self._throttled = False
        self.gateway = self._gateway(None)

    def _handle(self, event: dict[str, Any], context: Any) -> Any:
        self.events.append(event)
        return self.answer(event)

    def _gateway(self, throttle: Throttle | None) -> Gateway:
        endpoints = self.services.endpoints
        return Gateway(
            invoke=lambda arn, event: self.functions.runner.run(lambdas.deployed(arn), event),
            caller_of=lambda key: caller_of(key, endpoints),
            clock=self.services.clock,
            account_id=endpoints.account_id,
            region=endpoints.region,
            throttle=throttle,
        ).start()

    def limit(self) -> None:
        """Let the stage's limits count."""
        self.gateway.stop()
        self.gateway = self._gateway(Throttle())

    def deploy(self, resources: Mapping[str, Any]) -> None:
        """Create or update the stack."""
        cloudformation = self.services.client("cloudformation")
        request = {"StackName": "api", "TemplateBody": json.dumps({"Resources": resources})}
        if cloudformation.list_stacks()["StackSummaries"]:
            cloudformation.update_stack(**request)
        else:
            cloudformation.create_stack(**request)
        [stack] = cloudformation.describe_stacks(StackName="api")["Stacks"]
        assert stack["StackStatus"].endswith("_COMPLETE"), stack
        assert "ROLLBACK" not in stack["StackStatus"]

    def call(
        self,
        method: str,
        target: str,
        body: bytes = b"",
        *,
        headers: Mapping[str, str] | None = None,
        keys: Credentials | None = KEYS,
        service: str = "execute-api",
        region: str = "us-east-1",
        change: Callable[[dict[str, str]], None] = lambda headers: None,
        send: bytes | None = None,
    ) -> Reply:
        """Sign (unless `keys` is None), let `change` spoil the headers, and send `send` instead of
        the body if it is given. The target is sent as it is, the stage included."""
        host = self.gateway.url.removeprefix("http://")
        request = AWSRequest(
            method=method,
            url=f"{self.gateway.url}{target}",
            data=body,
            headers={"Host": host, **(headers or {})},
        )
        if keys:
            SigV4Auth(keys, service, region).add_auth(request)
        given = dict(request.headers.items())
        change(given)
        connection = http.client.HTTPConnection(host, timeout=30)
        connection.request(method, target, body if send is None else send, given)
        response = connection.getresponse()
        reply = Reply(response.status, dict(response.getheaders()), response.read())
        connection.close()
        return reply


def resources(function_arn: str, **more: Any) -> dict[str, Any]:
    """The template's resources; `more` are added, or replace some."""
    api = {"Ref": "Api"}

    def part(parent: str | None, path: str) -> dict[str, Any]:
        above = {"Ref": parent} if parent else {"Fn::GetAtt": ["Api", "RootResourceId"]}
        return {
            "Type": "AWS::ApiGateway::Resource",
            "Properties": {"RestApiId": api, "ParentId": above, "PathPart": path},
        }

    return {
        "Api": {"Type": "AWS::ApiGateway::RestApi", "Properties": {"Name": "test-api"}},
        "Echo": part(None, "echo"),
        "Open": part(None, "open"),
        "Rest": part("Open", "{proxy+}"),
        "Batch": part(None, "batch"),
        "Id": part("Batch", "{id}"),
        "GetEcho": method(function_arn, "Echo", "GET"),
        "PostEcho": method(function_arn, "Echo", "POST"),
        "AnyRest": method(function_arn, "Rest", "ANY", AuthorizationType="NONE"),
        "GetId": method(function_arn, "Id", "GET"),
        "Deployment": {
            "Type": "AWS::ApiGateway::Deployment",
            "DependsOn": ["GetEcho", "PostEcho", "AnyRest", "GetId"],
            "Properties": {"RestApiId": api},
        },
        "Stage": {
            "Type": "AWS::ApiGateway::Stage",
            "Properties": {
                "RestApiId": api,
                "DeploymentId": {"Ref": "Deployment"},
                "StageName": "prod",
                "MethodSettings": [
                    {
                        "HttpMethod": "*",
                        "ResourcePath": "/*",
                        "ThrottlingRateLimit": 0.001,
                        "ThrottlingBurstLimit": 2,
                    }
                ],
            },
        },
        "May": {
            "Type": "AWS::Lambda::Permission",
            "Properties": {
                "Action": "lambda:InvokeFunction",
                "FunctionName": function_arn,
                "Principal": "apigateway.amazonaws.com",
                "SourceArn": {
                    "Fn::Sub": "arn:aws:execute-api:${AWS::Region}:${AWS::AccountId}:${Api}/*/*/*"
                },
            },
        },
        **more,
    }


def method(function_arn: str, resource: str, verb: str, **properties: Any) -> dict[str, Any]:
    integration = {
        "Type": "AWS_PROXY",
        "IntegrationHttpMethod": "POST",
        "Uri": f"arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/{function_arn}"
        "/invocations",
        **properties.pop("Integration", {}),
    }
    return {
        "Type": "AWS::ApiGateway::Method",
        "Properties": {
            "RestApiId": {"Ref": "Api"},
            "ResourceId": {"Ref": resource},
            "HttpMethod": verb,
            "AuthorizationType": "AWS_IAM",
            "Integration": integration,
            **properties,
        },
    }


def gateway_response(kind: str, template: str, **properties: Any) -> dict[str, Any]:
    return {
        "Type": "AWS::ApiGateway::GatewayResponse",
        "Properties": {
            "RestApiId": {"Ref": "Api"},
            "ResponseType": kind,
            "ResponseTemplates": {"application/json": template},
            **properties,
        },
    }
