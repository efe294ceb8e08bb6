"""What one task shows: the frames of a clip, or point clouds. One sequence is one task."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from emulator.ground_truth.errors import InputUnusable
from emulator.ground_truth.ports import ObjectStore, StoreError

PICTURES = (".jpg", ".jpeg", ".png")
POINT_CLOUDS = (".bin", ".txt")
POINT_FORMATS = ("xyz", "xyzi", "xyzrgb", "xyzirgb")


@dataclass(frozen=True)
class Frame:
    """A picture or a point cloud; `number` counts from 0 in the order people see.

    `points` is how many points a cloud has, where somebody has to class each of them; `size` is
    the width and height of a picture in pixels, and how many channels it has, where it was looked
    into.
    """

    name: str
    number: int
    uri: str
    format: str = ""
    points: int = 0
    size: tuple[int, int, int] | None = None


@dataclass(frozen=True)
class Source:
    """The data object of a task: `uri` is its `source-ref`, or else `text` its `source`.
    `task_input` is what the form of a custom task shows."""

    uri: str
    frames: tuple[Frame, ...] = ()
    text: str = ""
    task_input: Mapping[str, Any] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """What it is known by among others: the name of its file, or the text itself."""
        return self.uri.rpartition("/")[2] or self.text

    @property
    def names(self) -> frozenset[str]:
        return frozenset(frame.name for frame in self.frames)


def read_video_sequence(
    line: Mapping[str, Any], *, objects: ObjectStore, max_frames: int
) -> Source:
    """A sequence file of video frames, in the order of their names, as the interface shows them."""
    uri, prefix, frames = _sequence(line, objects=objects, max_frames=max_frames)
    for frame in frames:
        _require(
            isinstance(frame.get("frame-no"), int), uri, "each frame needs a frame-no (integer)"
        )
        _require(
            frame["frame"].lower().endswith(PICTURES), uri, f"{frame['frame']} is not {PICTURES}"
        )
    names = sorted((frame["frame"] for frame in frames), key=str.encode)
    source = Source(uri, tuple(Frame(name, n, f"{prefix}{name}") for n, name in enumerate(names)))
    _require_frames(source, objects=objects)
    return source


def read_point_cloud_sequence(
    line: Mapping[str, Any], *, objects: ObjectStore, max_frames: int
) -> Source:
    """A sequence file of point clouds, in its own order; their times must increase."""
    uri, prefix, frames = _sequence(line, objects=objects, max_frames=max_frames)
    times = [frame.get("unix-timestamp") for frame in frames]
    _require(
        all(isinstance(time, int | float) for time in times),
        uri,
        "each frame needs a unix-timestamp",
    )
    _require(
        all(a < b for a, b in pairwise(times)),  # type: ignore[operator]
        uri,
        "the unix-timestamps must increase from frame to frame",
    )
    source = Source(
        uri,
        tuple(
            Frame(
                frame["frame"],
                number,
                f"{frame.get('prefix', prefix)}{frame['frame']}",
                _point_format(frame["frame"], frame.get("format"), uri),
            )
            for number, frame in enumerate(frames)
        ),
    )
    _require_frames(source, objects=objects)
    return source


def read_point_cloud(line: Mapping[str, Any], *, objects: ObjectStore) -> Source:
    """A single point cloud named by a manifest line."""
    uri = _source_ref(line)
    about = line.get("source-ref-metadata")
    if not isinstance(about, dict) or "unix-timestamp" not in about:
        raise InputUnusable(f"The line of {uri} needs source-ref-metadata with a unix-timestamp.")
    name = uri.rpartition("/")[2]
    source = Source(uri, (Frame(name, 0, uri, _point_format(name, about.get("format"), uri)),))
    _require_frames(source, objects=objects)
    return source


def count_points(body: bytes, point_format: str) -> int:
    """Points of a point cloud: packed 4-byte floats, or a line of text each."""
    encoding, _, fields = point_format.partition("/")
    if encoding == "text":
        return sum(1 for line in body.splitlines() if line.strip())
    return len(body) // (4 * len(fields))


def _sequence(
    line: Mapping[str, Any], *, objects: ObjectStore, max_frames: int
) -> tuple[str, str, list[dict[str, Any]]]:
    uri = _source_ref(line)
    try:
        document = json.loads(objects.read(uri))
    except StoreError as error:
        raise InputUnusable(f"A sequence file cannot be read: {error}") from error
    except ValueError as error:
        raise InputUnusable(f"The sequence file {uri} is not valid JSON: {error}") from error
    _require(isinstance(document, dict), uri, "it is not a JSON object")
    frames, prefix = document.get("frames"), document.get("prefix")
    _require(isinstance(document.get("seq-no"), int), uri, "seq-no (integer) is required")
    _require(
        isinstance(prefix, str) and prefix.startswith("s3://") and prefix.endswith("/"),
        uri,
        "prefix must be an S3 URI that ends in /",
    )
    _require(isinstance(frames, list) and bool(frames), uri, "frames must be a list of frames")
    _require(
        document.get("number-of-frames") == len(frames),
        uri,
        f"number-of-frames must be the length of frames ({len(frames)})",
    )
    _require(len(frames) <= max_frames, uri, f"it has more than {max_frames} frames")
    _require(
        all(isinstance(frame, dict) and isinstance(frame.get("frame"), str) for frame in frames),
        uri,
        "each frame needs the name of its file as frame",
    )
    _require(len({frame["frame"] for frame in frames}) == len(frames), uri, "a frame occurs twice")
    return uri, prefix, frames


def _source_ref(line: Mapping[str, Any]) -> str:
    uri = line.get("source-ref")
    if not isinstance(uri, str) or not uri.startswith("s3://"):
        raise InputUnusable(f"source-ref must be an S3 URI, it is {uri!r}.")
    return uri


def _point_format(name: str, given: str | None, uri: str) -> str:
    ending = name.lower()
    _require(ending.endswith(POINT_CLOUDS), uri, f"{name} must end in .bin or .txt")
    encoding = "binary" if ending.endswith(".bin") else "text"
    point_format = given or f"{encoding}/xyzi"
    encoding, _, fields = point_format.partition("/")
    _require(
        encoding in ("binary", "text") and fields in POINT_FORMATS,
        uri,
        f"the format {point_format} of {name} is unknown",
    )
    return point_format


def _require_frames(source: Source, *, objects: ObjectStore) -> None:
    missing = [frame.uri for frame in source.frames if not objects.exists(frame.uri)]
    if missing:
        more = f" and {len(missing) - 3} more" if len(missing) > 3 else ""
        raise InputUnusable(f"Frames of {source.uri} are missing: {', '.join(missing[:3])}{more}.")


def _require(condition: bool, uri: str, rule: str) -> None:
    if not condition:
        raise InputUnusable(f"The sequence file {uri} is invalid: {rule}.")
