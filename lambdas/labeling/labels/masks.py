"""Segmentations: a class for every pixel of a picture, or for every point of a point cloud.

Each class is a label of its own; all labels of one segmentation share its file. Pixels are decoded
when they are asked for: that takes Pillow, which only those who look at pixels need.
"""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from labeling.labels.errors import LabelsUnreadable
from labeling.labels.shapes import Label

if TYPE_CHECKING:
    from PIL.Image import Image as Picture


@dataclass(frozen=True, slots=True)
class PixelClasses:
    """The class id of every pixel, one byte each, row by row from the upper left corner."""

    width: int
    height: int
    classes: bytes


@dataclass(frozen=True, slots=True)
class MaskPicture:
    """The PNG of a segmentation. `png` is None where it was not fetched; `colors` maps `#2ca02c`
    to its class id."""

    uri: str
    png: bytes | None
    colors: Mapping[str, int]

    def decode(self) -> PixelClasses:
        """The class of every pixel.

        The service writes palette pictures whose values are class ids. Pictures that a tool has
        turned into RGB since are understood by the colors of the classes; all other colors are
        class 0. Raises `LabelsUnreadable`: not fetched, no PNG, too large or of an unknown mode.
        """
        if self.png is None:
            raise LabelsUnreadable("the picture was not fetched", file=self.uri)
        from PIL import Image

        try:
            with Image.open(io.BytesIO(self.png)) as picture:
                return PixelClasses(*picture.size, _class_of_pixels(picture, self.colors))
        # What Pillow raises for broken pictures: SyntaxError is among it.
        except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
            what = f"it is not a picture of classes ({error})"
            raise LabelsUnreadable(what, file=self.uri) from error


@dataclass(frozen=True, slots=True, kw_only=True)
class Mask(Label):
    """The pixels of one class of a segmented picture; there may be none of them.

    `color` is the one that workers saw, like `#2ca02c`, or empty.
    """

    class_id: int
    color: str
    picture: MaskPicture


@dataclass(frozen=True, slots=True)
class PointClasses:
    """The class id of every point of a point cloud, one byte each, in the order of its points.

    `classes` is None where the file was not fetched.
    """

    uri: str
    classes: bytes | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PointMask(Label):
    """The points of one class of a segmented point cloud; there may be none of them.

    `color` is the one that workers saw, like `#2ca02c`, or empty.
    """

    class_id: int
    color: str
    cloud: PointClasses


def _class_of_pixels(picture: Picture, colors: Mapping[str, int]) -> bytes:
    if picture.mode in ("P", "L"):
        return picture.tobytes()
    if picture.mode == "1":
        return picture.convert("L").point([0] + [1] * 255).tobytes()
    if picture.mode not in ("RGB", "RGBA"):
        raise ValueError(f"the mode {picture.mode} is unknown")
    return _class_of_colors(picture.convert("RGB"), colors)


def _class_of_colors(picture: Picture, colors: Mapping[str, int]) -> bytes:
    from PIL import Image, ImageChops

    classes = Image.new("L", picture.size)
    for color, class_id in colors.items():
        here = Image.new("L", picture.size, 255)
        wanted = bytes.fromhex(color.removeprefix("#"))
        for band, value in zip(picture.split(), wanted, strict=True):
            same = band.point([255 * (level == value) for level in range(256)])
            here = ImageChops.darker(here, same)
        classes.paste(class_id, mask=here)
    return classes.tobytes()
