"""What one line of an output manifest says: the data object, and the labels it was given."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar

from labeling.labels.shapes import Label

KindOfLabel = TypeVar("KindOfLabel", bound=Label)


@dataclass(frozen=True, slots=True, kw_only=True)
class PictureSize:
    """Pixels, and how many bytes each has where the file says so."""

    width: int
    height: int
    depth: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """What is labeled in one frame of a sequence.

    `name` is the file name of the frame: frames are joined by it, as the numbers of input and
    output do not agree. It is None, as the number, where the data object is no sequence: that has
    one frame. `attributes` are the answers about the frame as a whole. `size` is None where the
    file does not tell.
    """

    name: str | None = None
    number: int | None = None
    sensor: str = ""
    attributes: Mapping[str, Any] = field(default_factory=dict)
    labels: tuple[Label, ...] = ()
    size: PictureSize | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Frames:
    """Labels frame by frame; `labels` are those of all frames, in their order."""

    frames: tuple[Frame, ...] = ()

    @property
    def labels(self) -> tuple[Label, ...]:
        return tuple(label for frame in self.frames for label in frame.labels)

    def of(self, kind: type[KindOfLabel]) -> tuple[KindOfLabel, ...]:
        """The labels of one kind, like `of(Box)`."""
        return tuple(label for label in self.labels if isinstance(label, kind))


@dataclass(frozen=True, slots=True, kw_only=True)
class Labels(Frames):
    """What one job has made of one data object.

    `attribute` is its label attribute; `type` is the output type in lower case, like
    `groundtruth/video-object-tracking`. `job_name` comes without `labeling-job/`. What the
    metadata lacks is None or empty; `creation_date` is in UTC.

    `uri` is where labels outside of the manifest lie. They are read only when the reader is told
    how to fetch: `fetched` is False where it was not, and then `frames` is empty (or holds masks
    without their pixels).

    `content` is the label of a custom job as it stands: nobody but that job knows what it means.
    """

    attribute: str
    type: str
    job_name: str = ""
    creation_date: datetime | None = None
    human_annotated: bool | None = None
    adjustment_status: str | None = None
    uri: str | None = None
    fetched: bool = True
    content: Any = None

    @property
    def frame_attributes(self) -> Mapping[str | None, Mapping[str, Any]]:
        """The answers about each frame that has some, by its name."""
        return {frame.name: frame.attributes for frame in self.frames if frame.attributes}

    @property
    def adjusted(self) -> bool | None:
        """Whether an audit changed something; None for labels that are no audit."""
        return None if self.adjustment_status is None else self.adjustment_status == "adjusted"


@dataclass(frozen=True, slots=True, kw_only=True)
class LabeledObject:
    """One line of a manifest. `number` counts lines from 1, empty ones too.

    `source` is the URI of the data object, or the text itself where `is_text`. `labels` has an
    entry for each label attribute that was read; `unlabeled` says of each of the others why it
    counts as not labeled.
    """

    number: int
    source: str
    is_text: bool
    labels: Mapping[str, Labels]
    unlabeled: Mapping[str, str]
    line: Mapping[str, Any]

    def __getitem__(self, attribute: str) -> Labels:
        """The labels of one attribute; raises `KeyError` where the object is not labeled."""
        return self.labels[attribute]
