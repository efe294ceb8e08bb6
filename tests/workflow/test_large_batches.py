"""A batch that is larger than one message, one answer, one invocation and the account's quota."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from benchmarks.account import SUBSCRIBER, Account, account
from benchmarks.large_batches import Run, complete

JOBS = 160
AT_ONCE = 60  # of the 80 of a level


@pytest.fixture(scope="module")
def place() -> Iterator[Account]:
    with account(running_jobs=AT_ONCE) as made:
        yield made


@pytest.fixture(scope="module")
def run(place: Account) -> Run:
    return complete(place, JOBS)


def test_everything_stays_below_the_limits_of_aws(run: Run) -> None:
    assert [size for size in run.sizes if size.over] == []


def test_what_one_invocation_cannot_start_the_following_ones_start(run: Run) -> None:
    assert run.created_by.keys() == {"TriggerLevel", "Listener"}
    assert 0 < run.created_by["TriggerLevel"] < JOBS
    assert sum(run.created_by.values()) == JOBS


@pytest.mark.usefixtures("run")
def test_the_message_of_a_large_batch_carries_the_way_to_what_it_has_no_room_for(
    place: Account,
) -> None:
    [*_, end] = place.cloud.inbox.mails(SUBSCRIBER)

    told = end.json()
    assert "batchInfo" not in told
    assert told["batchInfoS3Uri"].startswith("s3://")
    assert told["batchInfoS3Url"].startswith("http")
