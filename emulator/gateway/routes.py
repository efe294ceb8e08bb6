"""Finds the method of a REST API for a path, in what moto keeps of API Gateway."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any
from urllib.parse import unquote

from moto.apigateway.models import RestAPI, Stage, apigateway_backends
from moto.awslambda.models import lambda_backends

_FUNCTION = re.compile(r":lambda:path/[^/]+/functions/(?P<arn>[^/]+)/invocations$")


@dataclass(frozen=True, kw_only=True)
class Route:
    """A method of an API, found for a request."""

    api_id: str
    stage: str
    deployment_id: str
    stage_variables: Mapping[str, str] | None
    resource_id: str
    resource_path: str
    """With its parameters in braces."""
    path_parameters: Mapping[str, str] | None
    signed: bool
    """Whether the request has to have a signature."""
    function_arn: str
    timeout: float
    """Seconds until API Gateway gives up on the function."""


def stage_of(account_id: str, region: str, name: str) -> tuple[RestAPI, Stage] | None:
    """The API that has a stage of this name; of several the one made last."""
    apis: list[RestAPI] = list(apigateway_backends[account_id][region].apis.values())
    for api in reversed(apis):
        if name in api.stages:
            return api, api.stages[name]
    return None


def find(api: RestAPI, stage: Stage, method: str, path: str) -> Route | None:
    """The route of a request; a path that is spelled out wins over one with parameters.

    Args:
        path: as it came, with a slash at its beginning and without the stage.
    """
    for resource_id, resource_path, parameters in sorted(
        _matches(api, path), key=lambda match: _specificity(match[1])
    ):
        methods = api.resources[resource_id].resource_methods
        found = methods.get(method) or methods.get("ANY")
        if found is None or found.method_integration is None:
            continue
        uri = _FUNCTION.search(found.method_integration.uri or "")
        return Route(
            api_id=api.id,
            stage=stage.name,
            deployment_id=stage.deployment_id,
            stage_variables=stage.variables or None,
            resource_id=resource_id,
            resource_path=resource_path,
            path_parameters=parameters or None,
            signed=found.authorization_type == "AWS_IAM",
            function_arn=uri["arn"] if uri else "",
            timeout=float(found.method_integration.timeout_in_millis or 29_000) / 1000,
        )
    return None


def may_call(route: Route, *, region: str, account_id: str, method: str) -> bool:
    """Whether the function's policy lets API Gateway call it for this route."""
    called = (
        f"arn:aws:execute-api:{region}:{account_id}:{route.api_id}/{route.stage}/"
        f"{method}{route.resource_path}"
    )
    name = route.function_arn.split(":")[6]
    function = lambda_backends[account_id][region].get_function(name)
    return any(
        statement.get("Principal") == {"Service": "apigateway.amazonaws.com"}
        and fnmatchcase(called, _source(statement))
        for statement in function.policy.statements
    )


def _source(statement: Mapping[str, Any]) -> str:
    condition = statement.get("Condition", {})
    return str(condition.get("ArnLike", {}).get("AWS:SourceArn", "*"))


def _matches(api: RestAPI, path: str) -> Iterator[tuple[str, str, dict[str, str]]]:
    given = path.strip("/").split("/")
    for resource_id, resource in api.resources.items():
        resource_path = resource.get_path()
        parameters = _parameters(resource_path.strip("/").split("/"), given)
        if parameters is not None:
            yield resource_id, resource_path, parameters


def _parameters(wanted: list[str], given: list[str]) -> dict[str, str] | None:
    """The path's parameters, None when it does not match."""
    found = {}
    for index, part in enumerate(wanted):
        if part.startswith("{") and part.endswith("+}") and len(given) > index:
            found[part[1:-2]] = "/".join(given[index:])
            return found
        if index >= len(given):
            return None
        if part.startswith("{") and part.endswith("}") and given[index]:
            found[part[1:-1]] = given[index]
        elif unquote(given[index]) != part:
            return None
    return found if len(given) == len(wanted) else None


def _specificity(resource_path: str) -> list[int]:
    """Sorts words before parameters, and parameters before the rest of a path."""
    return [
        2 if part.endswith("+}") else 1 if part.startswith("{") else 0
        for part in resource_path.split("/")
    ]
