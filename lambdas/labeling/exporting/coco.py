"""COCO: one JSON document, with the tracks that video data sets add to it.

Format: "Data format" on cocodataset.org. Added as TAO and BDD100K do: `videos`, and for each image
`video_id` and `frame_id`, for each annotation `track_id` (unique in the document). `attributes` and
`score` are what CVAT and COCO's results have. Lists are streamed: annotations as they come, images
by way of a temporary file.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from shutil import copyfileobj
from tempfile import SpooledTemporaryFile
from typing import IO, Any

from labeling.exporting.coco_masks import Masks
from labeling.exporting.ledger import Holds, Ledger, place
from labeling.exporting.names import Classes
from labeling.exporting.options import Options
from labeling.exporting.report import Report
from labeling.exporting.sink import Sink
from labeling.exporting.values import bounds, enclosed
from labeling.exporting.views import Picture, View, pictures, views
from labeling.labels import Box, KeyPoint, Label, LabelsUnreadable, Mask, Polygon
from labeling.merging.merged import MergedAnnotation, MergedFrame, MergedObject

FILE = "annotations/instances_default.json"
HOLDS = Holds(
    format="COCO",
    kinds=frozenset({"box", "polygon", "keypoint", "mask"}),
    tracks=True,
    attributes=True,
    frame_attributes=True,
    confidence=True,
)

_ENCODE = json.JSONEncoder(separators=(",", ":")).encode
_IN_MEMORY = 16 * 1024 * 1024
_CORNERS = 3  # that a polygon has at least


def write(objects: Iterable[MergedObject], sink: Sink, options: Options | None = None) -> Report:
    """Write the document. Masks are in it if `options.fetch` brings their pixels."""
    ledger = Ledger(HOLDS, sink)
    with ExitStack() as files:
        document = _Document(
            files.enter_context(ledger.text(FILE)),
            files.enter_context(_temporary()),
            ledger,
            options or Options(),
        )
        for view in views(objects, ledger, document.options):
            document.add(view)
        document.finish()
    return ledger.report()


class _Document:
    def __init__(self, out: IO[str], images: IO[str], ledger: Ledger, options: Options) -> None:
        self._annotations = _List(out)
        self._images = _List(images)
        self._out = out
        self._ledger = ledger
        self.options = options
        self._classes = Classes(options.classes)
        self._points: set[str] = set()
        self._videos: list[str] = []
        self._tracks = 0
        self._masks = Masks(options.fetch) if options.fetch else None
        out.write('{"annotations":[')

    def add(self, view: View) -> None:
        tracks: dict[tuple[str, str], int] = {}
        if view.is_clip:
            self._videos.append(view.name)
        for picture in pictures(view, self._ledger):
            self._images.append(self._image(picture, view))
            for annotation in picture.frame.annotations:
                if not self._ledger.keeps(annotation, picture.frame):
                    continue
                shape = self._shape(annotation, picture.frame)
                if shape is None:
                    continue
                key = view.track(annotation)
                if key is not None:
                    track = tracks.setdefault(key, self._tracks + len(tracks) + 1)
                    shape = {**shape, "track_id": track}
                self._annotations.append(self._annotation(annotation.label, shape))
                self._ledger.wrote(annotation, picture.frame, tracked=key is not None)
        self._tracks += len(tracks)
        self._ledger.tracks(len(tracks))

    def finish(self) -> None:
        self._out.write('\n],\n"images":[')
        self._images.to(self._out)
        videos = [{"id": number, "name": name} for number, name in enumerate(self._videos, 1)]
        self._out.write(f'\n],\n"videos":{_ENCODE(videos)},\n')
        self._out.write(f'"categories":{_ENCODE(list(self._categories()))},\n')
        self._out.write('"licenses":[],\n"info":{}}\n')

    def _image(self, picture: Picture, view: View) -> dict[str, Any]:
        frame = picture.frame
        image: dict[str, Any] = {"id": self._images.count + 1, "file_name": picture.file}
        if picture.size is None:
            why = "nobody knows the size of the picture, so that it is missing"
            self._ledger.lost("picture size", why, place(frame))
        else:
            image |= {"width": picture.size.width, "height": picture.size.height}
        if frame.uri is not None:
            image["coco_url"] = frame.uri
        if view.is_clip:
            image |= {"video_id": len(self._videos), "frame_id": picture.number}
        if frame.attributes:
            image["attributes"] = frame.attributes
        return image

    def _annotation(self, label: Label, shape: dict[str, Any]) -> dict[str, Any]:
        annotation = {
            "id": self._annotations.count + 1,
            "image_id": self._images.count,
            "category_id": self._classes.id_of(label.label) + 1,
            "iscrowd": 0,
            **shape,
        }
        if label.attributes:
            annotation["attributes"] = label.attributes
        if label.confidence is not None:
            annotation["score"] = label.confidence
        return annotation

    def _shape(self, annotation: MergedAnnotation, frame: MergedFrame) -> dict[str, Any] | None:
        label = annotation.label
        match label:
            case Box():
                box = (label.left, label.top, label.width, label.height)
                return {"bbox": box, "area": label.width * label.height, "segmentation": []}
            case Polygon():
                return self._polygon(label, annotation, frame)
            case KeyPoint():
                self._points.add(label.label)
                return {
                    "keypoints": (label.x, label.y, 2),
                    "num_keypoints": 1,
                    "bbox": (label.x, label.y, 0, 0),
                    "area": 0,
                    "segmentation": [],
                }
            case Mask():
                return self._mask(label, annotation, frame)
        return None

    def _polygon(
        self, label: Polygon, annotation: MergedAnnotation, frame: MergedFrame
    ) -> dict[str, Any] | None:
        if len(label.vertices) < _CORNERS:
            why = "COCO has no polygons of less than three vertices"
            self._ledger.lost("polygon", why, place(frame, annotation))
            return None
        return {
            "bbox": bounds(label.vertices),
            "area": enclosed(label.vertices),
            "segmentation": [[value for point in label.vertices for value in (point.x, point.y)]],
        }

    def _mask(
        self, label: Mask, annotation: MergedAnnotation, frame: MergedFrame
    ) -> dict[str, Any] | None:
        if self._masks is None:
            self._ledger.lost("mask", "its pixels were not looked at", place(frame, annotation))
            return None
        try:
            runs = self._masks.run_lengths(label)
        except LabelsUnreadable:
            self._ledger.lost("mask", "its pixels cannot be read", place(frame, annotation))
            return None
        return {
            "bbox": runs.box,
            "area": runs.area,
            # One class of a picture is not one thing, and only such have run lengths in COCO.
            "iscrowd": 1,
            "segmentation": {"counts": runs.counts, "size": (runs.height, runs.width)},
        }

    def _categories(self) -> Iterator[dict[str, Any]]:
        for number, name in enumerate(self._classes, start=1):
            category: dict[str, Any] = {"id": number, "name": name, "supercategory": ""}
            if name in self._points:
                category |= {"keypoints": [name], "skeleton": []}
            yield category


class _List:
    """The items of a JSON list, each on a line of its own."""

    def __init__(self, out: IO[str]) -> None:
        self._out = out
        self.count = 0

    def append(self, item: dict[str, Any]) -> None:
        self._out.write((",\n" if self.count else "\n") + _ENCODE(item))
        self.count += 1

    def to(self, other: IO[str]) -> None:
        self._out.seek(0)
        copyfileobj(self._out, other)


def _temporary() -> SpooledTemporaryFile[str]:
    return SpooledTemporaryFile(_IN_MEMORY, "w+", encoding="utf-8", newline="")
