"""Lines of the manifest that name a picture."""

from collections.abc import Mapping
from io import BytesIO
from typing import Any

from PIL import Image, UnidentifiedImageError

from emulator.ground_truth.errors import InputUnusable, ObjectUnusable
from emulator.ground_truth.limits import Limits
from emulator.ground_truth.ports import ObjectStore, StoreError
from emulator.ground_truth.sources import PICTURES, Frame, Source


def read_picture(line: Mapping[str, Any], *, objects: ObjectStore, limits: Limits) -> Source:
    """The picture of a line, as a source of one frame. Raises `InputUnusable` for a line that names
    none, and `ObjectUnusable` for a picture that nobody could see. The formats are those of the
    page "Supported Data Formats", the sizes those of "Input Data Quotas"."""
    uri = line.get("source-ref")
    if not isinstance(uri, str) or not uri.startswith("s3://"):
        raise InputUnusable(f"source-ref must be the S3 URI of an image, it is {uri!r}.")
    if not uri.lower().endswith(PICTURES):
        raise InputUnusable(f"The image {uri} must be one of {', '.join(PICTURES)}.")
    try:
        body = objects.read(uri)
    except StoreError as error:
        raise ObjectUnusable(str(error)) from error
    if len(body) > limits.image_bytes:
        raise ObjectUnusable(f"The image {uri} has more than {limits.image_bytes} bytes.")
    width, height, channels = _size(uri, body)
    if width * height > limits.image_pixels:
        raise ObjectUnusable(f"The image {uri} has more than {limits.image_pixels} pixels.")
    frame = Frame(uri.rpartition("/")[2], 0, uri, size=(width, height, channels))
    return Source(uri, (frame,))


def _size(uri: str, body: bytes) -> tuple[int, int, int]:
    try:
        with Image.open(BytesIO(body)) as image:
            return (*image.size, len(image.getbands()))
    except (UnidentifiedImageError, Image.DecompressionBombError) as error:
        raise ObjectUnusable(f"The image {uri} cannot be read: {error}") from error
