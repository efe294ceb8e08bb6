"""What the checks say, on a terminal: each file with its counts, then the worst findings."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rich.console import Console, ConsoleOptions, RenderResult
from rich.text import Text

from labeling.quality.findings import Finding
from smgt._paragraphs import paragraph
from smgt.checks.checked import Checked, severity
from smgt.checks.markup import plain
from smgt.checks.sources import Part, counted
from smgt.checks.timeline import level

WORST = 10
_STYLES = {"high": "bold red", "medium": "yellow", "low": "dim"}


@dataclass(frozen=True)
class Summary:
    """All files together. Print it with `crop=False`."""

    files: Sequence[Checked]

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        for checked in self.files:
            yield from _file(checked, options.max_width)
        found = [(checked, *pair) for checked in self.files for pair in checked.findings]
        found.sort(key=lambda entry: -entry[2].severity)
        if not found:
            return
        yield ""
        title = "The worst findings" if len(found) > WORST else "Findings"
        yield Text(
            f"{title}, of {len(found):,}:" if len(found) > WORST else f"{title}:", style="bold"
        )
        for checked, part, finding in found[:WORST]:
            name = checked.source.file.name if len(self.files) > 1 else ""
            yield from _finding(name, part, finding, options.max_width)


def summary(files: Sequence[Checked]) -> Summary:
    """What the checks say, for a console of rich."""
    return Summary(files)


def _file(checked: Checked, wide: int) -> Iterator[Text]:
    source = checked.source
    total = len(checked.findings)
    labels = sum(part.labels for part in source.parts)
    frames: dict[str, int] = {}
    for part in source.parts:
        frames[part.word] = frames.get(part.word, 0) + len(part.columns.frames)
    places = ", ".join(counted(number, word) for word, number in frames.items())
    about = f"{source.format.value}, {counted(labels, 'label')}{f' in {places}' if places else ''}"
    verdict = Text(
        counted(total, "finding") if total else "no findings", style="bold" if total else "green"
    )
    yield Text.assemble(
        (plain(str(source.file)), "bold"), f"  {about}: ", verdict, no_wrap=True, overflow="ignore"
    )
    if total:
        kinds = "   ".join(f"{kind} {number:,}" for kind, number in checked.kinds.items())
        yield from paragraph(kinds, wide, indent=2)
    for note in source.notes:
        yield from paragraph(plain(note), wide, indent=2, style="dim")
    for said in source.unreadable:
        yield from paragraph(f"✗ {plain(said)}", wide, indent=2, style="red")


def _finding(file: str, part: Part, finding: Finding, wide: int) -> Iterator[Text]:
    where = " ".join(filter(None, (file, part.name)))
    yield Text.assemble(
        (f"{severity(finding):.2f}", _STYLES[level(finding.severity)]),
        f"  {finding.kind.value}",
        (f"  {plain(where)}" if where else "", "dim"),
        no_wrap=True,
        overflow="ignore",
    )
    yield from paragraph(plain(finding.message), wide, indent=6)
