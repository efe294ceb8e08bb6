"""All files of a request looked at, of many jobs at the same time."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from functools import partial
from typing import cast

from labeling.background import WORKERS, Background, looking_ahead
from labeling.errors import Problem
from labeling.model import BatchRequest, JobRequest
from labeling.plan.input_files import InputFiles
from labeling.plan.sizes import JobSize
from labeling.plan.within_time import TimeIsOver, WithinTime
from labeling.ports import Objects

JOBS_AHEAD = 2 * WORKERS


@dataclass
class RequestFiles:
    """What was found: a size for each job, and in `counts` the objects of each manifest. It is not
    `complete` if there was no time to look at all."""

    problems: list[Problem] = field(default_factory=list)
    sizes: list[JobSize] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)
    complete: bool = True


def look_at_files(
    request: BatchRequest,
    *,
    objects: Objects,
    allowed_buckets: Collection[str],
    is_over: Callable[[], bool],
) -> RequestFiles:
    """Job by job in their order, while threads look at the files of those that follow; until
    `is_over` says that there is no more time."""
    found = RequestFiles()
    with Background() as background:

        def no_more() -> bool:
            return background.is_over or is_over()

        files = InputFiles(
            request,
            objects=cast(Objects, WithinTime(objects, no_more)),
            allowed_buckets=allowed_buckets,
        )

        def begin(numbered: tuple[int, JobRequest]) -> None:
            if not no_more():
                background.begin(partial(files.look, numbered[1]))

        for index, job in looking_ahead(enumerate(request.jobs), begin, JOBS_AHEAD):
            found.complete = found.complete and not no_more()
            if found.complete:
                try:
                    _add(found, files, index, job)
                    continue
                except TimeIsOver:
                    found.complete = False
            found.sizes.append(JobSize.of(index, job))
    found.complete = found.complete and files.complete
    return found


def _add(found: RequestFiles, files: InputFiles, index: int, job: JobRequest) -> None:
    problems = list(files.problems_of(index, job))
    objects = files.objects(job)
    found.sizes.append(JobSize.of(index, job, objects=objects, frames=files.frames(job)))
    found.problems += problems
    if job.input_manifest_uri is not None and objects is not None:
        found.counts[job.input_manifest_uri] = objects
