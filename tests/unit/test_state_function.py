"""What the state machine retries, it is told by one name."""

from __future__ import annotations

import pytest
from botocore.exceptions import ClientError, ReadTimeoutError

from labeling.errors import NoJobCompleted, ServiceUnavailable
from labeling.state_function import state_function


def refusal(code: str, status: int = 400) -> ClientError:
    return ClientError(
        {"Error": {"Code": code}, "ResponseMetadata": {"HTTPStatusCode": status}},  # type: ignore[typeddict-item]
        "GetItem",
    )


def raising(error: Exception):
    @state_function
    def handler(event, context):
        raise error

    return lambda: handler({}, None)


@pytest.mark.parametrize(
    "error",
    [
        refusal("ThrottlingException"),
        refusal("SlowDown", 503),
        refusal("Whatever", 500),
        ReadTimeoutError(endpoint_url="https://dynamodb"),
    ],
    ids=str,
)
def test_trouble_that_passes_is_service_unavailable(error):
    with pytest.raises(ServiceUnavailable):
        raising(error)()


@pytest.mark.parametrize(
    "error", [refusal("AccessDenied", 403), NoJobCompleted(), KeyError("x")], ids=repr
)
def test_every_other_error_keeps_its_name(error):
    with pytest.raises(type(error)):
        raising(error)()
