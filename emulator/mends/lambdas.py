"""Lambda: functions really run, in this process, and queues really feed them.

moto runs functions in Docker, asynchronous ones too while the caller waits, and calls the function
of a queue inside of SendMessage. Here the API's Invoke, Step Functions, schedules and queues all
end in the one `LambdaRunner` that is in use.
"""

from __future__ import annotations

import base64
import json
from typing import Any

import boto3
from moto.awslambda import models, urls
from moto.awslambda.exceptions import InvalidParameterValueException
from moto.awslambda.models import EventSourceMapping, LambdaBackend, LambdaFunction
from moto.sqs.models import sqs_backends

from emulator.lambdas import TAIL, Function, LambdaRunner, Outcome
from emulator.pollers import Pollers

_in_use: tuple[LambdaRunner, Pollers] | None = None


def use(runner: LambdaRunner | None, pollers: Pollers | None = None) -> None:
    """Let functions be run by this runner, and queues be polled by these; None: by nobody."""
    global _in_use
    _in_use = (runner, pollers or Pollers(runner, deployed)) if runner else None


def runner() -> LambdaRunner:
    """The runner in use; `RuntimeError` when there is none."""
    return _used()[0]


def deployed(arn: str) -> Function:
    """The function of this ARN, for the runner.

    Raises:
        UnknownFunctionException: as Invoke does for one that does not exist.
    """
    _, _, _, region, account_id, _, name, *qualifier = arn.split(":")
    backend = models.lambda_backends[account_id][region]
    return described(backend.get_function(name, qualifier[0] if qualifier else None))


def described(function: LambdaFunction) -> Function:
    """moto's function as the runner wants it."""
    retries = [
        config.config["MaximumRetryAttempts"]
        for config in function.event_invoke_config
        if "MaximumRetryAttempts" in config.config
    ]
    return Function(
        arn=function.function_arn,
        name=function.function_name,
        handler=function.handler,
        timeout=int(function.timeout),
        memory_size=int(function.memory_size),
        environment=function.environment_vars,
        retries=retries[-1] if retries else 2,
    )


class DeployedFunction(LambdaFunction):
    """A function that the runner runs, and that keeps the settings which moto drops."""

    KEPT = ("DeadLetterConfig", "LoggingConfig", "TracingConfig")

    def __init__(self, account_id: str, spec: dict[str, Any], *args: Any, **kwargs: Any) -> None:
        super().__init__(account_id, spec, *args, **kwargs)
        self.kept = {name: spec[name] for name in self.KEPT if name in spec}

    def get_configuration(self, on_create: bool = False) -> dict[str, Any]:
        return {**super().get_configuration(on_create), **self.kept}

    def update_configuration(self, config_updates: dict[str, Any]) -> dict[str, Any]:
        self.kept |= {name: config_updates[name] for name in self.KEPT if name in config_updates}
        if "EphemeralStorage" in config_updates:
            self.ephemeral_storage = config_updates["EphemeralStorage"]["Size"]
        configuration: dict[str, Any] = super().update_configuration(config_updates)
        return configuration

    def update_function_code(self, updated_spec: dict[str, Any]) -> dict[str, Any]:
        if "Architectures" in updated_spec:
            self.architectures = updated_spec["Architectures"]
        configuration: dict[str, Any] = super().update_function_code(updated_spec)
        return configuration

    def invoke(self, body: Any, request_headers: Any, response_headers: Any) -> str | bytes:
        event = json.loads(body) if body else {}
        headers = {name.lower(): value for name, value in dict(request_headers).items()}
        kind = headers.get("x-amz-invocation-type", "RequestResponse")
        if kind == "DryRun":
            return ""
        if kind == "Event":
            runner().run_later(described(self), event)
            return ""
        outcome = runner().run(described(self), event)
        response_headers["x-amz-executed-version"] = "$LATEST"
        if outcome.failed:
            response_headers["x-amz-function-error"] = "Unhandled"
        tail = outcome.log.encode()[-TAIL:]
        response_headers["x-amz-log-result"] = base64.b64encode(tail).decode()
        return outcome.payload.encode()


