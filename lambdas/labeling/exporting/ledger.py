"""Keeps the books of an export: every annotation is either written or counted as missing."""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import BinaryIO, TextIO

from labeling.exporting.kinds import NAMES
from labeling.exporting.report import NotHeld, Report
from labeling.exporting.sink import Sink
from labeling.merging.merged import MergedAnnotation, MergedFrame, MergedObject

_LONGEST_EXAMPLE = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Holds:
    """What a format has room for; `docs/exports.md` shows it as a table.

    `kinds` are kinds of labels by name. `tracks` says whether objects are followed through frames,
    `provenance` whether job, level, workers and checks are kept, `custom` whether labels of custom
    jobs are.
    """

    format: str
    kinds: frozenset[str]
    tracks: bool = False
    attributes: bool = False
    frame_attributes: bool = False
    confidence: bool = False
    provenance: bool = False
    custom: bool = False


class Ledger:
    """Counts what a writer does, and opens its files."""

    def __init__(self, holds: Holds, sink: Sink) -> None:
        self.holds = holds
        self._sink = sink
        self._files = 0
        self._size = 0
        self._objects = 0
        self._frames = 0
        self._tracks = 0
        self._annotations: Counter[str] = Counter()
        self._missing: dict[tuple[str, str], tuple[int, str]] = {}

    @contextmanager
    def open(self, name: str) -> Iterator[BinaryIO]:
        """A new file of the export."""
        with self._sink.open(name) as file:
            counted = _Counted(file)
            yield counted
        self._files += 1
        self._size += counted.size

    @contextmanager
    def text(self, name: str) -> Iterator[TextIO]:
        """A new file of the export for UTF-8 text, with line ends as written."""
        with self.open(name) as file:
            text = io.TextIOWrapper(file, encoding="utf-8", errors="replace", newline="")
            yield text
            text.flush()
            text.detach()

    def object(self, merged: MergedObject) -> None:
        """A data object comes; counts its layers that have no labels or custom ones."""
        self._objects += 1
        for layer in merged.layers:
            if layer.unlabeled:
                example = f"{merged.source} ({layer.attribute}: {layer.unlabeled})"
                self.lost("labels", "the object is not labeled", example)
            if layer.provenance is not None and not self.holds.custom:
                why = f"{self.holds.format} has no labels of custom jobs"
                self.lost("custom label", why, f"{merged.source} ({layer.attribute})")

    def frame(self, frame: MergedFrame) -> None:
        """A frame is written; counts its answers where the format has no room for them."""
        self._frames += 1
        self._unlabeled(frame)
        if frame.attributes and not self.holds.frame_attributes:
            self.lost_part("frame attributes", frame)

    def leave(self, frame: MergedFrame, why: str) -> None:
        """A frame is not written, and so are its annotations."""
        self._unlabeled(frame)
        self.lost("frames", why, place(frame))
        for annotation in frame.annotations:
            self.lost(NAMES[type(annotation.label)], why, place(frame, annotation))

    def keeps(self, annotation: MergedAnnotation, frame: MergedFrame) -> bool:
        """Whether the format has such labels; if not, this one is counted as missing."""
        kind = NAMES[type(annotation.label)]
        if kind in self.holds.kinds:
            return True
        self.lost(kind, f"{self.holds.format} has no labels of this kind", place(frame, annotation))
        return False

    def wrote(self, annotation: MergedAnnotation, frame: MergedFrame, *, tracked: bool) -> None:
        """An annotation is written; counts those of its parts that the format has no room for.

        `tracked` says whether it is one of an object that is followed through frames.
        """
        label, holds = annotation.label, self.holds
        self._annotations[NAMES[type(label)]] += 1
        if label.attributes and not holds.attributes:
            self.lost_part("attributes", frame, annotation)
        if tracked and not holds.tracks:
            self.lost_part("tracks", frame, annotation)
        if label.confidence is not None and not holds.confidence:
            self.lost_part("confidence", frame, annotation)
        if not holds.provenance:
            self.lost_part("provenance", frame, annotation)

    def _unlabeled(self, frame: MergedFrame) -> None:
        for attribute, reason in frame.unlabeled.items():
            example = f"{place(frame)} ({attribute}: {reason})"
            self.lost("labels", "the frame is not labeled", example)

    def tracks(self, count: int) -> None:
        """So many objects were followed through the frames of a clip."""
        self._tracks += count

    def lost_part(
        self, what: str, frame: MergedFrame, annotation: MergedAnnotation | None = None
    ) -> None:
        """A part of an annotation or frame that the format has no room for."""
        key = (what, f"{self.holds.format} has no room for them")
        if (known := self._missing.get(key)) is None:
            self._missing[key] = (1, place(frame, annotation))
        else:
            self._missing[key] = (known[0] + 1, known[1])

    def lost(self, what: str, why: str, example: str) -> None:
        """Something is not written, or not as it is. `why` must be one of few sentences."""
        count, first = self._missing.get((what, why), (0, example[:_LONGEST_EXAMPLE]))
        self._missing[what, why] = (count + 1, first)

    def report(self) -> Report:
        return Report(
            format=self.holds.format,
            files=self._files,
            size=self._size,
            objects=self._objects,
            frames=self._frames,
            annotations=dict(sorted(self._annotations.items())),
            tracks=self._tracks,
            not_held=tuple(
                NotHeld(what=what, why=why, count=count, example=example)
                for (what, why), (count, example) in sorted(self._missing.items())
            ),
        )


def place(frame: MergedFrame, annotation: MergedAnnotation | None = None) -> str:
    """Where something is, for people."""
    where = frame.uri or " ".join(part for part in (frame.source, frame.name) if part)
    if annotation is None:
        return where[:_LONGEST_EXAMPLE]
    label = annotation.label
    name = (label.track and label.track.object_name) or label.label
    return f"{where[:_LONGEST_EXAMPLE]} ({annotation.attribute}: {name})"


class _Counted(io.BufferedIOBase, BinaryIO):
    """A file that knows how much was written."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.size = 0

    def writable(self) -> bool:
        return True

    def write(self, data: bytes) -> int:  # type: ignore[override]
        self.size += len(data)
        return self._file.write(data)

    def flush(self) -> None:
        """The file itself is flushed when it is closed."""

    def close(self) -> None:
        """Whoever opened the file closes it."""
