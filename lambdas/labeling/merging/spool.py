"""The lines of many manifests, sorted by data object without holding them in memory.

Output manifests of different jobs have their objects in different orders, or only some of them.
They are read once, from first to last, and put into a temporary file that is then read object by
object. Lines are compressed: they repeat themselves, and a Lambda's disk is small.
"""

from __future__ import annotations

import sqlite3
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from tempfile import TemporaryDirectory
from types import TracebackType
from typing import Any, Self

_TABLES = """
PRAGMA journal_mode = OFF;
PRAGMA synchronous = OFF;
PRAGMA cache_size = -16384;
CREATE TABLE object (
    place INTEGER PRIMARY KEY,
    key BLOB UNIQUE,
    source BLOB,
    is_text INTEGER,
    is_sequence INTEGER,
    taken INTEGER
);
CREATE TABLE line (
    place INTEGER, step INTEGER, number INTEGER, text BLOB, PRIMARY KEY (place, step, number)
) WITHOUT ROWID;
"""
_JOINED = """
SELECT object.place, source, is_text, step, number, text
FROM object JOIN line ON line.place = object.place
"""


@dataclass(frozen=True, slots=True)
class SpooledLine:
    """A line of the output manifest of step `step`, and its number there, from 1."""

    step: int
    number: int
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SpooledObject:
    """A data object: its URI or, where `is_text`, its text, and the lines about it by step.
    `place` is its own among all that were seen."""

    place: int
    source: str
    is_text: bool
    lines: Sequence[SpooledLine]


class Spool:
    """Lines by data object. A context manager: its file goes away with it."""

    def __init__(self) -> None:
        self._folder = TemporaryDirectory(prefix="merge-")
        self._file = sqlite3.connect(Path(self._folder.name) / "lines.db", isolation_level=None)
        self._file.executescript(_TABLES)
        self._file.execute("BEGIN")
        self._objects = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._file.close()
        self._folder.cleanup()

    def add(
        self, line: SpooledLine, *, key: str, source: str, is_text: bool, is_sequence: bool
    ) -> None:
        """Puts a line with the others of the data object that is known as `key`. The first line
        of an object says what it is."""
        digest = _digest(key)
        found = self._file.execute("SELECT place FROM object WHERE key = ?", (digest,)).fetchone()
        if found is None:
            self._objects += 1
            about = (_bytes(source), int(is_text), int(is_sequence))
            self._file.execute(
                "INSERT INTO object VALUES (?, ?, ?, ?, ?, 0)", (self._objects, digest, *about)
            )
        elif is_sequence:
            self._file.execute("UPDATE object SET is_sequence = 1 WHERE place = ?", found)
        (place,) = found or (self._objects,)
        text = zlib.compress(_bytes(line.text), 1)
        self._file.execute(
            "INSERT INTO line VALUES (?, ?, ?, ?)", (place, line.step, line.number, text)
        )

    def objects(self, *, sequences: bool) -> Iterator[SpooledObject]:
        """Either all sequences or all others, without what was taken, as they were first seen."""
        rows = self._file.execute(
            f"{_JOINED} WHERE is_sequence = ? AND taken = 0 ORDER BY object.place, step, number",
            (int(sequences),),
        )
        for _, group in groupby(rows, itemgetter(0)):
            yield _object(list(group))

    def find(self, key: str) -> SpooledObject | None:
        """An object that is no sequence and was not taken."""
        rows = self._file.execute(
            f"{_JOINED} WHERE key = ? AND is_sequence = 0 AND taken = 0 ORDER BY step, number",
            (_digest(key),),
        ).fetchall()
        return _object(rows) if rows else None

    def take(self, key: str) -> None:
        """From now on it is no object of its own, but a part of another one."""
        self._file.execute("UPDATE object SET taken = 1 WHERE key = ?", (_digest(key),))

    def has_pictures(self) -> bool:
        """Whether there are objects that are no sequences."""
        found = self._file.execute("SELECT 1 FROM object WHERE is_sequence = 0 LIMIT 1")
        return found.fetchone() is not None


def _object(rows: list[Any]) -> SpooledObject:
    place, source, is_text, *_ = rows[0]
    return SpooledObject(
        place=place,
        source=_text(source),
        is_text=bool(is_text),
        lines=[
            SpooledLine(step, number, _text(zlib.decompress(text)))
            for _, _, _, step, number, text in rows
        ],
    )


def _digest(key: str) -> bytes:
    # Texts may be long; nobody finds two with the same 16 bytes.
    return blake2b(_bytes(key), digest_size=16).digest()


def _bytes(text: str) -> bytes:
    # JSON can hold halves of characters.
    return text.encode("utf-8", "surrogatepass")


def _text(written: bytes) -> str:
    return written.decode("utf-8", "surrogatepass")
