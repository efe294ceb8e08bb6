"""Input manifests: one JSON object a line."""

import json
from collections.abc import Mapping
from typing import Any

from emulator.ground_truth.errors import InputUnusable
from emulator.ground_truth.ports import ObjectStore, StoreError

MAX_LINE = 100_000
MAX_ATTRIBUTE = 20_000


def read_manifest(uri: str, *, objects: ObjectStore) -> list[dict[str, Any]]:
    """The lines in order; raises `InputUnusable` for the first line that breaks a rule."""
    try:
        text = objects.read(uri).decode()
    except StoreError as error:
        raise InputUnusable(f"The input manifest cannot be read: {error}") from error
    except UnicodeDecodeError as error:
        raise InputUnusable(f"The input manifest {uri} is not UTF-8: {error}") from error
    # Not splitlines: it also splits at characters that JSON allows inside a text.
    lines = [line.rstrip("\r") for line in text.split("\n")]
    parsed = [
        _line(line, f"Line {number} of the input manifest {uri}")
        for number, line in enumerate(lines, start=1)
        if line.strip()
    ]
    if not parsed:
        raise InputUnusable(f"The input manifest {uri} has no data objects.")
    return parsed


def write_manifest(lines: list[dict[str, Any]]) -> bytes:
    return "".join(
        f"{json.dumps(line, ensure_ascii=False, separators=(',', ':'))}\n" for line in lines
    ).encode()


def _line(text: str, place: str) -> dict[str, Any]:
    if len(text) > MAX_LINE:
        raise InputUnusable(f"{place} has more than {MAX_LINE} characters.")
    try:
        line = json.loads(text)
    except ValueError as error:
        raise InputUnusable(f"{place} is not valid JSON: {error}") from error
    if not isinstance(line, dict):
        raise InputUnusable(f"{place} is not a JSON object.")
    _check(line, place)
    return line


def _check(line: Mapping[str, Any], place: str) -> None:
    if ("source" in line) == ("source-ref" in line):
        raise InputUnusable(f"{place} must have either source or source-ref.")
    for name, value in line.items():
        if name.startswith("$"):
            raise InputUnusable(f"{place}: the attribute name {name} must not begin with $.")
        if isinstance(value, str) and len(value) > MAX_ATTRIBUTE:
            raise InputUnusable(f"{place}: {name} has more than {MAX_ATTRIBUTE} characters.")
