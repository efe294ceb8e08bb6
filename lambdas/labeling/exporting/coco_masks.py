"""The pixels of a mask as COCO has them: how many in turn are outside and inside."""

from __future__ import annotations

from dataclasses import dataclass, replace

from labeling.errors import LabelingError
from labeling.labels import Fetch, LabelsUnreadable, Mask, MaskPicture, PixelClasses


@dataclass(frozen=True, slots=True, kw_only=True)
class RunLengths:
    """`counts` are numbers of pixels, column by column from the upper left corner: first those
    outside, then those inside, and so on. `box` is left, top, width and height, all of them 0 where
    there is no pixel inside; `area` is their number."""

    width: int
    height: int
    counts: list[int]
    box: tuple[int, int, int, int]
    area: int


class Masks:
    """Reads masks; the picture of the last one is kept, as its other classes come next."""

    def __init__(self, fetch: Fetch) -> None:
        self._fetch = fetch
        self._uri = ""
        self._pixels = PixelClasses(0, 0, b"")

    def run_lengths(self, mask: Mask) -> RunLengths:
        """The pixels of one class; raises `LabelsUnreadable`."""
        if self._uri != mask.picture.uri:
            self._pixels = self._read(mask.picture)
            self._uri = mask.picture.uri
        return _run_lengths(self._pixels, mask.class_id)

    def _read(self, picture: MaskPicture) -> PixelClasses:
        try:
            png = self._fetch(picture.uri)
        except (LabelingError, OSError, LookupError) as error:
            raise LabelsUnreadable(f"it cannot be fetched ({error})", file=picture.uri) from error
        try:
            return replace(picture, png=png).decode()
        except ImportError as error:
            raise LabelsUnreadable(f"it takes Pillow ({error})", file=picture.uri) from error


def _run_lengths(pixels: PixelClasses, class_id: int) -> RunLengths:
    import numpy as np

    flat = np.frombuffer(pixels.classes, dtype=np.uint8)
    inside = flat.reshape(pixels.height, pixels.width) == class_id
    columns = inside.T.reshape(-1)
    changes = np.flatnonzero(columns[1:] != columns[:-1]) + 1
    counts = np.diff(changes, prepend=0, append=columns.size).tolist()
    if columns.size and columns[0]:
        counts = [0, *counts]
    xs, ys = np.flatnonzero(inside.any(axis=0)), np.flatnonzero(inside.any(axis=1))
    box = (0, 0, 0, 0)
    if xs.size:
        left, top = int(xs[0]), int(ys[0])
        box = (left, top, int(xs[-1]) - left + 1, int(ys[-1]) - top + 1)
    return RunLengths(
        width=pixels.width,
        height=pixels.height,
        counts=counts,
        box=box,
        area=int(inside.sum()),
    )
