"""Who made the labels that an audit was shown."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import cache

from labeling.errors import LabelingError
from labeling.labels import Labels
from labeling.merging import MergeJob, MergeReport
from labeling.merging.sequences import selection_of
from labeling.merging.workers import Workers
from labeling.model import Job
from labeling.ports import Objects

Labelers = Callable[[str, Labels], tuple[str, ...]]
"""The ids of the people by the source of an object and its labels; none where nobody knows."""


def labelers_of(job: Job, *, objects: Objects) -> Labelers:
    """Of a job whose output is there. Worker responses are found by an object's line."""
    merge_job = MergeJob.of(job)
    workers = Workers(
        lambda prefix: (entry.uri for entry in objects.listing(prefix)),
        objects.read_bytes,
        MergeReport(),
    )

    @cache
    def numbers() -> dict[str, int]:
        found: dict[str, int] = {}
        for number, text in enumerate(objects.lines(job.output_uri), start=1):
            line = json.loads(text)
            part_of = selection_of(line)
            source = part_of.source if part_of else line.get("source-ref", line.get("source"))
            found.setdefault(str(source), number)
        return found

    def labelers(source: str, labels: Labels) -> tuple[str, ...]:
        try:
            number = numbers().get(source)
        except (LabelingError, ValueError):
            return ()
        if number is None:
            return ()
        # In the metadata names are in small letters, in S3 as they were given.
        same = labels.job_name.lower() == job.labeling_job.lower()
        name = job.labeling_job if same else labels.job_name
        return workers.of(merge_job, name, number)

    return labelers
