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
from typing import Any, Self

import boto3
from moto import mock_aws
from moto.core.base_backend import BackendDict
from moto.core.model_instances import reset_model_data
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
        self.region = region
        self.account_id = account_id
        self._access_key_id = access_key_id
        self._secret_access_key = secret_access_key
        self._port = port
        self._mock = mock_aws(config={"core": {"mock_credentials": False}})
        self._environment: dict[str, str] = {}

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
        session: Any = boto3.Session()
        if not over_http:
            return session.client(service, **options)
        client = session.client(service, endpoint_url=self.endpoints.aws_endpoint_url, **options)
        client.meta.events.unregister("before-send", botocore_stubber)
        return client

    def start(self) -> Self:
        """Start, empty. `OSError` when the port is taken, `RuntimeError` when one runs already."""
        if AwsServices._running:
            raise RuntimeError("this process runs a local cloud already")
        listener = socket.create_server((HOST, self._port))
        self._port = listener.getsockname()[1]
        AwsServices._running = self

        mends.install_all()
        for name in ("moto", "werkzeug"):
            logging.getLogger(name).setLevel(logging.CRITICAL)
        moto_clock.use(self.clock)
        self._set_environment()
        self._mock.start(reset=True)
        with listener:
            self._server = make_server(
                HOST,
                self._port,
                DomainDispatcherApplication(create_backend_app),
                threaded=True,
                request_handler=MotoRequestHandler,
                fd=listener.fileno(),
            )
        self._thread = threading.Thread(
            target=self._server.serve_forever, name="aws-services", daemon=True
        )
        self._thread.start()
        return self

    def stop(self) -> None:
        """Stop, forget all data and give the environment back. The clock is left running."""
        if AwsServices._running is not self:
            return
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()
        self._mock.stop(remove_data=True)
        moto_clock.use(None)
        os.environ.clear()
        os.environ.update(self._environment)
        AwsServices._running = None

    def reset(self) -> None:
        """Empty all services."""
        BackendDict.reset()
        reset_model_data()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *exception: object) -> None:
        self.stop()

    def _set_environment(self) -> None:
        self._environment = dict(os.environ)
        for name in self._environment:
            if name.startswith("AWS_"):
                del os.environ[name]
        variables = self.endpoints.environment()
        # The others are answered in this process at their own addresses. With this one, S3 is too,
        # and its presigned URLs can be fetched by other processes.
        variables["AWS_ENDPOINT_URL_S3"] = variables.pop("AWS_ENDPOINT_URL")
        os.environ.update(
            variables,
            AWS_CONFIG_FILE=os.devnull,
            AWS_SHARED_CREDENTIALS_FILE=os.devnull,
            MOTO_ACCOUNT_ID=self.account_id,
            MOTO_PORT=str(self._port),
            MOTO_S3_CUSTOM_ENDPOINTS=self.endpoints.aws_endpoint_url,
        )
