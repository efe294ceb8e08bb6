"""Lambda functions for tests, made of any Python function."""

from __future__ import annotations

import io
import threading
import time
import zipfile
from collections.abc import Callable
from typing import Any

from emulator.aws_services import AwsServices
from emulator.lambdas import LambdaRunner
from emulator.mends import lambdas
from emulator.pollers import Pollers

PATIENCE = 10.0
"""Seconds. More than anything here takes on a slow machine."""


def until(condition: Callable[[], object], what: str = "it") -> None:
    """Wait until the condition holds."""
    end = time.monotonic() + PATIENCE
    pause = threading.Event()
    while not condition():
        assert time.monotonic() < end, f"{what} did not happen"
        pause.wait(0.002)


class Functions:
    """Deploys functions to the services of a test and runs them."""

    def __init__(self, services: AwsServices) -> None:
        self.services = services
        self.runner = LambdaRunner(clock=services.clock, on_exhausted=lambdas.exhausted)
        self.pollers = Pollers(self.runner, lambdas.deployed)
        lambdas.use(self.runner, self.pollers)

    def deploy(
        self, handler: Callable[[Any, Any], Any], name: str = "work", **settings: Any
    ) -> str:
        """Creates the function `name` and returns its ARN. In faults and counts it is called by
        the CamelCase of its name."""
        dotted = f"project.{name}.handler"
        self.runner.handlers[dotted] = handler
        function = self.services.client("lambda").create_function(
            **{
                "FunctionName": name,
                "Runtime": "python3.13",
                "Role": self._role(),
                "Handler": dotted,
                "Code": {"ZipFile": _archive()},
                "Timeout": 30,
                **settings,
            }
        )
        return str(function["FunctionArn"])

    def feed(self, queue_arn: str, function: str, **settings: Any) -> str:
        """Let a queue feed a function; returns the mapping's id."""
        mapping = self.services.client("lambda").create_event_source_mapping(
            EventSourceArn=queue_arn, FunctionName=function, **settings
        )
        return str(mapping["UUID"])

    def close(self) -> None:
        """Stop all of it."""
        self.pollers.stop_all()
        self.runner.close()
        lambdas.use(None)

    def _role(self) -> str:
        iam = self.services.client("iam")
        try:
            role = iam.get_role(RoleName="function")
        except iam.exceptions.NoSuchEntityException:
            role = iam.create_role(RoleName="function", AssumeRolePolicyDocument="{}")
        return str(role["Role"]["Arn"])


def _archive() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("handler.py", "")
    return buffer.getvalue()
