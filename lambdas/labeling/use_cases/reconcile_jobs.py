"""The reconciler's look at jobs: those whose starter died, those that ended unnoticed or run too
long, and how far the running ones are."""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import partial

from labeling.errors import ServiceUnavailable
from labeling.model import BatchStatus, Job, JobStatus
from labeling.ports import LabelingJobState, LabelingJobStatus, Ports
from labeling.use_cases.record_job import given_up, outcome_of, record_end
from labeling.use_cases.start_jobs import attempt_tag, create_claimed_job, stop_job
from labeling.use_cases.stop_work import stop_work

CLAIM_LASTS = timedelta(minutes=10)  # a job that is STARTING for longer lost its starter
LOOK = 1000
MOST_RUNNING = 10_000  # more than run at once in any account

Step = Callable[[], None]
logger = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class Running:
    """The jobs that should run, and what the service says of those that do."""

    jobs: Sequence[Job]
    states: Mapping[str, LabelingJobState]

    @classmethod
    def look(cls, ports: Ports) -> Running:
        """In one list of what runs in the account, however much has ended in it.

        ListLabelingJobs takes two calls a second and account: where it has no time for us, jobs
        are left to the next look, and batches are looked at all the same.
        """
        jobs = ports.batches.open_jobs(JobStatus.WAIT_FOR_SMGT_RESPONSE, limit=MOST_RUNNING)
        try:
            states = list(ports.labeling.running()) if jobs else []
        except ServiceUnavailable:
            logger.warning("labeling jobs not listed", exc_info=True)
            return cls(jobs=(), states={})
        return cls(jobs=jobs, states={state.name.lower(): state for state in states})

    @property
    def ended(self) -> list[Job]:
        """Those that do not run any more, as far as the list tells."""
        return [job for job in self.jobs if self._state(job) is None]

    def too_long(self, ports: Ports) -> Iterator[Step]:
        for job in self.jobs:
            state = self._state(job)
            if state and ports.now() - state.created_at > ports.job_completion_timeout:
                yield partial(_give_up, job, state, ports)

    def left_over(self, in_progress: Collection[str], ports: Ports) -> Iterator[Step]:
        for batch_id in {job.batch_id for job in self.jobs} - set(in_progress):
            yield partial(_stop_left_over, batch_id, ports)

    def progress(self, ports: Ports) -> Iterator[Step]:
        """Notes counts; those that are furthest behind first, so that none is passed over."""
        behind = [
            (state.labeled + state.failed_objects - _counted(job), job, state)
            for job in self.jobs
            if (state := self._state(job))
            and (state.labeled, state.failed_objects) != (job.labeled, job.failed_objects)
        ]
        for _, job, state in sorted(behind, key=lambda entry: entry[0], reverse=True):
            yield partial(ports.batches.progress, job, outcome_of(state))

    def _state(self, job: Job) -> LabelingJobState | None:
        return self.states.get(job.labeling_job.lower())


def lost_starters(ports: Ports) -> Iterator[Step]:
    """The oldest first; none is looked at that may still have its starter."""
    for job in ports.batches.open_jobs(JobStatus.STARTING, limit=LOOK):
        if job.since is None or ports.now() - job.since < CLAIM_LASTS:
            return
        yield partial(_take_over, job, ports)


def check_ended(job: Job, *, ports: Ports) -> None:
    """Asks the service for the job that it does not list as running."""
    state = ports.labeling.describe(job.labeling_job)
    if state is not None and state.status.is_final:
        record_end(job, state, ports=ports)


def _counted(job: Job) -> int:
    return (job.labeled or 0) + (job.failed_objects or 0)


def _stop_left_over(batch_id: str, ports: Ports) -> None:
    """Jobs of stopped batches whose wake was lost are asked to stop."""
    batch = ports.batches.batch(batch_id)
    if batch is not None and batch.status is BatchStatus.STOPPED:
        stop_work(batch, ports=ports)


def _give_up(job: Job, state: LabelingJobState, ports: Ports) -> None:
    """Stops it, then fails it; who dies in between has it failed when it has stopped."""
    asked = job.stopping
    if not asked and not ports.batches.mark_stopping(job):
        return
    if state.status is not LabelingJobStatus.STOPPING:
        ports.labeling.stop(job.labeling_job)
    if not asked:
        ports.batches.record(job, given_up(ports), now=ports.now())


def _take_over(job: Job, ports: Ports) -> None:
    """Whoever claimed this job is gone: its labeling job is made, or found and adopted.

    For a batch that has ended, one that was made is stopped, and none is made any more.
    """
    batch = ports.batches.batch(job.batch_id)
    if batch is None:
        return
    if batch.status is BatchStatus.IN_PROGRESS:
        create_claimed_job(batch, job, ports=ports)
        return
    state = ports.labeling.describe(job.labeling_job)
    if state is None or state.tag != attempt_tag(job, table=ports.table_name):
        ports.batches.requeue(job)
        ports.batches.withdraw([job])
    else:
        ports.batches.confirm(batch, job, now=ports.now())
        stop_job(job, ports=ports)
