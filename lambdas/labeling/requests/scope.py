"""What the rules look at: a body, what of it is known to be wrong, and what the stack allows."""

from __future__ import annotations

from collections.abc import Iterator, Set
from dataclasses import dataclass, field

from labeling.errors import Problem
from labeling.requests.bodies import CreateBody, LabelingJob
from labeling.requests.reading import Loc
from labeling.settings import Settings


@dataclass(frozen=True)
class Scope:
    """`broken` are the places of fields with the wrong shape, which are not reported again;
    `named` are all names that jobs go by, also those that will not do as names."""

    body: CreateBody
    settings: Settings
    broken: Set[Loc]
    named: Set[str]
    by_name: dict[str, LabelingJob] = field(default_factory=dict, init=False)

    def __post_init__(self) -> None:
        for job in self.jobs:
            if job.job_name is not None:
                self.by_name.setdefault(job.job_name, job)

    @property
    def jobs(self) -> tuple[LabelingJob, ...]:
        return self.body.labeling_jobs or ()

    def missing(self, loc: Loc, value: object, message: str) -> Iterator[Problem]:
        """A field that must be there, and that is not just of the wrong shape."""
        if value is None and loc not in self.broken:
            yield Problem(loc, "missing", message)

    def source(self, job: LabelingJob) -> LabelingJob | None:
        """The job that a job is chained from, where there is such a job."""
        if job.input_config is None or job.input_config.chain_from_job_name is None:
            return None
        return self.by_name.get(job.input_config.chain_from_job_name)
