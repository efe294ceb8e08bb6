"""Pascal VOC: an XML file for each picture.

Format: "Annotations" of the VOC2012 development kit, with `attributes` as CVAT and Datumaro have
them. Coordinates begin at 0, as those tools write and read them; the kit's own pictures begin at 1.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from labeling.exporting.ledger import Holds, Ledger, place
from labeling.exporting.names import Classes
from labeling.exporting.options import Options
from labeling.exporting.picture_list import picture_list
from labeling.exporting.report import Report
from labeling.exporting.sink import Sink
from labeling.exporting.values import corners, flag, number, one_line, text
from labeling.exporting.views import Picture, View, pictures, views
from labeling.exporting.xml_text import DECLARATION, element, possible
from labeling.labels import Box
from labeling.merging.merged import MergedObject

HOLDS = Holds(format="Pascal VOC", kinds=frozenset({"box"}), attributes=True)

_FLAGS = ("truncated", "difficult", "occluded")
_SET = "ImageSets/Main/default.txt"


def write(objects: Iterable[MergedObject], sink: Sink, options: Options | None = None) -> Report:
    """Write `Annotations/`, the list of all pictures, `labelmap.txt` and `pictures.csv`."""
    ledger = Ledger(HOLDS, sink)
    options = options or Options()
    classes = Classes(options.classes)
    with picture_list(ledger) as add, ledger.text(_SET) as listed:
        for view in views(objects, ledger, options):
            for picture in pictures(view, ledger):
                boxes = [
                    line
                    for box in _boxes(picture, view, ledger)
                    for line in _object(box, _class(box, classes, picture, ledger))
                ]
                with ledger.text(f"Annotations/{picture.stem}.xml") as out:
                    out.writelines(_annotation(picture, boxes, ledger))
                listed.write(f"{picture.stem}\n")
                add(f"JPEGImages/{picture.file}", picture.frame)
    with ledger.text("labelmap.txt") as out:
        out.write("# label:color_rgb:parts:actions\nbackground:0,0,0::\n")
        out.writelines(f"{name}:::\n" for name in classes if name != "background")
    return ledger.report()


def _boxes(picture: Picture, view: View, ledger: Ledger) -> Iterator[Box]:
    for annotation in picture.frame.annotations:
        label = annotation.label
        if ledger.keeps(annotation, picture.frame) and isinstance(label, Box):
            ledger.wrote(annotation, picture.frame, tracked=view.track(annotation) is not None)
            yield label


def _class(box: Box, classes: Classes, picture: Picture, ledger: Ledger) -> str:
    name = one_line(possible(box.label)).replace(":", "_")
    if name != box.label:
        why = "labelmap.txt and XML have no such characters in names, so that they were changed"
        ledger.lost("class names", why, f"{place(picture.frame)} ({box.label})")
    classes.id_of(name)
    return name


def _annotation(picture: Picture, objects: list[str], ledger: Ledger) -> Iterator[str]:
    yield DECLARATION
    yield "<annotation>\n"
    yield f"  {element('folder', 'JPEGImages')}\n"
    yield f"  {element('filename', picture.file)}\n"
    yield f"  <source>{element('image', place(picture.frame))}</source>\n"
    if (size := picture.size) is None:
        why = "nobody knows the size of the picture, so that it is missing"
        ledger.lost("picture size", why, place(picture.frame))
    else:
        width, height = element("width", size.width), element("height", size.height)
        yield f"  <size>{width}{height}{element('depth', size.depth or 3)}</size>\n"
    yield f"  {element('segmented', 0)}\n"
    yield from objects
    yield "</annotation>\n"


def _object(box: Box, name: str) -> Iterator[str]:
    yield "  <object>\n"
    yield f"    {element('name', name)}\n"
    yield f"    {element('pose', 'Unspecified')}\n"
    for question in _FLAGS:
        yield f"    {element(question, int(flag(box.attributes, question) or False))}\n"
    sides = zip(("xmin", "ymin", "xmax", "ymax"), corners(box), strict=True)
    inside = "".join(element(side, number(value)) for side, value in sides)
    yield f"    <bndbox>{inside}</bndbox>\n"
    if box.attributes:
        yield "    <attributes>\n"
        for key, answer in box.attributes.items():
            inside = element("name", key) + element("value", text(answer))
            yield f"      <attribute>{inside}</attribute>\n"
        yield "    </attributes>\n"
    yield "  </object>\n"
