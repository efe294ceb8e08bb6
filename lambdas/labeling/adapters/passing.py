"""Which errors of AWS pass by themselves: the same call may succeed a little later."""

from __future__ import annotations

from botocore.exceptions import (
    ClientError,
    ConnectionError,
    HTTPClientError,
    IncompleteReadError,
)

_LATER = {
    "InternalError",
    "InternalFailure",
    "InternalServerError",
    "KmsThrottled",
    "ProvisionedThroughputExceededException",
    "RequestLimitExceeded",
    "RequestThrottled",
    "RequestThrottledException",
    "RequestTimeout",
    "ServiceUnavailable",
    "ServiceUnavailableException",
    "SlowDown",
    "Throttling",
    "ThrottlingException",
    "TooManyRequestsException",
}


def passes(error: BaseException) -> bool:
    """Throttled, a server error, or no answer: after botocore's own tries, the caller's turn."""
    if isinstance(error, ClientError):
        status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
        return status >= 500 or error.response["Error"]["Code"] in _LATER
    return isinstance(error, (HTTPClientError, ConnectionError, IncompleteReadError))
