"""A clip over time: how suspicious each frame is, where each object is drawn, what was found."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

import numpy as np

from labeling.quality.check import Report
from labeling.quality.findings import Finding
from smgt.checks.checked import severity
from smgt.checks.drawn import Row, classes, rows
from smgt.checks.markup import Markup, joined, tag
from smgt.checks.sources import Part, counted

WIDTH, LABELS, RIGHT = 1000.0, 170.0, 12.0
STRIP, AXIS = 44.0, 22.0
WIDE, NARROW, MANY = 20.0, 15.0, 40  # rows, and how many make them narrow
MOST_ROWS = 120
COLOURS = 8


def timeline(part: Part, report: Report) -> Markup:
    """One drawing: a strip of suspicion over a row for each object of a clip. Images and texts
    have the strip alone."""
    clip = part.columns.boxes.tracked
    found = list(rows(part.columns)) if clip else []
    shown = _shown(found, report.findings)
    scale = _Scale(len(part.columns.frames))
    line = WIDE if len(shown) <= MANY else NARROW
    height = STRIP + AXIS + line * len(shown) + 6
    words = f"Suspicion of each {part.word}, 0 to 1"
    drawing = tag(
        "svg",
        tag("title", f"{words}{', and where each object is drawn' if clip else ''}"),
        _strip(part, report, scale),
        _axis(scale, height),
        joined(_lines(shown, report.findings, scale, line)),
        viewBox=f"0 0 {WIDTH:g} {height:g}",
        role="img",
        class_="timeline",
    )
    left_out = len(found) - len(shown)
    return joined(
        [
            tag("div", drawing, class_="wide", tabindex=0),
            _legend(classes(part.columns), shown) if shown else None,
            tag(
                "p", f"{counted(left_out, 'object')} not drawn, to keep this short.", class_="faint"
            )
            if left_out
            else None,
        ]
    )


class _Scale:
    """Where frames are, from left to right."""

    def __init__(self, frames: int) -> None:
        self.frames = max(1, frames)
        self.unit = (WIDTH - LABELS - RIGHT) / self.frames

    def left(self, frame: int) -> float:
        return LABELS + frame * self.unit

    def middle(self, frame: int) -> float:
        return self.left(frame) + self.unit / 2


def _shown(found: Sequence[Row], findings: Sequence[Finding]) -> list[Row]:
    """All objects, by when they begin; of very many those with the worst findings."""
    if len(found) > MOST_ROWS:
        worst: dict[str, float] = defaultdict(float)
        for finding in findings:
            for name in finding.objects:
                worst[name] = max(worst[name], finding.severity)
        found = sorted(found, key=lambda row: -worst[row.name])[:MOST_ROWS]
    return sorted(found, key=lambda row: int(row.frames[0]))


def _strip(part: Part, report: Report, scale: _Scale) -> Markup:
    """A bar for each frame; where frames are narrow, one for several: the worst of them."""
    together = max(1, round(1.0 / scale.unit))
    scores = report.frames
    bars = []
    for first in np.flatnonzero(scores[::together] >= 0).tolist():
        begin = first * together
        several = scores[begin : begin + together]
        score = float(several.max())
        if score < 0.005:
            continue
        frame = begin + int(several.argmax())
        said = f"{part.word} {frame}, {part.columns.frames[frame]}: {score:.2f}"
        bars.append(
            tag(
                "rect",
                tag("title", said),
                x=number_of(scale.left(begin)),
                y=number_of(STRIP - 2 - score * (STRIP - 6)),
                width=number_of(max(1.0, scale.unit * together - (0.6 if scale.unit > 3 else 0))),
                height=number_of(score * (STRIP - 6)),
                class_=level(score),
            )
        )
    return joined(
        [
            tag("text", "suspicion", x=LABELS - 8, y=STRIP - 6, class_="name"),
            tag("line", x1=LABELS, x2=WIDTH - RIGHT, y1=STRIP - 2, y2=STRIP - 2, class_="rule"),
            *bars,
        ]
    )


def number_of(value: float) -> str:
    return f"{value:.2f}"


def level(score: float) -> str:
    """How bad a severity or a suspicion looks."""
    return "high" if score >= 0.8 else "medium" if score >= 0.5 else "low"


def _axis(scale: _Scale, height: float) -> Markup:
    marks = []
    for frame in range(0, scale.frames, _tick(scale.frames)):
        x = scale.middle(frame)
        marks.append(tag("line", x1=x, x2=x, y1=STRIP, y2=height, class_="tick"))
        marks.append(tag("text", str(frame), x=x, y=STRIP + 14, class_="axis"))
    return joined(marks)


def _tick(frames: int) -> int:
    """Frames between two numbers below the strip: 1, 2, 5, 10, … so that about ten are there."""
    step = 1
    while frames / step > 12:
        step = step * 5 // 2 if str(step)[0] == "2" else step * 2
    return step


def _lines(
    shown: Sequence[Row], findings: Sequence[Finding], scale: _Scale, line: float
) -> Iterator[Markup]:
    about: dict[str, list[Finding]] = defaultdict(list)
    for finding in reversed(findings):  # the worst on top
        for name in finding.objects:
            about[name].append(finding)
    for place, row in enumerate(shown):
        y = STRIP + AXIS + line * (place + 0.5)
        yield tag(
            "g",
            tag(
                "text",
                _short(row.name),
                tag("title", row.name),
                x=LABELS - 8,
                y=y + 4,
                class_="name",
            ),
            joined(_presence(row, y, scale)),
            joined(_mark(finding, y, scale) for finding in about[row.name]),
        )


def _presence(row: Row, y: float, scale: _Scale) -> Iterator[Markup]:
    """A bar for each run of frames."""
    breaks = np.flatnonzero(np.diff(row.frames) > 1)
    firsts = row.frames[np.concatenate([[0], breaks + 1])].tolist()
    lasts = row.frames[np.append(breaks, len(row.frames) - 1)].tolist()
    for first, last in zip(firsts, lasts, strict=True):
        yield tag(
            "rect",
            tag("title", f"{row.name}: frames {first} to {last}"),
            x=number_of(scale.left(first)),
            y=y - 3.5,
            width=number_of(max(1.0, scale.unit * (last - first + 1))),
            height=7.0,
            rx=2.0,
            class_=f"c{row.label % COLOURS}",
        )


def _mark(finding: Finding, y: float, scale: _Scale) -> Markup:
    """A diamond; where a finding has more frames than that is wide, a line under the bar, too."""
    first, last = scale.middle(finding.first_frame), scale.middle(finding.last_frame)
    line = None
    if last - first > 8:
        line = tag("line", x1=first, x2=last, y1=y + 6.5, y2=y + 6.5)
    return tag(
        "g",
        tag("title", f"{finding.kind.value}, {severity(finding):.2f}: {finding.message}"),
        line,
        tag("path", d=f"M{first:.1f} {y - 6:.1f}l5 6l-5 6l-5-6z"),
        class_=f"mark {level(finding.severity)}",
        data_kind=finding.kind.value,
    )


def _legend(names: Sequence[str], shown: Sequence[Row]) -> Markup:
    used = sorted({row.label for row in shown})
    entries = [
        tag("li", tag("span", class_=f"swatch c{label % COLOURS}"), names[label])
        for label in used[:40]
    ]
    marks = [
        tag("li", tag("span", "◆", class_=f"diamond {name}", aria_hidden="true"), text)
        for name, text in (
            ("high", "finding, severity 0.8 and more"),
            ("medium", "0.5 and more"),
            ("low", "less"),
        )
    ]
    return tag("ul", *entries, *marks, class_="legend")


def _short(name: str) -> str:
    return name if len(name) <= 24 else f"{name[:11]}…{name[-12:]}"
