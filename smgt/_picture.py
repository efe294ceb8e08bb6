"""A batch as one picture for a terminal: its levels, their jobs, how far each is, and why."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rich.console import Console, ConsoleOptions, RenderResult
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from smgt._models import Batch, Job, Level, level_title
from smgt._paragraphs import paragraph
from smgt._results import results

NOT_STARTED, WAITS = "NOT_STARTED", "WAITS"
STYLES = {
    "COMPLETE": "green",
    "IN_PROGRESS": "cyan",
    "WAIT_FOR_SMGT_RESPONSE": "cyan",
    "QUEUED": "dim",
    NOT_STARTED: "dim",
    WAITS: "dim",
    "STARTING": "dim cyan",
    "SKIPPED": "yellow",
    "STOPPED": "yellow",
    "FAILED": "bold red",
    "INTERNAL_ERROR": "bold red",
    "VALIDATION_FAIL": "bold red",
}
WORDS = {"WAIT_FOR_SMGT_RESPONSE": "labeling"}
MOST_JOBS = 30  # rows of a picture; what has ended well is left out first
BAR = 16
GAP = 2
SHORTEST_NAME = 16


@dataclass(frozen=True, kw_only=True)
class _Row:
    """Name, status and count of a level or a job, its bar, and what explains them."""

    name: Text
    status: Text
    count: str = ""
    done: int | None = None
    total: int | None = None
    why: str = ""


@dataclass(frozen=True)
class Picture:
    """The batch with its levels and jobs. `approve` is the command that lets a level begin.

    What explains a line stands at its end where there is room for it, else on lines of its own.
    Print it with `crop=False`.
    """

    batch: Batch
    approve: str = ""

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        batch = self.batch
        head = Text.assemble((batch.id, "bold"), "  ", status(batch.status))
        style = STYLES.get(batch.status, "")
        *_, last = said = sentences(batch.message) or [""]
        if len(said) == 1 and head.cell_len + GAP + len(last) <= options.max_width:
            yield head.append(f"  {last}".rstrip(), style=style)
        else:
            yield head
            for line in said:
                yield from paragraph(line, options.max_width, indent=2, style=style)
        if level := batch.waits_for_approval:
            yield Text(approval(level, self.approve), style="bold yellow")
        rows = [row for level in batch.levels for row in _rows(batch, level)]
        yield from _aligned(rows, options.max_width)
        for result in results(batch):
            yield from paragraph(result, options.max_width)


def status(word: str) -> Text:
    return Text(WORDS.get(word, word.lower().replace("_", " ")), style=STYLES.get(word, ""))


def level_status(batch: Batch, level: Level) -> str:
    """The level's status, unless it says more than has happened: a level before its time waits,
    and one of a batch that ended before it was not started."""
    if level.begun is None:
        before = batch.levels[: batch.levels.index(level)]
        return WAITS if any(other.status == "IN_PROGRESS" for other in before) else level.status
    if level.begun or level.status == "COMPLETE":
        return level.status
    return NOT_STARTED if batch.is_final else WAITS


def job_status(batch: Batch, job: Job) -> str:
    """The job's status; of a batch that has ended nothing is queued any more."""
    return NOT_STARTED if batch.is_final and job.status == "QUEUED" else job.status


def objects(job: Job) -> str:
    """`3/4 objects`, as far as the numbers are known."""
    if job.total is None and job.labeled is None:
        return ""
    total = "?" if job.total is None else job.total
    failed = f", {job.failed} failed" if job.failed else ""
    return f"{job.labeled or 0}/{total} objects{failed}"


def why(job: Job) -> str:
    """The reason of the job's status, unless the numbers or the status say it."""
    said = r"[0-9]+( of [0-9]+)? objects labeled|was not started before the batch ended"
    return "" if re.match(said, job.reason) else job.reason


def approval(level: Level, command: str) -> str:
    return f"{level_title(level.name)} waits for approval: {command}"


def sentences(message: str) -> list[str]:
    """A batch's message, each mistake that it lists by itself, no address twice in one."""
    listed = re.split(r"; (?=labelingJobs\[|and [0-9]+ more)", message) if message else []
    return [re.sub(r"(s3://\S+)( [^:]*): \1: ", r"\1\2: ", sentence) for sentence in listed]


def _rows(batch: Batch, level: Level) -> Iterator[_Row]:
    yield _Row(
        name=Text(level_title(level.name), style="bold"),
        status=status(level_status(batch, level)),
        count=f"{level.complete}/{level.children} jobs",
        done=level.complete,
        total=level.children,
        why=level.reason,
    )
    jobs = _most_telling(level)
    for job in jobs:
        yield _Row(
            name=Text(f"  {job.name}"),
            status=status(job_status(batch, job)),
            count=objects(job),
            done=job.labeled,
            total=job.total,
            why=why(job),
        )
    if len(jobs) < level.children:
        more = Text(f"  … and {level.children - len(jobs)} more", style="dim")
        yield _Row(name=more, status=Text())


def _aligned(rows: Sequence[_Row], wide: int) -> Iterator[Table | Text]:
    """Each row as a table of one line, all of the same columns; the bar only where it fits."""
    names = max((row.name.cell_len for row in rows), default=0)
    words = max((row.status.cell_len for row in rows), default=0)
    counts = max((len(row.count) for row in rows), default=0)
    needed = names + words + counts + 3 * GAP
    bar = BAR if needed + BAR + GAP <= wide else 0
    if needed > wide:
        names = min(names, max(names - (needed - wide), SHORTEST_NAME))
    room = wide - needed - (bar + GAP if bar else 0)
    for row in rows:
        fits = len(row.why) <= room
        grid = Table.grid(padding=(0, GAP, 0, 0))
        grid.add_column(width=names, overflow="fold")
        for width in filter(None, (words, bar, counts)):
            grid.add_column(width=width, no_wrap=True)
        grid.add_column(no_wrap=True)
        bars = [_bar(row.done, row.total)] if bar else []
        grid.add_row(row.name, row.status, *bars, row.count, row.why if fits else "")
        yield grid
        if not fits:
            yield from paragraph(row.why, wide, indent=4)


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
        width=BAR,
        style="bright_black",
        complete_style="cyan",
        finished_style="green",
    )
