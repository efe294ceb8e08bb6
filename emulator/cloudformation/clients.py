"""In-process clients of the services, and calls whose values are fitted to the service's model."""

import json
from collections.abc import Mapping
from functools import cache
from typing import Any

from botocore.config import Config
from botocore.model import Shape

from emulator.sessions import new_session

# The clients outlive one run of the local cloud, so no address of one may get into them.
_OPTIONS: dict[str, Any] = {
    "retries": {"total_max_attempts": 1},
    "s3": {"addressing_style": "path"},
    "ignore_configured_endpoint_urls": True,
}


@cache
def client(service: str, region: str) -> Any:
    """A client that the mocked botocore answers in this process."""
    session: Any = new_session(aws_access_key_id="cloudformation", aws_secret_access_key="local")
    return session.client(service, region_name=region, config=Config(**_OPTIONS))


def call(service: str, region: str, operation: str, parameters: Mapping[str, Any]) -> Any:
    """Calls an operation with values as templates have them.

    Templates may write numbers and booleans as strings and policies as objects; the API wants
    each in its own type.
    """
    target = client(service, region)
    model = target.meta.service_model.operation_model(target.meta.method_to_api_mapping[operation])
    return getattr(target, operation)(**fitted(dict(parameters), model.input_shape))


def fitted(value: Any, shape: Shape | None) -> Any:
    """The value in the types of a botocore shape; what the shape does not know stays as it is."""
    if shape is None:
        return value
    kind = shape.type_name
    if kind == "structure" and isinstance(value, dict):
        members: Mapping[str, Shape] = getattr(shape, "members", {})
        return {key: fitted(item, members.get(key)) for key, item in value.items()}
    if kind == "list" and isinstance(value, list):
        return [fitted(item, getattr(shape, "member", None)) for item in value]
    if kind == "map" and isinstance(value, dict):
        return {key: fitted(item, getattr(shape, "value", None)) for key, item in value.items()}
    if kind in ("integer", "long") and isinstance(value, str | float):
        return int(value)
    if kind in ("float", "double") and isinstance(value, str | int):
        return float(value)
    if kind == "boolean" and isinstance(value, str):
        return value.lower() == "true"
    if kind == "string" and isinstance(value, dict | list):
        return json.dumps(value)
    if kind == "string" and isinstance(value, bool):
        return "true" if value else "false"
    if kind == "string" and isinstance(value, int | float):
        return str(value)
    return value
