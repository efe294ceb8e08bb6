"""Masks of several people: every pixel is voted on, and its neighbours have a little say.

AWS: "a multi-class variant of pixel-wise voting ... with smoothing". How it smooths is not said;
here the votes of the eight pixels around one count an eighth of its own, together.
"""

from collections.abc import Sequence
from io import BytesIO

import numpy as np
from numpy.typing import NDArray
from PIL import Image

Pixels = NDArray[np.uint8]

NEIGHBOURS = 1 / 64
ONE_WORKER = 0.0


def agreed_mask(masks: Sequence[Pixels]) -> tuple[Pixels, float]:
    """The mask made of these masks of one picture, and how sure it is as a whole, 0 to 1: the share
    of the votes that it follows, where anybody saw more than background."""
    if len(masks) == 1:
        return masks[0], ONE_WORKER
    classes = np.unique(np.stack(masks))
    votes = np.stack([sum(mask == number for mask in masks) for number in classes])
    scores = np.stack([_smoothed(vote.astype(np.float32)) for vote in votes])
    best = np.argmax(scores, axis=0)
    followed = np.take_along_axis(votes, best[np.newaxis], axis=0)[0] / len(masks)
    seen = np.any(np.stack(masks) != 0, axis=0)
    confidence = float(followed[seen].mean()) if seen.any() else 1.0
    return classes[best].astype(np.uint8), round(confidence, 2)


def pixels_of(png: bytes) -> Pixels:
    """The classes of a mask, row by row. Raises `ValueError` or `OSError` for what is no PNG of
    one channel."""
    with Image.open(BytesIO(png), formats=("PNG",)) as image:
        if image.mode not in ("P", "L"):
            raise ValueError(f"it has the mode {image.mode}, not one channel of 8 bits")
        return np.array(image, dtype=np.uint8)


def palette_png(pixels: Pixels, colors: Sequence[str]) -> bytes:
    """A PNG whose palette begins with these colors (`#2ca02c`), as the service writes masks: the
    rest of the palette is white."""
    image = Image.fromarray(pixels)
    rgb = b"".join(bytes.fromhex(color.removeprefix("#")) for color in colors)
    image.putpalette(rgb.ljust(768, b"\xff"))
    body = BytesIO()
    image.save(body, "PNG")
    return body.getvalue()


def _smoothed(votes: NDArray[np.float32]) -> NDArray[np.float32]:
    height, width = votes.shape
    around = np.pad(votes, 1)
    total = sum(
        around[row : row + height, column : column + width]
        for row in range(3)
        for column in range(3)
    )
    smoothed: NDArray[np.float32] = votes + NEIGHBOURS * (total - votes)
    return smoothed
