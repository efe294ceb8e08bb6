"""A sink in S3: each file is written on the disk first, since it grows as long as it is open."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from tempfile import TemporaryFile
from typing import BinaryIO

from labeling.ports import Objects

PIECE = 1024 * 1024  # bytes


class ToObjects:
    """`labeling.exporting.Sink`: files below a prefix that ends in a slash."""

    def __init__(self, objects: Objects, prefix: str) -> None:
        self._objects = objects
        self._prefix = prefix

    @contextmanager
    def open(self, name: str) -> Iterator[BinaryIO]:
        """The file is an object when the context is left without an error."""
        with TemporaryFile() as file:
            yield file
            file.seek(0)
            self._objects.write_chunks(f"{self._prefix}{name}", iter(lambda: file.read(PIECE), b""))
