"""Labels on disk: a merged data set, or an output manifest with its label files beside it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from smgt._errors import InvalidInput
from smgt._label_places import label_attributes, label_file

if TYPE_CHECKING:
    from labeling.labels import LabeledObject
    from labeling.merging import MergedObject


class Source:
    """A file of labels. `attributes` are those to take of a manifest: without any, that of its own
    job. `notes` say so while its objects are read, where there are others.

    What is wrong with a file is an `InvalidInput`, or a `LabelsUnreadable` that names the line.
    """

    def __init__(self, file: Path, attributes: tuple[str, ...] = ()) -> None:
        self._file = file
        self._attributes = attributes
        self._own: list[str] = []
        self.notes: list[str] = []

    def objects(self) -> Iterator[MergedObject]:
        """The data objects, one after another."""
        from labeling.merging import read_merged

        try:
            with self._file.open(encoding="utf-8-sig") as lines:
                first = next((line for line in lines if line.strip()), "")
                lines.seek(0)
                if not _is_merged(first):
                    self._look_at_attributes(lines)
                    lines.seek(0)
                    yield from self._of_manifest(lines)
                elif self._attributes:
                    raise InvalidInput("--attribute is for manifests; a merged data set has all.")
                else:
                    yield from read_merged(lines, file=str(self._file))
        except UnicodeDecodeError as error:
            raise InvalidInput(f"{self._file} is not UTF-8 text.") from error

    def fetch(self, uri: str) -> bytes:
        """What lies in S3 under a URI, if it is on disk too. Raises LookupError where it is not."""
        return self._above(uri)

    def _look_at_attributes(self, lines: Iterable[str]) -> None:
        self._own, earlier = label_attributes(lines)
        if not self._attributes:
            self._attributes = tuple(self._own)
            if earlier:
                self.notes.append(
                    f"These are the labels of {', '.join(self._own)}, the last job of this "
                    "manifest; for others say "
                    + " or ".join(f"--attribute {name}" for name in earlier)
                )

    def _of_manifest(self, lines: Iterable[str]) -> Iterator[MergedObject]:
        from labeling.exporting.manifests import merged_object

        for number, line in enumerate(lines):
            if line.strip():
                yield merged_object(self._labeled(number, line))

    def _labeled(self, number: int, line: str) -> LabeledObject:
        """A line; label files are read, masks only named."""
        from labeling.labels import read_line

        file = str(self._file)
        known = read_line(line, number=number + 1, file=file)
        labels = {}
        for attribute in self._attributes:
            if attribute not in known.labels:
                continue
            found = known.labels[attribute]
            if not found.fetched and not found.frames:
                fetch = partial(self._label_file, number=number, own=attribute in self._own)
                again = read_line(line, attribute, fetch=fetch, number=number + 1, file=file)
                found = again.labels[attribute]
            labels[attribute] = found
        unlabeled = {
            attribute: why
            for attribute, why in known.unlabeled.items()
            if attribute in self._attributes
        }
        return replace(known, labels=labels, unlabeled=unlabeled)

    def _label_file(self, uri: str, number: int, own: bool) -> bytes:
        file = label_file(uri, self._file.parent, number, own=own)
        if file is None:
            raise LookupError(
                f"its label file is not here: there is no {PurePosixPath(uri).name} in "
                f"{self._file.parent} that is {uri}"
            )
        return file.read_bytes()

    def _above(self, uri: str) -> bytes:
        """A file of a folder above the manifest, whose path ends as the URI's; the name alone is
        not enough."""
        path = PurePosixPath(uri.removeprefix("s3://"))
        if ".." in path.parts:
            raise LookupError(f"{uri} leads elsewhere")
        for folder in (self._file.parent, *self._file.absolute().parents[1:4]):
            for start in range(max(len(path.parts) - 1, 0)):
                file = folder.joinpath(*path.parts[start:])
                if file.is_file():
                    return file.read_bytes()
        raise LookupError(f"there is no {path.name} in {self._file.parent}")


def _is_merged(line: str) -> bool:
    try:
        found = json.loads(line)
    except ValueError:
        return False
    return isinstance(found, dict) and found.get("line") == "object"
