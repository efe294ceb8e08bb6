"""One page of HTML with all that the checks say. It needs no network, and no JavaScript."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from importlib.resources import files as resources

from labeling.quality.check import Report
from smgt.checks.checked import Checked
from smgt.checks.frame_folder import FrameFolder
from smgt.checks.markup import Markup, joined, tag, void
from smgt.checks.sources import Part, counted
from smgt.checks.timeline import timeline
from smgt.checks.worst import row_of, worst_frames

MOST_ROWS = 5_000


def page(files: Sequence[Checked], pictures: FrameFolder | None = None) -> str:
    """The whole page. `pictures` are shown below the labels of the worst frames."""
    own = resources("smgt.checks")
    kinds = sum((checked.kinds for checked in files), Counter[str]())
    head = tag(
        "head",
        void("meta", charset="utf-8"),
        void("meta", name="viewport", content="width=device-width, initial-scale=1"),
        void("meta", name="color-scheme", content="light dark"),
        tag("title", f"Labels checked: {', '.join(checked.source.file.name for checked in files)}"),
        tag("style", Markup(own.joinpath("page.css").read_text())),
    )
    body = tag(
        "body",
        tag("header", tag("h1", "Labels checked"), tag("p", _sums(files))),
        _filter(kinds),
        tag("main", *(_file(checked, pictures) for checked in files)),
        tag("script", Markup(own.joinpath("page.js").read_text())),
    )
    return f"<!doctype html>\n{tag('html', head, body, lang='en')}\n"


def _sums(files: Sequence[Checked]) -> str:
    labels = sum(part.labels for checked in files for part in checked.source.parts)
    findings = sum(len(checked.findings) for checked in files)
    return (
        f"{counted(findings, 'finding')} in {counted(labels, 'label')} of "
        f"{counted(len(files), 'file')}. Severity and suspicion run from 0 (hardly worth a look) "
        "to 1 (cannot be right)."
    )


def _filter(kinds: Counter[str]) -> Markup | None:
    """Which kinds are shown; only JavaScript makes it appear, and work."""
    if len(kinds) < 2:
        return None
    choices = [
        tag(
            "label",
            void("input", type="checkbox", value=kind, checked=True),
            f"{kind} ",
            tag("b", f"{number:,}"),
        )
        for kind, number in kinds.most_common()
    ]
    everything = tag("button", "all", type="button", data_all="yes")
    nothing = tag("button", "none", type="button", data_all="no")
    legend = tag("legend", "Kinds shown")
    return tag(
        "form", tag("fieldset", legend, *choices, everything, nothing), id="kinds", hidden=True
    )


def _file(checked: Checked, pictures: FrameFolder | None) -> Markup:
    source = checked.source
    broken = [tag("li", said) for said in source.unreadable]
    return tag(
        "section",
        tag("h2", source.file.name, title=str(source.file)),
        tag("p", _about(checked), class_="faint"),
        tag("ul", *(tag("li", note) for note in source.notes), class_="notes")
        if source.notes
        else None,
        joined([tag("p", "Not readable:"), tag("ul", *broken, class_="broken")])
        if broken
        else None,
        *(_part(part, report, pictures) for part, report in checked.parts),
    )


def _about(checked: Checked) -> str:
    source = checked.source
    folder = str(source.file.parent)
    where = f", in {folder}" if folder != "." else ""
    kinds = ", ".join(f"{kind} {number:,}" for kind, number in checked.kinds.items())
    return f"{source.format.value}{where}. {f'Findings: {kinds}.' if kinds else 'No findings.'}"


def _part(part: Part, report: Report, pictures: FrameFolder | None) -> Markup:
    columns = part.columns
    frames = counted(len(columns.frames), part.word)
    about = (
        f"{counted(part.labels, 'label')} in {frames}, {counted(len(report.findings), 'finding')}."
    )
    worst = worst_frames(part, report, pictures)
    return tag(
        "article",
        tag("h3", part.name) if part.name else None,
        tag("p", about),
        timeline(part, report) if len(columns) else None,
        joined([tag("h4", f"Where to look first: the worst {part.word}s"), worst])
        if worst
        else None,
        joined(_table(part, report)),
    )


def _table(part: Part, report: Report) -> Iterator[Markup]:
    if not report.findings:
        return
    titles = ("severity", "kind", "objects", part.word, "what to do")
    head = tag("tr", *(tag("th", title, scope="col") for title in titles))
    rows = [row_of(finding, part) for finding in report.findings[:MOST_ROWS]]
    yield tag("h4", "All findings, worst first")
    yield tag(
        "div", tag("table", tag("thead", head), tag("tbody", *rows)), class_="wide", tabindex=0
    )
    if len(report.findings) > MOST_ROWS:
        more = len(report.findings) - MOST_ROWS
        yield tag("p", f"{more:,} more, less severe ones, are in the JSON document only.")
