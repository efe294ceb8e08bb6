"""`smgt queue …`: messages that the listener gave up."""

from __future__ import annotations

import json
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from smgt._client import Client
from smgt._connection import connected
from smgt._dead_letters import DeadLetter

app = typer.Typer(no_args_is_help=True, help="Messages that the listener gave up: look, send back.")


@app.command()
@connected
def show(
    client: Client,
    limit: Annotated[int, typer.Option(min=1, help="At most so many.")] = 100,
    as_json: Annotated[bool, typer.Option("--json", help="Print them whole, as JSON.")] = False,
) -> None:
    """Show the dead letters: when each was sent, how often received, what it is about.

    They stay where they are.
    """
    letters = client.dead_letters.show(limit)
    if as_json:
        return typer.echo(json.dumps([_whole(letter) for letter in letters], indent=2))
    console = Console()
    if not letters:
        return console.print("There are no dead letters: the listener has handled everything.")
    table = Table("sent", "received", "message", box=None, header_style="bold", pad_edge=False)
    for letter in letters:
        sent = letter.sent_at.strftime("%Y-%m-%d %H:%M:%SZ")
        table.add_row(sent, str(letter.received), Text(letter.subject))
    console.print(table)
    return console.print("Send them back with `smgt queue redrive`.", style="dim")


@app.command()
@connected
def redrive(client: Client) -> None:
    """Send all dead letters back to the listener, which tries each of them ten times more.

    Can be interrupted and repeated: a message is sent before it is deleted.
    """
    count = 0
    try:
        for _ in client.dead_letters.redrive():
            count += 1
    except KeyboardInterrupt:
        typer.echo(f"{_counted(count)} sent back; the others are where they were.", err=True)
        raise typer.Exit(130) from None
    typer.echo(f"{_counted(count)} sent back.")


def _counted(count: int) -> str:
    return "1 message was" if count == 1 else f"{count or 'No'} messages were"


def _whole(letter: DeadLetter) -> dict[str, object]:
    return {
        "messageId": letter.id,
        "sentAt": letter.sent_at.isoformat(),
        "received": letter.received,
        "body": letter.body,
    }
