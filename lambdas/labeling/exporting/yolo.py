"""YOLO: a text file for each picture, a line for each box, as Ultralytics trains on.

Format: "Object Detection Datasets" of the Ultralytics documentation. `labels/train/<name>.txt` has
lines of class id, and x and y of the centre, width and height of the box as parts of the picture's.
Files without a line say that nothing is there.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator

from labeling.exporting.ledger import Holds, Ledger, place
from labeling.exporting.names import Classes
from labeling.exporting.options import Options
from labeling.exporting.picture_list import picture_list
from labeling.exporting.report import Report
from labeling.exporting.sink import Sink
from labeling.exporting.values import corners, one_line
from labeling.exporting.views import Picture, View, pictures, views
from labeling.labels import Box
from labeling.merging.merged import MergedObject

FILE = "data.yaml"
HOLDS = Holds(format="YOLO", kinds=frozenset({"box"}))

_UNSIZED = "YOLO measures in parts of the picture, and nobody knows its size"
_IMAGES = "images/train"
_LABELS = "labels/train"


def write(objects: Iterable[MergedObject], sink: Sink, options: Options | None = None) -> Report:
    """Write `data.yaml`, `pictures.csv` and the labels of all pictures whose size is known."""
    ledger = Ledger(HOLDS, sink)
    options = options or Options()
    classes = Classes(options.classes)
    with picture_list(ledger) as add:
        for view in views(objects, ledger, options):
            for picture in pictures(view, ledger, sized=_UNSIZED):
                lines = list(_lines(picture, view, classes, ledger))
                with ledger.text(f"{_LABELS}/{picture.stem}.txt") as out:
                    out.writelines(lines)
                add(f"{_IMAGES}/{picture.file}", picture.frame)
    with ledger.text(FILE) as out:
        out.write(f"path: .\ntrain: {_IMAGES}\nval: {_IMAGES}\nnames:\n")
        out.writelines(f"  {number}: {_quoted(name)}\n" for number, name in enumerate(classes))
    return ledger.report()


def _lines(picture: Picture, view: View, classes: Classes, ledger: Ledger) -> Iterator[str]:
    frame, size = picture.frame, picture.size
    assert size is not None
    for annotation in frame.annotations:
        label = annotation.label
        if not ledger.keeps(annotation, frame) or not isinstance(label, Box):
            continue
        left, top, right, bottom = corners(label)
        inside = (max(left, 0), max(top, 0), min(right, size.width), min(bottom, size.height))
        if inside[0] >= inside[2] or inside[1] >= inside[3]:
            why = "YOLO has no boxes without an area inside of the picture"
            ledger.lost("box", why, place(frame, annotation))
            continue
        if inside != (left, top, right, bottom):
            why = "YOLO has boxes inside of the picture only, so that they were cut off"
            ledger.lost("parts of boxes", why, place(frame, annotation))
        left, top, right, bottom = inside
        parts = (
            (left + right) / 2 / size.width,
            (top + bottom) / 2 / size.height,
            (right - left) / size.width,
            (bottom - top) / size.height,
        )
        yield f"{classes.id_of(label.label)} {' '.join(f'{part:.8f}' for part in parts)}\n"
        ledger.wrote(annotation, frame, tracked=view.track(annotation) is not None)


def _quoted(name: str) -> str:
    """A YAML text: those of JSON are some, and need no care."""
    return json.dumps(one_line(name))
