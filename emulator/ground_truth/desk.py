"""The task desk: what a worker portal needs. Every method may be called from any thread."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice

from emulator.ground_truth.answers import Answer
from emulator.ground_truth.categories import LabelCategories
from emulator.ground_truth.errors import AnswerInvalid, TaskGone
from emulator.ground_truth.jobs import Job, TaskState, WorkerAnswer, WorkItem
from emulator.ground_truth.kinds import KINDS
from emulator.ground_truth.life import JobLife
from emulator.ground_truth.sources import Source
from emulator.ground_truth.task_types import task_types


@dataclass(frozen=True)
class Task:
    """One object for one worker, as it was when it was listed or accepted.

    `existing` is the label to start from, in an audit; `due_at` is when a taken task goes back;
    `template_uri` is its form, where it has one of its own.
    """

    id: str
    lease: int
    job_name: str
    task_type: str
    team_arn: str
    title: str
    description: str
    object_id: int
    source: Source
    categories: LabelCategories
    label_attribute: str
    existing: Answer | None
    worker: str = ""
    due_at: datetime | None = None
    template_uri: str = ""

    @property
    def in_3d(self) -> bool:
        """It shows point clouds, not pictures."""
        return task_types()[self.task_type].family == "point-cloud"

    @property
    def tracked(self) -> bool:
        """Objects keep their id from frame to frame."""
        return task_types()[self.task_type].tracks


class TaskDesk:
    """Tasks are listed, taken for a while, and answered, declined or given back."""

    def __init__(self, life: JobLife) -> None:
        self._life = life
        self._registry = life.registry
        self._clock = life.clock

    def open_tasks(
        self, team_arn: str, worker: str = "", *, limit: int | None = None
    ) -> list[Task]:
        """Tasks of a team that nobody has taken, oldest job first, in manifest order; without
        those whose object this worker answered or declined. At most `limit` of them."""
        with self._registry.lock:
            open_items = (
                task
                for job in self._registry.running()
                if self._shown(job) and job.team_arn.lower() == team_arn.lower()
                for task in _one_an_object(job)
                if not worker or worker not in _hands(task)
            )
            return [_view(task) for task in islice(open_items, limit)]

    def answers_wanted(self, team_arn: str) -> int:
        """To each object, by the most demanding of the team's running jobs."""
        with self._registry.lock:
            return max(
                (
                    job.workers_per_object
                    for job in self._registry.running()
                    if job.team_arn.lower() == team_arn.lower()
                ),
                default=0,
            )

    def tasks_of(self, job_name: str) -> list[Task]:
        """Tasks of one job that nobody has taken, whether or not it is stalled."""
        with self._registry.lock:
            job = self._registry.find(job_name)
            return [_view(task) for task in _one_an_object(job)] if job and job.active else []

    def accept(self, task: Task, worker: str) -> Task:
        """Take a task; it goes back by itself at `due_at`. Raises `TaskGone`."""
        with self._registry.lock:
            work = self._find(task)
            if work.state is not TaskState.AVAILABLE or worker in _hands(work):
                raise TaskGone(f"task {task.id} of {task.job_name} cannot be taken by {worker}")
            work.state = TaskState.ACCEPTED
            work.worker = worker
            work.lease += 1
            work.accepted_at = self._clock.now()
            limit = timedelta(seconds=work.job.human["TaskTimeLimitInSeconds"])
            due, lease = work.accepted_at + limit, work.lease
            self._registry.announce()
            view = _view(work, due_at=due)
            work.timer = self._clock.call_at(due, lambda: self._give_back(work, lease))
        return view

    def submit(self, task: Task, answer: Answer) -> None:
        """Answer an accepted task. Raises `TaskGone` or `AnswerInvalid`; the task stays taken in
        the second case."""
        problems = KINDS[task.task_type].problems(
            answer, source=task.source, categories=task.categories
        )
        if problems:
            raise AnswerInvalid(problems)
        with self._registry.lock:
            work = self._held(task)
            self._life.hold(work.job)
            work.job.finish(work, TaskState.SUBMITTED)
            self._clock.cancel(work.timer)
            work.item.answers.append(
                WorkerAnswer(
                    worker=work.worker,
                    answer=answer,
                    accepted_at=work.accepted_at or self._clock.now(),
                    submitted_at=self._clock.now(),
                    folder=self._life.ids.hexadecimal(40),
                )
            )
        self._life.settle_object(work.job, work.item)
        self._life.let_go(work.job)

    def decline(self, task: Task) -> None:
        """Refuse an accepted task for good. When as many workers as an object needs declined it,
        the object expires. Raises `TaskGone`."""
        with self._registry.lock:
            work = self._held(task)
            self._life.hold(work.job)
            work.item.refused_by.add(work.worker)
            expired = len(work.item.refused_by) >= work.job.workers_per_object
            self._release(work)
            for other in work.item.tasks:
                if expired and other.state is TaskState.AVAILABLE:
                    work.job.finish(other, TaskState.EXPIRED)
        self._life.settle_object(work.job, work.item)
        self._life.let_go(work.job)

    def return_(self, task: Task) -> None:
        """Give an accepted task back, for anybody to take. Raises `TaskGone`."""
        with self._registry.lock:
            self._release(self._held(task))
            self._registry.announce()

    def wait_for_change(self, seen: int = -1, timeout: float = 1.0) -> int:
        """Wait until anything changed since `seen`, at most `timeout` real seconds; returns what
        to wait for next."""
        return self._registry.wait_for_change(seen, timeout)

    def wake(self) -> None:
        """Let those go on who wait for a change."""
        self._registry.announce()

    def _give_back(self, work: WorkItem, lease: int) -> None:
        with self._registry.lock:
            if work.lease == lease and work.state is TaskState.ACCEPTED:
                self._release(work)
                self._registry.announce()

    def _shown(self, job: Job) -> bool:
        return job.active and not job.rushed and not self._life.faults.stalled(job.name)

    def _release(self, work: WorkItem) -> None:
        self._clock.cancel(work.timer)
        work.state = TaskState.AVAILABLE
        work.worker = ""
        work.accepted_at = None

    def _find(self, task: Task) -> WorkItem:
        job = self._registry.find(task.job_name)
        work = job.tasks.get(task.id) if job is not None and job.active else None
        if work is None:
            raise TaskGone(f"task {task.id} of {task.job_name} is not open any more")
        return work

    def _held(self, task: Task) -> WorkItem:
        work = self._find(task)
        if work.state is not TaskState.ACCEPTED or work.lease != task.lease:
            raise TaskGone(f"task {task.id} of {task.job_name} is not yours any more")
        return work


def _one_an_object(job: Job) -> Iterator[WorkItem]:
    """Its available tasks, one for each object: nobody answers an object twice."""
    seen: set[int] = set()
    for task in job.tasks.values():
        if task.state is TaskState.AVAILABLE and task.item.index not in seen:
            seen.add(task.item.index)
            yield task


def _hands(work: WorkItem) -> set[str]:
    """Who may not take it: those who answered, hold or declined a task of its object."""
    holders = {task.worker for task in work.item.tasks if task.worker}
    return holders | work.item.refused_by


def _view(work: WorkItem, due_at: datetime | None = None) -> Task:
    job, data = work.job, work.item
    if data.source is None or job.categories is None:
        raise RuntimeError(f"task {work.id} was opened before its input was read")
    return Task(
        id=work.id,
        lease=work.lease,
        job_name=job.name,
        task_type=job.task_type.name,
        team_arn=job.team_arn,
        title=job.human["TaskTitle"],
        description=job.human["TaskDescription"],
        object_id=data.index,
        source=data.source,
        categories=job.categories,
        label_attribute=job.label_attribute,
        existing=data.audited,
        worker=work.worker,
        due_at=due_at,
        template_uri=job.human["UiConfig"].get("UiTemplateS3Uri", ""),
    )
