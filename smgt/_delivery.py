"""Files on their way to S3: where they are to lie, the client that brings them, what is told."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from smgt._client import Client
from smgt._connection import Connection
from smgt._errors import InvalidInput
from smgt._storage import Content


@dataclass(frozen=True)
class Destination:
    """Where files are to lie in S3, and, if they are to be brought there, the client that does."""

    prefix: str
    client: Client | None

    def upload(self, files: Mapping[str, Content]) -> dict[str, str]:
        assert self.client is not None
        with progress_bar("Uploading") as progress:
            return self.client.storage.upload(files, to=self.prefix, progress=progress)


@contextmanager
def destination(
    connection: Connection, prefix: str | None, name: str, upload: bool
) -> Iterator[Destination]:
    """The prefix, or the folder `name` of the input bucket. Asks nobody when all is said and
    nothing is to be uploaded."""
    if prefix and not upload:
        yield Destination(prefix, None)
        return
    with connection.client() as client:
        where = prefix or f"s3://{client.input_bucket}/{name}"
        yield Destination(where, client if upload else None)


def write(path: Path, text: str) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise InvalidInput(f"{path} cannot be written: {error.strerror}.") from error


def tell(text: str) -> None:
    Console(stderr=True).print(text, markup=False, highlight=False, soft_wrap=True)


@contextmanager
def progress_bar(what: str) -> Iterator[Callable[[int, int | None], None]]:
    """A bar on a terminal; nothing elsewhere."""
    console = Console(stderr=True)
    columns = (TextColumn(what), BarColumn(), MofNCompleteColumn())
    with Progress(
        *columns, console=console, transient=True, disable=not console.is_terminal
    ) as bar:
        task = bar.add_task(what, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)
