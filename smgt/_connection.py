"""Where the command finds the API: options before or after the command's name, environment."""

from __future__ import annotations

import inspect
import os
import shlex
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Annotated, Any

import httpx
import typer

from smgt._client import Client
from smgt._errors import NotConfigured
from smgt._places import DEFAULT_STACK, LOCAL_ENDPOINTS

Stack = Annotated[
    str | None,
    typer.Option(
        help=f"CloudFormation stack whose API to call (default: {DEFAULT_STACK}).", metavar="NAME"
    ),
]
EndpointUrl = Annotated[
    str | None,
    typer.Option(
        help="The API's address, with its stage, instead of a stack's (or set SMGT_API_URL).",
        metavar="URL",
    ),
]
Local = Annotated[
    bool, typer.Option("--local", help="Use the local cloud that `smgt local up` started here.")
]
Region = Annotated[str | None, typer.Option(help="AWS region of stack and API.", metavar="REGION")]


@dataclass(frozen=True, kw_only=True)
class Connection:
    """What the command line said about where to find the API."""

    stack: str | None = None
    endpoint_url: str | None = None
    local: bool = False
    region: str | None = None
    transport: httpx.BaseTransport | None = None
    sleep: Callable[[float], None] = time.sleep

    def client(self) -> Client:
        if sum(map(bool, (self.stack, self.endpoint_url, self.local))) > 1:
            raise NotConfigured("Give one of --stack, --endpoint-url and --local, not several.")
        seam: Any = {"transport": self.transport, "sleep": self.sleep}
        if self.local:
            return Client.local(**seam)
        if self.endpoint_url or (not self.stack and os.environ.get("SMGT_API_URL")):
            return Client(api_url=self.endpoint_url, region=self.region, **seam)
        try:
            return Client.from_stack(self.stack or DEFAULT_STACK, region=self.region, **seam)
        except NotConfigured as error:
            if self.stack or not LOCAL_ENDPOINTS.is_file():
                raise
            raise NotConfigured(
                f"{error} For the local cloud that was started here, say --local."
            ) from error

    def again(self, command: str) -> str:
        """A command to type next, with the options by which this one found the API."""
        options = {
            "--stack": self.stack,
            "--endpoint-url": self.endpoint_url,
            "--region": self.region,
        }
        given = [f"{name} {shlex.quote(value)}" for name, value in options.items() if value]
        return " ".join([command, *(["--local"] if self.local else []), *given])


def reaching(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command the options above; its first parameter becomes what they say."""

    def run(
        context: typer.Context,
        *,
        stack: Stack = None,
        endpoint_url: EndpointUrl = None,
        local: Local = False,
        region: Region = None,
        **rest: Any,
    ) -> None:
        before: Connection = context.obj
        connection = replace(
            before,
            stack=stack or before.stack,
            endpoint_url=endpoint_url or before.endpoint_url,
            local=local or before.local,
            region=region or before.region,
        )
        command(connection, **rest)

    added = inspect.signature(run, eval_str=True).parameters.values()
    context, *options, _ = added
    _, *own = inspect.signature(command, eval_str=True).parameters.values()
    named = [p.replace(kind=inspect.Parameter.KEYWORD_ONLY) for p in own]
    merged = inspect.Signature([context, *named, *options])
    # what typer reads: the name, the help and the parameters of a command
    run.__name__, run.__doc__ = command.__name__, command.__doc__
    vars(run)["__signature__"] = merged
    run.__annotations__ = {name: p.annotation for name, p in merged.parameters.items()}
    return run


def connected(command: Callable[..., None]) -> Callable[..., None]:
    """As `reaching`, for commands that only need the client they lead to."""

    def run(connection: Connection, **rest: Any) -> None:
        with connection.client() as client:
            command(client, **rest)

    run.__name__, run.__doc__ = command.__name__, command.__doc__
    vars(run)["__signature__"] = inspect.signature(command, eval_str=True)
    return reaching(run)
