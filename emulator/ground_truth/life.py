"""The life of a job: reading its input, handing out its objects, ending it.

Rule of this module: objects are read and written and events are published without the lock; a job
that has such work under way is `busy` and does not end meanwhile.
"""

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta

from emulator.ground_truth.categories import LabelCategories
from emulator.ground_truth.consolidating import consolidate
from emulator.ground_truth.faults import JobFaults
from emulator.ground_truth.jobs import (
    DataObject,
    Job,
    JobStatus,
    ObjectState,
    TaskState,
    WorkItem,
)
from emulator.ground_truth.kinds import KINDS
from emulator.ground_truth.limits import Limits
from emulator.ground_truth.output import write_answers, write_manifests
from emulator.ground_truth.ports import (
    Clock,
    EventPublisher,
    Functions,
    Ids,
    ObjectStore,
    StoreError,
)
from emulator.ground_truth.post_annotation import consolidating_kind
from emulator.ground_truth.reading import read_input
from emulator.ground_truth.registry import Registry
from emulator.ground_truth.sources import Source
from emulator.ground_truth.workteams import Workteams

SOURCE = "aws.sagemaker"
DETAIL_TYPE = "SageMaker Ground Truth Labeling Job State Change"

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Pace:
    """How long the service takes, by the clock."""

    initializing: timedelta = timedelta(0)
    stopping: timedelta = timedelta(0)


