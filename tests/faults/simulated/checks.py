"""What must hold at every moment of a schedule, and at its end."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any, Protocol

from labeling.model import Batch, BatchStatus, BatchView, Job, JobStatus, OnJobFailure
from labeling.naming import approval_state
from tests.faults.simulated.executions import Execution

# What ends a batch when every try that Step Functions makes has met trouble.
_OUT_OF_TRIES = {"Runtime.ExitError", "Lambda.SdkClientException", "Conflict", "ServiceUnavailable"}
# What only the current run's execution may do.
_OF_THE_RUN = {
    f"batches.{name}"
    for name in ("add_jobs", "enqueue", "set_inputs", "claim", "put_wait", "end", "restart")
}
_ANSWERING = {f"batches.{name}" for name in ("claim", "put_wait", "end", "restart")}
_FINAL = ("Completed", "Failed", "Stopped")


class Views(Protocol):
    """The part of `labeling.ports.Batches` that checks look at."""

    def view(self, batch_id: str) -> BatchView | None: ...


class Outbox(Protocol):
    """What was published; each message has `attributes` and a `body`."""

    @property
    def published(self) -> Sequence[Any]: ...


class Checks:
    """`broken` collects what does not hold; `posted` counts what people asked for, by batch."""

    def __init__(
        self,
        batches: Views,
        notifier: Outbox,
        *,
        caught: Callable[[str], Sequence[tuple[str, str]]],
        moment: Callable[[], str],
        lets_jobs_fail: bool,
    ) -> None:
        """`caught` gives the states and errors that an execution has caught."""
        self.broken: list[str] = []
        self.posted: defaultdict[str, Counter[str]] = defaultdict(Counter)
        self.ends: set[tuple[str, int, BatchStatus]] = set()
        self._batches = batches
        self._notifier = notifier
        self._caught = caught
        self._moment = moment
        self._lets_jobs_fail = lets_jobs_fail
        self._labeled: set[tuple[str, str]] = set()
        self._made: dict[str, str] = {}  # names by tag
        self._complete: dict[str, BatchView] = {}
        self._runs: dict[str, int] = {}
        self._statuses: dict[str, JobStatus] = {}

    def fail(self, what: str) -> None:
        self.broken.append(f"{self._moment()}: {what}")

    # --- at every moment

    def object_is_asked_for(self, attribute: str, uri: str) -> None:
        if (attribute, uri) in self._labeled:
            self.fail(f"{uri} was asked for again, for {attribute}")
        self._labeled.add((attribute, uri))

    def table(self, batch_id: str) -> None:
        """After each write."""
        view = self._batches.view(batch_id)
        if view is None:
            return
        self._counts(view)
        self._starts(view)
        self._run(view.batch)
        batch = view.batch
        end = (batch_id, batch.run, batch.status)
        if batch.status is not BatchStatus.IN_PROGRESS and end not in self.ends:
            self.ends.add(end)
            self._ended_for_a_reason(view)
        if batch.status is BatchStatus.COMPLETE:
            frozen = replace(view, batch=replace(batch, published=True))
            if self._complete.setdefault(batch_id, frozen) != frozen:
                self.fail(f"{batch_id} changed after it was COMPLETE")
        elif batch_id in self._complete:
            self.fail(f"{batch_id} was COMPLETE and is {batch.status}")
        if batch.status is BatchStatus.STOPPED and not self.posted[batch_id]["stop"]:
            self.fail(f"{batch_id} is STOPPED, and nobody asked for that")

    def _counts(self, view: BatchView) -> None:
        for level in view.levels:
            jobs = [job for job in view.jobs if job.level == level.number]
            if level.complete + level.failed + level.skipped > level.children:
                self.fail(f"{level} counts more than its children")
            counted = Counter(job.status for job in jobs if job.counted)
            failed = counted[JobStatus.FAILED] + counted[JobStatus.STOPPED]
            there = (counted[JobStatus.COMPLETE], failed, counted[JobStatus.SKIPPED])
            if there != (level.complete, level.failed, level.skipped):
                self.fail(f"{level} does not count {[job.status.value for job in jobs]}")
            for job in jobs:
                if job.status.is_final and not job.counted and job.status is not JobStatus.STOPPED:
                    self.fail(f"{job.labeling_job} is {job.status} and not counted")
                if job.attempt > view.batch.run:
                    self.fail(f"{job.labeling_job} has more attempts than the batch has runs")

    def _starts(self, view: BatchView) -> None:
        for job in view.jobs:
            before = self._statuses.get(job.name)
            self._statuses[job.name] = job.status
            starts = before is JobStatus.QUEUED and job.status is JobStatus.STARTING
            if starts and view.batch.status is not BatchStatus.IN_PROGRESS:
                self.fail(f"{job.labeling_job} starts in a batch that is {view.batch.status}")

    def by_state_function(self, batch_id: str, execution: str, what: str, answer: Any) -> None:
        """After each write of a state function."""
        view = self._batches.view(batch_id)
        refused = answer in (None, False) and what in (
            "batches.end",
            "batches.claim",
            "batches.restart",
            "batches.put_wait",
        )
        if what not in _OF_THE_RUN or refused or view is None:
            return
        if view.batch.execution != execution:
            self.fail(f"{execution} did {what} in a batch that is run by {view.batch.execution}")

    def _run(self, batch: Batch) -> None:
        before = self._runs.get(batch.batch_id, 0)
        self._runs[batch.batch_id] = batch.run
        if batch.run < before:
            self.fail(f"{batch.batch_id} went back from run {before} to {batch.run}")
        if batch.run > self.posted[batch.batch_id]["retry"]:
            self.fail(f"{batch.batch_id} has more runs than were asked for")

    def labeling_jobs(self, seen: Sequence[Mapping[str, Any]]) -> None:
        """After each creation: every labeling job of the account."""
        running = {job["tag"] for job in seen if job["status"] not in _FINAL}
        for job in seen:
            tag = job["tag"]
            if not tag or self._made.get(tag) == job["name"]:
                continue
            if tag in self._made:
                self.fail(f"{job['name']} and {self._made[tag]} were made for one attempt")
            self._made[tag] = job["name"]
            self._made_one(tag, running)

    def _made_one(self, tag: str, running: set[str]) -> None:
        _, batch_id, _, name, attempt = tag.split("/")
        view = self._batches.view(batch_id)
        if view is None:
            self.fail(f"{tag} was made for no batch")
            return
        others = {f"{tag.rpartition('/')[0]}/{number}" for number in range(int(attempt))}
        if others & running:
            self.fail(f"{tag} was made while {others & running} runs")
        job = next(job for job in view.jobs if job.name == name)
        level = view.level(job.level)
        if job.level in view.batch.approve_before_levels and not level.approved:
            self.fail(f"{tag} was made, and nobody approved level {job.level}")
        sources = [one for one in view.jobs if one.name == job.request.chain_from]
        if any(not source.status.is_final for source in sources):
            self.fail(f"{tag} was made before its source was done")
        before = [view.level(number) for number in range(1, job.level)]
        if view.batch.run == 0 and not all(one.is_done for one in before):
            self.fail(f"{tag} was made before the level before was done")

    def token_answered(self, execution: Execution, error: str) -> None:
        """When an answer to a waiting state is accepted."""
        view = self._batches.view(execution.batch_id)
        if view is None or view.batch.run != execution.run:
            self.fail(f"{execution.state} of the old {execution.name} was answered")
            return
        number = next(
            place
            for place, word in enumerate(("First", "Second", "Third"), 1)
            if word in execution.state
        )
        level = view.level(number)
        if execution.state == approval_state(number):
            allowed = level.approved and not error
        elif error:
            allowed = level.has_failed(view.batch.on_job_failure)
        else:
            allowed = level.is_done
        if not allowed:
            self.fail(f"{execution.state} was answered ({error or 'success'}), not due: {level}")

    # --- when it is quiet

    def when_settled(self, jobs: Sequence[Mapping[str, Any]]) -> None:
        """When nothing is left to do: `jobs` are all labeling jobs of the account."""
        self._everybody_was_told()
        by_name = {job["name"].lower(): job for job in jobs}
        for batch_id in sorted({batch_id for batch_id, _, _ in self.ends}):
            view = self._batches.view(batch_id)
            for job in view.jobs if view else ():
                made = by_name.get(job.labeling_job.lower())
                self._is_as_its_labeling_job(view, job, made)

    def _everybody_was_told(self) -> None:
        bodies = defaultdict(set)
        for message in self._notifier.published:
            bodies[message.attributes["deduplicationId"]].add(message.body)
        for key, different in bodies.items():
            if len(different) > 1:
                self.fail(f"different messages of {key}: {sorted(different)}")
        for batch_id, run, status in sorted(self.ends):
            if f"{batch_id}-{run}-{status}" not in bodies:
                self.fail(f"nobody was told that {batch_id} became {status} in run {run}")

    def _ended_for_a_reason(self, view: BatchView) -> None:
        batch = view.batch
        if batch.status is not BatchStatus.INTERNAL_ERROR:
            done = all(level.is_done for level in view.levels)
            if batch.status is BatchStatus.COMPLETE and not done:
                self.fail(f"{batch.batch_id} is COMPLETE, and its levels are not")
            return
        states = self._caught(batch.execution)
        caught = [error for _, error in states]
        match batch.error_type:
            case "LabelingJobFailed":
                fine = any(level.has_failed(batch.on_job_failure) for level in view.levels)
            case "NoJobCompleted":
                fine = (
                    batch.on_job_failure is OnJobFailure.CONTINUE
                    and not view.level(batch.levels).complete
                )
            case "ExecutionAborted":
                fine = bool(self.posted[batch.batch_id]["abort"])
            case "ExecutionFailed":
                fine = "BatchError" in [state for state, _ in states]
            case "States.Timeout":
                fine = "States.Timeout" in caught
            case other:
                fine = other in _OUT_OF_TRIES and other in caught
        if not fine:
            self.fail(f"{batch.batch_id} ended by {batch.error_type}: {batch.message}")

    def _is_as_its_labeling_job(
        self, view: BatchView | None, job: Job, made: Mapping[str, Any] | None
    ) -> None:
        assert view is not None
        status = made["status"] if made else None
        match job.status:
            case JobStatus.COMPLETE:
                fine = status == "Completed" or self._lets_jobs_fail or self._was_stopped(view)
            case JobStatus.FAILED | JobStatus.STOPPED if job.counted:
                fine = self._lets_jobs_fail and made is not None and "used before" not in job.reason
            case JobStatus.STOPPED:
                fine = status == "Stopped" and view.batch.status is not BatchStatus.IN_PROGRESS
            case JobStatus.SKIPPED:
                fine = self._lets_jobs_fail
            case _:
                fine = view.batch.status is not BatchStatus.COMPLETE
        if not fine:
            self.fail(f"{job.labeling_job} is {job.status} ({job.reason}), its job is {status}")

    def _was_stopped(self, view: BatchView) -> bool:
        return self.posted[view.batch.batch_id]["stop"] > 0
