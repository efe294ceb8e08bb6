"""The metadata of a label: what every output type has in common.

Keys as on the page "Output Data" of the SageMaker developer guide. What is only told about a label
(who, when, by which job) never makes it unreadable; both spellings of each key are read.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from labeling.labels.members import member

_JOB_PREFIX = "labeling-job/"
_HUMAN = {"yes": True, "no": False, "true": True, "false": False}


@dataclass(frozen=True, slots=True, kw_only=True)
class Metadata:
    """See `Labels` for what each member means; `members` is the whole."""

    type: str
    job_name: str
    creation_date: datetime | None
    human_annotated: bool | None
    adjustment_status: str | None
    members: Mapping[str, Any]


def read_metadata(metadata: Mapping[str, Any]) -> Metadata:
    return Metadata(
        type=_text(metadata, "type").lower(),
        job_name=_text(metadata, "job-name").removeprefix(_JOB_PREFIX),
        creation_date=creation_date(member(metadata, "creation-date")),
        human_annotated=_HUMAN.get(str(member(metadata, "human-annotated")).lower()),
        adjustment_status=_text(metadata, "adjustment-status") or None,
        members=metadata,
    )


def creation_date(value: Any) -> datetime | None:
    """A date as found (`2019-04-18T16:40:59.217995`, `2020-05-15T08:01:16+0000`), in UTC.

    Ground Truth means UTC where it names no zone. None for what is no date.
    """
    if not isinstance(value, str):
        return None
    try:
        date = datetime.fromisoformat(value)
        return date.replace(tzinfo=UTC) if date.tzinfo is None else date.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _text(metadata: Mapping[str, Any], name: str) -> str:
    value = member(metadata, name)
    return value if isinstance(value, str) else ""
