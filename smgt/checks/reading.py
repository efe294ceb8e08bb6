"""Any file of labels: what it is, and what is in it."""

from __future__ import annotations

import gzip
import json
import zlib
from pathlib import Path
from typing import Any

import msgspec

from smgt.checks import coco, manifests, merged, mot, sequences
from smgt.checks.sources import Format, Given, Part, Source, Unreadable

_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_GZIP = b"\x1f\x8b"
_SEQUENCE = {"tracking-annotations", "detection-annotations"}
_UNKNOWN = "this is no SeqLabel.json, no output manifest, no COCO and no MOT Challenge file"
_TOP = msgspec.json.Decoder(dict[str, msgspec.Raw])


def read(path: Path, given: Given | None = None) -> Source:
    """The labels in a file, which may be packed with gzip; what it is shows in its content.

    Raises `Unreadable` naming the file.
    """
    given = given or Given()
    try:
        content = _content(path)
        if content[:1] in (b"{", b"["):
            return _json(path, content, given)
        if mot.looks_like(content):
            part = Part(name="", word="frame", columns=mot.read(content, given.picture))
            return Source(file=path, format=Format.MOT, parts=[part])
    except Unreadable as error:
        raise Unreadable(f"{path}: {error}") from error
    except RecursionError as error:
        raise Unreadable(f"{path}: it is nested too deeply") from error
    raise Unreadable(f"{path}: {_UNKNOWN}")


def _content(path: Path) -> bytes:
    try:
        content = path.read_bytes()
        if content.startswith(_GZIP):
            content = gzip.decompress(content)
    except (OSError, EOFError, zlib.error) as error:
        raise Unreadable(
            f"it cannot be read: {getattr(error, 'strerror', None) or error}"
        ) from error
    content = content.removeprefix(_BYTE_ORDER_MARK).lstrip()
    if not content:
        raise Unreadable("it is empty")
    return content


def _json(path: Path, content: bytes, given: Given) -> Source:
    lines = content.split(b"\n", 1)
    if _is_merged(lines[0]):
        return merged.read(path, content, given)
    if len(lines) == 2 and lines[1].strip() and _is_line(lines[0]):
        return manifests.read(path, content, given)
    content = _sound(content)
    if content.startswith(b"["):
        return coco.read_results(path, content, given)
    top = _TOP.decode(content)
    if "annotations" in top and ("images" in top or "categories" in top):
        return coco.read(path, content, given)
    if "source-ref" in top or "source" in top:
        return manifests.read(path, content, given)
    if _SEQUENCE & {name.replace("_", "-") for name in top} or _sensors(top):
        return sequences.read_file(path, content, given)
    members = ", ".join(list(top)[:5])[:200] or "nothing"
    raise Unreadable(f"{_UNKNOWN}; its members are: {members}")


def _is_line(line: bytes) -> bool:
    """Whether this is a line of a manifest, and not the begin of one document over many lines."""
    try:
        found = _TOP.decode(line)
    except msgspec.MsgspecError:
        return False
    return "source-ref" in found or "source" in found


def _is_merged(line: bytes) -> bool:
    try:
        return bytes(_TOP.decode(line).get("line", b"")) == b'"object"'
    except msgspec.MsgspecError:
        return False


def _sensors(top: dict[str, msgspec.Raw]) -> bool:
    for value in top.values():
        try:
            if _SEQUENCE & _TOP.decode(value).keys():
                return True
        except msgspec.MsgspecError:
            continue
    return False


def _sound(content: bytes) -> bytes:
    """The same document as strict JSON: tools in Python write NaN and Infinity, which become null.

    Raises `Unreadable` for what is no JSON at all.
    """
    try:
        msgspec.json.decode(content, type=msgspec.Raw)
    except msgspec.MsgspecError as error:
        return _mended(content, error)
    return content


def _mended(content: bytes, why: Exception) -> bytes:
    try:
        document: Any = json.loads(content)
        return msgspec.json.encode(document)
    except (ValueError, msgspec.MsgspecError, OverflowError) as error:
        raise Unreadable(f"it is not JSON: {why}") from error
