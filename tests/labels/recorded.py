"""The recorded files in `data`, and where their manifests say that they lie."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from labeling.labels import LabeledObject, read_line

DATA = Path(__file__).parent / "data"


def lines(name: str) -> list[str]:
    return (DATA / name).read_text(encoding="utf-8").split("\n")


def content(name: str) -> bytes:
    return (DATA / name).read_bytes()


def consolidated(response: bytes) -> Iterator[tuple[int, LabeledObject]]:
    """The objects of a consolidation response, each with its line in the manifest, from 0."""
    for item in json.loads(response):
        content = item["consolidatedAnnotation"]["content"]
        yield int(item["datasetObjectId"]), read_line({"source": "", **content})


class Folder:
    """Fetches what a manifest refers to from a folder, by the last part of its URI."""

    def __init__(self, folder: str) -> None:
        self._folder = DATA / folder

    def __call__(self, uri: str) -> bytes:
        return (self._folder / uri.rpartition("/")[2].replace(":", "_")).read_bytes()
