"""Somebody is told of a level that waits for an approval, or nobody would come."""

from __future__ import annotations

import pytest

from labeling.errors import NotPublished, ServiceUnavailable
from labeling.use_cases.listen import listen
from labeling.use_cases.post_process_level import TRIES_TO_TELL, post_process_level
from tests.fakes import World, world
from tests.unit import builders
from tests.unit.builders import BATCH_ID


def post_process(w: World, *, attempt: int) -> bool:
    owner = w.batches.batch(BATCH_ID)
    assert owner is not None
    return post_process_level(
        BATCH_ID,
        owner.execution,
        2,
        attempt=attempt,
        batches=w.batches,
        objects=w.objects,
        notifier=w.notifier,
        places=w.places,
        now=w.now(),
    )


@pytest.fixture
def waiting() -> World:
    """Level 2 of a batch comes next, and needs an approval; SNS takes nothing."""
    w = world()
    part = builders.request("vehicle")
    audit = builders.request("audit", 2, chain_from="vehicle")
    builders.running(w, part, audit, approve_before_levels=frozenset({2}))
    w.labeling.finish("vehicle")
    listen([builders.ended_event("vehicle")], ports=w, seconds=45)
    w.objects.write(builders.found(w, "vehicle").output_uri, builders.manifest({"vehicle-ref": 1}))
    w.notifier.down = NotPublished("throttled")
    return w


def test_a_message_that_is_not_taken_is_sent_by_the_state_s_next_try(waiting):
    with pytest.raises(ServiceUnavailable):
        post_process(waiting, attempt=0)
    waiting.notifier.down = None

    assert post_process(waiting, attempt=1) is True
    assert [m.attributes["status"] for m in waiting.notifier.published] == ["WAITING_FOR_APPROVAL"]


def test_a_topic_that_takes_nothing_does_not_hold_up_the_batch(waiting):
    assert post_process(waiting, attempt=TRIES_TO_TELL) is True
