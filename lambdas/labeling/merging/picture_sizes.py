"""How large the frames of clips are: their files know, their labels do not."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from io import BytesIO

from labeling.errors import LabelingError
from labeling.labels import Fetch, PictureSize
from labeling.merging.merged import MergedFrame, MergedObject
from labeling.modalities import PICTURES


def with_sizes(objects: Iterable[MergedObject], fetch: Fetch) -> Iterator[MergedObject]:
    """The same objects; frames of a clip that do not know their size get that of its first frame,
    of which one file is read for each clip. Where it cannot be read they stay as they are."""
    for found in objects:
        first = next((frame for frame in found.frames if _asks(frame)), None)
        size = _size(first.uri or "", fetch) if first else None
        if size is None:
            yield found
            continue
        frames = tuple(
            replace(frame, size=size) if _asks(frame) else frame for frame in found.frames
        )
        yield replace(found, frames=frames)


def _asks(frame: MergedFrame) -> bool:
    return (
        frame.name is not None
        and frame.size is None
        and (frame.uri or "").lower().endswith(PICTURES)
    )


def _size(uri: str, fetch: Fetch) -> PictureSize | None:
    from PIL import Image, UnidentifiedImageError  # only the larger asset has it

    try:
        with Image.open(BytesIO(fetch(uri))) as picture:
            return PictureSize(width=picture.width, height=picture.height)
    except (LabelingError, OSError, LookupError, UnidentifiedImageError):
        return None
