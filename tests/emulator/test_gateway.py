"""The API of a template is served as API Gateway does it."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from emulator.aws_services import AwsServices
from tests.emulator.apis import Api, gateway_response, method, resources
from tests.emulator.functions import Functions

RECORDED = json.loads(
    (Path(__file__).parent / "data/localstack/api-gateway-proxy-events.json").read_text()
)
REQUESTS = {
    "invocation-payload-without-trailing-slash": "/prod/open/proxy-value",
    "invocation-payload-with-trailing-slash": "/prod/open/proxy-value/",
    "invocation-payload-with-double-slash": "/prod/open/proxy-value//double-slash",
    "invocation-payload-with-prepended-slash-to-stage": "//prod/open/proxy-value",
    "invocation-payload-with-prepended-slash": "/prod//open/proxy-value",
    "invocation-payload-without-trailing-slash-and-query-params": (
        "/prod/open/proxy-value?urlparam=test"
    ),
    "invocation-payload-with-path-encoded-email": (
        "/prod/open/proxy-value/api/user/test%2Balias@gmail.com/plus/test+alias@gmail.com"
    ),
    "invocation-payload-with-params-encoding": (
        "/prod/open/proxy-value/api?dateTimeOffset=2023-06-12T18:05:10.123456+00:00"
        "&email=test%2Balias@gmail.com&plus=test+alias@gmail.com"
        "&url=https://www.google.com/&whitespace=foo%20bar&zhash=abort/"
    ),
    "invocation-payload-with-params-encoding-multi": (
        "/prod/open/proxy-value?category=electronics&category=books&price=10&price=20&price=30"
    ),
}
"""The recorded requests, below `/open` here, where AWS had them at the root."""


@pytest.fixture
def api(services: AwsServices, functions: Functions) -> Iterator[Api]:
    api = Api(services, functions)
    api.deploy(resources(api.function_arn))
    yield api
    api.gateway.stop()


@pytest.mark.parametrize("name", REQUESTS)
def test_a_function_gets_the_event_that_aws_gave(api: Api, name: str) -> None:
    recorded = RECORDED[name]

    body = json.dumps(recorded["body"]) if recorded["body"] else None
    reply = api.call(
        recorded["httpMethod"],
        REQUESTS[name],
        (body or "").encode(),
        keys=None,
        headers={"tEsT-HEADeR": "aValUE", "User-Agent": "tests"},
    )

    [event] = api.events
    assert reply.status == 200
    assert event.keys() == recorded.keys()
    for field in ("queryStringParameters", "multiValueQueryStringParameters", "pathParameters"):
        assert event[field] == recorded[field]
    for field in ("httpMethod", "isBase64Encoded", "stageVariables"):
        assert event[field] == recorded[field]
    assert event["body"] == body
    assert event["path"] == "/open" + recorded["path"]
    assert event["resource"] == "/open" + recorded["resource"]
    assert event["headers"]["tEsT-HEADeR"] == "aValUE"
    assert event["multiValueHeaders"]["tEsT-HEADeR"] == ["aValUE"]
    assert {name for name in recorded["headers"] if name.startswith("X-Forwarded")} <= set(
        event["headers"]
    )

    context, there = event["requestContext"], recorded["requestContext"]
    assert context.keys() == there.keys()
    assert context["identity"].keys() == there["identity"].keys()
    slash = "//open" if "//" in there["path"].removesuffix("//double-slash") else "/open"
    rest = there["path"].removeprefix("/stage").replace("//proxy", "/proxy")
    assert context["path"] == f"/prod{slash}{rest}"
    assert (context["stage"], context["protocol"]) == ("prod", "HTTP/1.1")
    assert context["identity"]["userAgent"] == "tests"
    assert context["identity"]["userArn"] is None


def test_the_caller_of_a_signed_request_is_in_the_event(api: Api) -> None:
    api.call("POST", "/prod/echo?a=1&b=%2F", b'{"batchId": "b1"}')

    [event] = api.events
    identity = event["requestContext"]["identity"]
    assert event["body"] == '{"batchId": "b1"}'
    assert event["queryStringParameters"] == {"a": "1", "b": "/"}
    assert identity["accessKey"] == "local"
    assert identity["accountId"] == "123456789012"
    assert identity["userArn"] == "arn:aws:iam::123456789012:user/local"
    assert "Authorization" not in event["headers"]


def test_a_body_that_is_no_text_comes_as_base64(api: Api) -> None:
    api.call("POST", "/prod/echo", b"\xff\x00")

    [event] = api.events
    assert (event["body"], event["isBase64Encoded"]) == ("/wA=", True)


def test_a_path_that_is_spelled_out_wins_over_a_parameter(api: Api) -> None:
    arn = api.function_arn
    show = {
        "Type": "AWS::ApiGateway::Resource",
        "Properties": {
            "RestApiId": {"Ref": "Api"},
            "ParentId": {"Ref": "Batch"},
            "PathPart": "show",
        },
    }
    api.deploy(resources(arn, Show=show, GetShow=method(arn, "Show", "GET")))

    api.call("GET", "/prod/batch/show")
    api.call("GET", "/prod/batch/b%201")

    assert [event["resource"] for event in api.events] == ["/batch/show", "/batch/{id}"]
    assert [event["pathParameters"] for event in api.events] == [None, {"id": "b%201"}]


def test_a_route_that_an_update_adds_is_served_at_once(api: Api) -> None:
    before = api.call("PUT", "/prod/echo")

    api.deploy(resources(api.function_arn, PutEcho=method(api.function_arn, "Echo", "PUT")))

    assert before.status == 403
    assert api.call("PUT", "/prod/echo").status == 200


@pytest.mark.parametrize(
    ("answer", "status", "headers", "body"),
    [
        ({"statusCode": 201, "body": "made"}, 201, {"Content-Type": "application/json"}, b"made"),
        ({"statusCode": "404", "body": None}, 404, {}, b""),
        ({"headers": {"X-A": True}}, 200, {"X-A": "true"}, b""),
        ({"headers": None, "body": "a"}, 200, {}, b"a"),
        ({"headers": {"Content-Type": "text/plain"}}, 200, {"Content-Type": "text/plain"}, b""),
        ({"multiValueHeaders": {"X-B": ["1", "2"]}}, 200, {"X-B": "2"}, b""),
        ({"isBase64Encoded": True, "body": "dGVzdA=="}, 200, {}, b"dGVzdA=="),
    ],
)
def test_what_a_function_may_answer(
    api: Api, answer: Any, status: int, headers: dict[str, str], body: bytes
) -> None:
    api.answer = lambda event: answer

    reply = api.call("GET", "/prod/echo")

    assert (reply.status, reply.body) == (status, body)
    assert headers.items() <= reply.headers.items()
    assert reply.headers["x-amzn-RequestId"]


@pytest.mark.parametrize(
    "answer",
    [
        None,
        {},
        "text",
        {"statusCode": 200, "unknown": 1},
        {"statusCode": "two hundred"},
        {"statusCode": 200, "body": {"an": "object"}},
        {"statusCode": 200, "headers": {"a": ["b"]}},
        {"statusCode": 200, "multiValueHeaders": {"a": "b"}},
    ],
)
def test_a_malformed_answer_is_a_502(api: Api, answer: Any) -> None:
    api.answer = lambda event: answer

    reply = api.call("GET", "/prod/echo")

    assert (reply.status, reply.json) == (502, {"message": "Internal server error"})


def test_a_function_that_raises_is_a_502(api: Api) -> None:
    api.answer = lambda event: 1 / 0

    reply = api.call("GET", "/prod/echo")

    assert (reply.status, reply.json) == (502, {"message": "Internal server error"})


def test_a_function_that_takes_too_long_is_a_504_and_runs_on(api: Api) -> None:
    arn, may_go_on, done = api.function_arn, threading.Event(), threading.Event()
    slow = method(arn, "Echo", "GET", Integration={"TimeoutInMillis": 50})
    api.deploy(resources(arn, GetEcho=slow))

    def wait(event: dict[str, Any]) -> dict[str, Any]:
        may_go_on.wait(10)
        done.set()
        return {}

    api.answer = wait
    reply = api.call("GET", "/prod/echo")
    may_go_on.set()

    assert (reply.status, reply.json) == (504, {"message": "Endpoint request timed out"})
    assert done.wait(10)


def test_more_than_10_mb_are_refused(api: Api) -> None:
    reply = api.call("POST", "/prod/echo", b"x" * (10 * 1024 * 1024 + 1))

    assert (reply.status, reply.json) == (413, {"message": "Request Too Long"})
    assert api.events == []


def test_a_function_that_does_not_let_the_api_call_it_is_a_500(api: Api) -> None:
    elsewhere = {
        "Type": "AWS::Lambda::Permission",
        "Properties": {
            "Action": "lambda:InvokeFunction",
            "FunctionName": api.function_arn,
            "Principal": "apigateway.amazonaws.com",
            "SourceArn": "arn:aws:execute-api:us-east-1:123456789012:other/*",
        },
    }
    api.deploy(resources(api.function_arn, May=elsewhere))

    reply = api.call("GET", "/prod/echo")

    assert (reply.status, reply.json) == (500, {"message": "Internal server error"})


def test_more_requests_than_the_stage_allows_are_a_429(api: Api) -> None:
    api.limit()

    statuses = [api.call("GET", "/prod/echo").status for _ in range(3)]

    assert statuses == [200, 200, 429]


def test_the_api_answers_in_the_words_of_its_gateway_responses(api: Api) -> None:
    api.deploy(
        resources(
            api.function_arn,
            Default4xx=gateway_response(
                "DEFAULT_4XX", '{"message": $context.error.messageString, "errors": []}'
            ),
            Default5xx=gateway_response(
                "DEFAULT_5XX", '{"said": $context.error.messageString}', StatusCode="503"
            ),
            TooLarge=gateway_response(
                "REQUEST_TOO_LARGE",
                '{"message": "at most 5 MB"}',
                ResponseParameters={"gatewayresponse.header.X-Limit": "'5 MB'"},
            ),
        )
    )
    api.answer = lambda event: 1 / 0

    unsigned = api.call("GET", "/prod/echo", keys=None)
    broken = api.call("GET", "/prod/echo")
    large = api.call("POST", "/prod/echo", b"x" * (10 * 1024 * 1024 + 1))

    assert (unsigned.status, unsigned.json) == (
        403,
        {"message": "Missing Authentication Token", "errors": []},
    )
    assert (broken.status, broken.json) == (503, {"said": "Internal server error"})
    assert (large.status, large.json) == (413, {"message": "at most 5 MB"})
    assert large.headers["X-Limit"] == "5 MB"


@pytest.mark.parametrize(
    ("verb", "target", "said"),
    [
        ("GET", "/prod/nowhere", "Missing Authentication Token"),
        ("DELETE", "/prod/echo", "Missing Authentication Token"),
        ("GET", "/prod", "Missing Authentication Token"),
        ("GET", "/test/echo", "Forbidden"),
        ("GET", "/", "Forbidden"),
    ],
)
def test_what_is_not_there_is_a_403_even_when_signed(
    api: Api, verb: str, target: str, said: str
) -> None:
    reply = api.call(verb, target)

    assert (reply.status, reply.json) == (403, {"message": said})
