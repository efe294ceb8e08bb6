"""KITTI tracking: a text file for each clip, a line for each box or cuboid.

Format: `readme.txt` of the tracking development kit: frame from 0, object from 0, class, truncated,
occluded, alpha, left, top, right, bottom, height, width, length, x, y, z, rotation_y. What is not
known is -1 (as -1000 and -10 where the kit says so for objects that have no cuboid).

Cuboids have no camera here. They stand in the coordinates of their point cloud, turned to the axes
of KITTI's cameras (x right, y down, z forward), which `calib/` says too.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from math import atan2, pi, remainder, tau
from typing import Any

from labeling.exporting.ledger import Holds, Ledger, place
from labeling.exporting.names import file_suffix
from labeling.exporting.options import Options
from labeling.exporting.picture_list import picture_list
from labeling.exporting.report import Report
from labeling.exporting.sink import Sink
from labeling.exporting.values import corners, flag, number
from labeling.exporting.views import Picture, View, views
from labeling.labels import Box, Cuboid, right_handed_yaw
from labeling.merging.merged import MergedAnnotation, MergedFrame, MergedObject

HOLDS = Holds(format="KITTI tracking", kinds=frozenset({"box", "cuboid"}), tracks=True)

_SEQMAP = "evaluate_tracking.seqmap.training"
_NO_CUBOID = "-1 -1 -1 -1000 -1000 -1000 -10"
_UNTRACKED = -1
_TURNED = (
    "".join(f"P{camera}: 1 0 0 0 0 1 0 0 0 0 1 0\n" for camera in range(4))
    + "R_rect 1 0 0 0 1 0 0 0 1\n"
    + "Tr_velo_cam 0 -1 0 0 0 0 -1 0 1 0 0 0\n"
    + "Tr_imu_velo 1 0 0 0 0 1 0 0 0 0 1 0\n"
)


def write(objects: Iterable[MergedObject], sink: Sink, options: Options | None = None) -> Report:
    """Write `label_02/<number>.txt` for each clip and each camera of one, `calib/` for clips of
    point clouds, the list of all clips, and `pictures.csv`."""
    ledger = Ledger(HOLDS, sink)
    count = 0
    with picture_list(ledger) as add, ledger.text(_SEQMAP) as listed:
        for view in views(objects, ledger, options or Options()):
            if not view.is_clip:
                for picture in view.pictures:
                    why = "KITTI tracking has clips only, and this is a single picture"
                    ledger.leave(picture.frame, why)
                continue
            sequence = f"{count:04d}"
            count += 1
            folder = "velodyne" if view.is_cloud else "image_02"
            for picture in view.pictures:
                ledger.frame(picture.frame)
                file = f"{picture.number:06d}{file_suffix(picture.file)}"
                add(f"{folder}/{sequence}/{file}", picture.frame)
            with ledger.text(f"label_02/{sequence}.txt") as out:
                out.writelines(_lines(view, ledger))
            if view.is_cloud:
                with ledger.text(f"calib/{sequence}.txt") as out:
                    out.write(_TURNED)
            listed.write(f"{sequence} empty 000000 {view.pictures[-1].number + 1:06d}\n")
    return ledger.report()


def _lines(view: View, ledger: Ledger) -> Iterator[str]:
    tracks: dict[tuple[str, str], int] = {}
    for picture in view.pictures:
        for annotation in picture.frame.annotations:
            if not ledger.keeps(annotation, picture.frame):
                continue
            key = view.track(annotation)
            track = _UNTRACKED if key is None else tracks.setdefault(key, len(tracks))
            yield f"{picture.number} {track} {_object(annotation, picture, ledger)}\n"
            ledger.wrote(annotation, picture.frame, tracked=key is not None)
    ledger.tracks(len(tracks))


def _object(annotation: MergedAnnotation, picture: Picture, ledger: Ledger) -> str:
    label = annotation.label
    about = f"{_class(annotation, picture.frame, ledger)} {_seen(label.attributes)}"
    if isinstance(label, Cuboid):
        yaw = right_handed_yaw(label.yaw, annotation.provenance.created_at)
        if label.roll or label.pitch:
            why = "KITTI turns cuboids about the vertical axis only"
            ledger.lost("roll and pitch", why, place(picture.frame, annotation))
        # Its lower side is where a cuboid stands.
        x, y, z = -label.center_y, label.height / 2 - label.center_z, label.center_x
        turn = remainder(-yaw - pi / 2, tau)
        alpha = remainder(turn - atan2(x, z), tau)
        size = (label.height, label.width, label.length)
        values = " ".join(map(number, (*size, x, y, z, turn)))
        return f"{about} {number(alpha)} -1 -1 -1 -1 {values}"
    assert isinstance(label, Box)
    return f"{about} -10 {' '.join(map(number, corners(label)))} {_NO_CUBOID}"


def _class(annotation: MergedAnnotation, frame: MergedFrame, ledger: Ledger) -> str:
    name = annotation.label.label
    written = "_".join(name.split()) or "_"
    if written != name:
        why = "KITTI has no spaces in names, so that they were changed"
        ledger.lost("class names", why, place(frame, annotation))
    return written


def _seen(attributes: Mapping[str, Any]) -> str:
    """Truncated and occluded: 1 if somebody said so, 0 if somebody denied it, else -1."""
    flags = (flag(attributes, question) for question in ("truncated", "occluded"))
    return " ".join("-1" if answer is None else str(int(answer)) for answer in flags)
