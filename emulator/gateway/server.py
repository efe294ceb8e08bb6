"""The HTTP server in front of the functions of a REST API."""

from __future__ import annotations

import logging
import socket
import threading
import uuid
from collections.abc import Callable, Iterable
from concurrent.futures import Future
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, Final, Self

from moto.apigateway.models import RestAPI, Stage
from werkzeug.serving import WSGIRequestHandler, make_server
from werkzeug.wrappers import Request, Response

from emulator import sigv4
from emulator.clock import Clock
from emulator.gateway import routes
from emulator.gateway.own_answers import Trouble, own_answer
from emulator.gateway.proxy_event import Answer, MalformedAnswer, proxy_event, understood
from emulator.gateway.throttle import Throttle
from emulator.lambdas import Outcome
from emulator.sigv4 import Caller, SignedRequest

_logger = logging.getLogger(__name__)

HOST: Final = "127.0.0.1"
LARGEST_BODY: Final = 10 * 1024 * 1024
"""Bytes. "Amazon API Gateway quotas": payload size of a REST API, cannot be raised."""

_HEADERS: Final = "emulator.headers"

Headers = tuple[tuple[str, str], ...]
Invoke = Callable[[str, dict[str, Any]], Outcome]
"""Runs the function of an ARN with an event."""


