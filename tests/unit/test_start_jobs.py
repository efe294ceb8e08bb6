from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from labeling.errors import JobRefused, QuotaReached, ServiceUnavailable, Throttled
from labeling.model import BatchStatus, JobStatus, Level
from labeling.ports import LabelingJobStatus
from labeling.use_cases.start_jobs import NAME_USED_BEFORE, QUOTA_LAGS, start_jobs
from tests.fakes import world as make_world
from tests.fakes.slow import Slow
from tests.unit.builders import BATCH_ID, batch, foreign_job, job, request, stored


def queued(world, *names, **changes):
    """A batch whose jobs of level 1 may start."""
    batch, jobs = stored(world, *(request(name) for name in names), **changes)
    world.batches.enqueue(batch, jobs, now=world.now())
    return batch


def statuses(world):
    return [job.status for job in world.batches.jobs(BATCH_ID, 1)]


def test_every_queued_job_is_created_and_waited_for(world):
    queued(world, "vehicle", "lane")

    round_ = start_jobs(ports=world, seconds=45)

    assert world.labeling.running_names() == ["vehicle", "lane"]
    assert statuses(world) == [JobStatus.WAIT_FOR_SMGT_RESPONSE] * 2
    assert round_.started == 2


def test_a_labeling_job_says_whose_it_is_and_where_its_output_goes(world):
    queued(world, "vehicle")

    start_jobs(ports=world, seconds=45)

    spec = world.labeling.spec("vehicle")
    assert spec.tag == "batches/clip-0001/n0/vehicle/0"
    assert spec.output_prefix_uri == (
        "s3://smgt-workflow-123456789012-us-east-1-batch-processing/batch_manifests/"
        "VideoObjectTracking/clip-0001-first_level-vehicle/output"
    )


def test_jobs_of_a_level_that_is_not_triggered_stay_unstarted(world):
    stored(world, request("vehicle"))

    start_jobs(ports=world, seconds=45)

    assert world.labeling.running_names() == []


def test_a_full_account_keeps_the_rest_in_the_queue_oldest_first():
    world = make_world(quota=1)
    queued(world, "first", "second")

    start_jobs(ports=world, seconds=45)
    assert statuses(world) == [JobStatus.WAIT_FOR_SMGT_RESPONSE, JobStatus.QUEUED]

    world.labeling.finish("first")
    start_jobs(ports=world, seconds=45)
    assert world.labeling.running_names() == ["second"]


def test_a_limit_that_is_not_the_number_of_running_jobs_fails_the_job_in_nobodys_way(world):
    queued(world, "huge", "small")
    world.labeling.refuse = lambda spec: (
        QuotaReached("more than 10,000 objects") if spec.name == "huge" else None
    )

    start_jobs(ports=world, seconds=45)
    assert statuses(world) == [JobStatus.QUEUED, JobStatus.WAIT_FOR_SMGT_RESPONSE]

    world.labeling.finish("small")
    world.advance(QUOTA_LAGS)
    round_ = start_jobs(ports=world, seconds=45)

    assert statuses(world)[0] is JobStatus.FAILED
    assert world.batches.jobs(BATCH_ID, 1)[0].reason == "more than 10,000 objects"
    assert round_.to_settle == {BATCH_ID}


def test_a_job_that_ends_between_the_refusal_and_the_look_fails_nobody(world):
    queued(world, "vehicle", "lane")
    refusals = iter([QuotaReached("1 job of 1 is running")])  # and now it is not any more
    world.labeling.refuse = lambda spec: next(refusals, None)

    start_jobs(ports=world, seconds=45)
    start_jobs(ports=world, seconds=45)

    assert statuses(world) == [JobStatus.WAIT_FOR_SMGT_RESPONSE, JobStatus.WAIT_FOR_SMGT_RESPONSE]


def test_a_job_that_the_service_refuses_blocks_nobody_else(world):
    queued(world, "bad", "good")
    world.labeling.refuse = lambda spec: JobRefused("no") if spec.name == "bad" else None

    start_jobs(ports=world, seconds=45)

    assert statuses(world) == [JobStatus.FAILED, JobStatus.WAIT_FOR_SMGT_RESPONSE]


def test_throttling_ends_the_round_and_another_one_is_asked_for(world):
    queued(world, "vehicle", "lane")
    world.labeling.refuse = lambda spec: Throttled("rate exceeded")

    start_jobs(ports=world, seconds=45)

    assert statuses(world) == [JobStatus.QUEUED] * 2
    assert world.queue.take() == [{"type": "start"}]


