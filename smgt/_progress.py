"""A batch while it runs: a live display on a terminal, plain lines elsewhere."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime

from rich.console import Console, Group
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from smgt._models import Batch, Job, Level, level_title

STYLES = {
    "COMPLETE": "green",
    "IN_PROGRESS": "cyan",
    "WAIT_FOR_SMGT_RESPONSE": "cyan",
    "QUEUED": "dim",
    "STARTING": "dim cyan",
    "SKIPPED": "yellow",
    "STOPPED": "yellow",
    "FAILED": "bold red",
    "INTERNAL_ERROR": "bold red",
    "VALIDATION_FAIL": "bold red",
}
WORDS = {"WAIT_FOR_SMGT_RESPONSE": "labeling"}
MOST_JOBS = 30  # rows of a live display; what has ended well is left out first


def follow(states: Iterable[Batch], console: Console | None = None) -> Batch:
    """Show the states of a batch as `Client.watch` yields them; returns the last one.

    A live display on a terminal, a line for each change elsewhere.
    """
    console = console or Console()
    return _live(states, console) if console.is_terminal else _lines(states, console)


def picture(batch: Batch) -> Group:
    """The batch with its levels and jobs, as one picture."""
    head = Text.assemble((batch.id, "bold"), "  ", status(batch.status))
    if batch.message:
        head.append(f"  {batch.message}", style=STYLES.get(batch.status, ""))
    if batch.waits_for_approval:
        head.append(f"  {_approval(batch, batch.waits_for_approval)}", style="bold yellow")
    table = Table.grid(padding=(0, 2))
    for _ in range(4):
        table.add_column(overflow="fold")
    for level in batch.levels:
        table.add_row(
            Text(level_title(level.name), style="bold"),
            status(level.status),
            _bar(level.complete, level.children),
            "  ".join(filter(None, [f"{level.complete}/{level.children} jobs", level.reason])),
        )
        jobs = _most_telling(level)
        for job in jobs:
            table.add_row(
                Text(f"  {job.name}"),
                status(job.status),
                _bar(job.labeled, job.total),
                _detail(job),
            )
        if len(jobs) < level.children:
            table.add_row(Text(f"  … and {level.children - len(jobs)} more", style="dim"))
    return Group(head, table)


def status(word: str) -> Text:
    return Text(WORDS.get(word, word.lower().replace("_", " ")), style=STYLES.get(word, ""))


def objects(job: Job) -> str:
    """`3/4 objects`, as far as the numbers are known."""
    if job.total is None and job.labeled is None:
        return ""
    total = "?" if job.total is None else job.total
    failed = f", {job.failed} failed" if job.failed else ""
    return f"{job.labeled or 0}/{total} objects{failed}"


def why(job: Job) -> str:
    """The reason of the job's status, unless the numbers say it."""
    return "" if re.match(r"[0-9]+( of [0-9]+)? objects labeled", job.reason) else job.reason


def _approval(batch: Batch, level: Level) -> str:
    return f"{level_title(level.name)} waits for approval: smgt batch approve {batch.id}"


def _live(states: Iterable[Batch], console: Console) -> Batch:
    batch = Batch(id="", status="")
    with Live(console=console, refresh_per_second=8) as live:
        for batch in states:
            live.update(picture(batch))
    return batch


def _lines(states: Iterable[Batch], console: Console) -> Batch:
    """One line for each thing that changed."""
    batch, said = Batch(id="", status=""), dict[str, str]()
    for batch in states:
        for key, line in _facts(batch):
            if said.get(key) != line:
                said[key] = line
                time = datetime.now().strftime("%H:%M:%S")
                console.print(f"{time} {line}", highlight=False, markup=False, soft_wrap=True)
    return batch


def _facts(batch: Batch) -> Iterable[tuple[str, str]]:
    for level in batch.levels:
        title = level_title(level.name)
        for job in level.jobs:
            # every job that starts moves all the others up: no news for a line each
            reason = "" if job.status == "QUEUED" else why(job)
            words = [title, job.name, job.status, objects(job), reason]
            yield job.id or job.name, " · ".join(filter(None, words))
        words = [title, level.status, f"{level.complete}/{level.children} jobs", level.reason]
        yield title, " · ".join(filter(None, words))
    if batch.waits_for_approval:
        yield "approval", _approval(batch, batch.waits_for_approval)
    yield "", " · ".join(filter(None, [f"batch {batch.id}", batch.status, batch.message]))


def _most_telling(level: Level) -> list[Job]:
    """All jobs where they fit; else those that run or went wrong, then the rest, in their order."""
    if len(level.jobs) <= MOST_JOBS:
        return list(level.jobs)
    rank = {"FAILED": 0, "STOPPED": 0, "SKIPPED": 1, "WAIT_FOR_SMGT_RESPONSE": 2, "STARTING": 3}
    telling = sorted(level.jobs, key=lambda job: rank.get(job.status, 4))[:MOST_JOBS]
    return [job for job in level.jobs if job in telling]


def _bar(done: int | None, total: int | None) -> ProgressBar | Text:
    if not total:
        return Text("")
    return ProgressBar(
        total=total,
        completed=done or 0,
        width=24,
        style="bright_black",
        complete_style="cyan",
        finished_style="green",
    )


def _detail(job: Job) -> Text:
    return Text("  ".join(filter(None, [objects(job), why(job)])))
