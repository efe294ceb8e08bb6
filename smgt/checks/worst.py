"""The worst frames of a clip or a batch, drawn to scale; of texts, the worst written out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

import numpy as np

from labeling.quality.check import Report
from labeling.quality.clip import measured
from labeling.quality.columns import Columns
from labeling.quality.findings import Finding
from labeling.quality.spans import Spans
from labeling.quality.tracks import Floats
from smgt.checks.checked import severity
from smgt.checks.drawn import Drawn, drawn
from smgt.checks.frame_folder import FrameFolder
from smgt.checks.markup import Markup, joined, tag
from smgt.checks.sources import Part
from smgt.checks.timeline import COLOURS, level

Size = tuple[float, float]

MOST = 12
_NAMED = 6  # findings said below a picture


def worst_frames(part: Part, report: Report, pictures: FrameFolder | None) -> Markup | None:
    """Figures of the frames where the worst findings are best seen, worst first."""
    usual = _usual_size(part.columns)
    figures = [
        _figure(part, report, frame, pictures, usual)
        for frame in chosen(report)
        if len(part.columns)
    ]
    return tag("div", *figures, class_="frames") if figures else None


def chosen(report: Report) -> list[int]:
    """Of each finding, worst first, its most suspicious frame, until there are enough."""
    frames: dict[int, None] = {}
    for finding in report.findings:
        if len(frames) == MOST:
            break
        first = finding.first_frame
        scores = report.frames[first : finding.last_frame + 1]
        frames[first + int(scores.argmax())] = None
    return sorted(frames, key=lambda frame: (-report.frames[frame], frame))


def _figure(
    part: Part, report: Report, frame: int, pictures: FrameFolder | None, usual: Size | None
) -> Markup:
    here = [
        finding for finding in report.findings if finding.first_frame <= frame <= finding.last_frame
    ]
    name = part.columns.frames[frame]
    spans = part.columns.spans
    content = (
        _text(spans, frame)
        if spans is not None
        else _drawing(part, frame, here, pictures.thumbnail(name) if pictures else None, usual)
    )
    score = float(report.frames[frame])
    caption = tag(
        "figcaption",
        tag("span", f"{score:.2f}", class_=f"score {level(score)}", title="suspicion"),
        tag("strong", f" {part.word} {frame} "),
        tag("span", name, class_="faint"),
        tag("ul", *(_said(finding) for finding in here[:_NAMED])),
        tag("p", f"and {len(here) - _NAMED} more", class_="faint") if len(here) > _NAMED else None,
    )
    return tag("figure", content, caption)


def _said(finding: Finding) -> Markup:
    objects = ", ".join(finding.objects)
    return tag("li", f"{finding.kind.value}: {objects}", data_kind=finding.kind.value)


def _drawing(
    part: Part,
    frame: int,
    here: Sequence[Finding],
    thumbnail: tuple[str, Size] | None,
    usual: Size | None,
) -> Markup:
    """All labels of the frame; those of findings thick and named, dashed where they are in the
    frames before and after."""
    columns = part.columns
    suspects = {name for finding in here for name in finding.objects}
    shapes = list(drawn(columns, frame))
    near = _near(columns, frame, suspects) if columns.boxes.tracked else []
    size = thumbnail[1] if thumbnail else _size(columns, frame) or usual
    left, top, width, height = _view([*shapes, *near], size)
    unit = max(width, height) / 640
    picture = None
    if size is not None:
        place = {"x": 0, "y": 0, "width": size[0], "height": size[1]}
        picture = (
            tag("image", href=thumbnail[0], **place)
            if thumbnail
            else tag("rect", class_="picture", **place)
        )
    ordinary = [shape for shape in shapes if shape.name not in suspects]
    marked = [shape for shape in shapes if shape.name in suspects]
    said = f"{part.word} {frame}, {columns.frames[frame]}: {len(shapes)} labels"
    return tag(
        "svg",
        tag("title", said),
        picture,
        joined(_shape(shape, f"c{shape.label % COLOURS} thin", unit) for shape in ordinary),
        joined(_shape(shape, "near", unit) for shape in near),
        joined(_shape(shape, "suspect", unit) for shape in marked),
        joined(_named(shape, unit) for shape in marked),
        viewBox=f"{left:.1f} {top:.1f} {width:.1f} {height:.1f}",
        role="img",
        class_="drawing",
    )


def _near(columns: Columns, frame: int, suspects: set[str]) -> list[Drawn]:
    return [
        shape
        for other in (frame - 1, frame + 1)
        if 0 <= other < len(columns.frames)
        for shape in drawn(columns, other)
        if shape.name in suspects
    ]


def _usual_size(columns: Columns) -> Size | None:
    """Of the pictures of a clip, as its boxes let guess it, so that all are drawn alike."""
    if not columns.boxes.tracked or not len(columns.boxes):
        return None
    clip = measured(columns.boxes)
    return clip.width, clip.height


def _size(columns: Columns, frame: int) -> Size | None:
    width, height = columns.sizes[frame].tolist()
    return (width, height) if np.isfinite([width, height]).all() and width > 0 < height else None


def _view(shapes: Sequence[Drawn], size: Size | None) -> tuple[float, float, float, float]:
    """Left, top, width and height of what is shown: the picture and what lies around it, as far
    as half its size away; without a picture all shapes."""
    places: list[Floats] = [shape.places for shape in shapes if len(shape.places)]
    corners = np.concatenate([*places, np.zeros((0, 2))])
    if size is not None:
        frame = np.array([(0.0, 0.0), size])
        corners = np.clip(corners, -0.5 * frame[1], 1.5 * frame[1])
        corners = np.concatenate([corners, frame])
    if not len(corners):
        return 0.0, 0.0, 640.0, 360.0
    low, high = corners.min(axis=0), corners.max(axis=0)
    extent = np.maximum(high - low, 1e-3)
    # no picture is a thin line
    extent = np.maximum(extent, extent.max() / 4)
    margin = 0.0 if size is not None and (extent == size).all() else 0.02 * extent.max()
    left, top = low - margin
    width, height = extent + 2 * margin
    return float(left), float(top), float(width), float(height)


def _shape(shape: Drawn, look: str, unit: float) -> Markup:
    title = tag("title", shape.name)
    if len(shape.places) == 1:
        x, y = shape.places[0].tolist()
        return tag("circle", title, cx=f"{x:.2f}", cy=f"{y:.2f}", r=f"{4 * unit:.3f}", class_=look)
    points = " ".join(f"{x:.2f},{y:.2f}" for x, y in shape.places.tolist())
    return tag("polygon" if shape.closed else "polyline", title, points=points, class_=look)


def _named(shape: Drawn, unit: float) -> Markup | None:
    if not len(shape.places):
        return None
    left, top = shape.places.min(axis=0).tolist()
    return tag(
        "text",
        shape.name[:30],
        x=f"{left:.2f}",
        y=f"{top - 5 * unit:.2f}",
        font_size=f"{15 * unit:.3f}",
        stroke_width=f"{4 * unit:.3f}",
        class_="suspect-name",
    )


def _text(spans: Spans, text: int) -> Markup:
    """A text with its spans marked; where they overlap, or have no length, at their edges."""
    rows = np.flatnonzero(spans.text == text).tolist()
    whole = spans.texts[text]
    edges = {0, len(whole)}
    for row in rows:
        edges |= {min(max(int(edge), 0), len(whole)) for edge in (spans.start[row], spans.end[row])}
    return tag("blockquote", *_pieces(spans, rows, whole, sorted(edges)))


def _pieces(spans: Spans, rows: list[int], whole: str, edges: list[int]) -> Iterator[object]:
    for begin, end in pairwise(edges):
        labels = [
            spans.label[row] for row in rows if spans.start[row] <= begin and end <= spans.end[row]
        ]
        piece = whole[begin:end]
        look = "twice" if len(labels) > 1 else None
        yield tag("mark", piece, title=", ".join(labels), class_=look) if labels else piece


def row_of(finding: Finding, part: Part) -> Markup:
    """A finding in the table of all."""
    first, last = finding.first_frame, finding.last_frame
    frames = part.columns.frames
    where = str(first) if first == last else f"{first} – {last}"
    names = frames[first] if first == last else f"{frames[first]} – {frames[last]}"
    return tag(
        "tr",
        tag("td", f"{severity(finding):.2f}", class_=f"score {level(finding.severity)}"),
        tag("td", finding.kind.value, class_="kind"),
        tag("td", ", ".join(finding.objects)),
        tag("td", where, title=names, class_="where"),
        tag("td", finding.message),
        data_kind=finding.kind.value,
    )
