"""`smgt upload`: files that a request names, brought to the stack's input bucket as they are."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from smgt._connection import Connection, reaching
from smgt._delivery import destination
from smgt._errors import InvalidInput


@reaching
def upload(
    connection: Connection,
    files: Annotated[
        list[Path],
        typer.Argument(
            metavar="FILE...", help="Any files: a worker template, a label category file, …"
        ),
    ],
    to: Annotated[
        str | None,
        typer.Option(
            help="Folder for them in the stack's input bucket, or s3://BUCKET/PREFIX. By default "
            "they lie in the input bucket itself.",
            metavar="PREFIX",
        ),
    ] = None,
) -> None:
    """Upload files under their own names, and print the address of each, which a request can name.

    What has the same address is replaced.
    """
    named: dict[str, Path] = {}
    for file in files:
        if not file.is_file():
            raise InvalidInput(f"{file} is {'a folder' if file.is_dir() else 'not there'}.")
        if named.setdefault(file.name, file) != file:
            raise InvalidInput(
                f"{named[file.name]} and {file} have the same name. Upload them one after the "
                "other, each --to a place of its own."
            )
    in_s3 = to is not None and to.startswith("s3://")
    folder = "" if in_s3 or to is None else to.strip("/")
    with destination(connection, to if in_s3 else None, folder, upload=True) as there:
        addresses = there.upload(named)
    for name in named:
        typer.echo(addresses[name])
