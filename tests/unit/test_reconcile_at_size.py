"""The reconciler with more than it can do in its time: a thousand batches, two thousand jobs."""

from __future__ import annotations

import json
from collections import Counter
from datetime import timedelta
from typing import Any

import pytest

from labeling.listener_batch import handle_batch
from labeling.model import BatchStatus, JobStatus, Level
from labeling.ports import LabelingJobStatus
from labeling.use_cases.labeling_job_spec import labeling_job_spec
from labeling.use_cases.start_jobs import attempt_tag
from tests.fakes import World
from tests.fakes.slow import Slow
from tests.unit.builders import batch, job, request

BATCHES, JOBS_EACH = 1_000, 2
A_LISTED_JOB = timedelta(milliseconds=2)  # a hundred a call
LISTENER_TIMEOUT = timedelta(seconds=60)
SECONDS = 45
TICK = {"type": "tick"}


class SlowService(Slow):
    def running(self) -> Any:
        for state in self._port.running():
            self._world.advance(A_LISTED_JOB)
            yield state


class Listener:
    """Handles what lies on the queue, ten messages at once, as the deployed function does."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.calls: Counter[str] = Counter()
        self.longest = timedelta()
        self.labeling = world.labeling
        self.queue = world.queue
        world.batches = Slow(world.batches, world, self.calls)  # type: ignore[assignment]
        world.workflow = Slow(world.workflow, world, self.calls)  # type: ignore[assignment]
        world.labeling = SlowService(world.labeling, world, self.calls)  # type: ignore[assignment]

    def handle(self, *messages: Any) -> None:
        began = self.world.now()
        records = [
            {"messageId": str(number), "body": json.dumps(message)}
            for number, message in enumerate(messages)
        ]
        assert handle_batch(records, ports=self.world, seconds=SECONDS) == []
        self.longest = max(self.longest, self.world.now() - began)

    def handle_all(self, first: Any) -> int:
        """Everything that comes of a message; returns how many invocations it took."""
        invocations, waiting = 0, [first]
        while waiting:
            self.handle(*waiting[:10])
            waiting = [*waiting[10:], *self.queue.take()]
            invocations += 1
        return invocations


@pytest.fixture
def listener(world):
    """A thousand batches, each with two labeling jobs that run."""
    world.labeling.quota = BATCHES * JOBS_EACH
    world.time -= timedelta(minutes=10)
    for number in range(BATCHES):
        batch_id = f"batch-{number:04}"
        owner = world.batches.add(batch(world, batch_id=batch_id, levels=1))
        names = [f"{batch_id}-{index}" for index in range(JOBS_EACH)]
        jobs = [
            job(world, request(name), index, batch_id=batch_id) for index, name in enumerate(names)
        ]
        levels = [Level(batch_id=batch_id, number=1, children=JOBS_EACH)]
        world.batches.add_jobs(owner, levels, jobs)
        world.workflow.start(owner)
        for planned in jobs:
            world.batches.enqueue(owner, [planned], now=world.now())
            world.batches.claim(owner, planned, now=world.now())
            tag = attempt_tag(planned, table=world.table_name)
            world.labeling.create(labeling_job_spec(planned, tag=tag, places=world.places))
            world.batches.confirm(owner, planned, now=world.now())
    world.time += timedelta(minutes=10)
    return Listener(world)


def statuses(world: World) -> Counter[JobStatus]:
    return Counter(
        job.status
        for number in range(BATCHES)
        for job in world.batches.jobs(f"batch-{number:04}", 1)
    )


def test_what_runs_as_it_should_is_listed_and_nothing_of_it_described(listener):
    listener.handle_all(TICK)

    assert listener.longest < LISTENER_TIMEOUT
    assert listener.calls["settle_view"] == BATCHES
    assert listener.calls["describe"] == listener.calls["status"] == 0


def test_ends_that_nobody_heard_of_are_all_found_by_invocations_that_hand_on(listener, world):
    for name in listener.labeling.running_names():
        listener.labeling.finish(name)

    for _ in range(8):
        listener.handle_all(TICK)
        world.advance(timedelta(minutes=5))

    assert listener.longest < LISTENER_TIMEOUT
    assert statuses(world) == {JobStatus.COMPLETE: BATCHES * JOBS_EACH}


def test_counts_of_all_running_jobs_are_noted_in_a_few_rounds(listener, world):
    for name in listener.labeling.running_names():
        listener.labeling.finish(name, LabelingJobStatus.IN_PROGRESS, labeled=3, unlabeled=4)

    for _ in range(10):
        listener.handle_all(TICK)
        world.advance(timedelta(minutes=5))

    counted = [
        job.labeled
        for number in range(BATCHES)
        for job in world.batches.jobs(f"batch-{number:04}", 1)
    ]
    assert listener.longest < LISTENER_TIMEOUT
    assert counted == [3] * (BATCHES * JOBS_EACH)


def test_an_end_that_nobody_was_told_does_not_wait_for_batches_without_trouble(listener, world):
    over = world.batches.batch("batch-0007")
    world.batches.end(over, BatchStatus.INTERNAL_ERROR, message="broken", now=world.now())

    listener.handle(TICK)

    assert [message.attributes["batchId"] for message in world.notifier.published] == ["batch-0007"]
