"""What API Gateway answers by itself: the API's gateway responses, or its own words.

The kinds and their statuses are those of "Gateway response types" in API Gateway's guide.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from moto.apigateway.models import RestAPI

from emulator.gateway.proxy_event import Answer

_STATUSES: Final = {
    "API_CONFIGURATION_ERROR": 500,
    "INTEGRATION_FAILURE": 504,
    "INTEGRATION_TIMEOUT": 504,
    "INVALID_SIGNATURE": 403,
    "MISSING_AUTHENTICATION_TOKEN": 403,
    "REQUEST_TOO_LARGE": 413,
    "RESOURCE_NOT_FOUND": 404,
    "THROTTLED": 429,
}
_CONTEXT = re.compile(r"\$context\.([\w.]+)")


@dataclass(frozen=True, kw_only=True)
class Trouble(Exception):
    """Why the function is not asked, or its answer not passed on."""

    kind: str
    error: str
    """The name of the error in the header `x-amzn-ErrorType`."""
    message: str
    status: int | None = None
    """Where it is not that of the kind."""


def own_answer(api: RestAPI | None, trouble: Trouble, context: Mapping[str, str]) -> Answer:
    """The answer to a request that did not go well.

    Args:
        api: whose gateway responses apply; None, when the request is for no API.
        context: what templates may use of `$context`, besides the error.
    """
    status = trouble.status or _STATUSES[trouble.kind]
    default = "DEFAULT_4XX" if status < 500 else "DEFAULT_5XX"
    responses = api.gateway_responses if api else {}
    response = responses.get(trouble.kind) or responses.get(default)
    template = '{"message":$context.error.messageString}'
    headers = [("Content-Type", "application/json"), ("x-amzn-ErrorType", trouble.error)]
    values = {
        **context,
        "error.message": trouble.message,
        "error.messageString": json.dumps(trouble.message),
        "error.responseType": trouble.kind,
    }
    if response:
        status = int(response.status_code or status)
        template = (response.response_templates or {}).get("application/json", template)
        for name, value in (response.response_parameters or {}).items():
            if name.startswith("gatewayresponse.header."):
                headers.append((name.split(".", 2)[2], str(value).strip("'")))
    body = _CONTEXT.sub(lambda match: values.get(match[1], ""), template)
    return Answer(status=status, headers=tuple(headers), body=body.encode())
