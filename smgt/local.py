"""`smgt local up`: the local cloud, for as long as the command runs."""

from __future__ import annotations

import re
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from smgt._errors import NotConfigured

app = typer.Typer(no_args_is_help=True)


class Workers(StrEnum):
    scripted = "scripted"
    none = "none"


UNITS = {"": 1.0, "s": 1.0, "m": 60.0, "h": 3600.0}


def _seconds(given: str) -> float:
    """`30s`, `1.5m`, `2h` or a number of seconds."""
    match = re.fullmatch(r"([0-9]+(?:\.[0-9]+)?)([smh]?)", given)
    if match is None:
        raise typer.BadParameter(f"{given!r} is no time: write 30s, 5m or 1h.")
    return float(match[1]) * UNITS[match[2]]


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
    pace: Annotated[
        float | None,
        typer.Option(
            parser=_seconds,
            help="Time that a scripted worker takes for each object, like 30s, 5m or 1h.",
            metavar="TIME",
        ),
    ] = None,
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
    if pace is not None and workers is Workers.none:
        raise NotConfigured("--pace is that of scripted workers, and with --workers none are none.")
    try:
        emulator.up(
            workers=workers.value,
            port=port,
            api_port=api_port,
            labels=labels,
            seconds_per_object=pace,
        )
    except emulator.CannotStart as error:
        raise NotConfigured(str(error)) from error
