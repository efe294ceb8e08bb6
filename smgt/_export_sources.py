"""Labels on disk: a merged data set, or an output manifest with its label files beside it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import chain
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from smgt._errors import InvalidInput

if TYPE_CHECKING:
    from labeling.labels import LabeledObject
    from labeling.merging import MergedObject


class Source:
    """A file of labels. `attributes` are those to take of a manifest; none where it has only one.

    What is wrong with a file is an `InvalidInput`, or a `LabelsUnreadable` that names the line.
    """

    def __init__(self, file: Path, attributes: tuple[str, ...] = ()) -> None:
        self._file = file
        self._attributes = attributes

    def objects(self) -> Iterator[MergedObject]:
        """The data objects, one after another."""
        from labeling.merging import read_merged

        try:
            with self._file.open(encoding="utf-8-sig") as lines:
                first = next((line for line in lines if line.strip()), "")
                lines.seek(0)
                if not _is_merged(first):
                    yield from self._of_manifest(lines)
                elif self._attributes:
                    raise InvalidInput("--attribute is for manifests; a merged data set has all.")
                else:
                    yield from read_merged(lines, file=str(self._file))
        except UnicodeDecodeError as error:
            raise InvalidInput(f"{self._file} is not UTF-8 text.") from error

    def fetch(self, uri: str) -> bytes:
        """What lies in S3 under a URI, if it is on disk too. Raises LookupError where it is not."""
        return self._found(uri, ())

    def _of_manifest(self, lines: Iterable[str]) -> Iterator[MergedObject]:
        from labeling.exporting.manifests import merged_object

        for number, line in enumerate(lines):
            if line.strip():
                yield merged_object(self._labeled(number, line))

    def _labeled(self, number: int, line: str) -> LabeledObject:
        """A line; label files are read, masks only named."""
        from labeling.labels import read_line

        def fetch(uri: str) -> bytes:
            return self._found(uri, [self._file.parent / "labels" / str(number)])

        file = str(self._file)
        known = read_line(line, number=number + 1, file=file)
        labels = {}
        for attribute in self._wanted(known, number):
            found = known.labels[attribute]
            if not found.fetched and not found.frames:
                again = read_line(line, attribute, fetch=fetch, number=number + 1, file=file)
                found = again.labels[attribute]
            labels[attribute] = found
        unlabeled = {
            attribute: why
            for attribute, why in known.unlabeled.items()
            if attribute in self._attributes or not self._attributes
        }
        return replace(known, labels=labels, unlabeled=unlabeled)

    def _wanted(self, known: LabeledObject, number: int) -> list[str]:
        if self._attributes:
            return [attribute for attribute in self._attributes if attribute in known.labels]
        if len(known.labels) > 1:
            raise InvalidInput(
                f"{self._file}, line {number + 1}: there are labels of several jobs "
                f"({', '.join(known.labels)}). Say which to take with --attribute."
            )
        return list(known.labels)

    def _found(self, uri: str, folders: Iterable[Path]) -> bytes:
        """A file of one of the folders, or of one above the manifest whose path ends as the URI's.

        The name alone is not enough for the latter: all label files have the same.
        """
        path = PurePosixPath(uri.removeprefix("s3://"))
        if ".." in path.parts:
            raise LookupError(f"{uri} leads elsewhere")
        beside = (folder / path.name for folder in folders)
        above = (
            folder.joinpath(*path.parts[start:])
            for folder in (self._file.parent, *self._file.absolute().parents[1:4])
            for start in range(max(len(path.parts) - 1, 0))
        )
        for file in chain(beside, above):
            if file.is_file():
                return file.read_bytes()
        raise LookupError(f"there is no {path.name} in {self._file.parent}")


def _is_merged(line: str) -> bool:
    try:
        found = json.loads(line)
    except ValueError:
        return False
    return isinstance(found, dict) and found.get("line") == "object"
