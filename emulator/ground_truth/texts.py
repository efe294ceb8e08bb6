"""Lines of the manifest that are texts, or name whole videos."""

from collections.abc import Mapping
from typing import Any

from emulator.ground_truth.errors import InputUnusable, ObjectUnusable
from emulator.ground_truth.limits import Limits
from emulator.ground_truth.ports import ObjectStore
from emulator.ground_truth.sources import Source

VIDEOS = (".mp4", ".ogg", ".webm")


def read_text(line: Mapping[str, Any], *, objects: ObjectStore, limits: Limits) -> Source:
    """The text of a line; raises `InputUnusable` for a line that names a file instead."""
    text = line.get("source")
    if not isinstance(text, str) or not text:
        raise InputUnusable(f"source must be the text to label, it is {text!r}.")
    return Source(uri="", text=text)


def read_video(line: Mapping[str, Any], *, objects: ObjectStore, limits: Limits) -> Source:
    """The video file of a line; raises `InputUnusable`, and `ObjectUnusable` where there is none.
    The formats are those of the page
    "Supported Data Formats"."""
    uri = line.get("source-ref")
    if not isinstance(uri, str) or not uri.startswith("s3://"):
        raise InputUnusable(f"source-ref must be the S3 URI of a video, it is {uri!r}.")
    if not uri.lower().endswith(VIDEOS):
        raise InputUnusable(f"The video {uri} must be one of {', '.join(VIDEOS)}.")
    if not objects.exists(uri):
        raise ObjectUnusable(f"The video {uri} does not exist.")
    return Source(uri=uri)
