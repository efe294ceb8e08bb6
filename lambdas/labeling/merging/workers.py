"""Who worked on an object: the ids in the worker responses of a job.

They lie in `annotations/worker-response/iteration-1/<object>/` of the job, where `<object>` is the
object's line in the manifest, from 0. Each look-up is two calls, so there is a limit.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from functools import partial
from typing import TypeAlias

from labeling.errors import LabelingError
from labeling.labels import Fetch, LabelsUnreadable, read_worker_response
from labeling.merging.jobs import MergeJob
from labeling.merging.report import MergeReport
from labeling.read_ahead import ReadAhead

Listing: TypeAlias = Callable[[str], Iterable[str]]
"""The URIs that begin with a prefix."""

MOST_LOOK_UPS = 2_000


class Workers:
    """Looks the people up; after `most` objects it says so in the report, and finds nobody."""

    def __init__(
        self,
        listing: Listing | None,
        fetch: Fetch,
        report: MergeReport,
        *,
        ahead: ReadAhead | None = None,
        most: int = MOST_LOOK_UPS,
    ) -> None:
        self._listing = listing
        self._fetch = fetch
        self._report = report
        self._ahead = ahead
        self._left = most
        self._to_expect = most
        self._told = False

    def of(self, job: MergeJob, labeling_job: str, number: int) -> tuple[str, ...]:
        """The ids, sorted, of those who answered for line `number` (from 1) of a job's attempt."""
        if self._listing is None or job.output_folder is None:
            return ()
        if self._left == 0:
            if not self._told:
                self._told = True
                self._report.add(job.name, "", "workers were not looked up from here on")
            return ()
        self._left -= 1
        folder = _folder(job, labeling_job, number)
        look_up = partial(self._look_up, folder)
        try:
            return self._ahead.result(folder, look_up) if self._ahead else look_up()
        except (LabelsUnreadable, LabelingError, OSError, LookupError) as error:
            self._report.add(job.name, "", f"its workers are not known: {error}")
            return ()

    def may_look_up(self, job: MergeJob) -> bool:
        """Whether there are any to be looked up ahead."""
        return (
            self._ahead is not None
            and self._listing is not None
            and job.output_folder is not None
            and self._to_expect > 0
        )

    def expect(self, job: MergeJob, labeling_job: str, number: int, *, of: Hashable) -> None:
        """They are asked for soon, until `of` is forgotten."""
        if self.may_look_up(job):
            assert self._ahead is not None
            self._to_expect -= 1
            folder = _folder(job, labeling_job, number)
            self._ahead.begin(folder, partial(self._look_up, folder), of=of)

    def _look_up(self, folder: str) -> tuple[str, ...]:
        assert self._listing is not None
        found: set[str] = set()
        for uri in self._listing(folder):
            # What each person drew in each frame of a sequence lies in folders below.
            if uri.endswith(".json") and "/" not in uri.removeprefix(folder):
                answers = read_worker_response(self._fetch(uri), file=uri)
                found.update(answer.worker_id for answer in answers)
        return tuple(sorted(found))


def _folder(job: MergeJob, labeling_job: str, number: int) -> str:
    return (
        f"{job.output_folder}{labeling_job or job.labeling_job}"
        f"/annotations/worker-response/iteration-1/{number - 1}/"
    )
