"""One signed HTTP call: SigV4 by botocore, answers turned into errors by name, retries."""

from __future__ import annotations

import re
from collections.abc import Callable, Generator, Mapping
from typing import Any, Protocol

import httpx
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest

from smgt._errors import (
    Conflict,
    Forbidden,
    InvalidRequest,
    Mistake,
    NotConfigured,
    NotFound,
    Refused,
    TooLarge,
    Unavailable,
    UnexpectedAnswer,
)

TRIES = 4
FIRST_PAUSE = 0.5  # seconds; doubled after each try
TIMEOUT = 35.0  # seconds; API Gateway itself gives up after 29

REFUSALS: dict[int, type[Refused]] = {
    400: InvalidRequest,
    403: Forbidden,
    404: NotFound,
    409: Conflict,
    413: TooLarge,
}
HINTS = {
    403: "Sign with credentials that may call execute-api:Invoke on this API, in its own region.",
    404: "Check that the API's address is complete, with the stage: https://…/prod.",
    413: "Split the batch: the API takes at most 5 MB.",
}


class Credentials(Protocol):
    """What `boto3.Session().get_credentials()` returns: may be renewed between two calls."""

    def get_frozen_credentials(self) -> Any: ...


class SigV4(httpx.Auth):
    """Signs every request for API Gateway (service `execute-api`)."""

    requires_request_body = True

    def __init__(self, credentials: Credentials, region: str) -> None:
        self._credentials = credentials
        self._region = region

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        headers = {"Host": request.url.netloc.decode()}
        if "content-type" in request.headers:
            headers["Content-Type"] = request.headers["content-type"]
        signed = AWSRequest(
            method=request.method, url=str(request.url), data=request.content, headers=headers
        )
        frozen = self._credentials.get_frozen_credentials()
        SigV4Auth(frozen, "execute-api", self._region).add_auth(signed)
        request.headers.update({k: v for k, v in signed.headers.items() if k != "Host"})
        yield request


class Api:
    """The API at one address.

    `transport` is the seam: a network, an application in this process, or canned answers.
    All routes can be called twice without harm, so a call without an answer is tried again.
    """

    def __init__(
        self,
        url: str,
        *,
        auth: httpx.Auth,
        sleep: Callable[[float], None],
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        if not re.match(r"https?://[^/]+", url):
            raise NotConfigured(
                f"The API's address {url!r} is not a URL; it looks like https://…/prod "
                "(the output ApiUrl of the stack)."
            )
        self.url = url.rstrip("/")
        self._sleep = sleep
        self._http = httpx.Client(auth=auth, transport=transport, timeout=TIMEOUT)

    def call(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, str | int | None] | None = None,
        body: Any = None,
    ) -> httpx.Response:
        """Call a route; `body` is sent as JSON. Raises `Refused` or `Unavailable`."""
        params = {key: str(value) for key, value in (query or {}).items() if value is not None}
        request = self._http.build_request(
            method, self.url + path, params=params, json=body if method != "GET" else None
        )
        response = self._send(lambda: self._http.send(request), f"{method} {request.url}")
        if response.is_success:
            return response
        raise _refusal(response)

    def fetch(self, url: str) -> bytes:
        """Get what a presigned URL leads to: the URL itself is the permission."""
        response = self._send(lambda: self._http.get(url, auth=None), f"GET {url.split('?')[0]}")
        if response.status_code in (401, 403):
            raise Forbidden(
                f"The signed address of {url.split('?')[0]} is not accepted any more; signed "
                "addresses live for hours at most. Ask for the batch again to get fresh ones."
            )
        if not response.is_success:
            raise NotFound(f"{url.split('?')[0]} answered {response.status_code}.")
        return response.content

    def close(self) -> None:
        self._http.close()

    def _send(self, send: Callable[[], httpx.Response], what: str) -> httpx.Response:
        pause, reason = FIRST_PAUSE, ""
        for attempt in range(TRIES):
            if attempt:
                self._sleep(pause)
                pause *= 2
            try:
                response = send()
            except httpx.TransportError as error:
                reason = str(error) or type(error).__name__
                continue
            if response.status_code != 429 and response.status_code < 500:
                return response
            reason = f"{response.status_code} {_message(response)}".strip()
        raise Unavailable(
            f"{what} did not answer after {TRIES} tries ({reason}). Check the address and the "
            "network; if both are right, try again in a few minutes."
        )


def json_object(response: httpx.Response) -> dict[str, Any]:
    """The answer as an object; anything else is an `UnexpectedAnswer`."""
    try:
        answer = response.json()
    except ValueError:
        answer = None
    if not isinstance(answer, dict):
        raise UnexpectedAnswer(
            f"{response.request.method} {response.request.url} answered no JSON object but "
            f"{response.text[:80]!r}. Is this the address of the API?"
        )
    return answer


def _refusal(response: httpx.Response) -> Refused:
    status = response.status_code
    text = _message(response) or f"The API answered {status}."
    if status in HINTS and (status != 404 or "batch" not in text.lower()):
        text = f"{text.rstrip('.')}. {HINTS[status]}"
    kind = REFUSALS.get(status, Refused)
    return kind(text, _mistakes(response))


def _message(response: httpx.Response) -> str:
    answer = _lenient_json(response)
    return str(answer.get("message") or answer.get("Message") or "")


def _mistakes(response: httpx.Response) -> list[Mistake]:
    errors = _lenient_json(response).get("errors")
    return [
        Mistake.from_json(error)
        for error in (errors if isinstance(errors, list) else [])
        if isinstance(error, dict)
    ]


def _lenient_json(response: httpx.Response) -> dict[str, Any]:
    try:
        answer = response.json()
    except ValueError:
        return {}
    return answer if isinstance(answer, dict) else {}
