"""Output manifests: one data object a line, with the labels of every job that saw it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, TypeAlias

from labeling.labels.errors import LabelsUnreadable
from labeling.labels.json_text import read_json
from labeling.labels.label_attributes import read_label_attributes
from labeling.labels.labeled import LabeledObject
from labeling.labels.members import a_text, an_object
from labeling.labels.output_types import Fetch

Line: TypeAlias = str | bytes | Mapping[str, Any]

_SOURCES = ("source-ref", "source")


def read_manifest(
    lines: Iterable[Line],
    attribute: str | None = None,
    *,
    fetch: Fetch | None = None,
    file: str = "",
) -> Iterator[LabeledObject]:
    """Each data object of a manifest, one at a time; empty lines are skipped.

    See `read_line`. The first line that cannot be read ends it: whoever wants all mistakes calls
    `read_line` for each.
    """
    for number, line in enumerate(lines, start=1):
        if isinstance(line, Mapping) or line.strip():
            yield read_line(line, attribute, fetch=fetch, number=number, file=file)


def read_line(
    line: Line,
    attribute: str | None = None,
    *,
    fetch: Fetch | None = None,
    number: int = 1,
    file: str = "",
) -> LabeledObject:
    """One line of a manifest, with the labels of one attribute or of all that have metadata.

    `fetch` returns the bytes of a URI, and raises `LabelingError`, `OSError` or `LookupError` when
    it cannot; without it labels that lie outside of the manifest are not read. Raises
    `LabelsUnreadable` naming `file` as the manifest, the line's `number`, and what is wrong where.
    """
    try:
        return _read_line(line, attribute, fetch, number)
    except LabelsUnreadable as error:
        raise error.within(line=number, manifest=file) from error.__cause__


def _read_line(
    line: Line, attribute: str | None, fetch: Fetch | None, number: int
) -> LabeledObject:
    members = an_object(read_json(line))
    source = next((name for name in _SOURCES if members.get(name) is not None), None)
    if source is None:
        raise LabelsUnreadable("there is neither source-ref nor source")
    found = read_label_attributes(members, attribute, fetch)
    return LabeledObject(
        number=number,
        source=a_text(members[source], source),
        is_text=source == "source",
        labels=found.labels,
        unlabeled=found.unlabeled,
        line=members,
    )
