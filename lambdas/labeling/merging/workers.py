"""Who worked on an object: the ids in the worker responses of a job.

They lie in `annotations/worker-response/iteration-1/<object>/` of the job, where `<object>` is the
object's line in the manifest, from 0. Each look-up is two calls, so there is a limit.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeAlias

from labeling.errors import LabelingError
from labeling.labels import Fetch, LabelsUnreadable, read_worker_response
from labeling.merging.jobs import MergeJob
from labeling.merging.report import MergeReport

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
        most: int = MOST_LOOK_UPS,
    ) -> None:
        self._listing = listing
        self._fetch = fetch
        self._report = report
        self._left = most
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
        folder = (
            f"{job.output_folder}{labeling_job or job.labeling_job}"
            f"/annotations/worker-response/iteration-1/{number - 1}/"
        )
        return self._answered(job, folder)

    def _answered(self, job: MergeJob, folder: str) -> tuple[str, ...]:
        assert self._listing is not None
        found: set[str] = set()
        try:
            for uri in self._listing(folder):
                # What each person drew in each frame of a sequence lies in folders below.
                if uri.endswith(".json") and "/" not in uri.removeprefix(folder):
                    answers = read_worker_response(self._fetch(uri), file=uri)
                    found.update(answer.worker_id for answer in answers)
        except (LabelsUnreadable, LabelingError, OSError, LookupError) as error:
            self._report.add(job.name, "", f"its workers are not known: {error}")
            return ()
        return tuple(sorted(found))
