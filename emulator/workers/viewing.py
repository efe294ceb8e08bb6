"""What a scripted worker sees of a task: how large pictures are, where points lie."""

from io import BytesIO

import numpy as np
from numpy.typing import NDArray
from PIL import Image, UnidentifiedImageError

from emulator.ground_truth.ports import ObjectStore
from emulator.ground_truth.sources import Frame
from emulator.workers.geometry import Extent

Points = NDArray[np.float64]
UNREADABLE_PICTURE = (1280, 720)
NO_POINTS = [(0.0, 1.0)] * 3


def picture_extent(frame: Frame, *, objects: ObjectStore) -> Extent:
    """The size of a picture; that of a usual one for a file that is none."""
    try:
        with Image.open(BytesIO(objects.read(frame.uri))) as picture:
            width, height = picture.size
    except UnidentifiedImageError:
        width, height = UNREADABLE_PICTURE
    return [(0.0, float(width)), (0.0, float(height))]


def points_of(frame: Frame, *, objects: ObjectStore) -> Points:
    """x, y, z of every point of a cloud."""
    encoding, _, fields = frame.format.partition("/")
    body = objects.read(frame.uri)
    if encoding == "binary":
        values = np.frombuffer(body[: len(body) // 4 * 4], dtype="<f4").astype(np.float64)
        whole = len(values) // len(fields) * len(fields)
        return values[:whole].reshape(-1, len(fields))[:, :3]
    rows = [line.split()[:3] for line in body.splitlines() if line.strip()]
    return np.array(rows, dtype=np.float64).reshape(-1, 3)


def cloud_extent(points: Points) -> Extent:
    """Where most of the points lie."""
    if not len(points):
        return NO_POINTS
    low, high = np.percentile(points, 10, axis=0), np.percentile(points, 90, axis=0)
    return [(float(a), float(b)) for a, b in zip(low, high, strict=True)]