class Backend(LambdaBackend):
    """moto's functions, with pollers for the queues that feed them."""

    _url_module = urls

    def create_event_source_mapping(self, spec: dict[str, Any]) -> EventSourceMapping:
        function = self.get_function(spec["FunctionName"])
        arn = spec.get("EventSourceArn") or ""
        queue = sqs_backends[self.account_id][self.region_name].queues.get(arn.split(":")[-1])
        if queue and ":sqs:" in arn and queue.visibility_timeout < int(function.timeout):
            raise InvalidParameterValueException(
                f"Queue visibility timeout: {queue.visibility_timeout} seconds is less than "
                f"Function timeout: {function.timeout} seconds"
            )
        mapping = super().create_event_source_mapping(spec)
        if queue:
            queue.lambda_event_source_mappings.pop(mapping.function_arn, None)
            _used()[1].start(mapping)
        return mapping

    def update_event_source_mapping(
        self, uuid: str, spec: dict[str, Any]
    ) -> EventSourceMapping | None:
        mapping = super().update_event_source_mapping(uuid, spec)
        if _in_use:
            _in_use[1].wake()
        return mapping

    def delete_event_source_mapping(self, uuid: str) -> EventSourceMapping | None:
        if _in_use:
            _in_use[1].stop(uuid)
        return super().delete_event_source_mapping(uuid)


def exhausted(function: Function, event: Any, outcome: Outcome) -> None:
    """An asynchronous invocation failed for good: to the dead-letter queue or topic with it, and
    to the destination of failures. Given to a `LambdaRunner` as `on_exhausted`."""
    _, _, _, region, account_id, _, name, *_ = function.arn.split(":")
    deployed_function = models.lambda_backends[account_id][region].get_function(name)
    error = json.loads(outcome.payload)
    if target := deployed_function.kept.get("DeadLetterConfig", {}).get("TargetArn"):
        _send(
            target,
            json.dumps(event),
            RequestID=outcome.request_id,
            ErrorCode="200",
            ErrorMessage=str(error.get("errorMessage"))[:1024],
        )
    for config in deployed_function.event_invoke_config:
        on_failure = config.config.get("DestinationConfig", {}).get("OnFailure", {})
        if target := on_failure.get("Destination"):
            record = {
                "version": "1.0",
                "timestamp": f"{runner().clock.now():%Y-%m-%dT%H:%M:%S.%f}"[:-3] + "Z",
                "requestContext": {
                    "requestId": outcome.request_id,
                    "functionArn": f"{function.arn}:$LATEST",
                    "condition": "RetriesExhausted",
                    "approximateInvokeCount": function.retries + 1,
                },
                "requestPayload": event,
                "responseContext": {
                    "statusCode": 200,
                    "executedVersion": "$LATEST",
                    "functionError": "Unhandled",
                },
                "responsePayload": error,
            }
            _send(target, json.dumps(record))


def _send(arn: str, body: str, **attributes: str) -> None:
    service, region = arn.split(":")[2:4]
    message_attributes: Any = {
        name: {"DataType": "String", "StringValue": value} for name, value in attributes.items()
    }
    if service == "sqs":
        sqs = boto3.client("sqs", region_name=region)
        url = sqs.get_queue_url(QueueName=arn.split(":")[-1])["QueueUrl"]
        sqs.send_message(QueueUrl=url, MessageBody=body, MessageAttributes=message_attributes)
    elif service == "sns":
        sns = boto3.client("sns", region_name=region)
        sns.publish(TopicArn=arn, Message=body, MessageAttributes=message_attributes)
    elif service == "lambda":
        runner().run_later(deployed(arn), json.loads(body))
    else:
        raise NotImplementedError(f"{service} is no destination of functions here")


def _used() -> tuple[LambdaRunner, Pollers]:
    if _in_use is None:
        raise RuntimeError("nobody runs Lambda functions here: call use(LambdaRunner(...)) first")
    return _in_use


def install() -> None:
    """Replace moto's functions and their backend."""
    models.LambdaFunction = DeployedFunction
    models.lambda_backends.backend = Backend
