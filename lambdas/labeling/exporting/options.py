"""What an export is told beside the data set."""

from __future__ import annotations

from dataclasses import dataclass

from labeling.labels import Fetch, PictureSize


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """`size` is that of all pictures that do not know their own: video frames hardly ever do.

    `classes` get the first class ids, in this order; all others get theirs as they come. Data sets
    that are used together, as for training and for tests, have to name the same ones.

    `fetch` returns the bytes of a URI, for formats that hold the pixels of masks; without it masks
    are left out of those, and the report says so.
    """

    size: PictureSize | None = None
    classes: tuple[str, ...] = ()
    fetch: Fetch | None = None
