from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from itertools import count

import pytest

from labeling.errors import BatchExists, NameTaken
from labeling.model import BatchStatus
from labeling.ports import ExecutionState
from labeling.problems import path
from labeling.requests import create_request
from labeling.use_cases.create_batch import create_batch, plan_only
from labeling.use_cases.transform_batch import transform_batch
from tests.fakes import world as make_world
from tests.unit.clips import write_clip
from tests.unit.request_bodies import SETTINGS, audit, body, event, job

NONCES = count()


@pytest.fixture
def world():
    made = make_world()
    write_clip(made)
    return made


def create(world, content):
    return create_batch(
        create_request(event(content), SETTINGS),
        ports=world,
        settings=SETTINGS,
        nonce=lambda: f"nonce-{next(NONCES)}",
    )


def transform(world, batch):
    transform_batch(batch.batch_id, batch.execution, ports=world, settings=SETTINGS)


def refuse(world, batch):
    """The first state found its inputs unusable, and its execution failed."""
    world.batches.end(batch, BatchStatus.VALIDATION_FAIL, message="unreadable", now=world.now())
    world.workflow.finish(batch, "FAILED")


def test_a_batch_is_stored_and_its_execution_runs(world):
    batch = create(world, body(job(), audit(), approveBeforeLevels=[2], onJobFailure="continue"))

    assert world.batches.batch("clip-0001") == batch
    assert batch.status is BatchStatus.IN_PROGRESS
    assert batch.levels == 2
    assert batch.approve_before_levels == {2}
    assert batch.created_at == world.now()
    assert batch.execution == f"clip-0001-{batch.request_hash[:8]}"
    assert world.workflow.status(batch).status == "RUNNING"
    stored = json.loads(world.objects.read(batch.request_uri))
    assert [entry["jobName"] for entry in stored["labelingJobs"]] == ["vehicle", "vehicle-audit"]


def test_its_first_state_can_work_with_what_was_stored(world):
    batch = create(world, body(job(), audit()))

    transform(world, batch)

    assert [job.name for job in world.batches.view("clip-0001").jobs] == [
        "vehicle",
        "vehicle-audit",
    ]


def test_the_same_request_twice_is_the_same_batch(world):
    first = create(world, body(job(maxConcurrentTaskCount=100)))
    world.advance(timedelta(minutes=1))

    second = create(world, body(job(maxConcurrentTaskCount="100")))

    assert second == first
    assert len(world.workflow.executions) == 1


def test_the_same_request_starts_the_execution_that_a_crash_kept_from_starting(world):
    batch = create(world, body())
    world.workflow.executions.clear()

    create(world, body())

    assert world.workflow.status(batch).status == "RUNNING"


def test_the_same_request_of_a_batch_that_ended_starts_nothing(world):
    batch = create(world, body())
    world.batches.end(batch, BatchStatus.COMPLETE, message="", now=world.now())
    world.workflow.executions.clear()

    assert create(world, body()).status is BatchStatus.COMPLETE
    assert world.workflow.executions == {}


def test_the_same_request_of_a_batch_whose_execution_just_ended_is_fine(world):
    batch = create(world, body())
    world.workflow.finish(batch, "ABORTED")

    assert create(world, body()) == batch


def test_the_plan_of_a_batch_that_runs_does_not_take_its_own_labeling_jobs_for_others(world):
    create(world, body())
    world.account.jobs = ["vehicle"]

    plan = plan_only(create_request(event(body()), SETTINGS), ports=world, settings=SETTINGS)

    assert plan.errors == []
    assert "batch_exists" in {warning.type for warning in plan.warnings}


def test_another_request_under_a_used_id_is_refused(world):
    batch = create(world, body())

    with pytest.raises(BatchExists, match="clip-0001 belongs to another request"):
        create(world, body(job(maxConcurrentTaskCount=5)))

    assert world.batches.batch("clip-0001") == batch


def test_another_request_that_takes_the_id_at_the_same_moment_wins_alone(world):
    class Late:
        """Sees the id free, as the loser of the race does."""

        def __getattr__(self, name):
            return getattr(world.batches, name)

        def batch(self, batch_id):
            return None

    winner = create(world, body())

    with pytest.raises(BatchExists):
        create_batch(
            create_request(event(body(job("lane"))), SETTINGS),
            ports=replace(world, batches=Late()),
            settings=SETTINGS,
            nonce=lambda: "late",
        )
    assert world.batches.batch("clip-0001") == winner
    assert len(world.workflow.executions) == 1


def test_names_that_another_batch_has_are_all_reported(world):
    transform(world, create(world, body(job(), job("lane"))))

    with pytest.raises(NameTaken, match="2 job names are taken") as caught:
        create(world, body(job("LANE"), job("free"), job("vehicle"), batchId="clip-0002"))

    assert [path(problem.loc) for problem in caught.value.problems] == [
        "labelingJobs[0].jobName",
        "labelingJobs[2].jobName",
    ]
    assert "Batch clip-0001 has the name LANE" in caught.value.problems[0].message
    assert world.batches.batch("clip-0002") is None


@pytest.mark.parametrize("again", [body(), body(job(maxConcurrentTaskCount=5))])
def test_the_id_of_a_refused_batch_may_be_used_again_also_by_the_same_request(world, again):
    refused = create(world, body())
    refuse(world, refused)

    batch = create(world, again)

    assert batch.status is BatchStatus.IN_PROGRESS
    assert batch.nonce != refused.nonce
    assert batch.execution != refused.execution
    assert world.workflow.status(batch).status == "RUNNING"
    transform(world, batch)


def test_a_batch_that_was_retried_is_not_started_under_its_first_name(world):
    first = create(world, body())
    later = make_world()
    later.workflow.finish(first, "FAILED")
    retried = later.batches.add(replace(first, run=1))

    assert create(later, body()) == retried
    assert later.workflow.status(retried) == ExecutionState(status="RUNNING")
