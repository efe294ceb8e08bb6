"""`smgt batch …`: each command is one call of the client and what it prints."""

from __future__ import annotations

import json
import shlex
import sys
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from smgt._client import Client
from smgt._connection import Connection, connected, reaching
from smgt._errors import InvalidInput
from smgt._models import Batch
from smgt._picture import Picture, sentences, status, why
from smgt._plan_report import Report
from smgt._progress import follow
from smgt._results import results

app = typer.Typer(
    no_args_is_help=True,
    help="Batches: plan, create, show, watch, approve, stop, retry, take home.",
)

BatchId = Annotated[str, typer.Argument(metavar="ID", help="The batch's id.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print the API's answer as it is.")]


@app.command()
@connected
def create(
    client: Client,
    file: Annotated[str, typer.Argument(help="The request as JSON; - for standard input.")],
) -> None:
    """Start a batch, and print its id."""
    request = _request(file)
    typer.echo(client.create(request))


@app.command()
@reaching
def plan(
    connection: Connection,
    file: Annotated[str, typer.Argument(help="The request as JSON; - for standard input.")],
    as_json: AsJson = False,
) -> None:
    """Say what is wrong with a request, what it would cost and how long it would take.

    Nothing is started. Exit code 1 when there are errors; warnings are no errors.
    """
    request = _request(file)
    with connection.client() as client:
        found = client.plan(request)
    if as_json:
        _json(found.raw)
    else:
        console = Console()
        console.print(Report(found), highlight=False, crop=False)
        if found.valid and file != "-":
            command = connection.again(f"smgt batch create {shlex.quote(file)}")
            console.print(f"\nStart it with `{command}`.", style="dim", highlight=False)
    if not found.valid:
        raise typer.Exit(1)


@app.command()
@reaching
def show(
    connection: Connection,
    batch_id: Annotated[str | None, typer.Argument(metavar="[ID]", help="One batch.")] = None,
    only: Annotated[
        str | None, typer.Option("--status", help="Only batches of this status, all of them.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Show the ids of batches by status, newest first, or one batch with its levels and jobs."""
    console = Console()
    with connection.client() as client:
        if batch_id is not None:
            batch = client.show(batch_id)
            approve = connection.again(f"smgt batch approve {batch_id}")
            if as_json:
                return _json(batch.raw)
            return console.print(Picture(batch, approve), crop=False)
        ids = client.list(only)
    if as_json:
        return _json(ids)
    if not any(ids.values()):
        create = connection.again("smgt batch create FILE")
        return console.print(f"There are no batches yet. Start one with `{create}`.")
    table = Table("status", "batches", box=None, header_style="bold", pad_edge=False)
    for name, batches in ids.items():
        table.add_row(status(name), "\n".join(batches) or "–")
    return console.print(table)


@app.command()
@reaching
def watch(connection: Connection, batch_id: BatchId) -> None:
    """Follow a batch until it has ended; exit code 1 unless it is COMPLETE.

    A live display on a terminal, a line for each change elsewhere. Ctrl-C stops watching, not the
    batch.
    """
    console = Console()
    approve = connection.again("smgt batch approve {id}")
    try:
        with connection.client() as client:
            batch = follow(client.watch(batch_id), console, approve=approve)
    except KeyboardInterrupt:
        Console(stderr=True).print(f"Not watching any more; {batch_id} goes on.", style="dim")
        raise typer.Exit(130) from None
    # the picture that stays on a terminal has told the rest
    text = _end(batch) if console.is_terminal else _summary(batch)
    console.print(text, markup=False, highlight=False, soft_wrap=True)
    if batch.status != "COMPLETE":
        raise typer.Exit(1)


@app.command()
@connected
def outputs(
    client: Client,
    batch_id: BatchId,
    to: Annotated[Path, typer.Option(help="Folder for the files, one folder a job.")],
) -> None:
    """Download the output manifests of complete jobs, and the labels they refer to; of a complete
    batch also the merged data set and the exports.

    Exit code 1 when some of it could not be had.
    """
    found = client.download(batch_id, to)
    for output in found:
        typer.echo(output.manifest)
        for label in output.labels:
            typer.echo(label)
    for path in [*found.merged, *found.exports.values()]:
        typer.echo(path)
    for said in found.missing:
        typer.echo(said, err=True)
    if not found:
        typer.echo(f"No job of {batch_id} is complete yet: nothing was downloaded.", err=True)
    if found.missing:
        raise typer.Exit(1)


@app.command()
@connected
def approve(
    client: Client,
    batch_id: BatchId,
    rate: Annotated[
        int | None,
        typer.Option(min=1, max=100, help="Percentage of objects that the next level gets."),
    ] = None,
) -> None:
    """Let the level that waits for approval begin."""
    client.approve(batch_id, down_sampling_rate=rate)
    typer.echo(f"{batch_id} is approved and goes on.")


@app.command()
@connected
def stop(client: Client, batch_id: BatchId) -> None:
    """Stop a batch, and the labeling jobs of it that run."""
    client.stop(batch_id)
    typer.echo(f"{batch_id} is stopped; its labeling jobs stop now.")


@app.command()
@connected
def retry(client: Client, batch_id: BatchId) -> None:
    """Let a batch that failed or was stopped go on: what is complete stays so."""
    run = client.retry(batch_id)
    typer.echo(f"{batch_id} goes on with run {run}.")


def _request(file: str) -> dict[str, Any]:
    where = "standard input" if file == "-" else file
    try:
        text = sys.stdin.read() if file == "-" else Path(file).read_text()
        request = json.loads(text)
    except OSError as error:
        raise InvalidInput(f"{where} cannot be read: {error.strerror}.") from error
    except ValueError as error:
        raise InvalidInput(f"{where} is not JSON: {error}.") from error
    if not isinstance(request, dict):
        raise InvalidInput(f"{where} holds no JSON object. A request looks like the README's.")
    return request


def _end(batch: Batch) -> str:
    jobs = [job for job in batch.jobs if job.status == "COMPLETE"]
    return f"{batch.id} ended {batch.status}: {len(jobs)} of {len(batch.jobs)} jobs complete."


def _summary(batch: Batch) -> str:
    text = _end(batch)
    said = sentences(batch.message)
    if len(said) > 1:
        text += "".join(f"\n  {sentence}" for sentence in said)
    elif said:
        text += f" {said[0]}"
    reasons = [f"{job.name}: {job.reason}" for job in batch.jobs if why(job)]
    return text + "".join(f"\n  {line}" for line in [*reasons, *results(batch)])


def _json(answer: Any) -> None:
    typer.echo(json.dumps(answer, indent=2))
