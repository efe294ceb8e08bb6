"""`smgt local up`: the local cloud, for as long as the command runs."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from smgt._errors import NotConfigured

app = typer.Typer(no_args_is_help=True)


class Workers(StrEnum):
    scripted = "scripted"
    none = "none"


@app.callback()
def local() -> None:
    """The whole system on this machine, without AWS."""


@app.command()
def up(
    workers: Annotated[
        Workers, typer.Option(help="Who answers the tasks: scripted workers, or nobody.")
    ] = Workers.scripted,
    port: Annotated[
        int, typer.Option(help="Port of the AWS services; 0 is any free one.", min=0, max=65534)
    ] = 0,
    api_port: Annotated[
        int,
        typer.Option(help="Port of the API; by default the one after --port.", min=0, max=65535),
    ] = 0,
    labels: Annotated[
        Path | None,
        typer.Option(
            help="Folder with the scripted workers' answers (script.json and label files).",
            metavar="DIR",
        ),
    ] = None,
) -> None:
    """Start the local cloud, deploy the workflow to it, and keep it running until Ctrl-C.

    The addresses are written to out/local/endpoints.json.
    """
    try:
        from emulator import up as emulator
    except ModuleNotFoundError as error:
        raise NotConfigured(
            f"The local cloud needs the repository it comes from ({error}): run `make setup` "
            "there, and `.venv/bin/smgt local up`."
        ) from error
    try:
        emulator.up(workers=workers.value, port=port, api_port=api_port, labels=labels)
    except emulator.CannotStart as error:
        raise NotConfigured(str(error)) from error
