"""COCO: documents of data sets, with the tracks that video data sets add, and lists of results.

Format: "Data format" and "Results format" on cocodataset.org. Tracks are understood as TAO,
BDD100K, CVAT and this project's exports write them: `video_id` and `frame_id` or `frame_index` of
an image, `track_id` or `instance_id` of an annotation.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import chain
from operator import attrgetter
from pathlib import Path
from typing import Any

import msgspec
import numpy as np

from labeling.quality.columns import Columns, common_size
from labeling.quality.shapes import Shapes
from labeling.quality.tracks import Floats, Ints, Tracks, coded, numbers
from smgt.checks.sources import Format, Given, Part, Source, Unreadable, counted

_Id = int | str | float | None


class _Image(msgspec.Struct, gc=False):
    id: _Id
    file_name: str | None = None
    width: float | None = None
    height: float | None = None
    video_id: _Id = None
    frame_id: int | float | None = None
    frame_index: int | float | None = None

    @property
    def place(self) -> float | None:
        return self.frame_id if self.frame_id is not None else self.frame_index


class _Named(msgspec.Struct, gc=False):
    id: _Id
    name: str | None = None


class _Annotation(msgspec.Struct, gc=False):
    image_id: _Id
    id: _Id = None
    category_id: _Id = None
    bbox: list[float | None] | None = None
    segmentation: msgspec.Raw = msgspec.Raw(b"null")
    iscrowd: int | bool | None = 0
    track_id: _Id = None
    instance_id: _Id = None

    @property
    def track(self) -> _Id:
        return self.track_id if self.track_id is not None else self.instance_id


class _Document(msgspec.Struct):
    annotations: list[_Annotation]
    images: list[_Image] | None = None
    categories: list[_Named] | None = None
    videos: list[_Named] | None = None


_DOCUMENT = msgspec.json.Decoder(_Document)
_RESULTS = msgspec.json.Decoder(list[_Annotation])


def read(path: Path, content: bytes, given: Given) -> Source:
    """The boxes and polygons of a COCO document. Raises `Unreadable`."""
    try:
        document = _DOCUMENT.decode(content)
    except msgspec.MsgspecError as error:
        raise Unreadable(f"it is no COCO document: {error}") from error
    return _source(path, document, given)


def read_results(path: Path, content: bytes, given: Given) -> Source:
    """The boxes of a list of results, of which each names its image."""
    try:
        results = _RESULTS.decode(content)
    except msgspec.MsgspecError as error:
        raise Unreadable(f"it is no list of COCO results: {error}") from error
    return _source(path, _Document(annotations=results), given)


def _source(path: Path, document: _Document, given: Given) -> Source:
    crowd = sum(1 for each in document.annotations if each.iscrowd)
    kept = [each for each in document.annotations if not each.iscrowd]
    known = {image.id for image in document.images or ()}
    if document.images is None:
        document.images = [_Image(id=key) for key in _sorted({each.image_id for each in kept})]
        known = {image.id for image in document.images}
    lost = sum(1 for each in kept if each.image_id not in known)
    kept = [each for each in kept if each.image_id in known]
    parts = list(_parts(document.images, kept, document, given))
    notes = []
    if crowd:
        notes.append(f"{counted(crowd, 'crowd')} (iscrowd) not checked: their boxes are of many.")
    if lost:
        notes.append(f"{counted(lost, 'annotation')} of images that the file has not, not checked.")
    identified = sum(1 for each in kept if each.track is not None)
    if 0 < identified < len(kept):
        others = counted(len(kept) - identified, "annotation has", "annotations have")
        notes.append(f"{others} no track, so that images were checked one by one.")
    without = sum(1 for each in kept if each.bbox is None)
    if without:
        notes.append(f"{counted(without, 'annotation')} without a bbox.")
    return Source(file=path, format=Format.COCO, parts=parts, notes=notes)


def _sorted(keys: set[_Id]) -> list[_Id]:
    return sorted(
        keys, key=lambda key: (isinstance(key, str), str(key) if isinstance(key, str) else key or 0)
    )


def _parts(
    images: Sequence[_Image], annotations: Sequence[_Annotation], document: _Document, given: Given
) -> Iterator[Part]:
    """A clip for each video, if objects have tracks; else one batch of images."""
    tracked = bool(annotations) and all(each.track is not None for each in annotations)
    videos: set[_Id] = {image.video_id for image in images} if tracked else {None}
    called = {video.id: video.name or str(video.id) for video in document.videos or ()}
    for video in _sorted(videos):
        mine = [image for image in images if image.video_id == video] if tracked else list(images)
        if tracked and all(image.place is not None for image in mine):
            mine.sort(key=lambda image: image.place or 0)
        here = {image.id for image in mine}
        labels = [each for each in annotations if each.image_id in here]
        name = called.get(video, str(video)) if len(videos) > 1 else ""
        found = _columns(mine, labels, document, given, tracked)
        yield Part(
            name=name,
            word="frame" if tracked else "image",
            columns=found,
            annotations=len(labels),
        )


def _columns(
    images: Sequence[_Image],
    annotations: Sequence[_Annotation],
    document: _Document,
    given: Given,
    tracked: bool,
) -> Columns:
    position = {image.id: number for number, image in enumerate(images)}
    other = given.picture or (np.nan, np.nan)
    sizes = np.array(
        [
            (image.width, image.height) if image.width and image.height else other
            for image in images
        ],
        np.float64,
    ).reshape(-1, 2)
    names = {each.id: each.name or str(each.id) for each in document.categories or ()}
    label, categories = coded(list(map(attrgetter("category_id"), annotations)))
    frame = np.array([position[each.image_id] for each in annotations], np.int64)
    classes = tuple(str(names.get(key, key)) for key in categories)
    track, track_names = _tracks(annotations, frame, label, classes, tracked)
    boxed = np.array([each.bbox is not None for each in annotations], bool)
    corners = _corners([each for each in annotations if each.bbox is not None])
    return Columns(
        boxes=Tracks(
            frame=frame[boxed],
            track=track[boxed],
            label=label[boxed],
            x=corners[:, 0],
            y=corners[:, 1],
            w=corners[:, 2],
            h=corners[:, 3],
            frames=tuple(image.file_name or f"image {image.id}" for image in images),
            track_names=track_names,
            label_names=classes,
            picture=common_size(sizes),
            tracked=tracked,
        ),
        sizes=sizes,
        classes=classes,
        polygons=_polygons(annotations, frame, track, label, track_names, sizes, tracked),
    )


def _tracks(
    annotations: Sequence[_Annotation],
    frame: Ints,
    label: Ints,
    classes: Sequence[str],
    tracked: bool,
) -> tuple[Ints, tuple[str, ...]]:
    """The object of each annotation. Without tracks each is one, called by its id, or where there
    is none by its place in its image."""
    if tracked:
        track, keys = coded([each.track for each in annotations])
        return track, tuple(map(str, keys))
    place: Counter[int] = Counter()
    names = []
    for each, number, kind in zip(annotations, frame.tolist(), label.tolist(), strict=True):
        place[number] += 1
        names.append(f"{classes[kind]} #{place[number] if each.id is None else each.id}")
    return np.arange(len(annotations)), tuple(names)


def _corners(annotations: Sequence[_Annotation]) -> Floats:
    for each in annotations:
        if len(each.bbox or ()) != 4:
            raise Unreadable(
                f"a bbox of image {each.image_id} has {len(each.bbox or ())} numbers, not four"
            )
    return numbers(list(chain.from_iterable(each.bbox or () for each in annotations))).reshape(
        -1, 4
    )


def _polygons(
    annotations: Sequence[_Annotation],
    frame: Ints,
    track: Ints,
    label: Ints,
    names: tuple[str, ...],
    sizes: Floats,
    tracked: bool,
) -> Shapes | None:
    """Each part of each outline; of tracks only outlines in one part, which can be followed."""
    rows: list[int] = []
    outlines: list[Floats] = []
    for row, each in enumerate(annotations):
        if bytes(memoryview(each.segmentation)[:1]) != b"[":
            continue  # none, or a mask
        parts = list(_outline(each))
        if tracked and len(parts) > 1:
            continue
        rows += [row] * len(parts)
        outlines += parts
    if not rows:
        return None
    order = np.lexsort((frame[rows], track[rows]))
    picked = np.array(rows, np.int64)[order]
    vertices = np.concatenate([outlines[place] for place in order.tolist()])
    return Shapes(
        frame=frame[picked],
        track=track[picked],
        label=label[picked],
        offset=np.cumsum([0, *(len(outlines[place]) for place in order.tolist())]).astype(np.int64),
        x=vertices[:, 0],
        y=vertices[:, 1],
        closed=True,
        frames=len(sizes),
        track_names=names,
        picture=common_size(sizes),
    )


def _outline(annotation: _Annotation) -> Iterator[Floats]:
    found: Any = msgspec.json.decode(annotation.segmentation)
    parts = found if all(isinstance(part, list) for part in found) else [found]
    for part in parts:
        places = numbers(part)
        if places.ndim != 1 or len(places) % 2 or not np.isfinite(places).all():
            raise Unreadable(
                f"an outline of image {annotation.image_id} is no list of pairs of numbers"
            )
        if len(places):
            yield places.reshape(-1, 2)
