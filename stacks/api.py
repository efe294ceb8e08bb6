"""Api: the REST API, signed with SigV4, in front of one function."""

import json
from typing import Any

from aws_cdk import Aws, RemovalPolicy
from aws_cdk import aws_apigateway as apigateway
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from constructs import Construct

from stacks.grants import acknowledge

STAGE = "prod"
PUSH_LOGS = "service-role/AmazonAPIGatewayPushToCloudWatchLogs"
ROUTES = {
    "batch": {"create": "POST", "show": "GET", "stop": "POST", "retry": "POST"},
    "batch-metadata": {"post": "POST"},
    "workforce": {"show": "GET"},
}

# What API Gateway answers by itself, in the words of someone who wants to get on. Every other
# answer of its own keeps its text.
_ANSWERS = {
    apigateway.ResponseType.MISSING_AUTHENTICATION_TOKEN: "The request is not signed, or there is "
    "no such route: sign it with SigV4 for the service execute-api, and check path and method.",
    apigateway.ResponseType.REQUEST_TOO_LARGE: "The body is too large: send at most 5 MB.",
    apigateway.ResponseType.THROTTLED: "Too many requests: wait a second and send it again.",
    apigateway.ResponseType.INTEGRATION_TIMEOUT: "No answer in time: send the same request again, "
    "it will not be done twice.",
    apigateway.ResponseType.INTEGRATION_FAILURE: "No answer from the function: send the same "
    "request again, it will not be done twice.",
}


class Api(Construct):
    """`<prefix>-api`, stage `prod`: every method needs an IAM signature.

    With `request_logs`, requests and errors are logged. API Gateway may then write to logs by a
    role in its settings of the account and region, of which there is one: the stack sets it for
    every API there is, and leaves it behind.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        name: str,
        function: lambda_.IFunction,
        request_logs: bool = False,
    ) -> None:
        super().__init__(scope, id_)
        self.rest_api = apigateway.RestApi(
            self,
            "RestApi",
            rest_api_name=name,
            description="Starts, shows, approves, stops and retries batches of labeling jobs.",
            endpoint_types=[apigateway.EndpointType.REGIONAL],
            cloud_watch_role=request_logs,
            deploy_options=apigateway.StageOptions(
                stage_name=STAGE,
                throttling_rate_limit=20,
                throttling_burst_limit=40,
                **(self._request_log() if request_logs else {}),
            ),
            default_integration=apigateway.LambdaIntegration(
                function, scope_permission_to_method=False
            ),
            default_method_options=apigateway.MethodOptions(
                authorization_type=apigateway.AuthorizationType.IAM
            ),
        )
        self.rest_api.node.try_remove_child("Endpoint")  # an output; the stack has its own
        for parent, methods in ROUTES.items():
            resource = self.rest_api.root.add_resource(parent)
            for part, method in methods.items():
                resource.add_resource(part).add_method(method)
        self._answer_in_our_shape()
        acknowledge(
            self.rest_api,
            "The function checks a request whole and reports every mistake at once, which API "
            "Gateway's models cannot.",
            "AwsSolutions-APIG2",
        )
        acknowledge(
            self.rest_api,
            "Only signed requests of this account's principals come in, and they are throttled.",
            "AwsSolutions-APIG3",
        )
        acknowledge(self.rest_api, "Callers are programs and sign with IAM.", "AwsSolutions-COG4")
        if request_logs:
            acknowledge(
                self.rest_api,
                "The managed policy is the one that API Gateway's account setting asks for.",
                f"AwsSolutions-IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/{PUSH_LOGS}]",
            )
        else:
            acknowledge(
                self.rest_api,
                "Logs need a role in the settings that all APIs of the account and region share; "
                "-c apiLogs=true sets it. The function logs what it answers.",
                "AwsSolutions-APIG1",
                "AwsSolutions-APIG6",
            )

    @property
    def url(self) -> str:
        """Where the API is, without a slash at its end."""
        host = f"{self.rest_api.rest_api_id}.execute-api.{Aws.REGION}.{Aws.URL_SUFFIX}"
        return f"https://{host}/{STAGE}"

    def _request_log(self) -> dict[str, Any]:
        """The options of a stage that logs requests and errors, but no bodies."""
        access_log = logs.LogGroup(
            self,
            "AccessLog",
            retention=logs.RetentionDays.THREE_MONTHS,
            removal_policy=RemovalPolicy.DESTROY,
        )
        return {
            "access_log_destination": apigateway.LogGroupLogDestination(access_log),
            "access_log_format": apigateway.AccessLogFormat.json_with_standard_fields(
                caller=True,
                http_method=True,
                ip=True,
                protocol=True,
                request_time=True,
                resource_path=True,
                response_length=True,
                status=True,
                user=True,
            ),
            "logging_level": apigateway.MethodLoggingLevel.ERROR,
            "data_trace_enabled": False,
        }

    def _answer_in_our_shape(self) -> None:
        for kind in (apigateway.ResponseType.DEFAULT_4_XX, apigateway.ResponseType.DEFAULT_5_XX):
            self._answer(kind, "$context.error.messageString")
        for kind, message in _ANSWERS.items():
            self._answer(kind, json.dumps(message))

    def _answer(self, kind: apigateway.ResponseType, message: str) -> None:
        self.rest_api.add_gateway_response(
            kind.response_type.title().replace("_", ""),
            type=kind,
            templates={"application/json": f'{{"message": {message}, "errors": []}}'},
        )