@dataclass(frozen=True)
class JobLife:
    """Moves jobs from one status to the next."""

    registry: Registry
    objects: ObjectStore
    clock: Clock
    events: EventPublisher
    functions: Functions
    ids: Ids
    limits: Limits
    pace: Pace
    faults: JobFaults
    workteams: Workteams

    def begin(self, job: Job) -> None:
        """Have its input read soon, and its end in 30 days if nothing else ends it."""
        now = self.clock.now()
        self.clock.call_at(now + self.pace.initializing, lambda: self.load(job))
        job.expiry = self.clock.call_at(
            now + timedelta(seconds=self.limits.job_lifetime),
            lambda: self.fail(job, "The labeling job expired: it ran for 30 days."),
        )

    def rush(self, job: Job) -> None:
        """Have it over and done with before this returns; unanswered objects fail."""
        job.rushed = True
        self.load(job)
        while job.active and job.tasks:
            self.faults.answer_early(job.name)
            self.expire(job)

    def expire(self, job: Job) -> None:
        """Nobody may answer its open tasks any more; objects without an answer fail."""
        with self.registry.lock:
            items = [task.item for task in job.tasks.values()]
            for task in list(job.tasks.values()):
                job.finish(task, TaskState.EXPIRED)
        for item in items:
            self.settle_object(job, item)

    def load(self, job: Job) -> None:
        """Read its input and open the first tasks."""
        with self.registry.lock:
            if job.status is not JobStatus.INITIALIZING:
                return
            self._change(job, JobStatus.IN_PROGRESS)
            self.hold(job)
        reason = read_input(job, objects=self.objects, functions=self.functions, limits=self.limits)
        with self.registry.lock:
            job.loaded = True
            job.doom = job.doom or reason or self.faults.take_failure(job.name)
            self._fail_first_objects(job, self.faults.failing_objects(job.name))
        self.let_go(job)

    def fail(self, job: Job, reason: str) -> None:
        """End a running job as failed; what was done is written."""
        with self.registry.lock:
            if job.status.final:
                return
            job.doom = job.doom or reason
        self.advance(job)

    def stop(self, job: Job) -> None:
        """Let it be Stopping now, and Stopped soon."""
        with self.registry.lock:
            self._change(job, JobStatus.STOPPING)

        def may_stop() -> None:
            job.may_stop = True
            self.advance(job)

        self.clock.call_at(self.clock.now() + self.pace.stopping, may_stop)

    def advance(self, job: Job) -> None:
        """Open what may be opened; end the job when it is due."""
        with self.registry.lock:
            self._open_objects(job)
            end = self._due_end(job)
            job.ending = job.ending or end is not None
            self.registry.announce()
        if end is not None:
            self._end(job, end)

    def hold(self, job: Job) -> None:
        """Keep the job from ending until `let_go`, while something of it is under way."""
        with self.registry.lock:
            job.busy += 1

    def let_go(self, job: Job) -> None:
        with self.registry.lock:
            job.busy -= 1
        self.advance(job)

    def settle_object(self, job: Job, item: DataObject) -> None:
        """Look whether all tasks of an object are done: write its label, or count it as failed."""
        with self.registry.lock:
            if job.ending or item.state is not ObjectState.OPEN:
                return
            if not all(task.done for task in item.tasks):
                return
            self.clock.cancel(item.expiry)
            write = bool(item.answers)
            item.done_at = now = self.clock.now()
            job.move(item, ObjectState.LABELED if write else ObjectState.FAILED)
            self.hold(job)
        try:
            if write:
                self._write(job, item, now)
        finally:
            self.let_go(job)

    def _write(self, job: Job, item: DataObject, now: datetime) -> None:
        problem = ""
        try:
            source, categories = _ready(job, item)
            write_answers(
                job,
                item,
                kind=KINDS[job.task_type.name],
                team=self.workteams.find(job.team_arn),
                source=source,
                categories=categories,
                objects=self.objects,
                now=now,
            )
        except StoreError as error:
            problem = f"The output cannot be written: {error}"
        with self.registry.lock:
            job.doom = job.doom or problem
            job.modified_at = self.clock.now()
            if problem:
                job.move(item, ObjectState.FAILED)

    def _fail_first_objects(self, job: Job, count: int) -> None:
        for _ in range(min(count, len(job.waiting))):
            job.move(job.waiting.popleft(), ObjectState.FAILED)

    def _open_objects(self, job: Job) -> None:
        if not (job.active and job.loaded) or self.faults.stalled(job.name):
            return
        room = job.concurrent_objects - job.count(ObjectState.OPEN)
        room = min(room, job.budget - job.count(ObjectState.OPEN, ObjectState.LABELED))
        for _ in range(min(max(room, 0), len(job.waiting))):
            item = job.waiting.popleft()
            job.move(item, ObjectState.OPEN)
            item.tasks = [
                WorkItem(id=self.ids.hexadecimal(32), job=job, item=item)
                for _ in range(job.workers_per_object)
            ]
            job.tasks |= {task.id: task for task in item.tasks}
            self._expire_later(job, item)

    def _expire_later(self, job: Job, item: DataObject) -> None:
        lifetime = job.human.get(
            "TaskAvailabilityLifetimeInSeconds", self.limits.availability_lifetime
        )

        def expire() -> None:
            with self.registry.lock:
                for task in item.tasks:
                    if not task.done:
                        job.finish(task, TaskState.EXPIRED)
            self.settle_object(job, item)

        item.expiry = self.clock.call_at(self.clock.now() + timedelta(seconds=lifetime), expire)

    def _due_end(self, job: Job) -> JobStatus | None:
        if job.ending or job.busy or job.status.final:
            return None
        if job.status is JobStatus.STOPPING:
            return JobStatus.STOPPED if job.may_stop else None
        if job.doom:
            return JobStatus.FAILED
        idle = job.loaded and not job.count(ObjectState.OPEN)
        nothing_left = not job.count(ObjectState.WAITING) or (
            job.count(ObjectState.LABELED) >= job.budget
        )
        if idle and nothing_left and not self.faults.stalled(job.name):
            return JobStatus.COMPLETED
        return None

    def _end(self, job: Job, status: JobStatus) -> None:
        reason = job.doom if status is JobStatus.FAILED else ""
        try:
            if job.objects:
                self._consolidate(job)
                job.output_uri = write_manifests(job, objects=self.objects)
        except Exception as error:
            if not isinstance(error, StoreError):
                # A job must never hang because of what somebody answered.
                logger.exception("the labels of %s could not be made", job.name)
            status = JobStatus.FAILED if status is JobStatus.COMPLETED else status
            reason = reason or f"The output cannot be written: {error}"
        with self.registry.lock:
            for task in list(job.tasks.values()):
                job.finish(task, TaskState.EXPIRED)
            for timer in [job.expiry, *(item.expiry for item in job.objects)]:
                if timer is not None:
                    self.clock.cancel(timer)
            if job.status is JobStatus.STOPPING:
                # Someone stopped it while its output was written.
                status, reason = JobStatus.STOPPED, ""
            job.failure_reason = reason[:1024]
            self._change(job, status)
            self.registry.retire(job)
            forgotten = self.registry.find(job.name) is not job
        if not forgotten:
            self._publish(job)

    def _consolidate(self, job: Job) -> None:
        now = self.clock.now()
        failed = consolidate(
            job,
            kind=consolidating_kind(job, now, functions=self.functions),
            team=self.workteams.find(job.team_arn),
            objects=self.objects,
            now=now,
        )
        with self.registry.lock:
            for item, problem in failed:
                job.move(item, ObjectState.FAILED)
                item.failure = problem.reason

    def _change(self, job: Job, status: JobStatus) -> None:
        job.status = status
        job.modified_at = self.clock.now()

    def _publish(self, job: Job) -> None:
        try:
            self.events.publish(
                source=SOURCE,
                detail_type=DETAIL_TYPE,
                resources=[job.arn],
                detail={"LabelingJobStatus": str(job.status)},
            )
        except Exception:
            # Delivery is best effort: a subscriber's trouble is not the job's.
            logger.exception("the event of %s was lost", job.name)


def _ready(job: Job, item: DataObject) -> tuple[Source, LabelCategories]:
    if item.source is None or job.categories is None:
        raise RuntimeError(f"object {item.index} of {job.name} was never read")
    return item.source, job.categories
