"""The AWS services that moto offers, mended, in this process and on a port at the same time.

    with AwsServices(clock=VirtualClock()) as services:
        services.client("s3")                    # answered in this process, without HTTP
        services.client("s3", over_http=True)    # through the port, as other processes do
        services.endpoints.environment()         # what other processes need to know
        services.reset()                         # everything is empty again

Both see the same data. While it runs, `boto3.client(...)` without any argument is answered by it
too: credentials, region and configuration come from it and not from the user's files.
"""

from __future__ import annotations

import logging
import os
import socket
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any, Self

import boto3
from moto import mock_aws
from moto.core.base_backend import BackendDict
from moto.core.models import botocore_stubber
from moto.moto_server.werkzeug_app import (
    DomainDispatcherApplication,
    MotoRequestHandler,
    create_backend_app,
)
from werkzeug.serving import make_server

from emulator import mends
from emulator.clock import Clock, SystemClock
from emulator.endpoints import DEFAULT_ACCOUNT_ID, DEFAULT_KEY, DEFAULT_REGION, Endpoints
from emulator.mends import clock as moto_clock
from emulator.sessions import new_session

HOST = "127.0.0.1"


class AwsServices:
    """moto in this process. One at a time; several one after another."""

    _running: AwsServices | None = None

    def __init__(
        self,
        *,
        clock: Clock | None = None,
        region: str = DEFAULT_REGION,
        account_id: str = DEFAULT_ACCOUNT_ID,
        access_key_id: str = DEFAULT_KEY,
        secret_access_key: str = DEFAULT_KEY,
        port: int = 0,
    ) -> None:
        """Nothing runs before `start`. Port 0 is any free one."""
        self.clock: Clock = clock or SystemClock()
        self._owns_clock = clock is None
        self.region = region
        self.account_id = account_id
        self._access_key_id = access_key_id
        self._secret_access_key = secret_access_key
        self._port = port
        self._mock = mock_aws(config={"core": {"mock_credentials": False}})
        self._undo = ExitStack()

    @property
    def endpoints(self) -> Endpoints:
        """Where it is reached; `api_url` is empty."""
        return Endpoints(
            aws_endpoint_url=f"http://{HOST}:{self._port}",
            region=self.region,
            account_id=self.account_id,
            access_key_id=self._access_key_id,
            secret_access_key=self._secret_access_key,
        )

    def client(self, service: str, *, over_http: bool = False, **options: Any) -> Any:
        """A boto3 client, answered in this process or through the port."""
        session: Any = new_session()
        if not over_http:
            return session.client(service, **options)
        client = session.client(service, endpoint_url=self.endpoints.aws_endpoint_url, **options)
        client.meta.events.unregister("before-send", botocore_stubber)
        return client

    def start(self) -> Self:
        """Start, empty.

        Raises:
            OSError: the port is taken.
            RuntimeError: this process runs such services already.
        """
        if AwsServices._running:
            raise RuntimeError("this process runs a local cloud already")
        with ExitStack() as undo:
            listener = undo.enter_context(socket.create_server((HOST, self._port)))
            self._port = listener.getsockname()[1]
            AwsServices._running = self
            undo.callback(setattr, AwsServices, "_running", None)

            mends.install_all()
            undo.enter_context(_quiet("moto", logging.CRITICAL))
            undo.enter_context(_quiet("werkzeug", logging.ERROR))
            undo.enter_context(_environment(self._variables()))
            moto_clock.use(self.clock)
            undo.callback(moto_clock.use, None)
            self._mock.start(reset=True)
            undo.callback(self._mock.stop, remove_data=True)
            boto3.DEFAULT_SESSION = new_session()
            undo.enter_context(_serving(listener))
            self._undo = undo.pop_all()
        return self

    def stop(self) -> None:
        """Stop, forget all data and give the process's environment back. A clock that was given is
        left running. Does nothing the second time."""
        self._undo.close()
        if self._owns_clock:
            self.clock.close()

    def reset(self) -> None:
        """Empty all services. What else runs in the local cloud must have stopped before."""
        BackendDict.reset()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *exception: object) -> None:
        self.stop()

    def _variables(self) -> dict[str, str]:
        variables = self.endpoints.environment()
        # The others are answered in this process at their own addresses. With this one, S3 is too,
        # and its presigned URLs can be fetched by other processes.
        variables["AWS_ENDPOINT_URL_S3"] = variables.pop("AWS_ENDPOINT_URL")
        return variables | {
            "AWS_CONFIG_FILE": os.devnull,
            "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
            "MOTO_ACCOUNT_ID": self.account_id,
            "MOTO_PORT": str(self._port),
            "MOTO_S3_CUSTOM_ENDPOINTS": self.endpoints.aws_endpoint_url,
        }


@contextmanager
def _environment(variables: dict[str, str]) -> Iterator[None]:
    """These, and none of the user's own for AWS."""
    before = dict(os.environ)
    for name in before:
        if name.startswith("AWS_"):
            del os.environ[name]
    os.environ.update(variables)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


@contextmanager
def _quiet(logger: str, level: int) -> Iterator[None]:
    """moto logs whole requests and definitions as errors, werkzeug each request."""
    before = logging.getLogger(logger).level
    logging.getLogger(logger).setLevel(level)
    try:
        yield
    finally:
        logging.getLogger(logger).setLevel(before)


@contextmanager
def _serving(listener: socket.socket) -> Iterator[None]:
    host, port = listener.getsockname()
    server = make_server(
        host,
        port,
        DomainDispatcherApplication(create_backend_app),
        threaded=True,
        request_handler=MotoRequestHandler,
        fd=listener.fileno(),
    )
    thread = threading.Thread(
        target=lambda: server.serve_forever(poll_interval=0.05), name="aws-services", daemon=True
    )
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
