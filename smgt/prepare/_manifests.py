"""Manifests of single pictures and of texts: one line for each object that workers are shown.

Formats and limits as in "Input data", "Create an input manifest file" and "Input data quotas" of
the SageMaker developer guide.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from smgt._errors import InvalidInput
from smgt.prepare._frames import FRAME_SUFFIXES, SHOWN, check_images
from smgt.prepare._sequences import IN_S3, below, check_name

LARGEST_PICTURE = 40_000_000  # bytes: 40 MB, taken as millions, which suits both meanings
MAX_TEXT = 20_000  # characters of one attribute of a line
MAX_LINE = 100_000  # characters of a line
PICTURES = "images"


@dataclass(frozen=True, kw_only=True)
class Dataset:
    """All files of a manifest of pictures or texts, by their names below `prefix`: `images/…` and
    `<name>.manifest`, which has `objects` lines.

        client.storage.upload(dataset.files, to=dataset.prefix)
    """

    prefix: str
    name: str
    objects: int
    manifest: str
    pictures: dict[str, Path] = field(default_factory=dict)

    @property
    def manifest_uri(self) -> str:
        return f"{self.prefix}{self.name}.manifest"

    @property
    def documents(self) -> dict[str, str]:
        """The file that is made, as text."""
        return {f"{self.name}.manifest": self.manifest}

    @property
    def files(self) -> dict[str, Path | str]:
        return {**self.pictures, **self.documents}


def images(folder: Path | str, *, prefix: str, name: str) -> Dataset:
    """The manifest of all pictures in a folder and the folders in it, in the order of their names,
    each of which workers label by itself. All of it is to lie below `prefix`, an `s3://` address.

    The pictures are looked at: none may be empty, over 40 MB, something else than JPEG or PNG, or
    the same as another one, which would be labeled, and paid for, twice.
    """
    folder, start = Path(folder), _checked(prefix, name)
    if not folder.is_dir():
        raise InvalidInput(f"{folder} is not a folder. Give the folder that holds the pictures.")
    found = {
        f"{PICTURES}/{path.relative_to(folder).as_posix()}": path
        for path in folder.rglob("*")
        if path.suffix.lower() in FRAME_SUFFIXES and not _is_hidden(path.relative_to(folder))
    }
    if not found:
        raise InvalidInput(f"{folder} holds no pictures. Pictures are .jpg, .jpeg or .png files.")
    pictures = dict(sorted(found.items(), key=lambda item: item[0].encode(errors="replace")))
    try:
        _check_pictures(list(pictures.values()))
    except OSError as error:
        raise InvalidInput(f"{error.filename} cannot be read: {error.strerror}.") from error
    lines = [json.dumps({"source-ref": f"{start}{key}"}, ensure_ascii=False) for key in pictures]
    return Dataset(
        prefix=start, name=name, objects=len(lines), manifest=_joined(lines), pictures=pictures
    )


def texts(files: Sequence[Path | str], *, prefix: str, name: str, whole: bool = False) -> Dataset:
    """The manifest of the texts in some files: each line a text, or, if `whole`, each file one.

    Empty lines are left out. Files are UTF-8.
    """
    start = _checked(prefix, name)
    lines: list[str] = []
    for file in map(Path, files):
        text = _read(file)
        for number, one in enumerate([text.strip()] if whole else text.split("\n"), start=1):
            if one.strip():
                where = f"{file}" if whole else f"Line {number} of {file}"
                lines.append(_text_line(one, where))
    if not lines:
        raise InvalidInput(f"There is no text in {', '.join(map(str, files)) or 'no file'}.")
    return Dataset(prefix=start, name=name, objects=len(lines), manifest=_joined(lines))


def _checked(prefix: str, name: str) -> str:
    check_name(name)
    if not IN_S3.match(prefix):
        raise InvalidInput(f"{prefix!r} is not an address in S3: write s3://bucket/prefix.")
    return below(prefix)


def _check_pictures(pictures: Sequence[Path]) -> None:
    sizes = {path: path.stat().st_size for path in pictures}
    empty = [path for path, size in sizes.items() if not size]
    if empty:
        raise InvalidInput(f"{_named(empty)}: 0 bytes. Copy them again, or take them out.")
    large = [path for path, size in sizes.items() if size > LARGEST_PICTURE]
    if large:
        raise InvalidInput(
            f"{_named(large)}: over {LARGEST_PICTURE / 1e6:.0f} MB, which is the most that a "
            "picture may have. Make them smaller."
        )
    check_images(pictures)
    _check_differ(sizes)


def _check_differ(sizes: dict[Path, int]) -> None:
    """Only files of one size can be the same; others are not read."""
    same_size: dict[int, list[Path]] = {}
    for path, size in sizes.items():
        same_size.setdefault(size, []).append(path)
    for paths in same_size.values():
        seen: dict[bytes, Path] = {}
        for path in paths if len(paths) > 1 else ():
            earlier = seen.setdefault(hashlib.sha256(path.read_bytes()).digest(), path)
            if earlier != path:
                raise InvalidInput(
                    f"{path} is the same picture as {earlier}: it would be labeled, and paid for, "
                    "twice. Take one of them out."
                )


def _text_line(text: str, where: str) -> str:
    line = json.dumps({"source": text}, ensure_ascii=False)
    over = ((len(text), MAX_TEXT, "a text"), (len(line), MAX_LINE, "a line of a manifest"))
    for length, most, what in over:
        if length > most:
            raise InvalidInput(
                f"{where} has {length:,} characters, and {what} at most {most:,}: cut it up."
            )
    return line


def _read(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise InvalidInput(f"{file} cannot be read: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise InvalidInput(f"{file} is not UTF-8 text: save it as UTF-8.") from error


def _is_hidden(path: Path) -> bool:
    """What a desktop keeps beside pictures: `.thumbnails/…`, `._0001.jpg`."""
    return any(part.startswith(".") for part in path.parts)


def _named(paths: Sequence[Path]) -> str:
    more = f" and {len(paths) - SHOWN} more" if len(paths) > SHOWN else ""
    return ", ".join(map(str, paths[:SHOWN])) + more


def _joined(lines: Iterable[str]) -> str:
    return "".join(f"{line}\n" for line in lines)
