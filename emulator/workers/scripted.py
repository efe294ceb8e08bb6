"""Scripted workers: they take the open tasks of the work teams and answer them, at their pace."""

import logging
import threading
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from emulator.ground_truth.desk import Task
from emulator.ground_truth.errors import AnswerInvalid, TaskGone
from emulator.ground_truth.ports import Clock
from emulator.ground_truth.service import GroundTruth
from emulator.workers.answering import Answers

MOST_ANSWERS = 9
"""How many answers to an object a job can want (NumberOfHumanWorkersPerDataObject)."""

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class _Held:
    task: Task
    done_at: datetime


class ScriptedWorkers:
    """Some people in every team; each does one task at a time.

    Either `start` a thread that works until `stop`, or call `step` oneself. Pace is by the clock:
    with a clock that stands still, tasks that take time are done when it is advanced.
    """

    def __init__(
        self,
        twin: GroundTruth,
        answers: Answers,
        *,
        clock: Clock,
        seconds_per_object: float = 0.2,
        workers_per_team: int = 2,
        most_per_team: int = MOST_ANSWERS,
        teams: Collection[str] | None = None,
    ) -> None:
        """A team has `workers_per_team`, or as many as its jobs want answers to an object, but
        never more than `most_per_team`: objects that want more wait until their time is over.
        `teams` are the ARNs of the teams that have such workers; all if not given."""
        self._desk = twin.desk
        self._workteams = twin.workteams
        self._answers = answers
        self._clock = clock
        self._pace = timedelta(seconds=seconds_per_object)
        self._least, self._most = workers_per_team, most_per_team
        self._teams = teams
        self._held: dict[str, _Held] = {}
        self._lock = threading.RLock()
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None
        twin.faults.answer_early = self.answer_at_once

    @property
    def idle(self) -> bool:
        """Nobody has a task, and none is open."""
        with self._lock:
            return not self._held and not any(
                self._desk.open_tasks(team, limit=1) for team in self._team_arns()
            )

    def start(self) -> None:
        """Work from now on, in a thread."""
        self._stopping.clear()
        self._thread = threading.Thread(target=self._run, name="scripted-workers", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Do nothing more. What was taken stays taken until it is due."""
        self._stopping.set()
        self._desk.wake()
        if self._thread is not None:
            self._thread.join()
            self._thread = None

    def step(self) -> int:
        """Hand in what is done by now, and take what is free; returns how many of both."""
        with self._lock:
            done = [worker for worker, held in self._held.items() if self._is_done(held)]
            for worker in done:
                self._hand_in(self._held.pop(worker).task)
            return len(done) + sum(map(self._take, self._team_arns()))

    def work(self) -> int:
        """Step until there is nothing to do at this time; returns how many steps did something."""
        steps = 0
        while self.step():
            steps += 1
        return steps

    def answer_at_once(self, job_name: str) -> None:
        """Answer every open task of a job, whatever the pace."""
        for team in self._team_arns():
            for worker in self._names(team):
                for task in self._desk.tasks_of(job_name):
                    if task.team_arn == team:
                        self._hand_in(self._desk.accept(task, worker))

    def _run(self) -> None:
        seen = -1
        while not self._stopping.is_set():
            try:
                busy = self.step()
            except Exception:
                # One broken task must not end everybody's work; its lease runs out.
                logger.exception("a scripted worker failed")
                busy = 0
            if not busy:
                seen = self._desk.wait_for_change(seen)

    def _take(self, team: str) -> int:
        taken = 0
        for worker in self._names(team):
            if worker in self._held:
                continue
            for task in self._desk.open_tasks(team, worker, limit=1):
                try:
                    accepted = self._desk.accept(task, worker)
                except TaskGone:
                    break
                done_at = self._clock.now() + self._pace
                self._held[worker] = _Held(accepted, done_at)
                taken += 1
                if self._pace:
                    self._clock.call_at(done_at, self._desk.wake)
        return taken

    def _hand_in(self, task: Task) -> None:
        try:
            self._desk.submit(task, self._answers.to(task))
        except TaskGone:
            logger.info("task %s of %s was gone before it was done", task.id, task.job_name)
        except AnswerInvalid:
            logger.exception("no answer to task %s of %s: declined", task.id, task.job_name)
            self._desk.decline(task)

    def _is_done(self, held: _Held) -> bool:
        return held.done_at <= self._clock.now()

    def _team_arns(self) -> list[str]:
        arns = [team.arn for team in self._workteams.all()]
        return arns if self._teams is None else [arn for arn in arns if arn in self._teams]

    def _names(self, team: str) -> list[str]:
        name = team.rpartition("/")[2]
        people = min(max(self._least, self._desk.answers_wanted(team)), self._most)
        return [f"{name}-worker-{number}" for number in range(1, people + 1)]
