"""What a function gets from API Gateway and how its answer is understood.

The field names are those of "Set up Lambda proxy integrations in API Gateway", format 1.0.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl

from emulator.gateway.routes import Route
from emulator.sigv4 import Caller, SignedRequest

_NOT_PASSED_ON = frozenset({"connection", "transfer-encoding"})
_ANSWER = frozenset({"body", "headers", "isBase64Encoded", "multiValueHeaders", "statusCode"})


class MalformedAnswer(Exception):
    """What the function returned is no answer to a request."""


@dataclass(frozen=True, kw_only=True)
class Answer:
    """An answer to a request."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes


def proxy_event(
    request: SignedRequest,
    route: Route,
    *,
    caller: Caller | None,
    account_id: str,
    region: str,
    now: datetime,
    request_id: str,
    source_ip: str,
) -> dict[str, Any]:
    """The event of one request. Path parameters stay encoded, query parameters do not."""
    path, _, query_string = request.target.partition("?")
    kept_back = _NOT_PASSED_ON | ({"authorization"} if route.signed else set())
    passed_on = [(name, value) for name, value in request.headers if name.lower() not in kept_back]
    headers = _grouped([*passed_on, *_added(request, source_ip, now, request_id)])
    query = _grouped(parse_qsl(query_string, keep_blank_values=True))
    body, encoded = _body(request.body)
    return {
        "resource": route.resource_path,
        "path": _without_stage(path, route.stage),
        "httpMethod": request.method,
        "headers": _last(headers),
        "multiValueHeaders": headers,
        "queryStringParameters": _last(query),
        "multiValueQueryStringParameters": query,
        "pathParameters": route.path_parameters and dict(route.path_parameters),
        "stageVariables": route.stage_variables and dict(route.stage_variables),
        "requestContext": {
            "accountId": account_id,
            "apiId": route.api_id,
            "deploymentId": route.deployment_id,
            "domainName": f"{route.api_id}.execute-api.{region}.amazonaws.com",
            "domainPrefix": route.api_id,
            "extendedRequestId": request_id,
            "httpMethod": request.method,
            "identity": _identity(caller, request, source_ip),
            "path": f"/{path.lstrip('/')}",
            "protocol": "HTTP/1.1",
            "requestId": request_id,
            "requestTime": f"{now:%d/%b/%Y:%H:%M:%S %z}",
            "requestTimeEpoch": int(now.timestamp() * 1000),
            "resourceId": route.resource_id,
            "resourcePath": route.resource_path,
            "stage": route.stage,
        },
        "body": body,
        "isBase64Encoded": encoded,
    }


def _added(
    request: SignedRequest, source_ip: str, now: datetime, request_id: str
) -> list[tuple[str, str]]:
    """The headers that API Gateway adds."""
    port = (request.header("Host") or "").rpartition(":")[2]
    trace = f"Root=1-{int(now.timestamp()):08x}-{request_id.replace('-', '')[:24]}"
    return [
        ("X-Amzn-Trace-Id", trace),
        ("X-Forwarded-For", source_ip),
        ("X-Forwarded-Port", port),
        ("X-Forwarded-Proto", "http"),
    ]


def understood(payload: str) -> Answer:
    """The answer in what a function returned.

    Raises:
        MalformedAnswer: a field is unknown or of the wrong type.
    """
    answer = json.loads(payload)
    if not isinstance(answer, dict) or not answer or set(answer) - _ANSWER:
        raise MalformedAnswer
    try:
        status = int(answer.get("statusCode", 200))
    except (TypeError, ValueError) as error:
        raise MalformedAnswer from error
    body = answer.get("body")
    if not 100 <= status <= 599 or not isinstance(body, str | None):
        raise MalformedAnswer
    headers = _headers(answer.get("headers"), answer.get("multiValueHeaders"))
    if not any(name.lower() == "content-type" for name, _ in headers):
        headers.append(("Content-Type", "application/json"))
    # without binary media types API Gateway leaves base64 as it is
    return Answer(status=status, headers=tuple(headers), body=(body or "").encode())


def _headers(single: Any, several: Any) -> list[tuple[str, str]]:
    """Both kinds of headers; where both have a name, the values of both."""
    if not isinstance(single, dict | None) or not isinstance(several, dict | None):
        raise MalformedAnswer
    found = []
    for name, values in (several or {}).items():
        if not isinstance(values, list):
            raise MalformedAnswer
        found += [(name, value) for value in values]
    found += list((single or {}).items())
    if any(isinstance(value, dict | list) for _, value in found):
        raise MalformedAnswer
    return list(
        dict.fromkeys(
            (name, value if isinstance(value, str) else json.dumps(value)) for name, value in found
        )
    )


def _without_stage(path: str, stage: str) -> str:
    return "/" + path.lstrip("/").removeprefix(stage).lstrip("/")


def _grouped(pairs: Any) -> dict[str, list[str]] | None:
    grouped: dict[str, list[str]] = {}
    for name, value in pairs:
        grouped.setdefault(name, []).append(value)
    return grouped or None


def _last(grouped: Mapping[str, list[str]] | None) -> dict[str, str] | None:
    return {name: values[-1] for name, values in grouped.items()} if grouped else None


def _body(body: bytes) -> tuple[str | None, bool]:
    if not body:
        return None, False
    try:
        return body.decode(), False
    except UnicodeDecodeError:
        return base64.b64encode(body).decode(), True


def _identity(caller: Caller | None, request: SignedRequest, source_ip: str) -> dict[str, Any]:
    return {
        "accessKey": caller and caller.access_key_id,
        "accountId": caller and caller.account_id,
        "caller": caller and caller.user_id,
        "cognitoAuthenticationProvider": None,
        "cognitoAuthenticationType": None,
        "cognitoIdentityId": None,
        "cognitoIdentityPoolId": None,
        "principalOrgId": None,
        "sourceIp": source_ip,
        "user": caller and caller.user_id,
        "userAgent": request.header("User-Agent"),
        "userArn": caller and caller.arn,
    }
