"""The REST API: routes, signatures, and the answers API Gateway gives itself."""

import json
import re

import pytest

from tests.stacks.template import Properties, Template, text

ROUTES = {
    "POST /batch/create",
    "GET /batch/show",
    "POST /batch/stop",
    "POST /batch/retry",
    "POST /batch-metadata/post",
    "GET /workforce/show",
}


def test_the_routes_are_the_documented_ones(template: Template) -> None:
    routes = {
        f"{method['HttpMethod']} {_path(template, method['ResourceId'])}"
        for method in template.of_type("AWS::ApiGateway::Method").values()
    }

    assert routes == ROUTES


def test_every_route_wants_an_iam_signature_and_asks_the_api_function(
    template: Template,
) -> None:
    for method in template.of_type("AWS::ApiGateway::Method").values():
        assert method["AuthorizationType"] == "AWS_IAM"
        assert method["Integration"]["Type"] == "AWS_PROXY"
        assert "<FunctionsApi>" in text(method["Integration"]["Uri"])


@pytest.mark.parametrize("kind", ["DEFAULT_4XX", "DEFAULT_5XX", "THROTTLED", "REQUEST_TOO_LARGE"])
def test_the_gateways_own_answers_have_the_shape_of_ours(template: Template, kind: str) -> None:
    body = _gateway_answer(template, kind)["ResponseTemplates"]["application/json"]

    # what API Gateway puts in for a variable is a JSON string
    answer = json.loads(re.sub(r"\$context\.[\w.]+", '"Forbidden"', body))
    assert set(answer) == {"message", "errors"}
    assert answer["errors"] == []
    assert answer["message"]


def test_the_gateway_keeps_the_status_codes_of_its_own_answers(template: Template) -> None:
    for answer in template.of_type("AWS::ApiGateway::GatewayResponse").values():
        assert "StatusCode" not in answer


def test_requests_are_throttled(template: Template) -> None:
    stage = template.one("AWS::ApiGateway::Stage")

    [settings] = stage["MethodSettings"]
    assert stage["StageName"] == "prod"
    assert settings["ThrottlingRateLimit"] == 20


def test_the_settings_that_all_apis_of_a_region_share_are_left_alone(template: Template) -> None:
    [settings] = template.one("AWS::ApiGateway::Stage")["MethodSettings"]

    assert template.of_type("AWS::ApiGateway::Account") == {}
    assert "AccessLogSetting" not in template.one("AWS::ApiGateway::Stage")
    assert settings.get("LoggingLevel", "OFF") == "OFF"


def test_the_api_function_answers_before_the_gateway_gives_up(template: Template) -> None:
    assert template.functions["api"]["Timeout"] <= 29


def _gateway_answer(template: Template, kind: str) -> Properties:
    [answer] = [
        answer
        for answer in template.of_type("AWS::ApiGateway::GatewayResponse").values()
        if answer["ResponseType"] == kind
    ]
    return answer


def _path(template: Template, resource: dict[str, str]) -> str:
    resources = template.of_type("AWS::ApiGateway::Resource")
    if resource.get("Ref") not in resources:
        return ""
    properties = resources[resource["Ref"]]
    return f"{_path(template, properties['ParentId'])}/{properties['PathPart']}"
