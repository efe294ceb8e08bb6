"""How far two segmentations agree on where a class is."""

from __future__ import annotations

import numpy as np

from labeling.labels.errors import LabelsUnreadable
from labeling.labels.masks import Mask, PointMask
from labeling.quality.tracks import Flags


class MaskIou:
    """Intersection over union of the pixels (or points) of a class. Each picture is decoded once
    as long as this object lives: all classes of a segmentation lie in the same one."""

    def __init__(self) -> None:
        self._decoded: dict[int, np.ndarray[tuple[int, ...], np.dtype[np.uint8]]] = {}

    def __call__(self, first: Mask | PointMask, second: Mask | PointMask) -> float:
        """0 to 1: 1 where neither has any, 0 for different classes or sizes. Raises
        `LabelsUnreadable` where a file was not fetched or is none."""
        if first.label != second.label:
            return 0.0
        ours, theirs = self._where(first), self._where(second)
        if ours.shape != theirs.shape:
            return 0.0
        either = int(np.count_nonzero(ours | theirs))
        return int(np.count_nonzero(ours & theirs)) / either if either else 1.0

    def _where(self, mask: Mask | PointMask) -> Flags:
        source = mask.picture if isinstance(mask, Mask) else mask.cloud
        if id(source) not in self._decoded:
            self._decoded[id(source)] = _classes(mask)
        where: Flags = self._decoded[id(source)] == mask.class_id
        return where


def _classes(mask: Mask | PointMask) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    if isinstance(mask, PointMask):
        if mask.cloud.classes is None:
            raise LabelsUnreadable("the classes of points were not fetched", file=mask.cloud.uri)
        return np.frombuffer(mask.cloud.classes, np.uint8)
    pixels = mask.picture.decode()
    return np.frombuffer(pixels.classes, np.uint8).reshape(pixels.height, pixels.width)
