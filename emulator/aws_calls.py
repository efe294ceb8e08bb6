"""Which AWS calls the Lambda functions make, and a way to get between them and AWS.

All clients of botocore pass one method for each API call; there it is known which function runs.
Retries of botocore are inside of it: one call here is one call in the code. Calls from threads that
a function starts are seen if those run in a copy of its context, as boto3's transfers do not.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from botocore.client import BaseClient

from emulator.lambdas import running_function

NAMES = (
    "QueueUrl",
    "TopicArn",
    "LabelingJobName",
    "stateMachineArn",
    "executionArn",
    "WorkteamName",
    "UserPoolId",
    "FunctionName",
    "KeyId",
    "RoleName",
    "WorkteamArn",
)
"""Parameters that name what a call is about, besides tables and S3 objects."""


@dataclass(frozen=True)
class Call:
    """One API call of a function."""

    function: str
    """The short name of the function, `Listener`."""
    service: str
    """As boto3 calls it, `stepfunctions`."""
    operation: str
    """As the API calls it, `SendTaskSuccess`."""
    resources: tuple[str, ...]
    """Table, `table/index`, `bucket/key`, queue URL, ARN or name; empty when it is about none."""


Send = Callable[[], Any]
Interceptor = Callable[[Call, BaseClient, Send], Any]
"""Gets each call of a function, its client, and the function that really makes it; gives the
answer."""

_botocore: Any = BaseClient
_make_api_call = _botocore._make_api_call
_interceptors: list[Interceptor] = []


def intercept(interceptor: Interceptor) -> None:
    """Give calls of functions to this one from now on; the last one that came is asked first."""
    _interceptors.append(interceptor)
    _botocore._make_api_call = _watched


def release(interceptor: Interceptor) -> None:
    """Take back `intercept`."""
    _interceptors.remove(interceptor)
    if not _interceptors:
        _botocore._make_api_call = _make_api_call


def resources_of(parameters: Mapping[str, Any]) -> tuple[str, ...]:
    """What the parameters of a call say it is about."""
    if table := parameters.get("TableName"):
        index = parameters.get("IndexName")
        return (f"{table}/{index}",) if index else (table,)
    if bucket := parameters.get("Bucket"):
        return (f"{bucket}/{parameters['Key']}",) if "Key" in parameters else (bucket,)
    if items := parameters.get("TransactItems"):
        tables = {action["TableName"] for item in items for action in item.values()}
        return tuple(sorted(tables))
    if tables_of_batch := parameters.get("RequestItems"):
        return tuple(sorted(tables_of_batch))
    return tuple(str(parameters[name]) for name in NAMES if name in parameters)


def _watched(client: BaseClient, operation_name: str, api_params: dict[str, Any]) -> Any:
    def send() -> Any:
        # botocore changes what it gets: a body that was sent is at its end
        return _make_api_call(client, operation_name, dict(api_params))

    function = running_function.get()
    if function is None:
        return send()
    service = client.meta.service_model.service_name
    call = Call(function, service, operation_name, resources_of(api_params))
    for interceptor in list(_interceptors):
        send = _wrapped(interceptor, call, client, send)
    return send()


def _wrapped(interceptor: Interceptor, call: Call, client: BaseClient, send: Send) -> Send:
    return lambda: interceptor(call, client, send)
