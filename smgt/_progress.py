"""A batch while it runs: a live display on a terminal, plain lines elsewhere."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from rich.console import Console
from rich.live import Live

from smgt._models import Batch, level_title
from smgt._picture import Picture, approval, job_status, level_status, objects, why


def follow(
    states: Iterable[Batch],
    console: Console | None = None,
    *,
    approve: str = "smgt batch approve {id}",
) -> Batch:
    """Show the states of a batch as `Client.watch` yields them; returns the last one.

    A live display on a terminal, a line for each change elsewhere. `approve` is the command that
    people are told when a level waits for them, `{id}` in it the batch's id.
    """
    console = console or Console()
    show = _live if console.is_terminal else _lines
    return show(states, console, approve)


def _live(states: Iterable[Batch], console: Console, approve: str) -> Batch:
    batch = Batch(id="", status="")
    with Live(console=console, refresh_per_second=8) as live:
        for batch in states:
            live.update(Picture(batch, approve.replace("{id}", batch.id)))
    return batch


def _lines(states: Iterable[Batch], console: Console, approve: str) -> Batch:
    """One line for each thing that changed."""
    batch, said = Batch(id="", status=""), dict[str, str]()
    for batch in states:
        for key, line in _facts(batch, approve.replace("{id}", batch.id)):
            if said.get(key) != line:
                said[key] = line
                time = datetime.now().strftime("%H:%M:%S")
                console.print(f"{time} {line}", highlight=False, markup=False, soft_wrap=True)
    return batch


def _facts(batch: Batch, approve: str) -> Iterable[tuple[str, str]]:
    for level in batch.levels:
        title = level_title(level.name)
        for job in level.jobs:
            # every job that starts moves all the others up: no news for a line each
            reason = "" if job.status == "QUEUED" else why(job)
            words = [title, job.name, job_status(batch, job), objects(job), reason]
            yield job.id or job.name, " · ".join(filter(None, words))
        count = f"{level.complete}/{level.children} jobs"
        words = [title, level_status(batch, level), count, level.reason]
        yield title, " · ".join(filter(None, words))
    if batch.waits_for_approval:
        yield "approval", approval(batch.waits_for_approval, approve)
    yield "", " · ".join(filter(None, [f"batch {batch.id}", batch.status, batch.message]))
