"""CVAT: an XML file for each clip, and one for all pictures that belong to none.

Format: "CVAT for video 1.1" and "CVAT for images 1.1" of the CVAT documentation, "Dataset and
annotation formats". What the labels are called stands at the beginning of a file, so that each
waits in a temporary file until this is known.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field

from labeling.exporting.cvat_document import Document, Shape, shape_of
from labeling.exporting.kinds import NAMES
from labeling.exporting.ledger import Holds, Ledger, place
from labeling.exporting.options import Options
from labeling.exporting.picture_list import AddPicture, picture_list
from labeling.exporting.report import Report
from labeling.exporting.sink import Sink
from labeling.exporting.views import Picture, View, pictures, views
from labeling.exporting.xml_text import attributes
from labeling.labels import ClassLabel
from labeling.merging.merged import MergedObject

IMAGES = "images.xml"
HOLDS = Holds(
    format="CVAT",
    kinds=frozenset({"box", "polyline", "polygon", "keypoint", "class"}),
    tracks=True,
    attributes=True,
)


def write(objects: Iterable[MergedObject], sink: Sink, options: Options | None = None) -> Report:
    """Write `clips/<name>.xml` for each clip, `images.xml` if there are pictures outside of clips,
    and `pictures.csv`."""
    ledger = Ledger(HOLDS, sink)
    options = options or Options()
    count = 0
    with ExitStack() as files:
        add = files.enter_context(picture_list(ledger))
        images: Document | None = None
        for view in views(objects, ledger, options):
            if view.is_clip:
                _write_clip(view, ledger, add)
                continue
            for picture in pictures(view, ledger):
                if images is None:
                    images = files.enter_context(Document.opened(ledger, IMAGES, options.classes))
                _write_image(picture, count, images, view, ledger)
                add(picture.file, picture.frame)
                count += 1
        if images is not None:
            images.finish(mode="annotation", size=count, picture=None)
    return ledger.report()


def _write_image(
    picture: Picture, number: int, document: Document, view: View, ledger: Ledger
) -> None:
    frame, size = picture.frame, picture.size
    if size is None:
        why = "nobody knows the size of the picture, so that it says 0"
        ledger.lost("picture size", why, place(frame))
    width, height = (size.width, size.height) if size else (0, 0)
    inside = attributes(id=number, name=picture.file, width=width, height=height)
    document.write(f"  <image{inside}>\n")
    for annotation in frame.annotations:
        label = annotation.label
        if not ledger.keeps(annotation, frame):
            continue
        if isinstance(label, ClassLabel):
            document.tag(label)
        elif (shape := shape_of(label)) is None:
            ledger.lost(NAMES[type(label)], "it has no vertices", place(frame, annotation))
            continue
        else:
            document.shape(shape, attributes(label=label.label, source="manual"))
        ledger.wrote(annotation, frame, tracked=view.track(annotation) is not None)
    document.write("  </image>\n")


@dataclass(slots=True)
class _Track:
    label: str
    shapes: dict[int, Shape] = field(default_factory=dict)


def _write_clip(view: View, ledger: Ledger, add: AddPicture) -> None:
    seen = list(pictures(view, ledger))
    if not seen:
        return
    for picture in seen:
        add(f"{view.name}/frame_{picture.number:06d}", picture.frame)
    if seen[0].size is None:
        why = "nobody knows the size of the picture, so that it says 0"
        ledger.lost("picture size", why, place(seen[0].frame))
    with Document.opened(ledger, f"clips/{view.name}.xml") as document:
        for number, track in enumerate(_tracks(view, seen, ledger)):
            inside = attributes(id=number, label=track.label, source="manual")
            document.write(f"  <track{inside}>\n")
            for frame, outside, shape in _keyframes(track, last=seen[-1].number):
                extra = attributes(frame=frame, keyframe=1, outside=int(outside))
                document.shape(shape, extra, of=track.label)
            document.write("  </track>\n")
        length = seen[-1].number + 1
        document.finish(mode="interpolation", size=length, picture=seen[0].size)


def _tracks(view: View, seen: list[Picture], ledger: Ledger) -> Iterable[_Track]:
    """Tracks of one label and one kind of shape; what is not tracked is a track of one frame."""
    tracks: dict[tuple[object, ...], _Track] = {}
    parts: dict[tuple[str, str], set[tuple[object, ...]]] = {}
    for picture in seen:
        for place_, annotation in enumerate(picture.frame.annotations):
            label, frame = annotation.label, picture.frame
            if not ledger.keeps(annotation, frame):
                continue
            shape = shape_of(label)
            if shape is None:
                why = "CVAT for video has shapes only, and this is none"
                ledger.lost(NAMES[type(label)], why, place(frame, annotation))
                continue
            key = view.track(annotation)
            of: tuple[object, ...] = (key, label.label, shape.element)
            # CVAT has a track no more than once in a frame.
            if key is None or picture.number in getattr(tracks.get(of), "shapes", ()):
                of = (picture.number, place_)
            elif of not in parts.setdefault(key, set()):
                if parts[key]:
                    why = "a track of CVAT has one class and one kind of shape, so it was divided"
                    ledger.lost("whole tracks", why, place(frame, annotation))
                parts[key].add(of)
            tracks.setdefault(of, _Track(label.label)).shapes[picture.number] = shape
            ledger.wrote(annotation, frame, tracked=key is not None)
    ledger.tracks(len(parts))
    return tracks.values()


def _keyframes(track: _Track, *, last: int) -> Iterator[tuple[int, bool, Shape]]:
    """Every frame of a track, and the first one of each gap, where the object is outside."""
    numbers = list(track.shapes)
    for number, following in zip(numbers, [*numbers[1:], last + 1], strict=True):
        yield number, False, track.shapes[number]
        if following > number + 1:
            yield number + 1, True, track.shapes[number]
