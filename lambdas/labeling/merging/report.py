"""What the merge says of itself: what came of each job, and what could not be used."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from labeling.merging.comparison import Changes

MOST_PROBLEMS = 1_000


@dataclass(frozen=True, slots=True)
class MergeProblem:
    """Something that is not in the merged data set as it should be: by which job (empty: none
    in particular), for which object (empty: all of the job's), and what about it."""

    job: str
    source: str
    what: str


@dataclass(slots=True)
class JobSummary:
    """What came of one job: objects, and the annotations in them.

    Of an audit, `changes` compares annotations with those before it, in the `frames` it was made
    for; `changes_beside` counts what was edited in frames that it showed for context only, and so
    was not taken.
    """

    labeled: int = 0
    unlabeled: int = 0
    unreadable: int = 0
    annotations: int = 0
    frames: int = 0
    changes: Changes = field(default_factory=Changes)
    changes_beside: int = 0


@dataclass(slots=True)
class MergeReport:
    """Filled while the merged objects are taken, one after another; complete after the last.

    Of problems, the first thousand are kept; `more_problems` counts the others.
    """

    objects: int = 0
    frames: int = 0
    annotations: int = 0
    jobs: dict[str, JobSummary] = field(default_factory=dict)
    problems: list[MergeProblem] = field(default_factory=list)
    more_problems: int = 0

    def of(self, job: str) -> JobSummary:
        return self.jobs.setdefault(job, JobSummary())

    def add(self, job: str, source: str, what: str) -> None:
        if len(self.problems) < MOST_PROBLEMS:
            self.problems.append(MergeProblem(job, source, what))
        else:
            self.more_problems += 1

    def document(self) -> dict[str, Any]:
        """As JSON; only audits have `changes`."""
        return {
            "objects": self.objects,
            "frames": self.frames,
            "annotations": self.annotations,
            "jobs": {name: _summary(job) for name, job in self.jobs.items()},
            "problems": [
                {"job": problem.job, "source": problem.source, "what": problem.what}
                for problem in self.problems
            ],
            "moreProblems": self.more_problems,
        }


def _summary(job: JobSummary) -> dict[str, Any]:
    members: dict[str, Any] = {
        "labeled": job.labeled,
        "unlabeled": job.unlabeled,
        "unreadable": job.unreadable,
        "annotations": job.annotations,
    }
    if job.frames:
        members["auditedFrames"] = job.frames
        members["changes"] = {
            "left": job.changes.left,
            "changed": job.changes.changed,
            "added": job.changes.added,
            "removed": job.changes.removed,
            "notTakenBeside": job.changes_beside,
        }
    return members
