"""The label attributes of an object: which of its members are labels, and what they say.

Labels are only read where there are a value and metadata of a known type. How the service writes an
object that it failed to label is not documented, so all else counts as not labeled, with the
reason. A label that is there must be what its type says.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from labeling.labels.errors import LabelsUnreadable
from labeling.labels.labeled import Labels
from labeling.labels.metadata import read_metadata
from labeling.labels.output_types import Fetch, is_known, read_labels

_METADATA = "-metadata"
_SOURCES = ("source-ref", "source")


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelAttributes:
    """The labels by attribute, and of each attribute that counts as not labeled why."""

    labels: Mapping[str, Labels]
    unlabeled: Mapping[str, str]


def read_label_attributes(
    members: Mapping[str, Any], attribute: str | None, fetch: Fetch | None
) -> LabelAttributes:
    """The labels of one attribute, or of all that have metadata; raises `LabelsUnreadable`."""
    labels: dict[str, Labels] = {}
    unlabeled: dict[str, str] = {}
    for name in _attributes(members) if attribute is None else [attribute]:
        if reason := _why_unlabeled(members, name):
            unlabeled[name] = reason
        else:
            labels[name] = _labels(members, name, fetch)
    return LabelAttributes(labels=labels, unlabeled=unlabeled)


def _attributes(members: Mapping[str, Any]) -> list[str]:
    return [
        attribute
        for name in members
        if name.endswith(_METADATA)
        and (attribute := name.removesuffix(_METADATA)) in members
        and attribute not in _SOURCES
    ]


def _why_unlabeled(members: Mapping[str, Any], attribute: str) -> str:
    if members.get(attribute) is None:
        return "there is no label"
    metadata = members.get(f"{attribute}{_METADATA}")
    if metadata is None:
        return "the label has no metadata"
    if not isinstance(metadata, dict):
        return "the metadata of the label is not an object"
    output_type = read_metadata(metadata).type
    if not output_type:
        return "the metadata names no type"
    return "" if is_known(output_type) else f"the type {output_type} is unknown"


def _labels(members: Mapping[str, Any], attribute: str, fetch: Fetch | None) -> Labels:
    metadata = read_metadata(members[f"{attribute}{_METADATA}"])
    try:
        return read_labels(attribute, members[attribute], metadata, fetch)
    except LabelsUnreadable as error:
        inside = "" if error.file else attribute
        raise error.within(member=inside) from error.__cause__
