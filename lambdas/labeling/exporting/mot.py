"""MOT Challenge: a CSV file for each clip, a line for each box.

Format: "Submission Instructions" of motchallenge.net: frame and object from 1, left, top, width,
height, 1 for boxes that count, class from 1, visibility. Coordinates begin at 0, as CVAT and
Datumaro write and read them; the benchmark's own begin at 1. `labels.txt` has the class names.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from labeling.exporting.ledger import Holds, Ledger, place
from labeling.exporting.names import Classes, file_suffix
from labeling.exporting.options import Options
from labeling.exporting.picture_list import picture_list
from labeling.exporting.report import Report
from labeling.exporting.sink import Sink
from labeling.exporting.values import number, one_line
from labeling.exporting.views import Picture, View, pictures, views
from labeling.labels import Box
from labeling.merging.merged import MergedObject

HOLDS = Holds(format="MOT Challenge", kinds=frozenset({"box"}), tracks=True)

_UNTRACKED = -1
_NO_CLIP = "MOT Challenge has clips only, and this is a single picture"


def write(objects: Iterable[MergedObject], sink: Sink, options: Options | None = None) -> Report:
    """Write a folder for each clip, `seqmaps/all.txt` with their names, and `pictures.csv`."""
    ledger = Ledger(HOLDS, sink)
    options = options or Options()
    classes = Classes(options.classes)
    with picture_list(ledger) as add, ledger.text("seqmaps/all.txt") as listed:
        listed.write("name\n")
        for view in views(objects, ledger, options):
            if not view.is_clip:
                for picture in view.pictures:
                    ledger.leave(picture.frame, _NO_CLIP)
                continue
            seen = list(pictures(view, ledger))
            if not seen:
                continue
            folder, suffix = view.name, file_suffix(seen[0].file) or ".jpg"
            for picture in seen:
                add(f"{folder}/img1/{picture.number + 1:06d}{suffix}", picture.frame)
            with ledger.text(f"{folder}/gt/gt.txt") as out:
                out.writelines(_lines(view, seen, classes, ledger))
            with ledger.text(f"{folder}/gt/labels.txt") as out:
                out.writelines(f"{one_line(name)}\n" for name in classes)
            with ledger.text(f"{folder}/seqinfo.ini") as out:
                out.writelines(_sequence(view, seen, suffix, ledger))
            listed.write(f"{view.name}\n")
    return ledger.report()


def _lines(view: View, seen: list[Picture], classes: Classes, ledger: Ledger) -> Iterator[str]:
    tracks: dict[tuple[str, str], int] = {}
    for picture in seen:
        for annotation in picture.frame.annotations:
            box = annotation.label
            if not ledger.keeps(annotation, picture.frame) or not isinstance(box, Box):
                continue
            key = view.track(annotation)
            track = _UNTRACKED if key is None else tracks.setdefault(key, len(tracks) + 1)
            shape = ",".join(map(number, (box.left, box.top, box.width, box.height)))
            class_id = classes.id_of(box.label) + 1
            yield f"{picture.number + 1},{track},{shape},1,{class_id},1\n"
            ledger.wrote(annotation, picture.frame, tracked=key is not None)
    ledger.tracks(len(tracks))


def _sequence(view: View, seen: list[Picture], suffix: str, ledger: Ledger) -> Iterator[str]:
    """What the benchmark's tools read; 0 is said for what nobody knows."""
    size = seen[0].size
    why = "nobody knows it, so that seqinfo.ini says 0"
    ledger.lost("frame rate", why, view.source)
    if size is None:
        ledger.lost("picture size", why, place(seen[0].frame))
    yield "[Sequence]\n"
    yield f"name={view.name}\n"
    yield "imDir=img1\n"
    yield "frameRate=0\n"
    yield f"seqLength={seen[-1].number + 1}\n"
    yield f"imWidth={size.width if size else 0}\n"
    yield f"imHeight={size.height if size else 0}\n"
    yield f"imExt={suffix}\n"
