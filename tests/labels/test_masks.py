"""Pixels of segmented pictures, as the service writes them and as tools leave them."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from labeling.labels import LabelsUnreadable, MaskPicture

COLORS = {"#2ca02c": 1, "#1f77b4": 2}
PIXELS = bytes([0, 1, 2, 2, 1, 0])


def png(picture: Image.Image) -> bytes:
    written = io.BytesIO()
    picture.save(written, "PNG")
    return written.getvalue()


def palette() -> Image.Image:
    picture = Image.frombytes("P", (3, 2), PIXELS)
    picture.putpalette([255, 255, 255, 0x2C, 0xA0, 0x2C, 0x1F, 0x77, 0xB4])
    return picture


@pytest.mark.parametrize("mode", ["P", "RGB", "RGBA"])
def test_the_class_of_a_pixel_is_its_value_or_that_of_its_color(mode):
    stored = png(palette().convert(mode))

    found = MaskPicture("s3://b/1.png", stored, COLORS).decode()

    assert (found.width, found.height, found.classes) == (3, 2, PIXELS)


def test_gray_levels_are_classes():
    stored = png(Image.frombytes("L", (3, 2), PIXELS))

    assert MaskPicture("s3://b/1.png", stored, COLORS).decode().classes == PIXELS


def test_a_picture_of_two_colors_has_the_classes_zero_and_one():
    stored = png(Image.frombytes("L", (2, 1), bytes([0, 255])).convert("1"))

    assert MaskPicture("s3://b/1.png", stored, COLORS).decode().classes == bytes([0, 1])


def test_a_picture_that_was_not_fetched_has_no_pixels():
    with pytest.raises(LabelsUnreadable, match=r"s3://b/1\.png: the picture was not fetched"):
        MaskPicture("s3://b/1.png", None, COLORS).decode()


@pytest.mark.parametrize(
    "stored",
    [b"", b"no picture", png(palette())[:60], png(Image.new("I;16", (3, 2)))],
    ids=["empty", "text", "cut off", "16 bits"],
)
def test_what_is_no_picture_of_classes_is_refused(stored):
    with pytest.raises(LabelsUnreadable, match="it is not a picture of classes"):
        MaskPicture("s3://b/1.png", stored, COLORS).decode()
