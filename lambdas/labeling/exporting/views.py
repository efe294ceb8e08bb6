"""The data set as formats for pictures see it: clips and single pictures, each with a name."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from labeling.exporting.kinds import NAMES, is_tracking, kinds_of
from labeling.exporting.ledger import Ledger
from labeling.exporting.names import Names, file_stem, file_suffix, plain
from labeling.exporting.options import Options
from labeling.labels import PictureSize
from labeling.merging.merged import MergedAnnotation, MergedFrame, MergedObject
from labeling.modalities import modalities

_VIDEOS = frozenset({".mp4", ".ogg", ".webm"})
_LIDAR = "lidar"


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A frame and what it is called: `file` is a name that no other picture has. `number` is its
    place in the clip, from 0."""

    file: str
    number: int
    frame: MergedFrame
    size: PictureSize | None

    @property
    def stem(self) -> str:
        """The file without its suffix; no other picture has it either."""
        suffix = file_suffix(self.file)
        return self.file.removesuffix(suffix) if suffix else self.file


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """What one sensor saw of a data object. `name` is one that no other view has.

    `is_clip` says whether the pictures are a sequence; else there is one. `is_cloud` is true where
    they are point clouds. `tracked` are the layers that follow objects through frames.
    """

    name: str
    source: str
    is_clip: bool
    is_cloud: bool
    pictures: tuple[Picture, ...]
    tracked: frozenset[str]

    def track(self, annotation: MergedAnnotation) -> tuple[str, str] | None:
        """What tells the object of an annotation from all others of the view; None where it is not
        followed through the frames. Ids of one layer mean nothing to another."""
        track = annotation.label.track
        if track is None or not track.key or annotation.attribute not in self.tracked:
            return None
        return annotation.attribute, track.key


def views(objects: Iterable[MergedObject], ledger: Ledger, options: Options) -> Iterator[View]:
    """The views of all objects that the format may show; the ledger is told about all others.

    Of point clouds there are views where the format has cuboids. A frame is left out where nothing
    was asked of it that the format holds: it would look as if nothing were there.
    """
    names, files = Names(), Names()
    for merged in objects:
        ledger.object(merged)
        shown: dict[str, list[MergedFrame]] = {}
        for frame in merged.frames:
            if why := _why_not(merged, frame, ledger):
                ledger.leave(frame, why)
            else:
                shown.setdefault(frame.sensor, []).append(frame)
        for sensor, frames in shown.items():
            yield _view(merged, sensor, frames, names, files, options)


def pictures(view: View, ledger: Ledger, *, sized: str = "") -> Iterator[Picture]:
    """The pictures of a view; the ledger is told about each, and about those that are left out.

    Point clouds are none. Where `sized` says why the format has to know sizes, pictures of unknown
    size are left out too.
    """
    for picture in view.pictures:
        if view.is_cloud:
            ledger.leave(picture.frame, f"{ledger.holds.format} has pictures only")
        elif sized and picture.size is None:
            ledger.leave(picture.frame, sized)
        else:
            ledger.frame(picture.frame)
            yield picture


def is_video(merged: MergedObject) -> bool:
    """Whether the object is a file of video, and no sequence of frames."""
    return (
        not merged.is_text
        and not merged.is_sequence
        and (file_suffix(merged.source).lower() in _VIDEOS or _families(merged) == {"video"})
    )


def is_cloud(merged: MergedObject) -> bool:
    """Whether the object is made of point clouds, maybe with pictures beside them."""
    return "point-cloud" in _families(merged)


def _families(merged: MergedObject) -> set[str]:
    known = modalities()
    families = {known[it.modality].family for it in merged.layers if it.modality in known}
    if any("point_cloud" in layer.type for layer in merged.layers):
        families.add("point-cloud")
    return families


def _why_not(merged: MergedObject, frame: MergedFrame, ledger: Ledger) -> str:
    form = ledger.holds.format
    if merged.is_text or is_video(merged):
        return f"{form} has pictures only"
    if frame.name is None and merged.is_sequence:
        return f"{form} has frames only, and this is about the whole clip"
    layers = (layer for layer in merged.layers if layer.attribute not in frame.unlabeled)
    asked = any(kinds_of(layer.type) & ledger.holds.kinds for layer in layers)
    # What custom jobs ask for, their type does not say.
    if not asked and not any(
        NAMES[type(it.label)] in ledger.holds.kinds for it in frame.annotations
    ):
        return f"nothing that {form} holds was labeled here"
    return ""


def _view(
    merged: MergedObject,
    sensor: str,
    frames: Sequence[MergedFrame],
    names: Names,
    files: Names,
    options: Options,
) -> View:
    stem = file_stem(merged.source)
    name = names.unique(f"{stem}-{plain(sensor)}" if sensor else stem)
    numbers = _numbers(merged, sensor)
    return View(
        name=name,
        source=merged.source,
        is_clip=merged.is_sequence,
        is_cloud=sensor == _LIDAR or (not sensor and is_cloud(merged)),
        pictures=tuple(
            Picture(
                file=_file(name, frame, files),
                number=numbers[id(frame)],
                frame=frame,
                size=frame.size or options.size,
            )
            for frame in frames
        ),
        tracked=frozenset(it.attribute for it in merged.layers if is_tracking(it.type)),
    )


def _numbers(merged: MergedObject, sensor: str) -> Mapping[int, int]:
    """The places of frames in their clip, by identity: those they know, if all do and they ascend,
    else those that they have here."""
    frames = [
        frame
        for frame in merged.frames
        if frame.sensor == sensor and (frame.name is not None or not merged.is_sequence)
    ]
    known = [frame.number for frame in frames if frame.number is not None and frame.number >= 0]
    ascends = all(one < other for one, other in pairwise(known))
    numbers = known if ascends and len(known) == len(frames) else range(len(frames))
    return {id(frame): number for frame, number in zip(frames, numbers, strict=True)}


def _file(view: str, frame: MergedFrame, files: Names) -> str:
    stem = view if frame.name is None else f"{view}_{file_stem(frame.name)}"
    return files.unique(stem) + file_suffix(frame.uri or frame.name or frame.source)