class Gateway:
    """The stages of an account's REST APIs at `http://127.0.0.1:<port>/<stage>`.

    Routes are looked up for each request, so what is deployed later is served too.
    """

    def __init__(
        self,
        *,
        invoke: Invoke,
        caller_of: Callable[[str], Caller | None],
        clock: Clock,
        account_id: str,
        region: str,
        port: int = 0,
        throttle: Throttle | None = None,
    ) -> None:
        """Nothing listens before `start`. Port 0 is any free one. Without a throttle the stages'
        limits of requests do not count."""
        self._invoke = invoke
        self._caller_of = caller_of
        self._clock = clock
        self._account_id = account_id
        self._region = region
        self._port = port
        self._throttle = throttle

    @property
    def url(self) -> str:
        """Where it listens, without a stage and without a slash at the end."""
        return f"http://{HOST}:{self._port}"

    def start(self) -> Self:
        """Listen. `OSError` when the port is taken."""
        with socket.create_server((HOST, self._port)) as listener:
            self._port = listener.getsockname()[1]
            self._server = make_server(
                HOST,
                self._port,
                self._application,
                threaded=True,
                request_handler=_Handler,
                fd=listener.fileno(),
            )
        self._thread = threading.Thread(
            target=lambda: self._server.serve_forever(poll_interval=0.02),
            name="api-gateway",
            daemon=True,
        )
        self._thread.start()
        return self

    def stop(self) -> None:
        """Stop listening; requests that are being answered are answered."""
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def _application(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        request = Request(environ)
        answer = self._answer(request, environ["RAW_URI"], environ[_HEADERS])
        response = Response(answer.body, status=answer.status)
        response.headers.clear()
        for name, value in answer.headers:
            response.headers.add(name, value)
        response.headers["Content-Length"] = str(len(answer.body))
        return response(environ, start_response)

    def _answer(self, request: Request, target: str, headers: Headers) -> Answer:
        request_id = str(uuid.uuid4())
        path = target.partition("?")[0]
        stage_name, _, rest = path.lstrip("/").partition("/")
        found = routes.stage_of(self._account_id, self._region, stage_name)
        api = found[0] if found else None
        try:
            body = _body_of(request)
            if found is None:
                raise Trouble(
                    kind="MISSING_AUTHENTICATION_TOKEN",
                    error="ForbiddenException",
                    message="Forbidden",
                )
            signed = SignedRequest(
                method=request.method,
                target=target,
                headers=headers,
                body=body,
            )
            self._check_rate(*found)
            route = routes.find(*found, request.method, f"/{rest}")
            answer = self._serve(signed, route, request_id, request.remote_addr or HOST)
        except Trouble as trouble:
            answer = own_answer(api, trouble, self._context(api, request_id, path))
        ids = (("x-amzn-RequestId", request_id), ("x-amz-apigw-id", request_id))
        return replace(answer, headers=(*answer.headers, *ids))

    def _serve(
        self, request: SignedRequest, route: routes.Route | None, request_id: str, source_ip: str
    ) -> Answer:
        if route is None:
            raise Trouble(
                kind="MISSING_AUTHENTICATION_TOKEN",
                error="MissingAuthenticationTokenException",
                message="Missing Authentication Token",
            )
        caller = self._check(request) if route.signed else None
        if not route.function_arn or not routes.may_call(
            route, region=self._region, account_id=self._account_id, method=request.method
        ):
            raise Trouble(
                kind="API_CONFIGURATION_ERROR",
                error="InternalServerErrorException",
                message="Internal server error",
            )
        event = proxy_event(
            request,
            route,
            caller=caller,
            account_id=self._account_id,
            region=self._region,
            now=self._clock.now(),
            request_id=request_id,
            source_ip=source_ip,
        )
        outcome = self._outcome(route, event)
        try:
            if outcome.failed:
                raise MalformedAnswer
            return understood(outcome.payload)
        except MalformedAnswer as error:
            raise Trouble(
                kind="DEFAULT_5XX",
                error="InternalServerErrorException",
                message="Internal server error",
                status=502,
            ) from error

    def _check_rate(self, api: RestAPI, stage: Stage) -> None:
        settings = stage.method_settings.get("*/*", {})
        if self._throttle and not self._throttle.lets_pass(api.id, stage.name, settings):
            raise Trouble(
                kind="THROTTLED", error="TooManyRequestsException", message="Too Many Requests"
            )

    def _check(self, request: SignedRequest) -> Caller:
        try:
            return sigv4.check(
                request,
                caller_of=self._caller_of,
                region=self._region,
                service="execute-api",
                now=datetime.now(UTC),
            )
        except sigv4.Refused as refused:
            missing = refused.code == "MissingAuthenticationTokenException"
            raise Trouble(
                kind="MISSING_AUTHENTICATION_TOKEN" if missing else "INVALID_SIGNATURE",
                error=refused.code,
                message=str(refused),
            ) from refused

    def _outcome(self, route: routes.Route, event: dict[str, Any]) -> Outcome:
        """The function's outcome; it runs on when API Gateway has given up on it."""
        future: Future[Outcome] = Future()

        def work() -> None:
            try:
                future.set_result(self._invoke(route.function_arn, event))
            except Exception as error:
                future.set_exception(error)

        threading.Thread(target=work, name="api-invocation", daemon=True).start()
        try:
            return future.result(timeout=route.timeout)
        except TimeoutError as error:
            raise Trouble(
                kind="INTEGRATION_TIMEOUT",
                error="InternalServerErrorException",
                message="Endpoint request timed out",
            ) from error
        except Exception as error:
            _logger.warning("%s could not be called: %s", route.function_arn, error)
            raise Trouble(
                kind="INTEGRATION_FAILURE",
                error="InternalServerErrorException",
                message="Internal server error",
            ) from error

    def _context(self, api: RestAPI | None, request_id: str, path: str) -> dict[str, str]:
        return {
            "accountId": self._account_id,
            "apiId": api.id if api else "",
            "path": path,
            "requestId": request_id,
        }


class _Handler(WSGIRequestHandler):
    """Keeps the headers as they were spelled, and logs nothing."""

    def make_environ(self) -> dict[str, Any]:
        environ: dict[str, Any] = super().make_environ()
        environ[_HEADERS] = tuple(self.headers.items())
        return environ

    def log(self, type: str, message: str, *args: Any) -> None:
        pass


def _body_of(request: Request) -> bytes:
    """The body. What is too large is read all the same, or the sender could not read our answer.

    Raises:
        Trouble: it is too large.
    """
    chunks, size = [], 0
    while chunk := request.stream.read(1 << 20):
        size += len(chunk)
        if size <= LARGEST_BODY:
            chunks.append(chunk)
    if size > LARGEST_BODY:
        raise Trouble(
            kind="REQUEST_TOO_LARGE",
            error="RequestEntityTooLargeException",
            message="Request Too Long",
        )
    return b"".join(chunks)
