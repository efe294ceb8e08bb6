"""Names in the files of an export: of clips and pictures, each once, and of classes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from hashlib import blake2b
from pathlib import PurePosixPath
from urllib.parse import urlsplit

_UNSAFE = re.compile(r"[^\w.,=@+-]+")
_LONGEST = 120


class Names:
    """Gives names that nobody has yet, by adding `-2`, `-3`, … where somebody has.

    Some bytes are remembered of each. Names on a disk that does not tell `A` from `a` differ too.
    """

    def __init__(self) -> None:
        self._next: dict[int, int] = {}

    def unique(self, stem: str) -> str:
        wanted = _digest(stem)
        number = self._next.get(wanted, 1)
        name = stem if number == 1 else f"{stem}-{number}"
        while (digest := _digest(name)) in self._next:
            number += 1
            name = f"{stem}-{number}"
        self._next[wanted] = number + 1
        self._next.setdefault(digest, 2)
        return name


class Classes:
    """Class ids, from 0 in the order in which classes come."""

    def __init__(self, first: Iterable[str] = ()) -> None:
        self._ids: dict[str, int] = {}
        for name in first:
            self.id_of(name)

    def id_of(self, name: str) -> int:
        return self._ids.setdefault(name, len(self._ids))

    def __iter__(self) -> Iterator[str]:
        return iter(self._ids)

    def __len__(self) -> int:
        return len(self._ids)


def file_stem(uri: str) -> str:
    """The name of the file of a URI, without its suffix, as it can be used everywhere."""
    return plain(_path(uri).rpartition("/")[2].removesuffix(file_suffix(uri)))


def file_suffix(uri: str) -> str:
    """The suffix with its dot, like `.jpg`; empty where there is none."""
    suffix = PurePosixPath(_path(uri)).suffix
    return suffix if suffix.isascii() and suffix[1:].isalnum() else ""


def plain(name: str) -> str:
    """A name without what folders, shells and tables stumble over."""
    return _UNSAFE.sub("_", name).strip("._")[:_LONGEST] or "unnamed"


def _path(uri: str) -> str:
    # "#" and "?" may be part of a key in S3.
    return uri if not uri.startswith(("http://", "https://")) else urlsplit(uri).path


def _digest(name: str) -> int:
    written = name.casefold().encode(errors="surrogatepass")
    return int.from_bytes(blake2b(written, digest_size=8).digest(), "big")
