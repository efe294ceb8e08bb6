"""Labels drawn on their frames, as one sheet to look at.

Needs Pillow (`pip install pillow`). A sheet holds some frames of a clip side by side. Each object
has one colour throughout; the last layer is drawn solid and named, the layers before it dashed and
lighter, so that one sees what an audit changed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PIL import Image, ImageColor, ImageDraw, ImageFont

from smgt._errors import InvalidInput
from smgt._seqlabels import Shape, read_seq_label
from smgt._strokes import Stroke, draw_shape

COLOURS = (
    "#ff4d6d", "#2ec4ff", "#ffd23f", "#3ddc97", "#c77dff",
    "#ff9f1c", "#9ef01a", "#f15bb5", "#00f5d4", "#b8c0ff",
)  # fmt: skip
BACKGROUND, INK, FAINT = "#14171c", "#f2f4f7", "#9aa3ae"
MARGIN, CAPTION, TITLE, LEGEND = 24, 30, 58, 44


@dataclass(frozen=True, kw_only=True)
class Layer:
    """Labels from one source: the `SeqLabel.json` files of the jobs of one level."""

    name: str
    labels: Sequence[Path | Mapping[str, Any]]

    def shapes(self) -> dict[str, tuple[Shape, ...]]:
        """All files' shapes together, by frame."""
        merged: dict[str, tuple[Shape, ...]] = {}
        for source in self.labels:
            for frame, shapes in read_seq_label(source).items():
                merged[frame] = (*merged.get(frame, ()), *shapes)
        return merged


def contact_sheet(
    frames: Path | Sequence[Path],
    layers: Sequence[Layer],
    *,
    title: str = "",
    count: int = 9,
    columns: int = 3,
    width: int = 640,
) -> Image.Image:
    """A sheet of `count` frames spread evenly over the clip, each `width` pixels wide.

    `frames` is the folder with the images, or the images themselves.
    """
    paths = sorted(frames.iterdir()) if isinstance(frames, Path) else list(frames)
    drawn = [layer.shapes() for layer in layers]
    labeled = [path for path in paths if any(path.name in shapes for shapes in drawn)]
    if not labeled:
        raise InvalidInput("None of the labels belong to these frames: no file name is the same.")
    chosen = spread(labeled, count)
    names = sorted({shape.name for layer in drawn for s in layer.values() for shape in s})
    colours = {name: COLOURS[index % len(COLOURS)] for index, name in enumerate(names)}

    tiles = [_tile(path, [shapes.get(path.name, ()) for shapes in drawn], colours, width)
             for path in chosen]  # fmt: skip
    columns = min(columns, len(tiles))
    rows = -(-len(tiles) // columns)
    height = tiles[0].height
    head = MARGIN + (TITLE if title else 0) + LEGEND
    sheet = Image.new(
        "RGB",
        (MARGIN + columns * (width + MARGIN), head + rows * (height + CAPTION + MARGIN // 2)),
        BACKGROUND,
    )
    _header(sheet, title, [layer.name for layer in layers], colours)
    pen = ImageDraw.Draw(sheet)
    for index, (path, tile) in enumerate(zip(chosen, tiles, strict=True)):
        left = MARGIN + index % columns * (width + MARGIN)
        top = head + index // columns * (height + CAPTION + MARGIN // 2)
        sheet.paste(tile, (left, top))
        pen.text((left, top + height + 5), path.name, fill=FAINT, font=_font(16))
    return sheet


def spread(paths: Sequence[Path], count: int) -> list[Path]:
    """`count` of them, the first and the last included, evenly between."""
    if len(paths) <= count:
        return list(paths)
    if count == 1:
        return [paths[len(paths) // 2]]
    return [paths[round(i * (len(paths) - 1) / (count - 1))] for i in range(count)]


def _tile(
    path: Path, layers: Sequence[Sequence[Shape]], colours: Mapping[str, str], width: int
) -> Image.Image:
    """One frame with its labels. Drawn at twice its size, so that shrinking smooths the lines."""
    with Image.open(path) as image:
        frame = image.convert("RGB")
    scale = 2 * width / frame.width
    height = round(frame.height * width / frame.width)
    large = frame.resize((2 * width, 2 * height), Image.Resampling.LANCZOS)
    for number, shapes in enumerate(layers):
        final = number == len(layers) - 1
        for shape in shapes:
            colour = colours[shape.name]
            stroke = (
                Stroke(colour=colour, width=5, dashed=False)
                if final
                else Stroke(colour=_light(colour), width=7, dashed=True)
            )
            draw_shape(large, shape, stroke, scale=scale, named=_font(26) if final else None)
    return large.resize((width, height), Image.Resampling.LANCZOS)


def _header(
    sheet: Image.Image, title: str, layers: Sequence[str], colours: Mapping[str, str]
) -> None:
    pen = ImageDraw.Draw(sheet)
    top = MARGIN
    if title:
        pen.text((MARGIN, top - 4), title, fill=INK, font=_font(34))
        top += TITLE
    left: float = MARGIN
    font = _font(20)
    for number, name in enumerate(layers):
        middle = top + 12
        stops = (0, 44) if number == len(layers) - 1 else (0, 10, 17, 27, 34, 44)
        for start, end in zip(stops[::2], stops[1::2], strict=True):
            pen.line([(left + start, middle), (left + end, middle)], fill=INK, width=3)
        pen.text((left + 54, top), name, fill=INK, font=font)
        left += 54 + pen.textlength(name, font=font) + 40
    for name, colour in colours.items():
        pen.rounded_rectangle([left, top + 3, left + 20, top + 21], radius=4, fill=colour)
        pen.text((left + 30, top), name, fill=INK, font=font)
        left += 30 + pen.textlength(name, font=font) + 32


def _light(colour: str) -> str:
    """Halfway to white: seen beside a solid line of the colour itself."""
    red, green, blue = ((255 + part) // 2 for part in ImageColor.getrgb(colour)[:3])
    return f"#{red:02x}{green:02x}{blue:02x}"


def _font(size: int) -> Any:
    return ImageFont.load_default(size)
