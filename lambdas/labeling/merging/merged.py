"""The merged data set: everything that a batch knows of each data object, in one place.

A `MergedObject` is one image, text, video, clip or point cloud. It has *layers*, one for each job
that labeled it from scratch (vehicle boxes, lane polylines, scene classes): the job's labels, with
whatever audits made of them. The annotations of all layers stand together, frame by frame.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from labeling.labels import Label, PictureSize


@dataclass(frozen=True, slots=True, kw_only=True)
class Provenance:
    """Where an annotation comes from.

    `job` is the job of the request that had the last word, in its `level`; `labeling_job` is the
    name of the Ground Truth job that answered for it. `edited` says whether that job changed or
    added the annotation; None where it audits nothing, or nobody can tell. `origin` is the job that
    gave the annotation its present form: another one than `job` where audits left it as it was.

    `workers` are the ids of the people who worked on the object in `job`; empty where unknown.
    `checks` are the checks that the annotation has passed in its present form, by name; None where
    nothing was checked. `created_at` is when `job` labeled the object (see `right_handed_yaw`).
    """

    job: str
    level: int
    labeling_job: str
    origin: str
    edited: bool | None = None
    workers: tuple[str, ...] = ()
    checks: tuple[str, ...] | None = None
    created_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MergedAnnotation:
    """One label, of the layer called `attribute`.

    Annotations of one object share their provenances. `label.frame`, `frame_number` and `sensor`
    are those of the frame that it stands in.
    """

    label: Label
    attribute: str
    provenance: Provenance


@dataclass(frozen=True, slots=True, kw_only=True)
class MergedFrame:
    """One frame of a sequence, or the whole of a data object that is none.

    `name` is the frame's file name and `number` its place in the sequence, from 0; both are None
    where the object is no sequence. `sensor` is `lidar` or `camera-0` … where point cloud and
    pictures are labeled together, else empty. `uri` is where its picture, point cloud or video
    lies; None for texts, and where nobody knows. `size` is None where no file tells it: that of
    video frames hardly ever is known.

    `attributes` are the answers about the frame as a whole, by layer. A frame that nobody drew
    anything in is there all the same, without annotations. `unlabeled` says of layers that are
    labeled in other frames only, why not in this one.
    """

    source: str
    name: str | None = None
    number: int | None = None
    sensor: str = ""
    uri: str | None = None
    size: PictureSize | None = None
    attributes: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    unlabeled: Mapping[str, str] = field(default_factory=dict)
    annotations: tuple[MergedAnnotation, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Layer:
    """What one chain of jobs made of an object: labeled by `job`, then audited, maybe.

    `attribute` is the label attribute of that first job: layers are known by it. `modality` is
    that job's, like `VideoObjectTracking`; `type` is the output type, like
    `groundtruth/video-object-tracking`, empty where the object is not labeled. `unlabeled` says
    why it is not, and is empty where it is. `judges` is the layer that the labels of a verification
    are about, else empty. `content` is the label of a custom job as it stands, or the answers that
    it leads to, with its `provenance`; both are None for all others.
    """

    attribute: str
    job: str
    modality: str
    type: str = ""
    unlabeled: str = ""
    judges: str = ""
    content: Any = None
    provenance: Provenance | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MergedObject:
    """One data object with all its labels. `source` is its URI, or the text itself (`is_text`).

    There are no frames where no layer is labeled. What is said of a sequence as a whole stands in
    a frame without a name, before the others.
    """

    source: str
    is_text: bool = False
    layers: tuple[Layer, ...] = ()
    frames: tuple[MergedFrame, ...] = ()

    @property
    def annotations(self) -> Iterator[MergedAnnotation]:
        """Those of all frames, in their order."""
        return (annotation for frame in self.frames for annotation in frame.annotations)

    @property
    def is_sequence(self) -> bool:
        return any(frame.name is not None for frame in self.frames)
