"""Sequence files: the frames of a clip, as pictures (video) or as point clouds (3D).

Rules of the pages "Create a Video Frame Sequence Input Manifest" ("Manual Input Data Setup") and
"Create a Point Cloud Sequence Input Manifest" of the SageMaker developer guide.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from labeling.modalities import PICTURES
from labeling.plan import presence
from labeling.plan.findings import Finding, Findings
from labeling.plan.json_files import bucket_of, is_number, is_whole, misspelt, read_object
from labeling.plan.point_clouds import (
    POINT_CLOUDS,
    bytes_of_point,
    cloud_findings,
    image_uris,
    is_folder,
)
from labeling.ports import Objects
from labeling.problems import quote

MOST_VIDEO_FRAMES = 2_000
MOST_POINT_CLOUDS = 500

_Frames = list[Any]
_Check = Callable[[Mapping[str, Any], _Frames, str, Findings], None]
_WHOLE_ADDRESSES = ("s3://", "https://", "/")
_KNOWN = {"seq-no", "prefix", "number-of-frames", "frames"}
_KNOWN_OF_FRAME = {"frame", "frame-no", "unix-timestamp"}


@dataclass(frozen=True, kw_only=True)
class SequenceFacts:
    """`frames` is how many objects of it are paid for: each frame is one."""

    uri: str
    frames: int
    findings: tuple[Finding, ...]


def look_at_video(uri: str, *, objects: Objects, allowed_buckets: Collection[str]) -> SequenceFacts:
    """A sequence of pictures, shown in the order of their names."""
    return _look(
        uri,
        objects,
        allowed_buckets,
        most=MOST_VIDEO_FRAMES,
        endings=PICTURES,
        check=_check_pictures,
    )


def look_at_point_clouds(
    uri: str, *, objects: Objects, allowed_buckets: Collection[str]
) -> SequenceFacts:
    """A sequence of point clouds, shown in the order of the file."""
    return _look(
        uri,
        objects,
        allowed_buckets,
        most=MOST_POINT_CLOUDS,
        endings=POINT_CLOUDS,
        check=_check_clouds,
    )


def _look(
    uri: str,
    objects: Objects,
    allowed_buckets: Collection[str],
    *,
    most: int,
    endings: tuple[str, ...],
    check: _Check,
) -> SequenceFacts:
    document, findings = read_object(uri, what="The sequence file", objects=objects)
    if document is None:
        return SequenceFacts(uri=uri, frames=0, findings=tuple(findings))
    what = f"The sequence file {uri}"
    findings += _head(document, what, allowed_buckets)
    frames = document.get("frames")
    if not isinstance(frames, list) or not frames:
        hint = misspelt("frames", set(document) - _KNOWN) if frames is None else ""
        message = f"{what} needs frames: a list of at least one frame.{hint}"
        return SequenceFacts(uri=uri, frames=0, findings=(*findings, Finding("frames", message)))
    if len(frames) > most:
        message = (
            f"{what} has {len(frames):,} frames, and a sequence may have {most:,}: make several "
            "sequences of it."
        )
        findings.append(Finding("too_many_frames", message))
    if is_whole(document.get("number-of-frames")) and document["number-of-frames"] != len(frames):
        message = (
            f"{what} says number-of-frames {document['number-of-frames']}, and lists "
            f"{len(frames)}: make them equal."
        )
        findings.append(Finding("number_of_frames", message))
    of_frames = Findings("frames")
    _check_names(what, frames, endings, of_frames)
    check(document, frames, what, of_frames)
    findings += of_frames
    if is_folder(document.get("prefix")):
        findings += _presence(document, frames, what, objects, allowed_buckets)
    return SequenceFacts(uri=uri, frames=len(frames), findings=tuple(findings))


def _head(
    document: dict[str, Any], what: str, allowed_buckets: Collection[str]
) -> Iterator[Finding]:
    for name, kind in (("seq-no", "seq_no"), ("number-of-frames", "number_of_frames")):
        value = document.get(name)
        if value is None:
            message = f"{what} needs {name}: an integer.{misspelt(name, set(document) - _KNOWN)}"
            yield Finding(kind, message)
        elif not is_whole(value):
            yield Finding(kind, f"{what}: {name} must be an integer, and is {quote(value)}.")
    prefix = document.get("prefix")
    if not isinstance(prefix, str) or not prefix.startswith("s3://"):
        hint = misspelt("prefix", set(document) - _KNOWN) if prefix is None else ""
        message = (
            f"{what}: prefix must be the S3 URI of the folder with the frames (s3://bucket/folder/)"
            f", and is {quote(prefix)}.{hint}"
        )
        yield Finding("prefix", message)
        return
    if not prefix.endswith("/"):
        message = f"{what}: prefix must end with /: make it {quote(prefix + '/')}."
        yield Finding("prefix", message)
    elif not is_folder(prefix):
        message = (
            f"{what}: prefix is a whole bucket ({prefix}), and frames must not lie in its root: "
            "put them into a folder."
        )
        yield Finding("prefix", message)
    if bucket_of(prefix) not in allowed_buckets:
        message = (
            f"{what}: its frames are in the bucket {bucket_of(prefix)}, which the stack may not "
            f"read: put them into {_any_of(allowed_buckets)}."
        )
        yield Finding("other_bucket", message)


def _check_names(what: str, frames: _Frames, endings: tuple[str, ...], findings: Findings) -> None:
    """`frame`: there, a name below prefix, used once, of a format that is shown."""
    first: dict[str, int] = {}
    for index, frame in enumerate(frames):
        place = f"frames[{index}]"
        if not isinstance(frame, dict):
            message = f"{what}: {place} is {quote(frame)}, and must be an object."
            findings.add("frame", place, message)
            continue
        name = frame.get("frame")
        if not isinstance(name, str) or not name:
            hint = misspelt("frame", set(frame) - _KNOWN_OF_FRAME) if name is None else ""
            message = f"{what}: {place} needs frame, the name of its file.{hint}"
            findings.add("frame", place, message)
            continue
        place = f"{place} ({name[:100]})"
        if name.startswith(_WHOLE_ADDRESSES):
            message = f"{what}: {place} must be a name below prefix, without the prefix itself."
            findings.add("frame_name", place, message)
        if not name.lower().endswith(endings):
            message = f"{what}: {place} must end with one of {', '.join(endings)}."
            findings.add("frame_format", place, message)
        if name in first:
            message = f"{what}: {place} is the same file as frames[{first[name]}]: name each once."
            findings.add("frame_twice", place, message)
        first.setdefault(name, index)


def _check_pictures(
    document: Mapping[str, Any], frames: _Frames, what: str, findings: Findings
) -> None:
    """Frames are shown in the order of the bytes of their names ("frame10" before "frame2"),
    while frame-no is said to give their order: both must agree."""
    numbered: list[tuple[bytes, int, str]] = []
    first: dict[int, str] = {}
    for index, frame in _described(frames):
        number, name = frame.get("frame-no"), str(frame["frame"])
        place = f"frames[{index}] ({name[:100]})"
        time = frame.get("unix-timestamp")
        if time is not None and not is_number(time):
            message = f"{what}: unix-timestamp of {place} must be a number, and is {quote(time)}."
            findings.add("timestamp", place, message)
        if not isinstance(number, int) or not is_whole(number):
            hint = misspelt("frame-no", set(frame) - _KNOWN_OF_FRAME) if number is None else ""
            message = f"{what}: {place} needs frame-no, an integer, and has {quote(number)}.{hint}"
            findings.add("frame_no", place, message)
            continue
        if number in first:
            message = f"{what}: {place} has the frame-no {number} of {first[number]}: correct it."
            findings.add("frame_no_twice", place, message)
        first.setdefault(number, name[:100])
        if not name.startswith(_WHOLE_ADDRESSES):
            numbered.append((name.encode(), number, name[:100]))
    for (_, before, earlier), (_, after, later) in pairwise(sorted(numbered)):
        if after < before:
            message = (
                f"{what}: frames are shown in the order of their names, so {earlier} (frame-no "
                f"{before}) comes before {later} (frame-no {after}). Pad the numbers in the names "
                "with zeros (frame_0002, frame_0010), or correct frame-no."
            )
            findings.add("frame_order", later, message)


def _check_clouds(
    document: Mapping[str, Any], frames: _Frames, what: str, findings: Findings
) -> None:
    before: tuple[float, str] | None = None
    for index, frame in _described(frames):
        place = f"frames[{index}] ({str(frame['frame'])[:100]})"
        for finding in cloud_findings(frame, frame["frame"], prefix=document.get("prefix")):
            message = f"{what}: {place}: {finding.message}"
            findings.add(finding.type, place, message, warning=finding.warning)
        time = frame.get("unix-timestamp")
        if not isinstance(time, int | float) or not is_number(time):
            continue
        if before is not None and time <= before[0]:
            message = (
                f"{what}: unix-timestamp of {place} is {time}, not after that of {before[1]} "
                f"({before[0]}): the times must grow from frame to frame."
            )
            findings.add("timestamp_order", place, message)
        before = time, place


def _described(frames: _Frames) -> Iterator[tuple[int, dict[str, Any]]]:
    """The frames of which the name of the file is known, with their places."""
    for index, frame in enumerate(frames):
        if isinstance(frame, dict) and isinstance(frame.get("frame"), str) and frame["frame"]:
            yield index, frame


def _files(document: Mapping[str, Any], frames: _Frames) -> Iterator[str]:
    """All files that a sequence names: frames and camera images. A frame's own prefix is that of
    its images."""
    prefix = document["prefix"]
    for _, frame in _described(frames):
        if not frame["frame"].startswith(_WHOLE_ADDRESSES):
            yield f"{prefix}{frame['frame']}"
        yield from image_uris(frame, prefix=prefix)


def _presence(
    document: Mapping[str, Any],
    frames: _Frames,
    what: str,
    objects: Objects,
    allowed_buckets: Collection[str],
) -> Iterator[Finding]:
    readable: list[str] = []
    points = {
        f"{document['prefix']}{frame['frame']}": size
        for _, frame in _described(frames)
        if (size := bytes_of_point(frame, frame["frame"]))
    }
    buckets = {bucket_of(document["prefix"]), *allowed_buckets}  # the former is known by now
    for uri in _files(document, frames):
        if bucket_of(uri) in allowed_buckets:
            readable.append(uri)
        elif bucket_of(uri) not in buckets:
            buckets.add(bucket_of(uri))
            message = (
                f"{what} names {uri}, in a bucket that the stack may not read: put it into "
                f"{_any_of(allowed_buckets)}."
            )
            yield Finding("other_bucket", message)
    if readable:
        yield from presence.findings(readable, what=what, objects=objects, bytes_of_point=points)


def _any_of(buckets: Collection[str]) -> str:
    return " or ".join(f"s3://{bucket}" for bucket in sorted(buckets))
