"""Boxes, lines, polygons and points drawn on an image, solid or dashed, with their names."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import dist
from typing import Any

from PIL import Image, ImageColor, ImageDraw

from smgt._seqlabels import Shape

Point = tuple[float, float]
DASH, GAP = 20.0, 16.0
FILL_OPACITY = 34  # of 255
EDGE = (12, 14, 18, 190)
"""What dashes lie on, two pixels wider at each side: it parts them from picture and other lines."""


@dataclass(frozen=True, kw_only=True)
class Stroke:
    colour: str
    width: int
    dashed: bool


def draw_shape(
    image: Image.Image, shape: Shape, stroke: Stroke, *, scale: float, named: Any | None
) -> None:
    """Draw a shape whose points are multiplied by `scale`; `named` is the font for its name."""
    points = [(x * scale, y * scale) for x, y in shape.points]
    closed = shape.kind in ("box", "polygon")
    if shape.kind == "box":
        (left, top), (right, bottom) = points
        points = [(left, top), (right, top), (right, bottom), (left, bottom)]
    pen = ImageDraw.Draw(image, "RGBA")
    if shape.kind == "point":
        _dot(pen, points[0], stroke.width * 2.5, stroke.colour)
    else:
        outline = [*points, points[0]] if closed else points
        if closed and not stroke.dashed:
            pen.polygon(points, fill=(*ImageColor.getrgb(stroke.colour)[:3], FILL_OPACITY))
        pieces = list(dashes(outline)) if stroke.dashed else [outline]
        for piece in pieces if stroke.dashed else ():
            pen.line(_longer(piece, 2), fill=EDGE, width=stroke.width + 4)
        for piece in pieces:
            pen.line(piece, fill=stroke.colour, width=stroke.width, joint="curve")
        if shape.kind == "line" and not stroke.dashed:
            for point in points:
                _dot(pen, point, stroke.width * 1.3, stroke.colour)
    if named is not None:
        _name(image, pen, shape, points, stroke.colour, named)


def dashes(points: Sequence[Point]) -> Iterator[list[Point]]:
    """The drawn pieces of a dashed line along `points`; dashes go on around corners."""
    walked = 0.0
    for start, end in pairwise(points):
        length = dist(start, end)
        at = -(walked % (DASH + GAP))
        while at < length:
            first, last = max(at, 0.0), min(at + DASH, length)
            if first < last:
                yield [_along(start, end, first / length), _along(start, end, last / length)]
            at += DASH + GAP
        walked += length


def _longer(piece: Sequence[Point], by: float) -> list[Point]:
    """A straight piece, longer by some pixels at both ends."""
    start, end = piece
    part = by / (dist(start, end) or 1.0)
    return [_along(start, end, -part), _along(start, end, 1 + part)]


def _along(start: Point, end: Point, part: float) -> Point:
    return start[0] + (end[0] - start[0]) * part, start[1] + (end[1] - start[1]) * part


def _dot(pen: ImageDraw.ImageDraw, at: Point, radius: float, colour: str) -> None:
    x, y = at
    pen.ellipse([x - radius, y - radius, x + radius, y + radius], fill=colour)


def _name(
    image: Image.Image,
    pen: ImageDraw.ImageDraw,
    shape: Shape,
    points: Sequence[Point],
    colour: str,
    font: Any,
) -> None:
    """A tag with the name: above a box, beside a line or a point."""
    wide = pen.textlength(shape.name, font=font) + 16
    high = font.size + 12
    x, y = _along(points[0], points[1], 0.6) if shape.kind == "line" else points[0]
    x = x + 12 if shape.kind in ("line", "point") else x
    y = y - high if shape.kind in ("box", "polygon") else y - high / 2
    x = min(max(x, 0), image.width - wide)
    y = min(max(y, 0), image.height - high)
    pen.rounded_rectangle([x, y, x + wide, y + high], radius=6, fill=colour)
    pen.text((x + 8, y + 3), shape.name, fill="#101216", font=font)
