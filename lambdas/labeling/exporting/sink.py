"""Where the files of an export go: a folder on disk, a prefix in S3, whatever can open a file."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path, PurePosixPath
from typing import BinaryIO, Protocol


class Sink(Protocol):
    """Opens the files of one export; several may be open at once."""

    def open(self, name: str) -> AbstractContextManager[BinaryIO]:
        """A new file to write, like `label_02/0000.txt`. It is there when the context is left, and
        is not when an error leaves it. Each name is opened once."""
        ...


class Folder:
    """A folder on disk, made when the first file is."""

    def __init__(self, path: Path) -> None:
        self._path = path

    @contextmanager
    def open(self, name: str) -> Iterator[BinaryIO]:
        """Raises ValueError for a name that leads out of the folder, OSError from the disk."""
        place = PurePosixPath(name)
        if place.is_absolute() or ".." in place.parts:
            raise ValueError(f"{name} is not inside of the folder")
        file = self._path / place
        file.parent.mkdir(parents=True, exist_ok=True)
        unfinished = file.with_name(f"{file.name}.part")
        try:
            with unfinished.open("wb") as opened:
                yield opened
            unfinished.replace(file)
        finally:
            unfinished.unlink(missing_ok=True)
