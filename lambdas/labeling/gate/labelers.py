"""Who made the labels that an audit was shown."""

from __future__ import annotations

import json
from collections.abc import Hashable, Mapping
from functools import cached_property
from typing import Any

from labeling.errors import LabelingError
from labeling.labels import Labels
from labeling.merging import MergeJob, MergeReport
from labeling.merging.sequences import source_of
from labeling.merging.workers import Workers
from labeling.model import Job
from labeling.read_ahead import ReadAhead


class Labelers:
    """Of a job whose output is there. Worker responses are found by an object's line."""

    def __init__(self, job: Job, *, ahead: ReadAhead) -> None:
        self._job = job
        self._merge_job = MergeJob.of(job)
        self._ahead = ahead
        self._workers = Workers(
            lambda prefix: (entry.uri for entry in ahead.listing(prefix)),
            ahead.read_bytes,
            MergeReport(),
            ahead=ahead,
        )

    def of(self, source: str, labels: Labels) -> tuple[str, ...]:
        """The ids of the people by the source of an object and its labels; none where nobody
        knows."""
        number = self._number(source)
        if number is None:
            return ()
        return self._workers.of(self._merge_job, self._name(labels.job_name), number)

    def expect(self, line: Mapping[str, Any], labeling_job: str, *, of: Hashable) -> None:
        """They are asked for soon, for the object of a line and the name of the attempt that
        labeled it, until `of` is forgotten."""
        number = self._number(source_of(line))
        if number is not None:
            self._workers.expect(self._merge_job, self._name(labeling_job), number, of=of)

    def _number(self, source: str) -> int | None:
        try:
            return self._numbers.get(source)
        except (LabelingError, ValueError):
            return None

    def _name(self, labeling_job: str) -> str:
        # In the metadata names are in small letters, in S3 as they were given.
        same = labeling_job.lower() == self._job.labeling_job.lower()
        return self._job.labeling_job if same else labeling_job

    @cached_property
    def _numbers(self) -> dict[str, int]:
        found: dict[str, int] = {}
        for number, text in enumerate(self._ahead.lines(self._job.output_uri), start=1):
            found.setdefault(source_of(json.loads(text)), number)
        return found
