from __future__ import annotations

import pytest

from labeling.model import BatchStatus, JobStatus, OnJobFailure, Outcome, Wait
from labeling.use_cases.settle import settle, waiting_states
from tests.fakes.workflow import Answer
from tests.unit.builders import BATCH_ID, another_run, request, stored

COMPLETE = Outcome(status=JobStatus.COMPLETE)
FAILED = Outcome(status=JobStatus.FAILED, reason="expired")


def wait(world, state, token="token", run=0, attempt=0):
    world.batches.put_wait(
        Wait(batch_id=BATCH_ID, state=state, run=run, attempt=attempt, token=token)
    )


def settled(world):
    settle(BATCH_ID, batches=world.batches, workflow=world.workflow)
    return world.workflow.answers


def record(world, job, outcome):
    world.batches.record(job, outcome, now=world.now())


def test_a_level_goes_on_when_its_last_job_is_complete(world):
    _, [vehicle, lane] = stored(world, request("vehicle"), request("lane"))
    wait(world, "CheckForFirstLevelComplete")

    record(world, vehicle, COMPLETE)
    assert settled(world) == []

    record(world, lane, COMPLETE)
    assert settled(world) == [Answer(token="token")]


def test_a_failed_job_fails_its_level_at_once_with_the_reason(world):
    _, [vehicle, _] = stored(world, request("vehicle"), request("lane"))
    wait(world, "CheckForFirstLevelComplete")

    record(world, vehicle, FAILED)

    [answer] = settled(world)
    assert answer.error == "LabelingJobFailed"
    assert "vehicle" in answer.cause
    assert "expired" in answer.cause


def test_a_batch_that_continues_waits_for_the_siblings_of_a_failed_job(world):
    _, [vehicle, lane] = stored(
        world, request("vehicle"), request("lane"), on_job_failure=OnJobFailure.CONTINUE
    )
    wait(world, "CheckForFirstLevelComplete")

    record(world, vehicle, FAILED)
    assert settled(world) == []

    record(world, lane, COMPLETE)
    assert settled(world) == [Answer(token="token")]


def test_a_level_that_the_batch_does_not_use_is_done(world):
    stored(world, request("vehicle"))
    wait(world, "CheckForThirdLevelComplete")

    assert settled(world) == [Answer(token="token")]


def test_an_approval_is_no_answer_to_the_state_that_waits_for_jobs(world):
    stored(
        world,
        request("vehicle"),
        request("audit", 2, chain_from="vehicle"),
        approve_before_levels=frozenset({2}),
    )
    wait(world, "CheckForSecondLevelComplete")
    world.batches.approve(BATCH_ID, 2, rate=None, now=world.now())

    assert settled(world) == []


def test_finished_jobs_are_no_answer_to_the_state_that_waits_for_approval(world):
    _, [vehicle, _] = stored(world, request("vehicle"), request("audit", 2, chain_from="vehicle"))
    record(world, vehicle, COMPLETE)
    wait(world, "WaitForSecondLevelApproval")

    assert settled(world) == []

    world.batches.approve(BATCH_ID, 2, rate=None, now=world.now())
    assert settled(world) == [Answer(token="token")]


def test_a_token_of_an_older_run_is_not_answered(world):
    batch, [vehicle] = stored(world, request("vehicle"))
    wait(world, "CheckForFirstLevelComplete", run=0)
    another_run(world, batch)
    record(world, vehicle, COMPLETE)

    assert settled(world) == []


@pytest.mark.parametrize("status", [BatchStatus.STOPPED, BatchStatus.INTERNAL_ERROR])
def test_nothing_of_a_batch_that_ended_is_answered(world, status):
    batch, [vehicle] = stored(world, request("vehicle"))
    wait(world, "CheckForFirstLevelComplete")
    record(world, vehicle, COMPLETE)
    world.batches.end(batch, status, message="", now=world.now())

    assert settled(world) == []


def test_a_token_that_is_over_says_nothing_of_the_level_and_the_next_one_is_answered(world):
    _, [vehicle] = stored(world, request("vehicle"))
    record(world, vehicle, COMPLETE)
    wait(world, "CheckForFirstLevelComplete", token="given up", attempt=0)
    world.workflow.over.add("given up")
    assert settled(world) == []

    wait(world, "CheckForFirstLevelComplete", token="second try", attempt=1)

    assert settled(world) == [Answer(token="second try")]


def test_a_try_that_wakes_late_does_not_replace_the_newer_token(world):
    _, [vehicle] = stored(world, request("vehicle"))
    wait(world, "CheckForFirstLevelComplete", token="second try", attempt=1)
    wait(world, "CheckForFirstLevelComplete", token="late first try", attempt=0)
    record(world, vehicle, COMPLETE)

    assert settled(world) == [Answer(token="second try")]


def test_an_unknown_batch_has_nothing_to_settle(world):
    assert settled(world) == []


def test_an_execution_comes_to_its_waiting_states_in_this_order():
    assert [state for state, _ in waiting_states()][:5] == [
        "CheckForFirstLevelComplete",
        "WaitForSecondLevelApproval",
        "CheckForSecondLevelComplete",
        "WaitForThirdLevelApproval",
        "CheckForThirdLevelComplete",
    ]
