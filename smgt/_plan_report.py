"""A plan as people read it: what is wrong and where, then what each job would cost and take."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rich.console import Console, ConsoleOptions, RenderResult
from rich.table import Table
from rich.text import Text

from smgt._errors import Mistake
from smgt._paragraphs import paragraph
from smgt._plan import Amount, Plan, Span

UNKNOWN = "?"
DAY = 24.0  # hours; from two of them on, days are said


@dataclass(frozen=True)
class Report:
    """The whole of a plan. Print it with `crop=False`."""

    plan: Plan

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        plan = self.plan
        yield Text.assemble((plan.batch_id or "This request", "bold"), "  ", verdict(plan))
        yield from _listed(plan.errors, "✗", "bold red", options.max_width)
        yield from _listed(plan.warnings, "!", "bold yellow", options.max_width)
        if plan.errors and not plan.complete:
            yield ""
            said = "Files of some jobs were not looked at; mend these first, then plan again."
            yield from paragraph(said, options.max_width, style="yellow")
        if not plan.levels:
            return
        yield ""
        yield _table(plan)
        if plan.assumptions:
            yield ""
            yield Text("This assumes:", style="dim")
            for line in plan.assumptions:
                yield from paragraph(f"- {line}", options.max_width, indent=2, style="dim")


def verdict(plan: Plan) -> Text:
    """`2 errors, 1 warning`, and what that means."""
    errors, warnings = len(plan.errors), len(plan.warnings)
    found = [_counted(errors, "error"), _counted(warnings, "warning")]
    said = ", ".join(filter(None, found))
    if not plan.valid:
        return Text(f"{said or 'not valid'}: it would be refused", style="bold red")
    if not plan.complete:
        return Text(f"{said or 'no errors'}; not everything could be checked", style="bold yellow")
    return Text(f"{said}: it can be created" if said else "it can be created", style="green")


def money(span: Span | None) -> str:
    """`0.46 – 3.04`, in dollars: cents matter only where there are few of them."""
    if span is None:
        return UNKNOWN
    digits = 2 if span.high < 100 else 0
    return _between(f"{span.low:,.{digits}f}", f"{span.high:,.{digits}f}")


def duration(span: Span | None) -> str:
    """`20 – 50 min`, `2 – 6 h`, `2 – 10 d`, in the unit that fits the longer one."""
    if span is None:
        return UNKNOWN
    unit, hours = next(
        (unit, hours)
        for unit, hours, least in (("d", DAY, 2 * DAY), ("h", 1.0, 1.0), ("min", 1 / 60, 0.0))
        if span.high >= least
    )
    return f"{_between(_short(span.low / hours), _short(span.high / hours))} {unit}"


def _table(plan: Plan) -> Table:
    table = Table(box=None, header_style="bold", pad_edge=False)
    table.add_column("", overflow="fold")
    for title in ("objects", "billed", "cost, US$", "time"):
        table.add_column(title, justify="right", no_wrap=True)
    for level in plan.levels:
        table.add_row(f"level {level.number}", *_cells(level.total), style="bold")
        for name, amount in level.jobs.items():
            table.add_row(f"  {name}", *_cells(amount))
    table.add_row("in all", *_cells(plan.total), style="bold")
    return table


def _cells(amount: Amount) -> list[str]:
    counts = [UNKNOWN if n is None else f"{n:,}" for n in (amount.objects, amount.billed)]
    return [*counts, money(amount.cost), duration(amount.hours)]


def _listed(mistakes: Sequence[Mistake], sign: str, style: str, wide: int) -> Iterator[Text | str]:
    for mistake in mistakes:
        yield ""
        yield Text.assemble((f"{sign} ", style), (mistake.where or "the request", "bold"))
        yield from paragraph(mistake.message, wide, indent=2)


def _counted(number: int, what: str) -> str:
    return f"{number} {what}{'s' if number > 1 else ''}" if number else ""


def _between(low: str, high: str) -> str:
    return low if low == high else f"{low} – {high}"


def _short(value: float) -> str:
    """Two digits that count, as far as there is a point."""
    return f"{value:.1f}".removesuffix(".0") if value < 10 else f"{value:,.0f}"