def test_a_job_of_which_nobody_knows_whether_it_was_made_is_not_forgotten(world):
    queued(world, "vehicle")
    world.labeling.refuse = lambda spec: ServiceUnavailable("no answer")

    start_jobs(ports=world, seconds=45)

    assert statuses(world) == [JobStatus.STARTING]  # the reconciler takes it over


def test_a_further_attempt_whose_name_another_job_has_gets_the_next_one(world):
    batch, jobs = stored(world, request("x"), request("x-r1"))
    world.batches.enqueue(batch, jobs, now=world.now())
    start_jobs(ports=world, seconds=45)
    [x, _] = world.batches.jobs(BATCH_ID, 1)
    again = replace(x, status=JobStatus.QUEUED, attempt=1, labeling_job="x-r1", since=world.now())
    assert world.batches.restart(batch, x, again, now=world.now())

    start_jobs(ports=world, seconds=45)
    start_jobs(ports=world, seconds=45)

    [x, _] = world.batches.jobs(BATCH_ID, 1)
    assert (x.labeling_job, x.status) == ("x-r2", JobStatus.WAIT_FOR_SMGT_RESPONSE)
    assert "/x-r2/" in x.output_uri


def test_a_creation_whose_answer_was_lost_is_adopted_by_its_tag(world):
    queued(world, "vehicle")
    lost = ["vehicle"]

    def create_then_lose(spec):
        if lost and lost.pop() == spec.name:
            world.labeling.create(spec)
            return ServiceUnavailable("no answer")
        return None

    world.labeling.refuse = create_then_lose
    start_jobs(ports=world, seconds=45)
    start_jobs(ports=world, seconds=45)

    assert statuses(world) == [JobStatus.WAIT_FOR_SMGT_RESPONSE]
    assert world.labeling.running_names() == ["vehicle"]


def test_a_name_that_the_account_used_before_fails_the_first_attempt(world):
    world.labeling.create(foreign_job("vehicle"))
    queued(world, "vehicle")

    start_jobs(ports=world, seconds=45)

    [failed] = world.batches.jobs(BATCH_ID, 1)
    assert failed.status is JobStatus.FAILED
    assert failed.reason == NAME_USED_BEFORE.format(name="vehicle")


def test_queued_jobs_of_a_batch_that_ended_leave_the_queue_unstarted(world):
    batch = queued(world, "vehicle")
    world.batches.end(batch, BatchStatus.INTERNAL_ERROR, message="", now=world.now())

    start_jobs(ports=world, seconds=45)

    assert world.labeling.running_names() == []
    assert world.batches.open_jobs(JobStatus.QUEUED, limit=10) == []
    assert statuses(world) == [JobStatus.QUEUED]


def test_a_batch_that_is_stopped_while_its_job_is_created_gets_the_job_stopped(world):
    batch = queued(world, "vehicle")

    def stop_meanwhile(spec):
        world.batches.end(batch, BatchStatus.STOPPED, message="", now=world.now())

    world.labeling.refuse = stop_meanwhile
    start_jobs(ports=world, seconds=45)

    state = world.labeling.describe("vehicle")
    assert state is not None
    assert state.status is LabelingJobStatus.STOPPING


def test_a_round_ends_in_time_and_asks_for_another(world):
    queued(world, *(f"job-{number}" for number in range(5)))

    def slowly(spec):
        world.advance(timedelta(seconds=20))

    world.labeling.refuse = slowly
    start_jobs(ports=world, seconds=45)

    assert len(world.labeling.running_names()) == 3
    assert world.queue.take() == [{"type": "start"}]


@pytest.mark.parametrize("count", [51, 120])
def test_a_level_of_more_jobs_than_one_look_shows_is_started_whole(world, count):
    world.labeling.quota = count
    queued(world, *(f"job-{number}" for number in range(count)))

    assert start_jobs(ports=world, seconds=45).started == count


def test_many_jobs_of_a_batch_that_ended_hold_up_no_other_batch(world):
    ended = queued(world, *(f"old-{number}" for number in range(2000)))
    world.batches.end(ended, BatchStatus.STOPPED, message="", now=world.now())
    world.advance(timedelta(seconds=1))
    newer = world.batches.add(batch(world, batch_id="newer", levels=1))
    planned = job(world, request("new"), batch_id="newer")
    levels = [Level(batch_id="newer", number=1, children=1)]
    world.batches.add_jobs(newer, levels, [planned])
    world.batches.enqueue(newer, [planned], now=world.now())
    world.batches = Slow(world.batches, world)

    start_jobs(ports=world, seconds=45)

    assert world.labeling.running_names() == ["new"]
