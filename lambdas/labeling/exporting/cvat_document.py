"""One XML file of CVAT: what its labels are called, then shapes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from shutil import copyfileobj
from tempfile import SpooledTemporaryFile
from typing import IO, Any, Self

from labeling.exporting.ledger import Ledger
from labeling.exporting.values import corners, flag, number, text
from labeling.exporting.xml_text import DECLARATION, attributes, element
from labeling.labels import Box, ClassLabel, KeyPoint, Label, PictureSize, Point, Polygon, Polyline

_IN_MEMORY = 16 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Shape:
    """A label as CVAT writes it: the element's name, where it is, and the answers about it."""

    element: str
    where: str
    label: str
    answers: Mapping[str, Any]


def shape_of(label: Label) -> Shape | None:
    """The shape of a label; None for one that has none, or no vertices."""
    match label:
        case Box():
            sides = zip(("xtl", "ytl", "xbr", "ybr"), corners(label), strict=True)
            where = attributes(**{side: number(value) for side, value in sides})
            return Shape("box", where, label.label, label.attributes)
        case Polygon() | Polyline() if label.vertices:
            kind = "polygon" if isinstance(label, Polygon) else "polyline"
            return Shape(kind, _points(label.vertices), label.label, label.attributes)
        case KeyPoint():
            where = _points([Point(label.x, label.y)])
            return Shape("points", where, label.label, label.attributes)
    return None


class Document:
    """Elements are written as they come; `finish` puts the description before them."""

    def __init__(self, out: IO[str], body: IO[str], classes: Iterable[str]) -> None:
        self._out = out
        self._body = body
        # by class, the questions about it; both in the order in which they come
        self._labels: dict[str, dict[str, None]] = {name: {} for name in classes}

    @classmethod
    @contextmanager
    def opened(cls, ledger: Ledger, file: str, classes: Iterable[str] = ()) -> Iterator[Self]:
        """A new file of the export."""
        spool = SpooledTemporaryFile[str]
        with (
            ledger.text(file) as out,
            spool(_IN_MEMORY, "w+", encoding="utf-8", errors="replace", newline="") as body,
        ):
            yield cls(out, body, classes)

    def write(self, xml: str) -> None:
        self._body.write(xml)

    def tag(self, label: ClassLabel) -> None:
        """A class of the whole picture."""
        inside = attributes(label=label.label, source="manual")
        self._with_answers("tag", inside, label.label, label.attributes)

    def shape(self, shape: Shape, extra: str, *, of: str = "") -> None:
        """A shape, with attributes that a track or a picture wants of it."""
        occluded = attributes(occluded=int(flag(shape.answers, "occluded") or False))
        inside = f"{extra}{occluded}{shape.where}{attributes(z_order=0)}"
        self._with_answers(shape.element, inside, of or shape.label, shape.answers)

    def finish(self, *, mode: str, size: int, picture: PictureSize | None) -> None:
        """Write the file. `size` counts its pictures, `picture` is how large they are."""
        self._out.write(f"{DECLARATION}<annotations>\n  {element('version', '1.1')}\n")
        self._out.write(f"  <meta><task>{element('size', size)}{element('mode', mode)}\n  <labels>")
        for name, questions in self._labels.items():
            self._out.write(f"\n    <label>{element('name', name)}<attributes>")
            for question in questions:
                self._out.write(
                    f"<attribute>{element('name', question)}{element('mutable', 'True')}"
                    f"{element('input_type', 'text')}<default_value></default_value>"
                    "<values></values></attribute>"
                )
            self._out.write("</attributes></label>")
        self._out.write("\n  </labels>")
        if mode == "interpolation":
            width, height = (picture.width, picture.height) if picture else (0, 0)
            inside = element("width", width) + element("height", height)
            self._out.write(f"<original_size>{inside}</original_size>")
        self._out.write("</task></meta>\n")
        self._body.seek(0)
        copyfileobj(self._body, self._out)
        self._out.write("</annotations>\n")

    def _with_answers(self, name: str, inside: str, label: str, answers: Mapping[str, Any]) -> None:
        questions = self._labels.setdefault(label, {})
        self._body.write(f"    <{name}{inside}>")
        for question, answer in answers.items():
            questions[question] = None
            self._body.write(element("attribute", text(answer), attributes(name=question)))
        self._body.write(f"</{name}>\n")


def _points(vertices: Iterable[Point]) -> str:
    pairs = ";".join(f"{number(point.x)},{number(point.y)}" for point in vertices)
    return attributes(points=pairs)
