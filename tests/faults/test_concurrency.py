"""What several do at the same instant is done once, and the others hear of it.

The local cloud runs one function at a time; so requests race for the batch through the API, and
use cases race for single items of its table in threads of their own.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

import pytest

import smgt
from labeling import wiring
from labeling.errors import StaleRun, WrongState
from labeling.model import Batch, BatchStatus
from labeling.use_cases.complete_batch import complete_batch
from labeling.use_cases.create_batch import create_batch
from labeling.use_cases.listen import listen
from labeling.use_cases.stop_batch import stop_batch
from labeling.use_cases.wait_for_level import wait_for_level
from tests.fakes import World
from tests.fakes import world as new_world
from tests.fakes.workflow import Answer, FakeWorkflow
from tests.faults.laboratory import Laboratory
from tests.faults.scenarios import BATCH, EXAMPLE
from tests.unit.builders import BATCH_ID, ended_event, request, running
from tests.unit.clips import write_clip
from tests.unit.request_bodies import SETTINGS, body, parsed

ROUNDS = 5
THREADS = 6


@pytest.fixture(autouse=True)
def eager_threads() -> Iterator[None]:
    """Threads that take turns 500 times as often as usual, so that races happen."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)
    yield
    sys.setswitchinterval(before)


@pytest.fixture
def account(laboratory: Laboratory) -> Laboratory:
    laboratory.begin()
    laboratory.client.workforce()  # the first call of a function sets its variables
    return laboratory


@pytest.fixture
def shared(account: Laboratory) -> World:
    """All in memory but the table, which is DynamoDB's."""
    made: Any = new_world()
    made.batches = wiring.batches()
    made.workflow = OneAnswerAtATime()
    world: World = made
    return world


class OneAnswerAtATime(FakeWorkflow):
    """Step Functions takes one answer to a token, whoever else is about to give one."""

    def __init__(self) -> None:
        super().__init__()
        self._answering = threading.Lock()

    def _answer(self, answer: Answer) -> None:
        with self._answering:
            super()._answer(answer)


def at_once(*works: Callable[[], Any]) -> list[Any]:
    """What each of these calls returned or raised; all begin together."""
    gate = threading.Barrier(len(works), timeout=10)

    def call(work: Callable[[], Any]) -> Any:
        gate.wait()
        try:
            return work()
        except Exception as error:
            return error

    with ThreadPoolExecutor(len(works)) as pool:
        return list(pool.map(call, works))


def executions(laboratory: Laboratory) -> list[str]:
    steps = laboratory.cloud.client("stepfunctions")
    machine = steps.list_state_machines()["stateMachines"][0]["stateMachineArn"]
    return [e["name"] for e in steps.list_executions(stateMachineArn=machine)["executions"]]


def test_the_same_request_sent_many_times_at_once_is_one_batch(account):
    body = EXAMPLE.body(account.inputs)

    answers = at_once(*[partial(account.client.create, body)] * THREADS)
    account.work()

    assert answers == [BATCH] * THREADS
    assert len(executions(account)) == 1
    assert account.client.show(BATCH).status == "COMPLETE"


def test_of_different_requests_of_one_id_one_wins_and_the_others_hear_of_it(account):
    bodies = [
        EXAMPLE.body(account.inputs) | {"approveBeforeLevels": levels, "onJobFailure": failure}
        for levels in ([], [2])
        for failure in ("fail", "continue")
    ]

    answers = at_once(*[partial(account.client.create, body) for body in bodies])

    assert answers.count(BATCH) == 1
    refused = [answer for answer in answers if answer != BATCH]
    assert {type(error) for error in refused} == {smgt.Conflict}
    assert len(executions(account)) == 1


def test_batches_that_want_the_same_names_at_once_do_not_share_them(account):
    bodies = [EXAMPLE.body(account.inputs) | {"batchId": f"clip-{n}"} for n in range(3)]

    answers = at_once(*[partial(account.client.create, body) for body in bodies])
    account.work()

    made = [answer for answer in answers if isinstance(answer, str)]
    statuses = sorted(account.client.show(batch_id).status for batch_id in made)
    assert statuses.count("COMPLETE") == 1
    assert set(statuses) <= {"COMPLETE", "VALIDATION_FAIL"}
    assert {type(a) for a in answers if not isinstance(a, str)} <= {smgt.Conflict}


def create(world: World, nonce: str) -> Batch:
    return create_batch(
        parsed(body(batchId=BATCH_ID)),
        ports=world,
        settings=SETTINGS,
        nonce=lambda: nonce,
    )


@pytest.mark.parametrize("round_", range(ROUNDS))
def test_creations_that_race_for_one_item_agree_on_its_batch(shared, round_: int):
    write_clip(shared)

    batches = at_once(*[partial(create, shared, f"n{number}") for number in range(THREADS)])

    assert len({batch.nonce for batch in batches}) == 1
    assert len(shared.workflow.executions) == 1


def listener(world: World, name: str) -> None:
    listen([ended_event(name)], ports=world, seconds=45)


@pytest.mark.parametrize("round_", range(ROUNDS))
def test_two_listeners_that_record_a_level_s_last_jobs_answer_once(shared, round_: int):
    batch = running(shared, request("vehicle"), request("lane"))
    wait_for_level(
        BATCH_ID,
        batch.execution,
        "CheckForFirstLevelComplete",
        token="token",
        attempt=0,
        batches=shared.batches,
        queue=shared.queue,
    )
    names = ("vehicle", "lane")
    for name in names:
        shared.labeling.finish(name)

    assert at_once(*[partial(listener, shared, name) for name in names]) == [None, None]

    view = shared.batches.view(BATCH_ID)
    assert view is not None
    assert (view.level(1).complete, view.level(1).failed) == (2, 0)
    assert shared.workflow.answers == [Answer(token="token")]


@pytest.mark.parametrize("round_", range(ROUNDS))
def test_a_batch_that_is_stopped_and_completed_at_once_is_one_of_both(shared, round_: int):
    batch = running(shared, request("vehicle"))
    shared.labeling.finish("vehicle")
    listener(shared, "vehicle")

    answers = at_once(
        partial(stop_batch, BATCH_ID, ports=shared),
        partial(complete_batch, BATCH_ID, batch.execution, attempt=0, ports=shared),
    )

    ended = shared.batches.batch(BATCH_ID)
    assert ended is not None
    if ended.status is BatchStatus.COMPLETE:
        assert isinstance(answers[0], WrongState)
        told = ["SUCCESS"]
    else:
        assert ended.status is BatchStatus.STOPPED
        assert isinstance(answers[1], StaleRun)
        told = []  # the listener tells it, which the stop has woken
    assert [m.attributes["status"] for m in shared.notifier.published] == told
